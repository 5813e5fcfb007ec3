//! The connections to a target over HTTP, and reading an answer from one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tower::util::MapRequestLayer;
use url::Url;

use super::home::Home;
use super::settings::Settings;
use super::transport::header_list;
use super::{ClientError, explain, transport};
use crate::exchange::{Purpose, Request, Response, limits};

/// Bytes of a body that a server may refuse before it has read them.
const LARGE: usize = 64 * 1024;

/// Connections to one target, kept alive for as long as it keeps to that.
pub(super) struct Connections {
    home: Home,
    kept_alive: reqwest::Client,
    /// A connection for each request.
    single: reqwest::Client,
    /// Whether the target closes connections without a word, so that none is used twice.
    closes: AtomicBool,
    /// How many connections were opened to be kept alive.
    opened: Arc<AtomicUsize>,
    under_way: AtomicUsize,
    /// The most requests that were under way at once.
    most: AtomicUsize,
    timeout: Duration,
    max_body: usize,
    has_identity: bool,
}

impl Connections {
    /// Connections to the target at this base URL.
    pub(super) fn to(base: &Url, settings: &Settings) -> Result<Self, ClientError> {
        let opened = Arc::new(AtomicUsize::new(0));
        let counts = MapRequestLayer::new({
            let opened = Arc::clone(&opened);
            move |connection| {
                opened.fetch_add(1, Ordering::Relaxed);
                connection
            }
        });
        Ok(Self {
            home: Home::of(base),
            kept_alive: transport::http(base, settings, |builder| builder.connector_layer(counts.clone()))?,
            single: transport::http(base, settings, |builder| builder.pool_max_idle_per_host(0))?,
            closes: AtomicBool::new(false),
            opened,
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            timeout: settings.timeout,
            max_body: settings.max_body,
            has_identity: settings.tls.has_identity(),
        })
    }

    fn begin(&self) -> UnderWay<'_> {
        let now = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        UnderWay(&self.under_way)
    }

    /// Whether there are about as many connections as requests at once; else the target has closed some.
    fn connections_last(&self) -> bool {
        self.opened.load(Ordering::Relaxed) <= self.most.load(Ordering::Relaxed) + 2
    }

    /// Why a request does not go out, where it leads away from the target.
    pub(super) fn refuses(&self, url: &Url, purpose: Purpose, method: &str) -> Option<String> {
        self.home.refuses(url, purpose, method)
    }

    /// The answer to a request, read to its end.
    ///
    /// A connection that is kept alive may be closed at any time (RFC 9112 §9.5), also while a request is on its way.
    /// What is safe to repeat is then sent again, once (RFC 9110 §9.2.2), and no connection is used twice any more; nor
    /// after a failure of the server, behind which servers close without a word. What must not be repeated takes no
    /// chances where connections were seen not to last. A large body may be refused before it is read, which ends the
    /// connection just so.
    pub(super) async fn exchange(&self, url: Url, request: &Request, purpose: Purpose) -> Result<Response, String> {
        let _under_way = self.begin();
        let explained = |error: &reqwest::Error| explain::request(error, self.timeout, self.has_identity);
        let is_risky = !self.connections_last() && !may_be_repeated(&request.method, purpose);
        let is_large = request.body.as_ref().is_some_and(|body| body.len() > LARGE);
        let is_alone = is_risky || is_large || self.closes.load(Ordering::Relaxed);
        let first = if is_alone { &self.single } else { &self.kept_alive };
        let sent = match send(first, url.clone(), request).await? {
            Err(error) if explain::is_closed(&error) => {
                let was_kept =
                    !self.closes.swap(true, Ordering::Relaxed) || std::ptr::eq(first, &raw const self.kept_alive);
                if was_kept && may_be_repeated(&request.method, purpose) {
                    send(&self.single, url, request).await?
                } else {
                    Err(error)
                }
            }
            sent => sent,
        };
        let mut response = sent.map_err(|error| explained(&error))?;
        let status = response.status().as_u16();
        // 501 is the ordinary answer of a provider that does not have something.
        if matches!(status, 500 | 502..=504) {
            self.closes.store(true, Ordering::Relaxed);
        }
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
            if body.len() + chunk.len() > self.max_body {
                return Err(format!("the answer is larger than {} and was not read to its end", size(self.max_body)));
            }
            body.extend_from_slice(&chunk);
        }
        body.shrink_to_fit();
        Ok(Response::new(status, headers, body))
    }
}

/// A request that is under way.
struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Sends a request and gives what came up to the end of the headers.
async fn send(
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

/// Reading twice does no harm. A second DELETE would be answered with 404, which only clean-up takes for what it is.
fn may_be_repeated(method: &str, purpose: Purpose) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS") || (method == "DELETE" && purpose == Purpose::CleanUp)
}

/// `16 MiB`, or bytes where they make no whole number of those.
fn size(bytes: usize) -> String {
    const MIB: usize = 1024 * 1024;
    if bytes >= MIB && bytes.is_multiple_of(MIB) { format!("{} MiB", bytes / MIB) } else { format!("{bytes} bytes") }
}
