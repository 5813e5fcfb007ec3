//! Why there is no answer, in words that say what to do.

use std::error::Error as _;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError, Error as TlsError, InvalidMessage};
use url::Url;

use super::tls::tls_error;

/// Why a request got no answer. `has_identity`: a certificate of ours was there to be shown.
pub(super) fn request(error: &reqwest::Error, timeout: Duration, has_identity: bool) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s (raise it with --timeout)", timeout.as_secs_f64());
    }
    if let Some(error) = tls_error(error) {
        return tls(error, has_identity);
    }
    let cause = root_cause(error);
    if error.is_connect() {
        let lower = cause.to_lowercase();
        return if lower.contains("refused") {
            "connection refused: nothing listens at this address and port".to_owned()
        } else if lower.contains("dns") || lower.contains("resolve") || lower.contains("name or service") {
            format!("the host name cannot be resolved ({cause})")
        } else if lower.contains("proxy authentication required") || lower.contains("proxy authorization required") {
            "the proxy wants a user and a password: write them into its URL, --proxy http://USER:PASSWORD@HOST:PORT"
                .to_owned()
        } else if lower.contains("tunnel") {
            format!("the proxy did not make the connection ({cause})")
        } else {
            format!("cannot connect: {cause}")
        };
    }
    if error.is_body() || error.is_decode() {
        return format!("the answer broke off: {cause}");
    }
    if cause.contains("message head is too large") {
        return "the headers of the answer are larger than is read (100 lines, 400 KiB)".to_owned();
    }
    format!("no answer: {cause}")
}

/// Why TLS failed, and what to do.
fn tls(error: &TlsError, has_identity: bool) -> String {
    let cause = match error {
        TlsError::InvalidCertificate(problem) => return certificate(problem, error),
        TlsError::AlertReceived(alert) => return refused(*alert, has_identity),
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "what answers does not speak TLS: is it http:// instead of https://, or another port?".to_owned()
        }
        TlsError::PeerIncompatible(_) => {
            format!("the target offers no version or cipher of TLS 1.2 or 1.3 that is considered safe ({error})")
        }
        other => other.to_string(),
    };
    format!("TLS failed: {cause}")
}

fn certificate(problem: &CertificateError, error: &TlsError) -> String {
    let cause = match problem {
        CertificateError::UnknownIssuer => {
            "its certificate is signed by an authority that this machine does not know (or by itself): give the certificate of the authority with --ca FILE"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired: renew it (or set the clock of this machine)".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet: is the clock of this machine right?".to_owned()
        }
        CertificateError::NotValidForName => {
            "its certificate is for another host name: use the name in the certificate in the URL".to_owned()
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names = presented.iter().map(|name| plain_name(name)).collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { "no name".to_owned() } else { names };
            format!("its certificate is for another host name ({names}): use that name in the URL, or mend the certificate")
        }
        CertificateError::Revoked => "its certificate was revoked".to_owned(),
        CertificateError::Other(_) if error.to_string().contains("CaUsedAsEndEntity") => {
            "its certificate is that of an authority, not of a server: make one for the server and sign it with that authority"
                .to_owned()
        }
        _ => format!("its certificate cannot be used ({error})"),
    };
    format!("TLS failed: {cause}; --insecure tests all the same, without any safety")
}

/// `DnsName("x.example")` as `x.example`.
fn plain_name(name: &str) -> String {
    name.split('"').nth(1).unwrap_or(name).to_owned()
}

/// The target broke the handshake off.
fn refused(alert: AlertDescription, has_identity: bool) -> String {
    let about_certificates = matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::NoCertificate
            | AlertDescription::BadCertificate
            | AlertDescription::UnknownCA
            | AlertDescription::CertificateUnknown
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError
            | AlertDescription::UnsupportedCertificate
    );
    let cause = match (about_certificates || alert == AlertDescription::HandshakeFailure, has_identity) {
        (true, true) => {
            "the target refuses the client certificate: is it signed by an authority that it knows, and still valid?"
        }
        (true, false) if about_certificates => {
            "the target wants a client certificate: give one with --client-cert FILE and --client-key FILE"
        }
        (true, false) => {
            "the target breaks the handshake off; it may want a client certificate (--client-cert and --client-key), or speak no cipher suite that scimspec speaks (ECDHE with AES-GCM or ChaCha20)"
        }
        (false, _) => "the target breaks the handshake off",
    };
    format!("TLS failed: {cause} (alert {alert:?})")
}

/// Whether the connection was closed before any answer came over it.
pub(super) fn is_closed(error: &reqwest::Error) -> bool {
    let cause = root_cause(error).to_lowercase();
    !error.is_timeout()
        && !error.is_connect()
        && ["closed before", "reset by peer", "broken pipe"].iter().any(|words| cause.contains(words))
}

/// Why a client cannot be made.
pub(super) fn set_up(error: &reqwest::Error, url: &Url) -> String {
    let cause = root_cause(error);
    if url.scheme() == "https" {
        format!(
            "{cause}; an https target needs CA certificates on this machine: install them (Debian, Ubuntu and Alpine: package `ca-certificates`), or name a file with --ca"
        )
    } else {
        cause
    }
}

/// The innermost cause. URLs are left out: they may hold a password.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut text = if cause.is_none() { "the request could not be made".to_owned() } else { String::new() };
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
