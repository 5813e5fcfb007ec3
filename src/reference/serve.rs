//! The provider on a socket.

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use tokio::net::TcpListener;

use super::Provider;
use super::problem::Problem;
use super::reply::Reply;

/// Answers requests on the listener until `shutdown` resolves, then finishes those that are under way.
///
/// # Errors
/// What the listener reports.
pub async fn serve(
    provider: Arc<Provider>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = Router::new().fallback(move |request| answer(Arc::clone(&provider), request));
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

async fn answer(provider: Arc<Provider>, request: http::Request<Body>) -> http::Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, provider.limits.body).await else {
        return refused(&provider.too_large(), &provider);
    };
    let request = http::Request::from_parts(parts, body.to_vec());
    let worker = Arc::clone(&provider);
    match tokio::task::spawn_blocking(move || worker.handle(request)).await {
        Ok(response) => response.map(Body::from),
        Err(error) => refused(&Problem::new(500, None, format!("the provider stopped: {error}")), &provider),
    }
}

fn refused(problem: &Problem, provider: &Provider) -> http::Response<Body> {
    Reply::problem(problem, provider.rules.media_type).into_response().map(Body::from)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpStream};

    use super::super::{Limits, Settings};
    use super::*;

    fn exchange(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("a listening provider");
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_socket_answers_like_the_provider_and_stops_when_told() {
        let limits = Limits { body: 1_000, ..Limits::default() };
        let provider = Arc::new(Provider::new(Settings { limits, ..Settings::default() }).expect("a database"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let served = tokio::spawn(serve(provider, listener, async move { drop(stopped.await) }));
        let talk = tokio::task::spawn_blocking(move || {
            let head = format!("HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
            let listed = exchange(address, &format!("GET /scim/v2/Users {head}\r\n"));
            let large = "x".repeat(2_000);
            let post = format!("POST /scim/v2/Users {head}Content-Length: {}\r\n\r\n{large}", large.len());
            (listed, exchange(address, &post))
        });
        let (listed, refused) = talk.await.expect("an exchange");
        assert!(listed.starts_with("HTTP/1.1 200") && listed.contains("\"totalResults\":0"), "{listed}");
        assert!(listed.contains("content-type: application/scim+json"), "{listed}");
        assert!(refused.starts_with("HTTP/1.1 413") && refused.contains("2.0:Error"), "{refused}");
        stop.send(()).expect("a running provider");
        served.await.expect("no panic").expect("a clean end");
    }
}
