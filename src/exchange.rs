//! One request and its response as they went over the wire, with every known secret masked when it is built.

use std::sync::OnceLock;

use serde_json::Value;

pub mod limits;
mod mask;
mod password;
mod spelling;

pub(crate) use mask::MASK;
pub use mask::Masker;

/// A request as it is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Method in upper case.
    pub method: String,
    /// Absolute URL, percent-encoded as it goes over the wire.
    pub url: String,
    /// Header names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// The first header of this name, compared without regard to case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// Path and query of the URL, for display: `/scim/v2/Users?count=1`.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        let after_scheme = self.url.find("://").map_or(0, |at| at + 3);
        self.url[after_scheme..].find('/').map_or("/", |at| &self.url[after_scheme + at..])
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.body.as_deref()?).ok()
    }
}

/// A response as it came.
#[derive(Debug, Default)]
pub struct Response {
    /// HTTP status code.
    pub status: u16,
    /// Header names (as the HTTP library gives them: lower case) and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// Whether only the beginning of the body was kept (see [`limits`]), so that nothing can be said about its end.
    pub truncated: bool,
    json: OnceLock<Result<Value, String>>,
}

impl Clone for Response {
    fn clone(&self) -> Self {
        Self { truncated: self.truncated, ..Self::new(self.status, self.headers.clone(), self.body.clone()) }
    }
}

impl Response {
    /// A response of these parts.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self { status, headers, body, truncated: false, json: OnceLock::new() }
    }

    /// The first header of this name, compared without regard to case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// Whether the status is 200 to 299.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The body as JSON, parsed once.
    ///
    /// # Errors
    /// Says what is wrong with the body, as a fragment: `the body is empty`, `the body is no JSON: …`, or `the body
    /// was not read: …` where it is beyond what is parsed here, which is no breach of JSON.
    pub fn json(&self) -> Result<&Value, &str> {
        let parsed = self.json.get_or_init(|| {
            if self.body.is_empty() {
                return Err("the body is empty".to_owned());
            }
            if let Some(why) = limits::beyond(&self.body) {
                return Err(format!("{UNREAD}: {why}"));
            }
            let whole = || serde_json::from_slice(&with_whole_pairs(&self.body)).ok();
            serde_json::from_slice(&self.body).or_else(|error| whole().ok_or(error)).map_err(|error| {
                // RFC 8259 §6 leaves the range of numbers to parsers.
                let is_range = error.to_string().starts_with("number out of range");
                format!("{}: {error}", if is_range { UNREAD } else { "the body is no JSON" })
            })
        });
        parsed.as_ref().map_err(String::as_str)
    }

    /// Whether the body was not parsed because it is beyond what is parsed here.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.json().is_err_and(|problem| problem.starts_with(UNREAD))
    }

    /// The body as text; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// How [`Response::json`] begins to say that a body was not parsed.
const UNREAD: &str = "the body was not read";

/// What an exchange was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Reading what the target declares.
    Discovery,
    /// Making a fixture.
    SetUp,
    /// A step of the case.
    Step,
    /// Something beside SCIM, which no rule of SCIM applies to: a token endpoint, a TLS handshake.
    Aside,
    /// One of many that load the target: it is not put off, and not sent again.
    Load,
    /// Removing what was made.
    CleanUp,
}

impl Purpose {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::SetUp => "set-up",
            Self::Step => "step",
            Self::Aside => "aside",
            Self::Load => "load",
            Self::CleanUp => "clean-up",
        }
    }
}

/// An attempt that the target did not carry out, and the time until the next one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    /// The status that it answered: 429 or 503, or 401 for a token that had expired.
    pub status: u16,
    /// Seconds until the request was sent again.
    pub seconds: f64,
}

/// One request and what came of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What it was for.
    pub purpose: Purpose,
    /// The request.
    pub request: Request,
    /// The response, or why there is none.
    pub answer: Result<Response, String>,
    /// From the first byte sent to the last byte read, in milliseconds.
    pub duration_ms: f64,
    /// Earlier attempts that the target put off; request, answer and duration are those of the last one.
    pub waits: Vec<Wait>,
}

impl Exchange {
    /// An exchange in which every secret that `masker` knows is replaced, in the request as well as in the response.
    #[must_use]
    pub fn new(
        purpose: Purpose,
        request: Request,
        answer: Result<Response, String>,
        duration_ms: f64,
        masker: &Masker,
    ) -> Self {
        let (request, answer) = masker.exchange(request, answer);
        Self { purpose, request, answer, duration_ms, waits: Vec::new() }
    }

    /// As much of the exchange as is kept as evidence when it has been judged.
    #[must_use]
    pub fn kept(&self, budget: &mut limits::Budget) -> Self {
        let mut kept = self.clone();
        kept.trim(budget);
        kept
    }

    /// Drops what is not kept as evidence when the exchange has been judged.
    pub fn trim(&mut self, budget: &mut limits::Budget) {
        if let Some(body) = &mut self.request.body {
            body.truncate(budget.take(body.len()));
        }
        trim_headers(&mut self.request.headers);
        let Ok(response) = &mut self.answer else { return };
        trim_headers(&mut response.headers);
        let kept = budget.take(response.body.len());
        response.truncated |= kept < response.body.len();
        response.body.truncate(kept);
        response.body.shrink_to_fit();
        // It has been read; the tree is several times as large as the text.
        response.json = OnceLock::new();
    }

    /// The response, where there is one.
    #[must_use]
    pub fn response(&self) -> Option<&Response> {
        self.answer.as_ref().ok()
    }
}

/// The text of a JSON document in which every escape of half a surrogate pair is one of U+FFFD: the grammar allows
/// such escapes (RFC 8259 §8.2), and our parser does not.
fn with_whole_pairs(json: &[u8]) -> Vec<u8> {
    let unit = |at: usize| {
        let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut out = Vec::with_capacity(json.len());
    let mut at = 0;
    while at < json.len() {
        let (taken, half) = match (json[at], unit(at)) {
            (b'\\', Some(0xD800..=0xDBFF)) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => (12, false),
            (b'\\', Some(0xD800..=0xDFFF)) => (6, true),
            (b'\\', _) => (2, false),
            _ => (1, false),
        };
        let end = (at + taken).min(json.len());
        out.extend_from_slice(if half { b"\\ufffd" } else { &json[at..end] });
        at = end;
    }
    out
}

fn trim_headers(headers: &mut [(String, String)]) {
    for (_, value) in headers {
        if let Some(cut) = limits::cut(value, limits::KEPT_OF_HEADER) {
            *value = cut;
        }
    }
}

fn first<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(body: Vec<u8>, header: String) -> Exchange {
        let response = Response::new(200, vec![("etag".to_owned(), header)], body);
        Exchange::new(Purpose::Step, Request::default(), Ok(response), 1.0, &Masker::default())
    }

    #[test]
    fn evidence_is_bounded_and_says_so() {
        let mut budget = limits::Budget::of(limits::KEPT_OF_RUN);
        let whole = exchange(b"{}".to_vec(), "x".to_owned());
        let kept = whole.kept(&mut budget);
        assert_eq!(kept.response().map(|one| (&one.body[..], one.truncated)), Some((&b"{}"[..], false)));
        let large = exchange(vec![b' '; limits::MOST_BODY], "\u{e4}".repeat(100_000));
        let mut held = 0;
        for _ in 0..300 {
            let kept = large.kept(&mut budget);
            let response = kept.response().expect("an answer");
            assert!(response.truncated && response.headers[0].1.chars().count() < limits::KEPT_OF_HEADER + 40);
            held += response.body.len();
        }
        assert!(held <= limits::KEPT_OF_RUN + 300 * limits::KEPT_AT_LEAST, "{held}");
    }

    #[test]
    fn half_a_pair_is_json() {
        let parsed = |body: &str| {
            Response::new(200, Vec::new(), body.as_bytes().to_vec()).json().cloned().map_err(str::to_owned)
        };
        assert_eq!(parsed(r#"{"a": "x\ud83e"}"#), Ok(serde_json::json!({ "a": "x\u{fffd}" })));
        assert_eq!(
            parsed(r#"["\udd8a\ud83e\udd8a", "\\\\ud83e"]"#),
            Ok(serde_json::json!(["\u{fffd}\u{1f98a}", "\\\\ud83e"]))
        );
        for broken in [r#""\ud8"#, r#"{"a": "\ud83e"#, r#""\u12"#, "\\"] {
            assert!(parsed(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_is_beyond_our_parser_is_not_called_wrong() {
        let problem = |body: &str| {
            let response = Response::new(200, Vec::new(), body.as_bytes().to_vec());
            (response.json().err().map(str::to_owned).unwrap_or_default(), response.is_unread())
        };
        assert_eq!(problem("").0, "the body is empty");
        assert!(problem("[").0.starts_with("the body is no JSON: ") && !problem("[").1);
        for body in ["[".repeat(100_000), "{\"a\":1e999}".to_owned()] {
            let (text, unread) = problem(&body);
            assert!(unread && text.starts_with("the body was not read: "), "{text}");
        }
    }
}
