//! Servers that are no providers.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

/// Answers every request with the same bytes and closes the connection. Gives its base URL.
pub(crate) fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // The first packet holds the whole of the requests that tests send.
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}/scim/v2")
}

/// A port on which nobody listens any more.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    format!("http://{}/scim/v2", listener.local_addr().expect("it listens"))
}

/// A listener that can tell whether anybody came.
pub(crate) struct Doorbell(TcpListener);

impl Doorbell {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.set_nonblocking(true).expect("it can be asked");
        Self(listener)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/scim/v2", self.0.local_addr().expect("it listens"))
    }

    pub(crate) fn rang(&self) -> bool {
        self.0.accept().is_ok()
    }
}
