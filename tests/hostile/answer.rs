//! Requests as a target sees them, and answers as they go over the wire.

use std::time::Duration;

use scimspec::reference::BASE_PATH;
use serde_json::Value;

/// A request as the target sees it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path below the base path, without the query; the whole path where it is outside of it.
    pub(crate) path: String,
    /// Path and query as they came.
    pub(crate) raw: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The listener it came to, `host:port`.
    pub(crate) host: String,
    /// The listener of somebody else, `host:port`.
    pub(crate) elsewhere: String,
    /// Which request it is among those that the behaviour spoils, from 1.
    pub(crate) nth: usize,
}

impl Asked {
    /// Whether it came below the base path.
    pub(crate) fn is_inside(&self) -> bool {
        self.raw == BASE_PATH || self.raw.strip_prefix(BASE_PATH).is_some_and(|rest| rest.starts_with(['/', '?']))
    }
}

/// What the provider would have answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The answer with another body.
    pub(crate) fn with_body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// The answer with one more header.
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The answer with another status line.
    pub(crate) fn with_status(self, status: &str) -> Self {
        Self { status: status.to_owned(), ..self }
    }

    /// Status line and headers, up to and with the empty line; `framing` stands for Content-Length.
    pub(crate) fn head(&self, framing: &str) -> Vec<u8> {
        let mut out = format!("HTTP/1.1 {}\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        out.extend_from_slice(framing.as_bytes());
        out.extend_from_slice(b"\r\n");
        out
    }

    /// The whole answer, framed by its length.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let framing = if self.status.starts_with("204") || self.status.starts_with("304") {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", self.body.len())
        };
        [self.head(&framing), self.body.clone()].concat()
    }
}

/// What goes over the wire.
pub(crate) enum Sent {
    /// These bytes; the connection stays open.
    Bytes(Vec<u8>),
    /// These bytes, then the end of the connection.
    Last(Vec<u8>),
    /// These bytes, then nothing more, and no end.
    Stuck(Vec<u8>),
    /// These bytes, then the others again and again, at most this often, with a pause in between.
    Again(Vec<u8>, Vec<u8>, usize, Duration),
    /// These bytes, each in a packet of its own; the connection stays open.
    Slowly(Vec<u8>),
    /// The connection is reset.
    Reset,
}

impl From<Answer> for Sent {
    fn from(answer: Answer) -> Self {
        Self::Bytes(answer.bytes())
    }
}

/// The answer with another body, made of its own.
pub(crate) fn changed(answer: Answer, change: fn(&mut Value)) -> Sent {
    let mut body = answer.json();
    change(&mut body);
    answer.with_body(body.to_string()).into()
}
