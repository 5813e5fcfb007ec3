//! What a TLS handshake shows: versions, cipher suite, key, chain. A handshake of our own, since the one of the HTTP
//! client keeps these to itself.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CipherSuite, ClientConfig, ClientConnection, DigitallySignedStruct, ProtocolVersion, SignatureScheme};
use serde_json::{Value, json};
use url::Url;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::hello::{NoGreeting, connect, greet, told};
use super::{Client, Transport};
use crate::exchange::{Exchange, Purpose, Request, Response};

/// The suites of TLS 1.2 that Microsoft Entra ID lists.
const LISTED: [CipherSuite; 8] = [
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
];

/// Other suites that servers use, those of older versions last.
const OTHERS: [CipherSuite; 14] = [
    CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
    CipherSuite::TLS_RSA_WITH_AES_256_CBC_SHA,
];

/// What no handshake from here can show.
const UNSEEN: [&str; 3] = [
    "whether Microsoft trusts the authority: the list of this machine was asked",
    "which further suites are taken: a server shows the one that it chooses",
    "the handshake that other addresses of the same name would give",
];

impl Client {
    /// Looks at the TLS handshakes of the target. What was seen is the body of the exchange, as JSON.
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
            _ => tokio::task::spawn_blocking(move || look(host.trim_matches(['[', ']']), port, timeout))
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

/// A handshake of each version.
fn look(host: &str, port: u16, timeout: Duration) -> Result<Value, String> {
    super::tls::choose_provider();
    let with = |version, suites: &[CipherSuite]| greet(host, port, timeout, version, suites);
    let listed = with(ProtocolVersion::TLSv1_2, &LISTED);
    // A server may speak TLS 1.2 and none of the suites that Microsoft Entra ID speaks.
    let old = match listed {
        Err(NoGreeting::Refused(_)) => with(ProtocolVersion::TLSv1_2, &OTHERS).or(listed),
        _ => listed,
    };
    let old = match old {
        Err(NoGreeting::Network(reason)) => return Err(reason),
        other => other.map_err(|refusal| refusal.to_string()),
    };
    let new = shake(host, port, timeout);
    // What TLS 1.2 says is what counts; a target without it still shows its certificate by 1.3.
    let chain = match (&old, &new) {
        (Ok(seen), _) => &seen.chain,
        (Err(_), Ok(seen)) => &seen.chain,
        (Err(reason), Err(_)) => return Err(reason.clone()),
    };
    let older = [ProtocolVersion::TLSv1_0, ProtocolVersion::TLSv1_1];
    let older: Vec<String> = older.into_iter().filter(|version| with(*version, &OTHERS).is_ok()).map(told).collect();
    let trust = trust(chain, host);
    let mut facts = json!({
        "tls12": old.is_ok(),
        "tls13": new.is_ok(),
        "olderVersions": older,
        "cipherSuite12": old.as_ref().ok().map(|seen| format!("{:?}", seen.suite)),
        "cipherSuite13": new.as_ref().ok().map(|seen| seen.suite.clone()),
        "cipherSuiteIsListed": old.as_ref().is_ok_and(|seen| LISTED.contains(&seen.suite)),
        "refusal12": old.as_ref().err(),
        "refusal13": new.as_ref().err(),
        "trusted": trust.is_ok(),
        "distrust": trust.as_ref().err(),
        "certificates": chain.len(),
        "notSeen": UNSEEN,
    });
    if let (Some(leaf), Value::Object(facts)) = (chain.first(), &mut facts) {
        facts.extend(of_certificate(leaf));
    }
    Ok(facts)
}

/// What the authorities of this machine say.
fn trust(chain: &[CertificateDer<'_>], host: &str) -> Result<(), String> {
    let (leaf, others) = chain.split_first().ok_or("no certificate was sent")?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let system = rustls_platform_verifier::Verifier::new(provider).map_err(|error| error.to_string())?;
    let name = ServerName::try_from(host).map_err(|error| error.to_string())?;
    let verified = system.verify_server_cert(leaf, others, &name, &[], UnixTime::now());
    verified.map(|_| ()).map_err(|error| error.to_string())
}

/// What a handshake of TLS 1.3 showed.
struct Seen {
    suite: String,
    chain: Vec<CertificateDer<'static>>,
}

/// A handshake of TLS 1.3, in which certificates are encrypted.
fn shake(host: &str, port: u16, timeout: Duration) -> Result<Seen, String> {
    let config = ClientConfig::builder_with_protocol_versions(&[&rustls::version::TLS13])
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Onlooker))
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    let mut socket = connect(host, port, timeout)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut socket).map_err(|error| error.to_string())?;
    }
    let suite = connection.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite())).unwrap_or_default();
    let chain = connection.peer_certificates().map(|chain| chain.iter().map(|one| one.clone().into_owned()).collect());
    connection.send_close_notify();
    // The other side may have gone already.
    drop(connection.write_tls(&mut socket));
    Ok(Seen { suite, chain: chain.unwrap_or_default() })
}

/// Takes every certificate, to look at it: nothing is sent over this connection.
#[derive(Debug)]
struct Onlooker;

impl ServerCertVerifier for Onlooker {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
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
