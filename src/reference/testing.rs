//! A short way to talk to a provider in tests.

use std::sync::Barrier;

use serde_json::{Value, json};

use super::{Provider, Settings};
use crate::scim::{message, urn};

mod talk;

pub(super) use talk::{conversation, talker};

/// A provider under test.
pub(super) struct Bench {
    pub(super) provider: Provider,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: http::HeaderMap,
    pub(super) body: Value,
}

impl Answered {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(super) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id in {self:?}")).to_owned()
    }

    /// Status and scimType of an error.
    pub(super) fn refusal(&self) -> (u16, &str) {
        assert_eq!(self.body["status"], self.status.to_string(), "{self:?}");
        (self.status, self.body["scimType"].as_str().unwrap_or(""))
    }

    /// The user names of a list, in order.
    pub(super) fn names(&self) -> Vec<&str> {
        let listed = self.body["Resources"].as_array().map_or(&[][..], Vec::as_slice);
        listed.iter().filter_map(|one| one["userName"].as_str().or_else(|| one["displayName"].as_str())).collect()
    }
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(super) fn with(settings: Settings) -> Self {
        Self { provider: Provider::new(settings).expect("a database in memory") }
    }

    /// Sends a request; `path` is below the base path, `Value::Null` is no body.
    pub(super) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answered {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.send_text(method, path, headers, &text)
    }

    pub(super) fn send_text(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        let uri = format!("/scim/v2{}", path.replace(' ', "+").replace('"', "%22"));
        let mut request = http::Request::builder().method(method).uri(&uri).header("Host", "scim.test");
        if !body.is_empty() && !headers.iter().any(|(name, _)| *name == "Content-Type") {
            request = request.header("Content-Type", urn::MEDIA_TYPE);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.as_bytes().to_vec()).unwrap_or_else(|error| panic!("{uri}: {error}"));
        let response = self.provider.handle(request);
        let (parts, body) = response.into_parts();
        let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap_or(Value::Null) };
        Answered { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(super) fn get(&self, path: &str) -> Answered {
        self.send("GET", path, &[], &Value::Null)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Answered {
        self.send("POST", path, &[], body)
    }

    /// Makes a user with further members and gives its id.
    pub(super) fn user(&self, name: &str, more: Value) -> String {
        let answered = self.post("/Users", &user(name, more));
        assert_eq!(answered.status, 201, "{answered:?}");
        answered.id()
    }

    pub(super) fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [urn::GROUP], "displayName": name, "members": members });
        let answered = self.post("/Groups", &body);
        assert_eq!(answered.status, 201, "{answered:?}");
        answered.id()
    }

    pub(super) fn patch(&self, path: &str, operations: Value) -> Answered {
        self.send("PATCH", path, &[], &message::patch_op(operations))
    }

    /// The statuses of two requests that come together, with this token: method, path and body of each.
    pub(super) fn at_once(&self, token: &str, requests: [(&'static str, String, Value); 2]) -> Vec<u16> {
        let start = Barrier::new(2);
        let bearer = format!("Bearer {token}");
        std::thread::scope(|scope| {
            let each = requests.map(|(method, path, body)| {
                let (start, bearer) = (&start, &bearer);
                scope.spawn(move || {
                    start.wait();
                    self.send(method, &path, &[("Authorization", bearer)], &body).status
                })
            });
            each.map(|one| one.join().unwrap_or(0)).to_vec()
        })
    }
}

/// A user to be created.
pub(super) fn user(name: &str, more: Value) -> Value {
    let mut body = json!({ "schemas": [urn::USER], "userName": name });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}
