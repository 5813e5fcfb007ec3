//! The example resources of RFC 7643 §8 (verified errata applied) go through the reference provider unharmed.
#![cfg(feature = "reference")]

use scimspec::reference::{Provider, Settings};
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

const EXAMPLES: [(&str, &str, &str); 4] = [
    ("/Users", "the minimal user", include_str!("rfc_examples/user-minimal.json")),
    ("/Users", "the full user", include_str!("rfc_examples/user-full.json")),
    ("/Users", "the enterprise user", include_str!("rfc_examples/user-enterprise.json")),
    ("/Groups", "the group", include_str!("rfc_examples/group.json")),
];

fn send(provider: &Provider, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("/scim/v2{path}"))
        .header("Host", "scim.test")
        .header("Content-Type", "application/scim+json")
        .body(if body.is_null() { Vec::new() } else { body.to_string().into_bytes() })
        .expect("a request");
    let response = provider.handle(request);
    (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or(Value::Null))
}

fn provider() -> Provider {
    Provider::new(Settings::default()).expect("a database in memory")
}

/// The example, its references leading to users that are there.
fn example(provider: &Provider, text: &str) -> Value {
    let mut text = text.to_owned();
    let ids = [
        "26118915-6090-4610-87e4-49d8ca9f808d",
        "2819c223-7f76-453a-919d-413861904646",
        "902c246b-6245-4190-8e05-00816be7344a",
    ];
    let own = serde_json::from_str::<Value>(&text).expect("the example is JSON")["id"].clone();
    for (index, id) in ids.into_iter().filter(|id| own != *id).enumerate() {
        let body = json!({ "schemas": [USER], "userName": format!("referred-{index}@example.com") });
        let (_, made) = send(provider, "POST", "/Users", &body);
        text = text.replace(id, made["id"].as_str().expect("an id"));
    }
    serde_json::from_str(&text).expect("the example is JSON")
}

/// What the client has said: without that which the server sets, and that which it never returns.
fn said(resource: &Value) -> Value {
    let mut said = resource.clone();
    let members = said.as_object_mut().expect("a resource is an object");
    for name in ["id", "meta", "groups", "password"] {
        members.shift_remove(name);
    }
    for (key, inner) in members.iter_mut().filter(|(key, _)| key.starts_with("urn:")) {
        assert!(key.ends_with(":User"), "{key}");
        if let Some(manager) = inner.get_mut("manager").and_then(Value::as_object_mut) {
            manager.shift_remove("displayName");
            manager.shift_remove("$ref");
        }
    }
    for member in members.get_mut("members").and_then(Value::as_array_mut).into_iter().flatten() {
        let member = member.as_object_mut().expect("a member is an object");
        member.shift_remove("$ref");
        // The server knows what the member is, whether it was told or not.
        member.shift_remove("type");
    }
    said
}

#[test]
fn each_example_comes_back_as_it_was_sent() {
    for (endpoint, name, text) in EXAMPLES {
        let provider = provider();
        let example = example(&provider, text);
        let (status, made) = send(&provider, "POST", endpoint, &example);
        assert_eq!(status, 201, "{name}: {made}");
        assert_eq!(said(&made), said(&example), "{name} as it was created");
        let path = format!("{endpoint}/{}", made["id"].as_str().expect("an id"));
        assert_eq!(send(&provider, "GET", &path, &Value::Null), (200, made.clone()), "{name} as it is read");
        let (status, replaced) = send(&provider, "PUT", &path, &example);
        assert_eq!(status, 200, "{name}: {replaced}");
        if example.get("password").is_none() {
            assert_eq!(replaced, made, "{name}: a PUT of the same changes nothing, the version included");
        }
        let bare = json!({ "schemas": example["schemas"], "userName": example["userName"], "displayName": example["displayName"] });
        assert_eq!(send(&provider, "PUT", &path, &bare).0, 200, "{name}");
        let (_, again) = send(&provider, "PUT", &path, &example);
        assert_eq!(said(&again), said(&example), "{name} as it was put");
    }
}

#[test]
fn each_example_survives_what_was_answered_being_sent_back() {
    for (endpoint, name, text) in EXAMPLES {
        let provider = provider();
        let (_, made) = send(&provider, "POST", endpoint, &example(&provider, text));
        let path = format!("{endpoint}/{}", made["id"].as_str().expect("an id"));
        assert_eq!(send(&provider, "PUT", &path, &made), (200, made.clone()), "{name}");
    }
}
