//! Sends a request and returns an exchange. The only module that names reqwest.
//!
//! Redirects are not followed, nothing is retried, no cookie is kept: what the target answered is what is judged.
//! Time and size of an answer are bounded.

mod explain;
mod home;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use url::Url;

use crate::exchange::limits::{self, MOST_BODY};
use crate::exchange::{Exchange, Masker, Purpose, Request, Response};
use crate::suite::Auth;
use crate::target::Credential;
use home::Home;

/// A provider in this process: takes a request, gives its answer.
pub type Handler =
    Arc<dyn Fn(http::Request<Vec<u8>>) -> Pin<Box<dyn Future<Output = http::Response<Vec<u8>>> + Send>> + Send + Sync>;

/// What a client needs to know before its first request.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Credential of every request that does not ask for another.
    pub credential: Option<Credential>,
    /// Credential of steps with `auth: second`.
    pub second: Option<Credential>,
    /// How long one request may take.
    pub timeout: Duration,
    /// Further texts that may not be seen in any output.
    pub secrets: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { credential: None, second: None, timeout: Duration::from_secs(30), secrets: Vec::new() }
    }
}

/// A client that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// TLS or the client itself cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    SetUp(String),
}

enum Transport {
    Http(Box<Connections>),
    InProcess(Handler),
}

/// Connections to the target.
struct Connections {
    home: Home,
    kept_alive: reqwest::Client,
    /// A connection for each request.
    single: reqwest::Client,
    /// Whether the target was seen to close connections without a word, so that none is used twice.
    closes: AtomicBool,
}

/// Sends requests to one target.
pub struct Client {
    transport: Transport,
    settings: Settings,
    masker: Masker,
    sent: AtomicUsize,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl Client {
    /// A client over HTTP.
    ///
    /// # Errors
    /// The TLS set-up fails, for example because an https target is given and the machine has no CA certificates.
    pub fn http(base: &Url, settings: Settings) -> Result<Self, ClientError> {
        // A host program that has chosen a provider already wins.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            let builder = reqwest::Client::builder()
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
            // Without CA certificates on the machine the default builder fails even for plain http.
            if base.scheme() == "http" { builder.tls_certs_only(std::iter::empty()).no_proxy() } else { builder }
        };
        let failed = |error: &reqwest::Error| ClientError::SetUp(explain::set_up(error, base));
        let connections = Connections {
            home: Home::of(base),
            kept_alive: builder().build().map_err(|error| failed(&error))?,
            single: builder().pool_max_idle_per_host(0).build().map_err(|error| failed(&error))?,
            closes: AtomicBool::new(false),
        };
        Ok(Self::over(Transport::Http(Box::new(connections)), settings))
    }

    /// A client of a provider in this process.
    #[must_use]
    pub fn in_process(handler: Handler, settings: Settings) -> Self {
        Self::over(Transport::InProcess(handler), settings)
    }

    fn over(transport: Transport, settings: Settings) -> Self {
        let credentials = settings.credential.iter().chain(&settings.second);
        let mut secrets: Vec<String> = credentials.flat_map(Credential::secrets).collect();
        secrets.extend(settings.secrets.iter().cloned());
        Self { transport, masker: Masker::new(secrets), settings, sent: AtomicUsize::new(0) }
    }

    /// How many requests were sent.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether a credential is configured.
    #[must_use]
    pub const fn has_credential(&self) -> bool {
        self.settings.credential.is_some()
    }

    /// Whether a second credential is configured.
    #[must_use]
    pub const fn has_second_credential(&self) -> bool {
        self.settings.second.is_some()
    }

    /// Whether every masked text is so long that it does not occur in a body by accident.
    #[must_use]
    pub fn secrets_are_distinctive(&self) -> bool {
        let credentials = self.settings.credential.iter().chain(&self.settings.second);
        credentials
            .flat_map(Credential::secrets)
            .chain(self.settings.secrets.iter().cloned())
            .all(|secret| secret.len() >= 12)
    }

    /// Replaces every known secret in a text.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        self.masker.text(text)
    }

    /// Sends a request with the usual credential.
    pub async fn send(&self, purpose: Purpose, request: Request) -> Exchange {
        self.send_as(purpose, request, Auth::Usual).await
    }

    /// Sends a request with the credential that is asked for. Never fails: an answer that does not come is part of
    /// the exchange.
    pub async fn send_as(&self, purpose: Purpose, mut request: Request, auth: Auth) -> Exchange {
        let credential = match auth {
            Auth::Usual => self.settings.credential.clone(),
            Auth::None => None,
            Auth::Wrong => Some(
                self.settings.credential.as_ref().map_or_else(|| Credential::bearer("").wrong(), Credential::wrong),
            ),
            Auth::Second => self.settings.second.clone(),
        };
        if request.header("authorization").is_none() {
            let headers = credential.iter().flat_map(Credential::headers).collect::<Vec<_>>();
            request.headers.splice(0..0, headers);
        }
        // What the library makes of the URL is what goes over the wire, so that is what is kept.
        let url = match Url::parse(&request.url) {
            Ok(url) => url,
            Err(error) => {
                let answer = Err(format!("`{}` is no URL: {error}", request.url));
                return Exchange::new(purpose, request, answer, 0.0, &self.masker);
            }
        };
        url.as_str().clone_into(&mut request.url);
        if let Transport::Http(connections) = &self.transport
            && let Some(why) = connections.home.refuses(&url, purpose)
        {
            request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
            return Exchange::new(purpose, request, Err(why), 0.0, &self.masker);
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        let start = Instant::now();
        let answer = match &self.transport {
            Transport::Http(connections) => self.over_http(connections, url, &request).await,
            Transport::InProcess(handler) => in_process(handler, &request).await,
        };
        Exchange::new(purpose, request, answer, start.elapsed().as_secs_f64() * 1000.0, &self.masker)
    }

    /// A connection that is kept alive may be closed at any time (RFC 9112 §9.5), also while a request is on its way.
    /// A safe request is then sent again, once (RFC 9110 §9.2.2), and no connection is used twice any more.
    async fn over_http(&self, over: &Connections, url: Url, request: &Request) -> Result<Response, String> {
        let explained = |error: &reqwest::Error| explain::request(error, self.settings.timeout);
        let closes = || over.closes.load(Ordering::Relaxed);
        let first = if closes() { &over.single } else { &over.kept_alive };
        let sent = match self.answer(first, url.clone(), request).await? {
            Err(error) if explain::is_closed(&error) => {
                let kept_alive = !over.closes.swap(true, Ordering::Relaxed) || std::ptr::eq(first, &over.kept_alive);
                if kept_alive && matches!(request.method.as_str(), "GET" | "HEAD") {
                    self.answer(&over.single, url, request).await?
                } else {
                    Err(error)
                }
            }
            sent => sent,
        };
        let mut response = sent.map_err(|error| explained(&error))?;
        let status = response.status().as_u16();
        if status == 101 {
            return Err("the target changes to another protocol (101), which nobody asked for".to_owned());
        }
        let coding = response.headers().get(http::header::CONTENT_ENCODING);
        if let Some(coding) = coding.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            && !coding.trim().is_empty()
            && !coding.eq_ignore_ascii_case("identity")
        {
            return Err(format!(
                "the answer is coded as `{}`, which the request did not allow (Accept-Encoding: identity), and cannot be read",
                limits::message(coding)
            ));
        }
        let headers = header_list(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| explained(&error))? {
            if body.len() + chunk.len() > MOST_BODY {
                return Err(format!(
                    "the answer is larger than {} MiB and was not read to its end",
                    MOST_BODY / 1024 / 1024
                ));
            }
            body.extend_from_slice(&chunk);
        }
        body.shrink_to_fit();
        Ok(Response::new(status, headers, body))
    }

    /// Sends a request and gives what came up to the end of the headers.
    async fn answer(
        &self,
        client: &reqwest::Client,
        url: Url,
        request: &Request,
    ) -> Result<reqwest::Result<reqwest::Response>, String> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|_| format!("`{}` is no HTTP method", request.method))?;
        let mut builder = client.request(method, url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        Ok(builder.send().await)
    }
}

async fn in_process(handler: &Handler, request: &Request) -> Result<Response, String> {
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
fn header_list(headers: &http::HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// A handler of a provider whose answers are computed, not awaited.
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
