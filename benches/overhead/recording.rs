//! Records the requests of a run, by the task that sent them.

use std::sync::{Arc, Mutex};

use scimspec::client::{Client, Handler, Settings};

/// One request and what the target answered, as far as a replay needs it.
pub(crate) struct Recorded {
    pub(crate) request: http::Request<Vec<u8>>,
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Requests that follow each other.
pub(crate) struct Unit {
    /// A case has a lane of its own; what the walker does itself (discovery, data that suites share) holds it up.
    pub(crate) is_case: bool,
    pub(crate) requests: Vec<Recorded>,
}

type Log = Vec<(Option<tokio::task::Id>, Recorded)>;

/// Sends what a run sends, and keeps it.
#[derive(Clone, Default)]
pub(crate) struct Recorder {
    log: Arc<Mutex<Log>>,
}

impl Recorder {
    /// A client whose requests are recorded.
    pub(crate) fn client(&self, settings: Settings) -> Client {
        let (http, log) = (bare_client(), Arc::clone(&self.log));
        let handler: Handler = Arc::new(move |request| {
            let (http, log) = (http.clone(), Arc::clone(&log));
            Box::pin(async move {
                let task = tokio::task::try_id();
                let answer = send(&http, &request).await;
                let (parts, body) = answer.into_parts();
                let etag = parts.headers.get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
                let recorded = Recorded { request, status: parts.status.as_u16(), etag, body: body.clone() };
                log.lock().expect("no bench panics here").push((task, recorded));
                http::Response::from_parts(parts, body)
            })
        });
        Client::in_process(handler, settings)
    }

    /// What was recorded, in the order in which it began: a unit for each case, and one for each stretch of requests
    /// that the walker sent itself.
    pub(crate) fn units(&self) -> Vec<Unit> {
        let log = std::mem::take(&mut *self.log.lock().expect("no bench panics here"));
        let mut units: Vec<(Option<tokio::task::Id>, Unit)> = Vec::new();
        for (task, recorded) in log {
            let place = match task {
                Some(_) => units.iter().rposition(|(other, _)| *other == task),
                None => units.len().checked_sub(1).filter(|&last| units[last].0.is_none()),
            };
            match place {
                Some(place) => units[place].1.requests.push(recorded),
                None => units.push((task, Unit { is_case: task.is_some(), requests: vec![recorded] })),
            }
        }
        units.into_iter().map(|(_, unit)| unit).collect()
    }
}

/// An HTTP client that does nothing but send.
pub(crate) fn bare_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .tls_certs_only(std::iter::empty())
        .no_proxy()
        .build()
        .expect("an HTTP client")
}

/// Sends a request and reads the answer to its end.
pub(crate) async fn send(http: &reqwest::Client, request: &http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let mut builder = http.request(request.method().clone(), request.uri().to_string());
    for (name, value) in request.headers() {
        builder = builder.header(name, value);
    }
    if !request.body().is_empty() {
        builder = builder.body(request.body().clone());
    }
    let answer = builder.send().await.expect("the target answers");
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await.expect("the answer is whole").to_vec();
    response
}
