//! Masking of secrets, at the moment when an exchange is built, so that no later part can forget it.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::{Request, Response};

/// What stands in the place of a masked value.
pub(crate) const MASK: &str = "[masked]";

/// Headers whose value is a credential whatever it is.
const SECRET_HEADERS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// Replaces known secrets in everything that is kept of an exchange.
///
/// A secret is looked for as it is and as it may be written elsewhere: percent-encoded, form-encoded, Base64, and
/// escaped as a JSON string.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    /// Each spelling to look for, longest first.
    needles: Vec<String>,
}

impl Masker {
    /// A masker for these secrets. Secrets shorter than four characters are left alone: masking every `a` would
    /// destroy the evidence.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let mut needles: Vec<String> = Vec::new();
        for secret in secrets {
            let secret = secret.as_ref();
            if secret.len() < 4 {
                continue;
            }
            let json = serde_json::Value::from(secret).to_string();
            needles.extend([
                secret.to_owned(),
                json[1..json.len() - 1].to_owned(),
                url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
                percent(secret),
                STANDARD.encode(secret),
                STANDARD.encode(secret).trim_end_matches('=').to_owned(),
                URL_SAFE_NO_PAD.encode(secret),
            ]);
        }
        needles.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        needles.dedup();
        Self { needles }
    }

    /// The text without any secret.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut out = Cow::Borrowed(text);
        for needle in &self.needles {
            if out.contains(needle.as_str()) {
                out = Cow::Owned(out.replace(needle.as_str(), MASK));
            }
        }
        out.into_owned()
    }

    pub(super) fn request(&self, request: Request) -> Request {
        Request {
            method: request.method,
            url: self.text(&request.url),
            headers: self.headers(request.headers),
            body: request.body.map(|body| self.bytes(body)),
        }
    }

    pub(super) fn response(&self, response: Response) -> Response {
        Response {
            truncated: response.truncated,
            ..Response::new(response.status, self.headers(response.headers), self.bytes(response.body))
        }
    }

    fn headers(&self, headers: Vec<(String, String)>) -> Vec<(String, String)> {
        headers
            .into_iter()
            .map(|(name, value)| {
                let secret = SECRET_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known));
                let value = if secret { mask_credential(&value) } else { self.text(&value) };
                (name, value)
            })
            .collect()
    }

    fn bytes(&self, body: Vec<u8>) -> Vec<u8> {
        match std::str::from_utf8(&body) {
            Ok(text) if self.needles.iter().any(|needle| text.contains(needle.as_str())) => {
                self.text(text).into_bytes()
            }
            Ok(_) => body,
            Err(_) => mask_bytes(body, &self.needles),
        }
    }
}

/// Keeps the scheme word of a credential, which is no secret and helps the reader.
fn mask_credential(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) if scheme.len() <= 12 && scheme.bytes().all(|b| b.is_ascii_alphabetic()) => {
            format!("{scheme} {MASK}")
        }
        _ => MASK.to_owned(),
    }
}

fn mask_bytes(body: Vec<u8>, needles: &[String]) -> Vec<u8> {
    let mut out = body;
    for needle in needles {
        let needle = needle.as_bytes();
        while let Some(at) = out.windows(needle.len()).position(|window| window == needle) {
            out.splice(at..at + needle.len(), MASK.bytes());
        }
    }
    out
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_secret_is_masked() {
        let secret = "s3cr\"t/+ value";
        let masker = Masker::new([secret]);
        let spellings = [
            secret.to_owned(),
            serde_json::Value::from(secret).to_string(),
            STANDARD.encode(secret),
            "s3cr%22t%2F%2B+value".to_owned(),
            "s3cr%22t%2F%2B%20value".to_owned(),
        ];
        for spelling in spellings {
            let masked = masker.text(&format!("before {spelling} after"));
            assert!(masked.contains(MASK) && masked.ends_with("after") && !masked.contains("value"), "{masked}");
        }
    }

    #[test]
    fn a_credential_header_is_masked_even_when_it_is_unknown() {
        let request = Request {
            headers: vec![("Authorization".into(), "Bearer abc".into()), ("Cookie".into(), "a=b".into())],
            ..Request::default()
        };
        let masked = Masker::default().request(request);
        assert_eq!(masked.header("authorization"), Some("Bearer [masked]"));
        assert_eq!(masked.header("cookie"), Some("[masked]"));
    }

    #[test]
    fn a_secret_in_bytes_that_are_no_text_is_masked() {
        let masker = Masker::new(["topsecret"]);
        let body = masker.bytes(b"\xff topsecret \xfe".to_vec());
        assert!(!body.windows(9).any(|window| window == b"topsecret"));
    }
}
