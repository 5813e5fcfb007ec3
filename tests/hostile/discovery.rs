//! What a target declares of itself. What cannot be used is told in a note; what is legal is used.

use serde_json::{Value, json};

use super::answer::{Answer, Asked, Sent, changed};
use super::behaviour::Expect::{Fail, Legal, Noted, Warn};
use super::behaviour::{Behaviour, at};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

pub(crate) fn behaviours() -> Vec<Behaviour> {
    let list = "RFC 7644 4: discovery answers a ListResponse";
    let below =
        "RFC 7643 6: an endpoint is relative to the base URL; anything else could be the server of somebody else";
    let all = |name, attack: fn(&Asked, Answer) -> Sent, expect, why| {
        Behaviour::new(name, at::discovery, attack, expect, why)
    };
    let types = |name, attack: fn(&Asked, Answer) -> Sent, expect, why| {
        Behaviour::new(name, at::resource_types, attack, expect, why)
    };
    let schemas =
        |name, attack: fn(&Asked, Answer) -> Sent, expect, why| Behaviour::new(name, at::schemas, attack, expect, why);
    vec![
        all("discovery-of-arrays", |_, a| a.with_body("[]").into(), Fail("ListResponse, got an array"), list),
        all("discovery-of-texts", |_, a| a.with_body("\"hello\"").into(), Fail("ListResponse, got the string"), list),
        all("discovery-of-null", |_, a| a.with_body("null").into(), Fail("ListResponse, got null"), list),
        all(
            "discovery-of-numbers",
            |_, a| a.with_body("1e400").into(),
            Noted("/Schemas cannot be used: the body was not read: number out of range"),
            list,
        ),
        all(
            "discovery-nested-100-000-times",
            |_, a| a.with_body("[".repeat(100_000)).into(),
            Noted("/Schemas cannot be used: the body was not read: it is nested deeper than 100 levels"),
            list,
        ),
        all(
            "injection-in-discovery",
            |_, a| {
                let mut body = a.json();
                names(&mut body);
                a.with_body(body.to_string()).into()
            },
            Legal,
            "names and descriptions are for people",
        ),
        types(
            "endpoint-of-another-host",
            |asked, a| endpoint(a, &format!("//{}", asked.elsewhere)),
            Noted("endpoint"),
            below,
        ),
        types(
            "endpoint-that-is-a-foreign-url",
            |asked, a| endpoint(a, &format!("http://{}/scim/v2/Users", asked.elsewhere)),
            Noted("endpoint"),
            below,
        ),
        types("endpoint-that-is-a-file", |_, a| endpoint(a, "file:///etc/passwd"), Noted("endpoint"), below),
        types("endpoint-with-a-way-up", |_, a| endpoint(a, "../.."), Noted("endpoint"), below),
        types("endpoint-with-an-encoded-way-up", |_, a| endpoint(a, "/%2e%2E/admin"), Noted("endpoint"), below),
        types("endpoint-with-backslashes", |_, a| endpoint(a, "\\\\evil\\Users"), Noted("endpoint"), below),
        types("endpoint-with-a-query", |_, a| endpoint(a, "/Users?x="), Noted("endpoint"), below),
        types("endpoint-with-a-fragment", |_, a| endpoint(a, "/Users#"), Noted("endpoint"), below),
        types("endpoint-with-a-newline", |_, a| endpoint(a, "/Us\r\ners"), Noted("endpoint"), below),
        types("endpoint-that-is-empty", |_, a| endpoint(a, "/"), Noted("endpoint"), below),
        types(
            "endpoint-that-is-our-own-url",
            |asked, a| endpoint(a, &format!("http://{}/scim/v2/Users", asked.host)),
            Legal,
            "not relative as RFC 7643 6 has it, but it leads to the same place",
        ),
        types(
            "resource-types-by-the-thousand",
            |_, a| {
                changed(a, |list| {
                    let more = (0..5_000).map(|n| json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": format!("T{n}"), "name": format!("T{n}"), "endpoint": format!("/T{n}"), "schema": "urn:ietf:params:scim:schemas:core:2.0:User" }));
                    list["Resources"].as_array_mut().expect("a list").extend(more);
                    list["totalResults"] = 5_002.into();
                })
            },
            Noted("resource types"),
            "no RFC bounds them; the first hundred are read",
        ),
        types(
            "resource-types-that-are-capabilities",
            |_, a| {
                changed(a, |list| {
                    for name in ["auth.second", "etag.strong", "bulk", "cursor"] {
                        list["Resources"]
                            .as_array_mut()
                            .expect("a list")
                            .push(json!({ "name": name, "endpoint": "/X", "schema": "urn:x" }));
                    }
                })
            },
            Fail("/Resources/2"),
            "RFC 7643 6: an entry has its schemas; its name declares no capability",
        ),
        schemas(
            "schema-of-10-000-attributes",
            |_, a| {
                changed(a, |list| {
                    let more: Vec<Value> = (0..10_000).map(|n| json!({ "name": format!("a{n}"), "description": "One of many.", "type": "string", "multiValued": false, "required": false, "mutability": "readWrite", "returned": "default" })).collect();
                    user(list)["attributes"].as_array_mut().expect("attributes").extend(more);
                })
            },
            Legal,
            "no RFC bounds a schema; every attribute is known, and the tables try the first of them",
        ),
        schemas(
            "schemas-of-45-000-attributes",
            |_, a| {
                changed(a, |list| {
                    let more: Vec<Value> = (0..45_000).map(|n| json!({ "name": format!("a{n}") })).collect();
                    user(list)["attributes"] = more.into();
                })
            },
            Noted("attributes"),
            "more than any provider has; what is beyond our limit is not used, and the RFC's schema is",
        ),
        schemas(
            "schema-nested-5-000-deep",
            |_, a| {
                let text = format!(
                    "{}{}",
                    "{\"name\":\"a\",\"type\":\"complex\",\"subAttributes\":[".repeat(5_000),
                    "]}".repeat(5_000)
                );
                changed_text(&a, &text)
            },
            Noted("/Schemas cannot be used: the body was not read: it is nested deeper than 100 levels"),
            "RFC 7643 2.3.8: a complex attribute holds no complex ones",
        ),
        schemas(
            "schema-nested-30-deep",
            |_, a| {
                let text = format!(
                    "{}{}",
                    "{\"name\":\"a\",\"type\":\"complex\",\"subAttributes\":[".repeat(30),
                    "]}".repeat(30)
                );
                changed_text(&a, &text)
            },
            Fail("a sub-attribute of a simple type"),
            "RFC 7643 2.3.8: sub-attributes are never complex themselves",
        ),
        schemas(
            "schema-that-refers-to-itself",
            |_, a| {
                changed(a, |list| {
                    let attribute = json!({ "name": "self", "type": "reference", "referenceTypes": [USER, "User", "uri"], "schema": USER, "$ref": "#", "multiValued": false, "mutability": "readWrite", "returned": "default", "required": false });
                    user(list)["attributes"].as_array_mut().expect("attributes").push(attribute);
                })
            },
            Fail("referenceTypes"),
            "names are compared, never followed; RFC 7643 7: references name resource types",
        ),
        schemas(
            "canonical-values-like-expressions",
            |_, a| {
                changed(a, |list| {
                    for attribute in user(list)["attributes"].as_array_mut().expect("attributes") {
                        attribute["canonicalValues"] = json!(["(a+)+$", "[", "^(([a-z])+.)+[A-Z]([a-z])+$", "\\"]);
                    }
                })
            },
            Legal,
            "RFC 7643 7: they are suggestions, and plain text",
        ),
        schemas(
            "schema-with-an-odd-name",
            |_, a| {
                changed(a, |list| {
                    let odd: Vec<Value> = ["", ".", "$ref", "a.b", "a[b]", "urn:x:y:z", "${run}", "constructor", "__proto__", "id", "schemas", "\u{202e}"].iter().map(|name| json!({ "name": name, "type": "complex", "multiValued": true, "mutability": "readWrite", "returned": "always", "required": false, "subAttributes": [{ "name": name }] })).collect();
                    user(list)["attributes"].as_array_mut().expect("attributes").extend(odd);
                })
            },
            Fail("a letter, then letters"),
            "RFC 7643 2.1: attribute names have a grammar",
        ),
        schemas(
            "schema-that-requires-everything",
            |_, a| {
                changed(a, |list| {
                    for attribute in user(list)["attributes"].as_array_mut().expect("attributes") {
                        attribute["required"] = true.into();
                        attribute["uniqueness"] = "global".into();
                    }
                })
            },
            Warn("uniqueness"),
            "samples carry every attribute then; ruling X10 on uniqueness of what has none",
        ),
    ]
}

/// The User schema with one more attribute.
fn changed_text(answer: &Answer, attribute: &str) -> Sent {
    let text =
        String::from_utf8_lossy(&answer.body).replacen("\"attributes\":[", &format!("\"attributes\":[{attribute},"), 1);
    answer.clone().with_body(text).into()
}

fn user(list: &mut Value) -> &mut Value {
    let schemas = list["Resources"].as_array_mut().expect("a list");
    schemas.iter_mut().find(|schema| schema["id"] == USER).expect("the User schema")
}

fn endpoint(answer: Answer, endpoint: &str) -> Sent {
    let mut list = answer.json();
    list["Resources"][0]["endpoint"] = endpoint.into();
    answer.with_body(list.to_string()).into()
}

/// Puts the injection into everything that is only shown.
fn names(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(names),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if ["description", "documentationUri"].contains(&name.as_str()) => {
                        text.push_str(super::bodies::INJECTION);
                    }
                    other => names(other),
                }
            }
        }
        _ => {}
    }
}
