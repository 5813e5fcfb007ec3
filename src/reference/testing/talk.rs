//! A fixed conversation, by which two providers can be compared.

mod values;
mod queries;

use std::time::Duration;

use serde_json::{Value, json};

use super::super::commit::Pause;
use super::super::meeting::Meeting;
use super::super::write::Cause;
use super::super::{Access, Settings};
use super::{Answered, Bench, user};
use crate::scim::{message, urn};

/// A provider to talk to: two tenants, and a user whose token the first one is. Two PUTs of a group that are worked
/// out ahead wait for each other.
pub(in super::super) fn talker() -> Bench {
    let mut bench = Bench::with(Settings {
        token: Some("secret".into()),
        user_name: Some("ann".into()),
        further: vec![Access { token: "other".into(), user_name: None }],
        ..Settings::default()
    });
    let meeting = Meeting::with_patience(Duration::from_secs(5));
    bench.provider.seams.pause.add(move |pause| {
        if matches!(pause, Pause::BeforeStoring { cause: Cause::Replace, kind } if kind == "Group") {
            meeting.wait();
        }
    });
    bench
}

/// What a provider with the token `secret` says in a fixed conversation, one line per answer. Ids and times are
/// replaced by the order in which they appear, so that two providers can be compared.
pub(in super::super) fn conversation(bench: &Bench) -> Vec<String> {
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
    talk.make("/Users", &user("text", json!({ "active": "TRUE" })));
    talk.text("POST", "/Users", "{ not json");
    talk.say("POST", "/Users", &[("Prefer", "respond-async")], &user("later", json!({})));
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
        (&ann, json!([{ "op": "add", "path": "emails", "value": { "value": "alone" } }])),
        (&ann, json!([{ "op": "replace", "path": urn::ENTERPRISE_USER, "value": { "department": "E" } }])),
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
    let tag = talk.get(&bob_path).header("etag").unwrap_or("none").to_owned();
    talk.say("PUT", &bob_path, &[("If-Match", &tag)], &user("bob", json!({ "title": "U" })));
    talk.twice(&group, &json!({ "schemas": [urn::GROUP], "displayName": "g" }));
    talk.say("PUT", "/Users/unknown", &[], &user("new", json!({})));
    talk.say("DELETE", "/Users/none", &[], &Value::Null);
    talk.say("DELETE", &format!("/Users/{cid}"), &[], &Value::Null);
    talk.get(&format!("/Users/{cid}"));
    talk.get(&group);
    talk.get(&ann);
    pages(&mut talk);
    jobs(&mut talk, &bob_path);
    queries::ask(&mut talk);
    alias_and_tenants(&mut talk, &bob_path);
    values::values(&mut talk, ann.trim_start_matches("/Users/"));
    talk.lines
}

fn pages(talk: &mut Talk<'_>) {
    for name in ["p1", "q1", "p2"] {
        talk.make("/Users", &user(name, json!({})));
    }
    for query in ["", "&sortBy=userName&sortOrder=descending", "&filter=userName sw \"p\" or userName eq \"p2\""] {
        let first = talk.say("GET", &format!("/Users?count=1{query}&cursor="), &[], &Value::Null);
        let next = first.body["nextCursor"].as_str().unwrap_or("none").to_owned();
        talk.get(&format!("/Users?count=1{query}&cursor={next}"));
        talk.say(
            "GET",
            &format!("/Users?count=1{query}&cursor={next}"),
            &[("Authorization", "Bearer other")],
            &Value::Null,
        );
    }
    talk.get("/Users?count=9&cursor=");
    talk.get("/Users?count=1&cursor=madeUp");
    talk.get("/Users?count=-1&cursor=");
    let search = json!({ "schemas": [urn::SEARCH_REQUEST], "count": 1, "cursor": "" });
    talk.say("POST", "/Users/.search", &[], &search);
}

fn jobs(talk: &mut Talk<'_>, bob: &str) {
    let post = |bulk_id: &str, path: &str, data: Value| json!({ "method": "POST", "path": path, "bulkId": bulk_id, "data": data });
    let group = |name: &str, member: &str| json!({ "schemas": [urn::GROUP], "displayName": name, "members": [{ "value": member }] });
    let managed = user("clerk", json!({ urn::ENTERPRISE_USER: { "manager": { "value": "bulkId:boss" } } }));
    let title = |value: &str| message::patch_op(json!([{ "op": "replace", "path": "title", "value": value }]));
    let more = json!([{ "op": "add", "path": "members", "value": [{ "value": "bulkId:boss" }] }]);
    let made = talk.make("/Groups", &json!({ "schemas": [urn::GROUP], "displayName": "patched" }));
    for operations in [
        json!([
            post("forward", "/Groups", group("forward", "bulkId:boss")), post("boss", "/Users", user("boss", json!({}))),
            post("clerk", "/Users", managed), post("a", "/Groups", group("a", "bulkId:b")), post("b", "/Groups", group("b", "bulkId:a")),
            { "method": "PATCH", "path": format!("/Groups/{made}"), "data": message::patch_op(more) },
        ]),
        json!([post("lost", "/Groups", group("lost", "bulkId:nobody")), post("ok", "/Users", user("ok", json!({})))]),
        json!([
            { "method": "PATCH", "path": bob, "version": "W/\"0\"", "data": title("stale") },
            { "method": "PATCH", "path": bob, "data": title("one") }, { "method": "PATCH", "path": bob, "data": title("two") },
        ]),
    ] {
        talk.say("POST", "/Bulk", &[], &json!({ "schemas": [urn::BULK_REQUEST], "Operations": operations }));
        talk.get(bob);
    }
    talk.get("/Users");
    talk.get("/Groups");
    let gone = json!({ "method": "DELETE", "path": "/Users/none" });
    let stops = json!({ "schemas": [urn::BULK_REQUEST], "failOnErrors": 1, "Operations": [gone, gone] });
    talk.say("POST", "/Bulk", &[], &stops);
}

fn alias_and_tenants(talk: &mut Talk<'_>, bob: &str) {
    talk.get("/Me");
    talk.say("GET", "/Me", &[("Authorization", "")], &Value::Null);
    let other = [("Authorization", "Bearer other")];
    for path in [bob, "/Users", "/Users?filter=title pr or userName pr", "/Me"] {
        talk.say("GET", path, &other, &Value::Null);
    }
    talk.say("DELETE", bob, &other, &Value::Null);
    talk.get(bob);
}

struct Talk<'a> {
    bench: &'a Bench,
    lines: Vec<String>,
    seen: Vec<String>,
}

impl Talk<'_> {
    fn get(&mut self, path: &str) -> Answered {
        self.say("GET", path, &[], &Value::Null)
    }

    /// The same PUT twice at the same time; which of them comes first is left to luck.
    fn twice(&mut self, path: &str, body: &Value) {
        let mut statuses = self.bench.at_once("secret", [(); 2].map(|()| ("PUT", path.to_owned(), body.clone())));
        statuses.sort_unstable();
        self.lines.push(format!("PUT twice -> {statuses:?}"));
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
        let asked = path.split_once("cursor=").filter(|(_, cursor)| cursor.len() > 20);
        let mut path = Value::from(asked.map_or_else(|| path.to_owned(), |(head, _)| format!("{head}cursor=…")));
        self.settle(&mut path);
        self.lines.push(format!("{method} {path} -> {} {headers:?} {body}", answered.status));
    }

    /// Replaces ids and times wherever they stand.
    fn settle(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                // Two cursors differ in the second in which they were given out.
                for name in ["nextCursor", "previousCursor"] {
                    let cursor = members.get(name).and_then(Value::as_str).filter(|cursor| cursor.len() > 3);
                    if let Some(cursor) = cursor {
                        let shown = if cursor.ends_with('=') { "a padded cursor" } else { "a cursor" };
                        members.insert(name.to_owned(), shown.into());
                    }
                }
                let place = members.get("location").and_then(Value::as_str).and_then(|place| place.rsplit('/').next());
                if let Some(id) = place.filter(|id| id.len() == 36 && !self.seen.iter().any(|seen| seen == id)) {
                    self.seen.push(id.to_owned());
                }
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
