//! One request and its response as they went over the wire, with every known secret masked when it is built.

use std::sync::OnceLock;

use serde_json::Value;

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
    /// The body, byte for byte; cut off at the size limit of the client.
    pub body: Vec<u8>,
    /// Whether the body was cut off at the size limit of the client, so that nothing can be said about its end.
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
    /// Says what is wrong with the body, as a fragment: `the body is empty`, `the body is no JSON: …`.
    pub fn json(&self) -> Result<&Value, &str> {
        let parsed = self.json.get_or_init(|| {
            if self.body.is_empty() {
                return Err("the body is empty".to_owned());
            }
            serde_json::from_slice(&self.body).map_err(|error| format!("the body is no JSON: {error}"))
        });
        parsed.as_ref().map_err(String::as_str)
    }

    /// The body as text; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// What an exchange was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Reading what the target declares.
    Discovery,
    /// Making a fixture.
    SetUp,
    /// A step of the case.
    Step,
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

    /// The response, where there is one.
    #[must_use]
    pub fn response(&self) -> Option<&Response> {
        self.answer.as_ref().ok()
    }
}

fn first<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
