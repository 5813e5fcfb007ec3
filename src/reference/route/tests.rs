//! Tests of what holds for every request.

use serde_json::{Value, json};

use super::super::testing::{Bench, user};
use super::super::{Limits, Settings};
use crate::scim::urn;

#[test]
fn every_error_has_a_scim_body() {
    let bench = Bench::new();
    for (method, path, status) in [
        ("GET", "/Nonsense", 404),
        ("GET", "/Users/none", 404),
        ("GET", "/Users/a/b", 404),
        ("PUT", "/Users", 405),
        ("POST", "/Users/x", 405),
        ("DELETE", "/Schemas", 405),
        ("POST", "/ServiceProviderConfig", 405),
        ("POST", "/Bulk", 400),
        ("GET", "/Bulk", 405),
        ("GET", "/Me", 501),
        ("PATCH", "/ResourceTypes/User", 405),
        ("GET", "/ResourceTypes/Cat", 404),
        ("GET", "/Schemas/urn:none:x", 404),
        ("OPTIONS", "/", 405),
    ] {
        let answered = bench.send(method, path, &[], &Value::Null);
        assert_eq!(answered.refusal().0, status, "{method} {path}");
        assert_eq!(answered.body["schemas"], json!([urn::ERROR]));
        assert_eq!(answered.header("allow").is_some(), status == 405, "{method} {path}");
    }
}

#[test]
fn other_media_types_and_large_bodies_are_refused() {
    let bench = Bench::with(Settings { limits: Limits { body: 200, ..Limits::default() }, ..Settings::default() });
    let body = user("a", json!({})).to_string();
    for (media_type, status) in
        [("text/plain", 415), ("application/json; charset=utf-8", 201), ("APPLICATION/SCIM+JSON", 409)]
    {
        let answered = bench.send_text("POST", "/Users", &[("Content-Type", media_type)], &body);
        assert_eq!(answered.status, status, "{media_type}");
    }
    let large = user("b", json!({ "title": "x".repeat(300) }));
    assert_eq!(bench.post("/Users", &large).refusal().0, 413);
}

#[test]
fn a_token_opens_everything_but_the_configuration() {
    let bench = Bench::with(Settings { token: Some("secret".into()), ..Settings::default() });
    for (header, status) in [
        (None, 401),
        (Some("Bearer wrong"), 401),
        (Some("Basic secret"), 401),
        (Some("Bearer"), 401),
        (Some("bearer secret"), 200),
    ] {
        let headers: Vec<_> = header.map(|value| ("Authorization", value)).into_iter().collect();
        let answered = bench.send("GET", "/Users", &headers, &Value::Null);
        assert_eq!(answered.status, status, "{header:?}");
        assert_eq!(answered.header("www-authenticate").is_some(), status == 401);
        assert_eq!(
            bench.send("GET", "/Nonsense", &headers, &Value::Null).status,
            if status == 200 { 404 } else { 401 }
        );
    }
    assert_eq!(bench.get("/ServiceProviderConfig").status, 200);
    let wrong = bench.send("GET", "/ServiceProviderConfig", &[("Authorization", "Bearer x")], &Value::Null);
    assert_eq!(wrong.refusal().0, 401);
}

#[test]
fn hostile_requests_are_refused_and_nothing_more() {
    let bench = Bench::new();
    let id = bench.user("ann", json!({ "emails": [{ "value": "a" }] }));
    let long = "a.".repeat(5_000);
    let values = [
        json!(null),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!("\u{0}"),
        json!(1e308),
        json!(u64::MAX),
        json!({ "": { "": [] } }),
        json!([{ "value": {} }]),
        json!({ "value": ["a"] }),
        json!(true),
        json!(&long),
    ];
    let names = [
        "userName",
        "name",
        "name.givenName",
        "emails",
        "emails[value eq \"a\"]",
        "emails.value",
        "active",
        "schemas",
        "meta",
        urn::ENTERPRISE_USER,
        urn::USER,
        "",
        "[",
        "\u{fffd}",
        "urn:",
        "emails[not (value pr)].x",
        &long,
    ];
    let path = format!("/Users/{id}");
    let mut answered = Vec::new();
    for value in &values {
        for name in names {
            let mut body = user("bob", json!({ name: value }));
            answered.push(bench.post("/Users", &body));
            answered.push(bench.send("PUT", &path, &[("If-Match", name), ("If-None-Match", "\"")], &body));
            for op in ["add", "replace", "remove"] {
                let operations =
                    json!([{ "op": op, "path": name, "value": value }, { "op": op, "value": { name: value } }]);
                answered.push(bench.patch(&path, operations));
            }
            body["schemas"] = json!([urn::SEARCH_REQUEST]);
            for key in ["filter", "sortBy", "attributes", "excludedAttributes", "count", "startIndex"] {
                body[key] = if key == "filter" { format!("{name} eq {value}").into() } else { value.clone() };
                answered.push(bench.post("/.search", &body));
                body[key] = json!(name);
                answered.push(bench.post("/Users/.search", &body));
                if let Some(body) = body.as_object_mut() {
                    body.shift_remove(key);
                }
            }
        }
    }
    for answered in answered {
        assert!(answered.status < 500, "{answered:?}");
    }
}
