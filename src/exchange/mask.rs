//! Masking of secrets, at the moment when an exchange is built, so that no later part can forget it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use super::spelling::spellings;
use super::{Request, Response, password};

/// What stands in the place of a masked value.
pub(crate) const MASK: &str = "[masked]";

/// Headers whose value is a credential whatever it is.
const SECRET_HEADERS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// Secrets shorter than this are left alone: masking every `a` would destroy the evidence.
const SHORTEST: usize = 4;

/// A cookie shorter than this is looked for in its header only.
const SHORTEST_COOKIE: usize = 8;

/// How many passwords of users are remembered; older ones belong to cases that are over.
const PASSWORDS: usize = 64;

/// Replaces known secrets in everything that is kept of an exchange, and learns new ones while a run goes on.
///
/// A secret is looked for as it is and as it may be written elsewhere: percent-encoded, form-encoded, Base64, and
/// escaped as a JSON string or in HTML.
#[derive(Debug, Default)]
pub struct Masker {
    known: RwLock<Arc<Known>>,
}

#[derive(Clone, Default)]
struct Known {
    secrets: Vec<String>,
    /// Passwords of users, the latest last.
    passwords: VecDeque<String>,
    /// Each spelling to look for, longest first.
    needles: Vec<String>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("secrets", &self.secrets.len()).finish_non_exhaustive()
    }
}

impl Known {
    fn arrange(&mut self) {
        self.needles = needles(self.secrets.iter().chain(&self.passwords));
    }
}

impl Masker {
    /// A masker for these secrets. Secrets shorter than four characters are left alone: masking every `a` would
    /// destroy the evidence.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let mut known =
            Known { secrets: secrets.into_iter().map(|one| one.as_ref().to_owned()).collect(), ..Known::default() };
        known.arrange();
        Self { known: RwLock::new(Arc::new(known)) }
    }

    /// Looks for one more secret from now on.
    pub fn learn(&self, secret: &str) {
        self.change(|known| {
            let is_new = !known.secrets.iter().any(|one| one == secret);
            if is_new {
                known.secrets.push(secret.to_owned());
            }
            is_new
        });
    }

    /// Whether every secret is so long that it does not occur in a body by accident. Passwords of users do not count.
    #[must_use]
    pub fn is_distinctive(&self) -> bool {
        self.known().secrets.iter().all(|secret| secret.len() >= 12)
    }

    /// The text without any secret.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        without(text, &self.known().needles).into_owned()
    }

    /// Masks a request and its answer. Passwords in the request are remembered for later answers, and cookies of the
    /// answer are looked for in the rest of it.
    pub(super) fn exchange(
        &self,
        mut request: Request,
        answer: Result<Response, String>,
    ) -> (Request, Result<Response, String>) {
        if let Some(text) = request.body.as_deref().and_then(|body| std::str::from_utf8(body).ok()) {
            self.learn_passwords(password::sent(text));
        }
        let known = self.known();
        let cookies = answer.as_ref().map(cookies).unwrap_or_default();
        let own = needles(&cookies);
        let all = if own.is_empty() {
            Cow::Borrowed(&known.needles)
        } else {
            Cow::Owned([own, known.needles.clone()].concat())
        };
        request.url = without(&request.url, &all).into_owned();
        request.headers = headers(request.headers, &all);
        request.body = request.body.map(|body| bytes(body, &all));
        let answer = match answer {
            Ok(response) => Ok(Response {
                truncated: response.truncated,
                ..Response::new(response.status, headers(response.headers, &all), bytes(response.body, &all))
            }),
            Err(error) => Err(without(&error, &all).into_owned()),
        };
        (request, answer)
    }

    fn learn_passwords(&self, passwords: Vec<String>) {
        if passwords.is_empty() {
            return;
        }
        self.change(|known| {
            let before = known.passwords.len();
            for password in passwords {
                if !known.passwords.contains(&password) {
                    known.passwords.push_back(password);
                }
            }
            let is_changed = known.passwords.len() > before;
            while known.passwords.len() > PASSWORDS {
                known.passwords.pop_front();
            }
            is_changed
        });
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Others read the old list until the new one is complete.
    fn change(&self, change: impl FnOnce(&mut Known) -> bool) {
        let mut held = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut known = Known::clone(&held);
        if change(&mut known) {
            known.arrange();
            *held = Arc::new(known);
        }
    }
}

/// Every spelling of these secrets, longest first.
fn needles<'a>(secrets: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let long = secrets.into_iter().filter(|secret| secret.len() >= SHORTEST);
    let mut needles: Vec<String> = long.flat_map(|secret| spellings(secret)).collect();
    needles.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    needles.dedup();
    needles
}

/// The values of the cookies that an answer sets.
fn cookies(response: &Response) -> Vec<String> {
    let set = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    set.filter_map(|(_, cookie)| cookie.split(';').next()?.split_once('='))
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
        .filter(|value| value.len() >= SHORTEST_COOKIE)
        .collect()
}

fn without<'a>(text: &'a str, needles: &[String]) -> Cow<'a, str> {
    let mut out = Cow::Borrowed(text);
    for needle in needles {
        if out.contains(needle.as_str()) {
            out = Cow::Owned(out.replace(needle.as_str(), MASK));
        }
    }
    out
}

fn headers(headers: Vec<(String, String)>, needles: &[String]) -> Vec<(String, String)> {
    headers
        .into_iter()
        .map(|(name, value)| {
            let secret = SECRET_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known));
            let value = if secret { mask_credential(&value) } else { without(&value, needles).into_owned() };
            (name, value)
        })
        .collect()
}

fn bytes(body: Vec<u8>, needles: &[String]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&body) else { return mask_bytes(body, needles) };
    let masked = without(text, needles);
    match (password::without_passwords(&masked), masked) {
        (Some(text), _) | (None, Cow::Owned(text)) => text.into_bytes(),
        (None, Cow::Borrowed(_)) => body,
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
    for needle in needles.iter().map(String::as_bytes) {
        let mut from = 0;
        while let Some(at) = out[from..].windows(needle.len()).position(|window| window == needle) {
            out.splice(from + at..from + at + needle.len(), MASK.bytes());
            from += at + MASK.len();
        }
    }
    out
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
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, secret),
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
        let (masked, _) = Masker::default().exchange(request, Err(String::new()));
        assert_eq!(masked.header("authorization"), Some("Bearer [masked]"));
        assert_eq!(masked.header("cookie"), Some("[masked]"));
    }

    #[test]
    fn a_secret_in_bytes_that_are_no_text_is_masked() {
        let masker = Masker::new(["topsecret", "ecret"]);
        let body = bytes(b"\xff topsecret ecret ecret \xfe".to_vec(), &masker.known().needles);
        assert_eq!(body, b"\xff [masked] [masked] [masked] \xfe");
    }

    #[test]
    fn what_is_learnt_later_is_masked_from_then_on() {
        let masker = Masker::new(["first-secret"]);
        assert_eq!(masker.text("an-access-token"), "an-access-token");
        masker.learn("an-access-token");
        assert_eq!(masker.text("first-secret an-access-token"), "[masked] [masked]");
        assert!(masker.is_distinctive());
        masker.learn("short");
        assert!(!masker.is_distinctive());
    }

    #[test]
    fn a_cookie_of_an_answer_is_masked_in_all_of_it() {
        let headers = vec![("set-cookie".to_owned(), "sid=0123456789abcdef; Path=/".to_owned())];
        let answer = Response::new(200, headers, b"{\"session\":\"0123456789abcdef\"}".to_vec());
        let (_, answer) = Masker::default().exchange(Request::default(), Ok(answer));
        assert_eq!(answer.unwrap().text(), "{\"session\":\"[masked]\"}");
    }

    #[test]
    fn the_password_of_a_user_is_masked_in_its_request_and_in_later_answers() {
        let masker = Masker::default();
        let request = Request { body: Some(b"{\"password\":\"Tr0ub4dor-x\"}".to_vec()), ..Request::default() };
        let (request, _) = masker.exchange(request, Err(String::new()));
        assert_eq!(request.body.as_deref(), Some(&b"{\"password\":\"[masked]\"}"[..]));
        let later = Response::new(200, Vec::new(), b"{\"title\":\"Tr0ub4dor-x\"}".to_vec());
        let (_, later) = masker.exchange(Request::default(), Ok(later));
        assert_eq!(later.unwrap().text(), "{\"title\":\"[masked]\"}");
    }

    #[test]
    fn only_the_latest_passwords_are_remembered() {
        let masker = Masker::default();
        masker.learn_passwords((0..=PASSWORDS).map(|n| format!("Tr0ub4dor-{n:03}")).collect());
        assert_eq!(masker.known().passwords.len(), PASSWORDS);
        assert_eq!(masker.text("Tr0ub4dor-000 Tr0ub4dor-064"), "Tr0ub4dor-000 [masked]");
    }
}
