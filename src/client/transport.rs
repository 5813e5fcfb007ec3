//! Ways to a target: HTTP over the network, or a handler in this process.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use url::Url;

use super::settings::Settings;
use super::{ClientError, explain, tls};
use crate::exchange::{Request, Response};
use crate::target::is_loopback;

/// A provider in this process: takes a request, gives its answer.
pub type Handler =
    Arc<dyn Fn(http::Request<Vec<u8>>) -> Pin<Box<dyn Future<Output = http::Response<Vec<u8>>> + Send>> + Send + Sync>;

/// Variables that name a proxy.
const PROXY_VARIABLES: [&str; 6] = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// A client for the URLs that begin like this one, `with` something of its own.
pub(super) fn http(
    url: &Url,
    settings: &Settings,
    with: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> Result<reqwest::Client, ClientError> {
    tls::choose_provider();
    let failed = |error: reqwest::Error| ClientError::SetUp(explain::set_up(&error, url));
    let builder = || -> reqwest::Result<reqwest::ClientBuilder> {
        let builder = with(reqwest::Client::builder())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(settings.timeout)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            // Without this header, any content coding would be a legal answer (RFC 9110 §12.5.3).
            .default_headers(http::HeaderMap::from_iter([(
                http::header::ACCEPT_ENCODING,
                http::HeaderValue::from_static("identity"),
            )]))
            .user_agent(concat!("scimspec/", env!("CARGO_PKG_VERSION")));
        let builder = match &settings.proxy {
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.clone())?),
            // What is on this machine is not reached through another one.
            None if is_loopback(url) => builder.no_proxy(),
            None => builder,
        };
        settings.tls.apply(builder)
    };
    // The builder wants CA certificates even where none are used, and a bare machine has none.
    let without_tls = || builder()?.tls_certs_only(std::iter::empty()).build();
    let is_plain = |url: &Url| url.scheme() == "http";
    let needs_no_tls = is_plain(url) && settings.proxy.as_ref().map_or(is_loopback(url), is_plain);
    if needs_no_tls {
        return without_tls().map_err(failed);
    }
    match builder().and_then(reqwest::ClientBuilder::build) {
        Err(_) if is_plain(url) => without_tls().map_err(failed),
        built => built.map_err(failed),
    }
}

/// The secrets in the URLs of proxies: of the one in the settings, and of those that the environment names.
pub(super) fn proxy_secrets(settings: &Settings) -> Vec<String> {
    let named = PROXY_VARIABLES.iter().filter_map(|name| std::env::var(name).ok());
    let urls = named.filter_map(|text| Url::parse(&text).ok()).chain(settings.proxy.clone());
    urls.flat_map(|url| crate::target::in_user_info(&url)).collect()
}

pub(super) async fn in_process(handler: &Handler, request: &Request) -> Result<Response, String> {
    let mut builder = http::Request::builder().method(request.method.as_str()).uri(&request.url);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let request =
        builder.body(request.body.clone().unwrap_or_default()).map_err(|error| format!("no HTTP request: {error}"))?;
    let response = handler(request).await;
    let (parts, body) = response.into_parts();
    Ok(Response::new(parts.status.as_u16(), header_list(&parts.headers), body))
}

/// Bytes that are no text are shown as `\u{fffd}`: header values are evidence, not data.
pub(super) fn header_list(headers: &http::HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// A handler of a provider whose answers are computed, not awaited, one after the other on the task that asks: requests
/// that are released together do not meet. A panic of the provider is one of the caller.
pub fn handler_in_turn(
    answer: impl Fn(http::Request<Vec<u8>>) -> http::Response<Vec<u8>> + Send + Sync + 'static,
) -> Handler {
    Arc::new(move |request| Box::pin(std::future::ready(answer(request))))
}

/// A handler of a provider whose answers are computed, not awaited, on threads of their own.
pub fn handler(answer: impl Fn(http::Request<Vec<u8>>) -> http::Response<Vec<u8>> + Send + Sync + 'static) -> Handler {
    let answer = Arc::new(answer);
    Arc::new(move |request| {
        let answer = Arc::clone(&answer);
        Box::pin(async move {
            tokio::task::spawn_blocking(move || answer(request)).await.unwrap_or_else(|_| {
                // The provider panicked; a server would close the connection.
                let mut response = http::Response::new(Vec::new());
                *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
                response
            })
        })
    })
}
