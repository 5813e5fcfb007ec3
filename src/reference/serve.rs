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
