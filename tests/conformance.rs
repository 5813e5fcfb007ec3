//! Every case against the reference provider on a socket.

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::Arguments;
use scimspec::cargo_test::{Harness, Server};
use scimspec::reference::{self, Provider, Settings};
use scimspec::suite::{Profile, Tier};
use tokio::net::TcpListener;

/// What a client wants beyond the RFCs, and the reference provider does not give: RFC 7643 lets two groups have the
/// same name, Entra ID wants the second one refused.
const BEYOND_THE_RFC: [&str; 1] = ["entra/groups/second-create-conflicts"];

fn main() -> ExitCode {
    let harness = Harness::start(serve).profiles([Profile::Rfc, Profile::Entra]).tier(Tier::Edge);
    match harness.trials() {
        Ok(mut trials) => {
            trials.retain(|trial| !BEYOND_THE_RFC.contains(&trial.name()));
            libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
        }
        Err(mistake) => {
            eprintln!("{mistake}");
            ExitCode::FAILURE
        }
    }
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
