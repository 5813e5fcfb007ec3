//! Tests a small application of its own under `cargo test`, which is all that `tests/scim.rs` of such an application
//! has to hold. `cargo test --example own_server -- --list` shows the trials.

mod app;

use std::process::ExitCode;

use scimspec::cargo_test::{Harness, Server};

fn main() -> ExitCode {
    Harness::start(|| async {
        let address = app::listen("secret-of-the-example").await;
        Server::at(format!("http://{address}/scim/v2")).token("secret-of-the-example")
    })
    .main()
}
