//! A short way to talk to a provider in tests.

use serde_json::{Value, json};

use super::{Provider, Settings};
use crate::scim::{message, urn};

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
}

/// A user to be created.
pub(super) fn user(name: &str, more: Value) -> Value {
    let mut body = json!({ "schemas": [urn::USER], "userName": name });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

/// What a provider with the token `secret` says in a fixed conversation, one line per answer. Ids and times are
/// replaced by the order in which they appear, so that two providers can be compared.
pub(super) fn conversation(bench: &Bench) -> Vec<String> {
    let mut talk = Talk { bench, lines: Vec::new(), seen: Vec::new() };
    let ext = urn::ENTERPRISE_USER;
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/Users"] {
        talk.say("GET", path, &[("Authorization", "")], &Value::Null);
        talk.get(path);
    }
    talk.say("GET", "/Users", &[("Authorization", "Bearer wrong")], &Value::Null);
    talk.get(&format!("/Schemas/{}", urn::USER));
    let ann = talk.make(
        "/Users",
        &user("Ann", json!({
            "password": "x", "active": false, "title": "", "nickName": "n", "timezone": "Europe/Berlin",
            "name": { "givenName": "Ann", "familyName": "B" },
            "emails": [{ "value": "a@work", "type": "work", "primary": true }, { "value": "b@home", "type": "home" }],
            ext: { "department": "D" },
        })),
    );
    let bob =
        talk.make("/Users", &user("bob", json!({ "active": true, "emails": [{ "value": "b@x", "type": "home" }] })));
    let cid = talk.make(
        "/Users",
        &user("cid", json!({ "emails": [{ "value": "b@home", "type": "work" }, { "value": "x", "type": "home" }] })),
    );
    talk.make("/Users", &user("ANN", json!({})));
    talk.make("/Users", &json!({ "schemas": [urn::USER] }));
    talk.make(
        "/Users",
        &user("two", json!({ "emails": [{ "value": "1", "primary": true }, { "value": "2", "primary": true }] })),
    );
    talk.text("POST", "/Users", "{ not json");
    let group = talk.make(
        "/Groups",
        &json!({ "schemas": [urn::GROUP], "displayName": "g", "members": [{ "value": ann }, { "value": bob }] }),
    );
    talk.make("/Groups", &json!({ "schemas": [urn::GROUP], "displayName": "G" }));
    let (ann, group) = (format!("/Users/{ann}"), format!("/Groups/{group}"));
    talk.get(&format!("{ann}?attributes=userName"));
    talk.get(&format!("{group}?excludedAttributes=members"));
    let by_id = format!("id eq \"{}\"", ann.trim_start_matches("/Users/").to_uppercase());
    for filter in [
        "userName eq \"ANN\"",
        "userName sw \"N\"",
        "userName ew \"A\"",
        "userName gt \"bob\"",
        "userName eq \"nobody\"",
        "userName eq \"ann\" and active eq true",
        "not (userName eq \"ann\")",
        "title pr",
        "userName eq",
        "active gt true",
        "emails[type eq \"work\" and value ew \"home\"]",
        &by_id,
    ] {
        talk.get(&format!("/Users?filter={filter}"));
    }
    for query in
        ["count=1", "startIndex=1&count=2", "count=-1", "sortBy=userName&sortOrder=descending", "count=9&startIndex=2"]
    {
        talk.get(&format!("/Users?{query}"));
    }
    let bob_path = format!("/Users/{bob}");
    for (path, operations) in [
        (&ann, json!([{ "op": "Replace", "path": "active", "value": "True" }])),
        (&ann, json!([{ "op": "replace", "path": "active", "value": "False" }])),
        (&ann, json!([{ "op": "add", "path": "nickName", "value": "n" }])),
        (&ann, json!([{ "op": "replace", "path": "name", "value": { "givenName": "A" } }])),
        (&ann, json!([{ "op": "replace", "value": { "name.familyName": "F" } }])),
        (&ann, json!([{ "op": "add", "path": "emails[type eq \"other\"].value", "value": "o" }])),
        (&ann, json!([{ "op": "replace", "path": "emails[type eq \"none\"].value", "value": "o" }])),
        (&ann, json!([{ "op": "remove", "path": "emails[type eq \"none\"]" }])),
        (&ann, json!([{ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true }])),
        (&ann, json!([{ "op": "add", "path": "emails", "value": [{ "value": "new" }] }])),
        (&ann, json!([{ "op": "replace", "path": "title", "value": "T" }, { "op": "remove", "path": "userName" }])),
        (&ann, json!([{ "op": "remove" }])),
        (&bob_path, json!([{ "op": "replace", "path": "userName", "value": "CID" }])),
        (&group, json!([{ "op": "Remove", "path": "members", "value": [{ "value": bob }] }])),
        (&group, json!([{ "op": "add", "path": "members", "value": [{ "value": bob }, { "value": cid }] }])),
        (&group, json!([{ "op": "remove", "path": format!("members[value eq \"{cid}\"]") }])),
        (&group, json!([{ "op": "replace", "path": "members", "value": [{ "value": cid }] }])),
    ] {
        talk.say("PATCH", path, &[], &message::patch_op(operations));
        talk.get(path);
    }
    talk.say("PUT", &bob_path, &[("If-Match", "W/\"0\"")], &user("bob", json!({})));
    talk.say("PUT", &bob_path, &[], &user("bob", json!({ "title": "T", "emails": [] })));
    talk.get(&bob_path);
    talk.say("PUT", "/Users/unknown", &[], &user("new", json!({})));
    talk.say("DELETE", "/Users/none", &[], &Value::Null);
    talk.say("DELETE", &format!("/Users/{cid}"), &[], &Value::Null);
    talk.get(&format!("/Users/{cid}"));
    talk.get(&group);
    talk.get(&ann);
    talk.lines
}

struct Talk<'a> {
    bench: &'a Bench,
    lines: Vec<String>,
    seen: Vec<String>,
}

impl Talk<'_> {
    fn get(&mut self, path: &str) {
        self.say("GET", path, &[], &Value::Null);
    }

    fn make(&mut self, path: &str, body: &Value) -> String {
        self.say("POST", path, &[], body).body["id"].as_str().unwrap_or("none").to_owned()
    }

    fn text(&mut self, method: &str, path: &str, body: &str) {
        let answered = self.bench.send_text(method, path, &[("Authorization", "Bearer secret")], body);
        self.note(method, path, &answered);
    }

    fn say(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answered {
        let given = headers.iter().find(|(name, _)| *name == "Authorization");
        let mut headers: Vec<_> = headers.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
        if given.is_none() {
            headers.push(("Authorization", "Bearer secret"));
        }
        let answered = self.bench.send(method, path, &headers, body);
        self.note(method, path, &answered);
        answered
    }

    fn note(&mut self, method: &str, path: &str, answered: &Answered) {
        let mut body = answered.body.clone();
        self.settle(&mut body);
        let mut headers: Vec<String> = Vec::new();
        for (name, value) in &answered.headers {
            let mut value = Value::from(value.to_str().unwrap_or(""));
            self.settle(&mut value);
            headers.push(format!("{name}: {value}"));
        }
        let mut path = Value::from(path);
        self.settle(&mut path);
        self.lines.push(format!("{method} {path} -> {} {headers:?} {body}", answered.status));
    }

    /// Replaces ids and times wherever they stand.
    fn settle(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                let found = ["id", "created", "lastModified"].map(|key| members.get(key).cloned());
                for text in found.into_iter().flatten() {
                    let text = text.as_str().unwrap_or("").to_owned();
                    if text.len() > 3
                        && !text.starts_with("urn:")
                        && !text.starts_with(char::is_uppercase)
                        && !self.seen.contains(&text)
                    {
                        self.seen.push(text);
                    }
                }
                members.values_mut().for_each(|value| self.settle(value));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.settle(value)),
            Value::String(text) => {
                for (index, known) in self.seen.iter().enumerate() {
                    let (id, upper) = (format!("<{index}>"), known.to_uppercase());
                    *text = text.replace(known.as_str(), &id).replace(&upper, &id);
                }
                if text.starts_with("sha256:") {
                    "a hash".clone_into(text);
                }
            }
            _ => {}
        }
    }
}
