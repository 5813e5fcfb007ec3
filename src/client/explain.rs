//! Why there is no answer, in words that say what to do.

use std::error::Error as _;
use std::time::Duration;

use url::Url;

/// Why a request got no answer.
pub(super) fn request(error: &reqwest::Error, timeout: Duration) -> String {
    let cause = root_cause(error);
    if error.is_timeout() {
        return format!("no answer within {} s (raise it with --timeout)", timeout.as_secs_f64());
    }
    if error.is_connect() {
        let lower = cause.to_lowercase();
        return if lower.contains("refused") {
            "connection refused: nothing listens at this address and port".to_owned()
        } else if lower.contains("dns") || lower.contains("resolve") || lower.contains("name or service") {
            format!("the host name cannot be resolved ({cause})")
        } else if lower.contains("certificate") || lower.contains("tls") || lower.contains("handshake") {
            format!("TLS failed: {cause}")
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

/// Whether the connection was closed before any answer came over it.
pub(super) fn is_closed(error: &reqwest::Error) -> bool {
    let cause = root_cause(error).to_lowercase();
    !error.is_timeout()
        && !error.is_connect()
        && ["closed before", "reset by peer", "broken pipe"].iter().any(|words| cause.contains(words))
}

/// Why a client cannot be made.
pub(super) fn set_up(error: &reqwest::Error, base: &Url) -> String {
    let cause = root_cause(error);
    if base.scheme() == "https" {
        format!("{cause}; an https target needs CA certificates on this machine (Debian: package `ca-certificates`)")
    } else {
        cause
    }
}

fn root_cause(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    let mut text = error.to_string();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}
