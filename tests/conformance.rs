//! Every case against the reference provider on a socket.

use std::process::ExitCode;
use std::sync::Arc;

use scimspec::cargo_test::{Harness, Server};
use scimspec::reference::{self, Provider, Settings};
use scimspec::suite::{Profile, Tier};
use tokio::net::TcpListener;

fn main() -> ExitCode {
    let harness = Harness::start(serve).profiles([Profile::Rfc, Profile::Entra]).tier(Tier::Edge);
    harness.main()
}

async fn serve() -> Server {
    let token = "the-token-of-the-conformance-test";
    let settings = Settings { token: Some(token.to_owned()), ..Settings::default() };
    let provider = Provider::new(settings).expect("a database in memory");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(reference::serve(Arc::new(provider), listener, std::future::pending()));
    Server::at(format!("http://{address}/scim/v2")).token(token)
}
