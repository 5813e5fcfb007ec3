//! An answer before it becomes an HTTP response.

use serde_json::Value;

use super::problem::Problem;

/// What is about to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// Content type of a body that is there.
    pub(crate) media_type: String,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    /// Not JSON; only faults say this.
    Text(String),
}

impl Reply {
    pub(crate) fn empty(status: u16, media_type: &str) -> Self {
        Self { status, headers: Vec::new(), media_type: media_type.to_owned(), body: Body::Empty }
    }

    pub(crate) fn json(status: u16, media_type: &str, body: Value) -> Self {
        Self { body: Body::Json(body), ..Self::empty(status, media_type) }
    }

    pub(crate) fn problem(problem: &Problem, media_type: &str) -> Self {
        let mut reply = Self::json(problem.status, media_type, problem.body());
        reply.headers.extend(problem.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        reply
    }

    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn remove_header(&mut self, name: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Sets the status, in the error body too.
    pub(crate) fn set_status(&mut self, status: u16) {
        self.status = status;
        if let Some(body) = self.body_mut().filter(|body| body.get("status").is_some()) {
            body["status"] = status.to_string().into();
        }
    }

    pub(crate) fn remove_member(&mut self, name: &str) {
        if let Some(Value::Object(body)) = self.body_mut() {
            body.shift_remove(name);
        }
    }

    pub(crate) fn body_mut(&mut self) -> Option<&mut Value> {
        match &mut self.body {
            Body::Json(body) => Some(body),
            Body::Empty | Body::Text(_) => None,
        }
    }

    /// The HTTP response. A header that HTTP cannot carry is left out.
    pub(crate) fn into_response(self) -> http::Response<Vec<u8>> {
        let bytes = match &self.body {
            Body::Empty => Vec::new(),
            Body::Json(value) => serde_json::to_vec(value).unwrap_or_default(),
            Body::Text(text) => text.clone().into_bytes(),
        };
        let mut response = http::Response::new(bytes);
        *response.status_mut() =
            http::StatusCode::from_u16(self.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        let media_type = match self.body {
            Body::Empty => None,
            Body::Json(_) | Body::Text(_) => Some(("Content-Type".to_owned(), self.media_type)),
        };
        for (name, value) in media_type.into_iter().chain(self.headers) {
            let name = http::HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, http::HeaderValue::from_str(&value)) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
