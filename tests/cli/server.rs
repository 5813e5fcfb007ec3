//! Servers that a test writes itself: plain or TLS, one thread per connection, one answer per connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A request as it came.
pub(crate) struct Call {
    /// Request line and headers, with their line ends.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Call {
    pub(crate) fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// What stands in the request line: a path, or a URL for a proxy.
    pub(crate) fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim()))
    }

    /// The same request with other headers of these names; `None` removes one.
    pub(crate) fn with(&self, headers: &[(&str, Option<&str>)]) -> Self {
        let mut lines = self.head.lines();
        let mut head = format!("{}\r\n", lines.next().unwrap_or_default());
        let is_changed = |line: &str| {
            headers.iter().any(|(name, _)| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name)))
        };
        for line in lines.filter(|line| !line.is_empty() && !is_changed(line)) {
            head.push_str(&format!("{line}\r\n"));
        }
        for (name, value) in headers {
            head.extend(value.map(|value| format!("{name}: {value}\r\n")));
        }
        Self { head: head + "\r\n", body: self.body.clone() }
    }

    /// The request as the target of a proxy gets it: a path instead of a URL.
    pub(crate) fn to_origin(&self) -> Self {
        let Some((_, rest)) = self.target().split_once("://") else { return self.with(&[]) };
        let path = format!("/{}", rest.split_once('/').map_or("", |(_, path)| path));
        Self { head: self.head.replacen(self.target(), &path, 1), body: self.body.clone() }
    }

    /// Reads one request; `None` when none comes.
    fn read(stream: &mut impl Read) -> Option<Self> {
        let mut bytes = Vec::new();
        let mut chunk = [0; 8192];
        loop {
            let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
            bytes.extend_from_slice(&chunk[..count]);
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let mut call =
                Self { head: String::from_utf8(bytes[..end + 4].to_vec()).ok()?, body: bytes[end + 4..].to_vec() };
            let length = call.header("content-length").map_or(Some(0), |text| text.parse().ok())?;
            while call.body.len() < length {
                let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
                call.body.extend_from_slice(&chunk[..count]);
            }
            return Some(call);
        }
    }
}

/// An answer, complete with its length.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for (name, value) in headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{out}\r\n{body}").into_bytes()
}

/// A JSON answer.
pub(crate) fn json(status: &str, body: &serde_json::Value) -> Vec<u8> {
    answer(status, &[("Content-Type", "application/json")], &body.to_string())
}

/// The answer of another server on this machine to the same request.
pub(crate) fn forwarded(call: &Call, to: SocketAddr) -> Vec<u8> {
    let call = call.with(&[("connection", Some("close"))]);
    let mut out = Vec::new();
    if let Ok(mut stream) = TcpStream::connect(to) {
        let sent = stream.write_all(call.head.as_bytes()).and_then(|()| stream.write_all(&call.body));
        if sent.is_ok() {
            let _ = stream.read_to_end(&mut out);
        }
    }
    out
}

/// A server that answers each request by a function, until the process ends.
pub(crate) fn serve(answer: impl Fn(&Call) -> Vec<u8> + Send + Sync + 'static) -> SocketAddr {
    listen(move |mut stream| {
        if let Some(call) = Call::read(&mut stream) {
            let _ = stream.write_all(&answer(&call));
        }
    })
}

/// The same behind TLS.
pub(crate) fn serve_tls(
    config: rustls::ServerConfig,
    answer: impl Fn(&Call) -> Vec<u8> + Send + Sync + 'static,
) -> SocketAddr {
    let config = Arc::new(config);
    listen(move |stream| {
        let Ok(connection) = rustls::ServerConnection::new(Arc::clone(&config)) else { return };
        let mut stream = rustls::StreamOwned::new(connection, stream);
        if let Some(call) = Call::read(&mut stream) {
            let _ = stream.write_all(&answer(&call));
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    })
}

fn listen(talk: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    let talk = Arc::new(talk);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let talk = Arc::clone(&talk);
            // A client that hangs shall not keep the thread for ever.
            let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
            thread::spawn(move || talk(stream));
        }
    });
    address
}

/// A forward proxy: tunnels for CONNECT, requests with a whole URL are sent on to `plain`. Each request is shown to
/// `look` first, which may answer instead.
pub(crate) fn proxy(plain: SocketAddr, look: impl Fn(&Call) -> Option<Vec<u8>> + Send + Sync + 'static) -> SocketAddr {
    listen(move |mut stream| {
        let Some(call) = Call::read(&mut stream) else { return };
        if let Some(answer) = look(&call) {
            let _ = stream.write_all(&answer);
        } else if call.method() == "CONNECT" {
            let Ok(other) = TcpStream::connect(call.target()) else { return };
            let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
            join(stream, other);
        } else {
            let call = call.to_origin();
            let _ = stream.write_all(&forwarded(&call.with(&[("proxy-authorization", None)]), plain));
        }
    })
}

/// Carries bytes both ways until one side closes.
fn join(one: TcpStream, other: TcpStream) {
    let (Ok(mut from_one), Ok(mut from_other)) = (one.try_clone(), other.try_clone()) else { return };
    let (mut one, mut other) = (one, other);
    let there = thread::spawn(move || {
        let _ = std::io::copy(&mut from_one, &mut other);
        let _ = other.shutdown(std::net::Shutdown::Write);
    });
    let _ = std::io::copy(&mut from_other, &mut one);
    let _ = one.shutdown(std::net::Shutdown::Write);
    let _ = there.join();
}

/// A certification authority of a test.
pub(crate) struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    /// Its certificate, as PEM.
    pub(crate) pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).expect("no names");
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { issuer: rcgen::Issuer::new(params, key), pem }
    }

    /// A certificate for these names, changed by `change` before it is signed.
    pub(crate) fn sign(&self, names: &[&str], change: impl FnOnce(&mut rcgen::CertificateParams)) -> Signed {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = rcgen::CertificateParams::new(names).expect("names");
        change(&mut params);
        let key = rcgen::KeyPair::generate().expect("a key");
        let cert = params.signed_by(&key, &self.issuer).expect("a certificate");
        Signed { cert, key }
    }
}

/// A certificate and its key.
pub(crate) struct Signed {
    cert: rcgen::Certificate,
    key: rcgen::KeyPair,
}

impl Signed {
    pub(crate) fn cert_pem(&self) -> String {
        self.cert.pem()
    }

    pub(crate) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// A server that shows it; with an authority, clients have to show a certificate of that.
    pub(crate) fn server(&self, clients: Option<&Authority>) -> rustls::ServerConfig {
        let _ = rustls::crypto::ring::default_provider().install_default();
        self.shown_by(rustls::ServerConfig::builder(), clients)
    }

    /// A server that shows it and speaks these versions only.
    pub(crate) fn server_of(&self, versions: &[&'static rustls::SupportedProtocolVersion]) -> rustls::ServerConfig {
        let _ = rustls::crypto::ring::default_provider().install_default();
        self.shown_by(rustls::ServerConfig::builder_with_protocol_versions(versions), None)
    }

    /// A server that shows it and speaks this one suite of TLS 1.2 only, beside those of TLS 1.3.
    pub(crate) fn server_with(&self, suite: rustls::CipherSuite) -> rustls::ServerConfig {
        let mut provider = rustls::crypto::ring::default_provider();
        provider.cipher_suites.retain(|one| one.tls13().is_some() || one.suite() == suite);
        let builder = rustls::ServerConfig::builder_with_provider(Arc::new(provider));
        self.shown_by(builder.with_safe_default_protocol_versions().expect("versions"), None)
    }

    fn shown_by(
        &self,
        builder: rustls::ConfigBuilder<rustls::ServerConfig, rustls::WantsVerifier>,
        clients: Option<&Authority>,
    ) -> rustls::ServerConfig {
        let chain: Vec<CertificateDer<'static>> = vec![self.cert.der().clone()];
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key");
        let builder = match clients {
            Some(authority) => {
                let mut roots = rustls::RootCertStore::empty();
                roots.add_parsable_certificates([pem_der(&authority.pem)]);
                let verifier = rustls::server::WebPkiClientVerifier::builder(Arc::new(roots)).build().expect("roots");
                builder.with_client_cert_verifier(verifier)
            }
            None => builder.with_no_client_auth(),
        };
        builder.with_single_cert(chain, key).expect("they belong together")
    }
}

fn pem_der(pem: &str) -> CertificateDer<'static> {
    use rustls::pki_types::pem::PemObject;
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")
}
