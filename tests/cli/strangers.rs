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

#[cfg(test)]
mod tests {
    use crate::process::{Scimspec, Serving};
    use crate::server::{answer, forwarded, serve};

    /// Discovery is public, as RFC 7644 section 4 allows; everything else wants the credential.
    fn with_public_discovery(serving: &Serving) -> String {
        let (address, token) = (serving.address(), format!("Bearer {}", serving.token()));
        let server = serve(move |call| {
            let public = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];
            if public.iter().any(|path| call.target().contains(path)) {
                return forwarded(&call.with(&[("authorization", Some(&token))]), address);
            }
            match call.header("authorization") {
                Some(given) if given == token => forwarded(call, address),
                _ => answer("401 Unauthorized", &[("WWW-Authenticate", "Bearer")], ""),
            }
        });
        format!("http://{server}/scim/v2")
    }

    #[test]
    fn a_credential_that_is_refused_behind_public_discovery_is_one_clear_message() {
        let serving = Serving::with(&["--token", "open-sesame"]);
        let url = with_public_discovery(&serving);
        Scimspec::with("run users/retrieve --token open-sesame --url").arg(&url).exits(0);
        let said = Scimspec::with("run --token wrong-sesame --url").arg(&url).exits(3);
        said.is_one_message(&[&url, "refuses the credential with status 401", "check the token or password"]);
        let said = Scimspec::with("run --url").arg(&url).exits(3);
        said.is_one_message(&["refuses the credential with status 401", "--token, --token-file, SCIMSPEC_TOKEN"]);
    }
}
