//! Why a request is refused, as it will be told to the client (RFC 7644 §3.12).

use serde_json::Value;

use crate::scim::{SyntaxError, message};

/// A refusal: HTTP status, `scimType` and a text for the developer of the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct Problem {
    /// HTTP status code.
    pub status: u16,
    /// Keyword of RFC 7644 §3.12, Table 9, or of RFC 9865 §2.1.
    pub scim_type: Option<&'static str>,
    /// What is wrong.
    pub detail: String,
    /// Headers that the answer needs besides the body, such as `Allow`.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Problem {
    pub(crate) fn new(status: u16, scim_type: Option<&'static str>, detail: impl Into<String>) -> Self {
        Self { status, scim_type, detail: detail.into(), headers: Vec::new() }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn invalid_value(detail: impl Into<String>) -> Self {
        Self::new(400, Some("invalidValue"), detail)
    }

    pub(crate) fn invalid_syntax(detail: impl Into<String>) -> Self {
        Self::new(400, Some("invalidSyntax"), detail)
    }

    pub(crate) fn invalid_cursor(detail: impl Into<String>) -> Self {
        Self::new(400, Some("invalidCursor"), detail)
    }

    pub(crate) fn expired_cursor(detail: impl Into<String>) -> Self {
        Self::new(400, Some("expiredCursor"), detail)
    }

    pub(crate) fn invalid_count(detail: impl Into<String>) -> Self {
        Self::new(400, Some("invalidCount"), detail)
    }

    pub(crate) fn invalid_filter(detail: impl Into<String>) -> Self {
        Self::new(400, Some("invalidFilter"), detail)
    }

    pub(crate) fn invalid_path(detail: impl Into<String>) -> Self {
        Self::new(400, Some("invalidPath"), detail)
    }

    pub(crate) fn no_target(detail: impl Into<String>) -> Self {
        Self::new(400, Some("noTarget"), detail)
    }

    pub(crate) fn mutability(detail: impl Into<String>) -> Self {
        Self::new(400, Some("mutability"), detail)
    }

    pub(crate) fn uniqueness(detail: impl Into<String>) -> Self {
        Self::new(409, Some("uniqueness"), detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(404, None, detail)
    }

    pub(crate) fn not_supported(what: &str) -> Self {
        Self::new(501, None, format!("{what} is not supported by this provider"))
    }

    pub(crate) fn body(&self) -> Value {
        message::error(self.status, self.scim_type, &self.detail)
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(500, None, format!("the store failed: {error}"))
    }
}

/// A filter of a query that leaves the grammar.
impl From<SyntaxError> for Problem {
    fn from(error: SyntaxError) -> Self {
        Self::invalid_filter(error.to_string())
    }
}
