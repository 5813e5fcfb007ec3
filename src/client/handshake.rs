//! What a TLS handshake shows: versions, cipher suite, key, chain. A handshake of our own, since the one of the HTTP
//! client keeps these to itself.

use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, SupportedProtocolVersion};
use serde_json::{Value, json};
use url::Url;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::{Client, Transport};
use crate::exchange::{Exchange, Purpose, Request, Response};

/// The suites of TLS 1.2 that Microsoft Entra ID lists and that can be seen from here; it lists ones with CBC, too.
const LISTED: [&str; 4] = [
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
];

/// What no handshake from here can show.
const UNSEEN: [&str; 3] = [
    "cipher suites with CBC, and versions before TLS 1.2: this client does not speak them",
    "whether the authority is trusted by Microsoft: the list of this machine was asked",
    "the handshake that other addresses of the same name would give",
];

impl Client {
    /// Looks at the TLS handshake of the target. What was seen is the body of the exchange, as JSON.
    pub async fn look_at_tls(&self, base: &Url) -> Exchange {
        let host = base.host_str().unwrap_or_default().to_owned();
        let port = base.port_or_known_default().unwrap_or(443);
        let request =
            Request { method: "TLS".to_owned(), url: format!("https://{host}:{port}/"), ..Request::default() };
        let timeout = self.settings.timeout;
        let start = std::time::Instant::now();
        let seen = match (&self.transport, &self.settings.proxy) {
            (Transport::InProcess(_), _) => Err("there is no network between the target and this program".to_owned()),
            (_, Some(_)) => Err("a proxy stands between, which hides the handshake".to_owned()),
            _ => tokio::task::spawn_blocking(move || look(&host, port, timeout))
                .await
                .unwrap_or_else(|_| Err("the handshake could not be looked at".to_owned())),
        };
        let answer = seen.map(|seen| {
            let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
            Response::new(200, headers, seen.to_string().into_bytes())
        });
        Exchange::new(Purpose::Aside, request, answer, start.elapsed().as_secs_f64() * 1000.0, &self.masker)
    }
}

/// One handshake of each version.
fn look(host: &str, port: u16, timeout: Duration) -> Result<Value, String> {
    super::tls::choose_provider();
    let old = shake(host, port, timeout, &rustls::version::TLS12);
    let new = shake(host, port, timeout, &rustls::version::TLS13);
    // What TLS 1.2 says is what counts; a target without it still shows its certificate by 1.3.
    let best = match (&old, &new) {
        (Ok(seen), _) | (Err(_), Ok(seen)) => seen,
        (Err(reason), Err(_)) => return Err(reason.clone()),
    };
    let suite = |seen: &Result<Seen, String>| seen.as_ref().ok().map(|seen| seen.suite.clone());
    let refusal = |seen: &Result<Seen, String>| seen.as_ref().err().cloned();
    let mut facts = json!({
        "tls12": old.is_ok(),
        "tls13": new.is_ok(),
        "cipherSuite12": suite(&old),
        "cipherSuite13": suite(&new),
        "cipherSuiteIsListed": suite(&old).is_some_and(|name| LISTED.contains(&name.as_str())),
        "refusal12": refusal(&old),
        "refusal13": refusal(&new),
        "trusted": best.trust.is_ok(),
        "distrust": best.trust.as_ref().err(),
        "certificates": best.chain.len(),
        "notSeen": UNSEEN,
    });
    if let (Some(leaf), Value::Object(facts)) = (best.chain.first(), &mut facts) {
        facts.extend(of_certificate(leaf));
    }
    Ok(facts)
}

/// What one handshake showed.
struct Seen {
    suite: String,
    chain: Vec<CertificateDer<'static>>,
    trust: Result<(), String>,
}

fn shake(host: &str, port: u16, timeout: Duration, version: &'static SupportedProtocolVersion) -> Result<Seen, String> {
    let watcher = Arc::new(Watcher::new()?);
    let config = ClientConfig::builder_with_protocol_versions(&[version])
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&watcher) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|error| error.to_string())?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    let address = (host, port).to_socket_addrs().map_err(|error| error.to_string())?.next();
    let address = address.ok_or_else(|| format!("no address is known of {host}"))?;
    let mut socket = TcpStream::connect_timeout(&address, timeout).map_err(|error| error.to_string())?;
    socket.set_read_timeout(Some(timeout)).and_then(|()| socket.set_write_timeout(Some(timeout))).ok();
    while connection.is_handshaking() {
        connection.complete_io(&mut socket).map_err(|error| error.to_string())?;
    }
    let suite = connection.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite())).unwrap_or_default();
    let chain = connection.peer_certificates().map(|chain| chain.iter().map(|one| one.clone().into_owned()).collect());
    connection.send_close_notify();
    // The other side may have gone already.
    drop(connection.write_tls(&mut socket));
    let trust = watcher.trust.lock().map_or_else(|_| Err("not looked at".to_owned()), |trust| trust.clone());
    Ok(Seen { suite, chain: chain.unwrap_or_default(), trust })
}

/// Asks the authorities of the system, keeps what they say, and goes on either way: nothing is sent over this
/// connection.
#[derive(Debug)]
struct Watcher {
    system: rustls_platform_verifier::Verifier,
    trust: Mutex<Result<(), String>>,
}

impl Watcher {
    fn new() -> Result<Self, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let system = rustls_platform_verifier::Verifier::new(provider).map_err(|error| error.to_string())?;
        Ok(Self { system, trust: Mutex::new(Err("not looked at".to_owned())) })
    }
}

impl ServerCertVerifier for Watcher {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let trusted = self.system.verify_server_cert(leaf, chain, name, ocsp, now);
        if let Ok(mut trust) = self.trust.lock() {
            *trust = trusted.map(|_| ()).map_err(|error| error.to_string());
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls12_signature(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls13_signature(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}

fn of_certificate(leaf: &CertificateDer<'_>) -> serde_json::Map<String, Value> {
    let Ok((_, certificate)) = X509Certificate::from_der(leaf) else { return serde_json::Map::new() };
    let (kind, bits) = match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => ("RSA", key.key_size()),
        Ok(PublicKey::EC(point)) => ("EC", point.key_size()),
        _ => ("other", 0),
    };
    let is_strong = match kind {
        "RSA" => bits >= 2048,
        "EC" => bits >= 256,
        _ => false,
    };
    let facts = json!({
        "keyKind": kind,
        "keyBits": bits,
        "keyIsStrong": is_strong,
        "subject": certificate.subject().to_string(),
        "issuer": certificate.issuer().to_string(),
        "validUntil": certificate.validity().not_after.to_string(),
    });
    facts.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// A certificate with an RSA key of 1024 bits, which no TLS library here would serve any more.
    const WEAK: &str = "MIICFDCCAX2gAwIBAgIUBbTVprSRdaFUctCpW/0Bx3n7PAUwDQYJKoZIhvcNAQELBQAwGzEZMBcGA1UEAwwQd2Vhay5leGFtcGxlLmNvbTAgFw0yNjExMjIwMzMwNTRaGA8yMTI2MTAyOTAzMzA1NFowGzEZMBcGA1UEAwwQd2Vhay5leGFtcGxlLmNvbTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAnlnCpBo1R/VGG8EXTb425/ewGbPOgWq8IWcoI1JqUCexOeyOwWeGUWXEEJd96iCTrjmuQBYO4PQTOzFBgUelt5ZU2jomDoZKWtVvuSm9XvOqpqEyiQyekZqdI4xxd/bX3CmA8/utjCEddBhtKTSD2Hj3sP5caSEjbqDXu4y7oOkCAwEAAaNTMFEwHQYDVR0OBBYEFLKDPnnevzHEM2l1LdGuJEgkctBNMB8GA1UdIwQYMBaAFLKDPnnevzHEM2l1LdGuJEgkctBNMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEAOMHS6nGRmIz/t8bAAnDXo3IV2KT0Sh1gQqtyctKZwESt2W8WlqiNC6sHyaeyVsDaGxtuIDy5Anqp6QglAJ3eFxBVQMHKVXFZZqoFW62saoHzqVfLR8H3DjjRO0paTqgCSktsBnAjiaMq8BF1ex9Y65MrpcnM17R3PsenQFyOEzI=";

    #[test]
    fn the_size_of_a_key_is_read_and_a_weak_one_is_called_so() {
        let weak = of_certificate(&STANDARD.decode(WEAK).expect("base64").into());
        assert_eq!((&weak["keyKind"], &weak["keyBits"]), (&"RSA".into(), &1024.into()));
        assert_eq!((&weak["keyIsStrong"], &weak["subject"]), (&false.into(), &"CN=weak.example.com".into()));
        assert!(of_certificate(&vec![1, 2, 3].into()).is_empty());
    }
}
