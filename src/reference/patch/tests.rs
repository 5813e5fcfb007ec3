//! Tests of PATCH, one form of operation after the other.

use serde_json::{Value, json};

use super::super::testing::Bench;
use crate::scim::urn::{ENTERPRISE_USER as EXT, PATCH_OP, USER};

fn ann(bench: &Bench) -> String {
    let more = json!({
        "nickName": "An", "active": true,
        "name": { "givenName": "Ann", "familyName": "Smith" },
        "emails": [
            { "value": "ann@work", "type": "work", "primary": true, "display": "W" },
            { "value": "ann@home", "type": "home" },
        ],
        "phoneNumbers": [{ "value": "1", "type": "work" }],
        EXT: { "department": "Sales", "costCenter": "1" },
    });
    format!("/Users/{}", bench.user("ann", more))
}

/// One operation each on a fresh user: what the user has at a JSON pointer afterwards.
#[test]
fn each_form_of_operation_does_what_it_says() {
    let department = format!("{EXT}:department");
    let manager = format!("{EXT}:manager");
    let work = || json!({ "value": "ann@work", "type": "work", "primary": true, "display": "W" });
    let home = || json!({ "value": "ann@home", "type": "home" });
    let reset = |mut email: Value| {
        email["primary"] = false.into();
        email
    };
    let ext = format!("/{}", EXT.replace('/', "~1"));
    let table: Vec<(Value, String, Value)> = vec![
        // Without a path.
        (json!({ "op": "add", "value": { "title": "T", "nickName": "N" } }), "/title".into(), json!("T")),
        (
            json!({ "op": "replace", "value": { "name.givenName": "A" } }),
            "/name".into(),
            json!({ "givenName": "A", "familyName": "Smith" }),
        ),
        (
            json!({ "op": "Replace", "value": { (department.as_str()): "IT" } }),
            format!("{ext}/department"),
            json!("IT"),
        ),
        (
            json!({ "op": "replace", "value": { EXT: { "department": "IT" } } }),
            ext.clone(),
            json!({ "department": "IT", "costCenter": "1" }),
        ),
        (
            json!({ "op": "add", "value": { "emails": [{ "value": "x" }] } }),
            "/emails".into(),
            json!([work(), home(), { "value": "x" }]),
        ),
        (
            json!({ "op": "replace", "value": { "emails": [{ "value": "x" }] } }),
            "/emails".into(),
            json!([{ "value": "x" }]),
        ),
        (
            json!({ "op": "replace", "value": { "emails[type eq \"home\"].value": "y" } }),
            "/emails/1/value".into(),
            json!("y"),
        ),
        (json!({ "op": "replace", "value": { "unknown": 1, "title": "T" } }), "/title".into(), json!("T")),
        (json!({ "op": "replace", "value": { "nickName": null } }), "/nickName".into(), Value::Null),
        (json!({ "op": "replace", "value": { "active": "False" } }), "/active".into(), json!(false)),
        // An attribute.
        (json!({ "op": "ADD", "path": "title", "value": "T" }), "/title".into(), json!("T")),
        (json!({ "op": "replace", "path": "NICKNAME", "value": "N" }), "/nickName".into(), json!("N")),
        (json!({ "op": "remove", "path": "nickName" }), "/nickName".into(), Value::Null),
        (json!({ "op": "remove", "path": "title" }), "/title".into(), Value::Null),
        (
            json!({ "op": "add", "path": "name", "value": { "givenName": "A" } }),
            "/name".into(),
            json!({ "givenName": "A", "familyName": "Smith" }),
        ),
        (
            json!({ "op": "replace", "path": "name", "value": { "GIVENNAME": null } }),
            "/name".into(),
            json!({ "familyName": "Smith" }),
        ),
        (json!({ "op": "add", "path": "emails", "value": { "value": "x" } }), "/emails/2/value".into(), json!("x")),
        (
            json!({ "op": "add", "path": "emails", "value": [{ "value": "x", "primary": true }] }),
            "/emails".into(),
            json!([reset(work()), home(), { "value": "x", "primary": true }]),
        ),
        (json!({ "op": "remove", "path": "emails" }), "/emails".into(), Value::Null),
        (
            json!({ "op": "remove", "path": "emails", "value": [{ "value": "ann@work" }] }),
            "/emails".into(),
            json!([home()]),
        ),
        // A sub-attribute.
        (json!({ "op": "add", "path": "name.middleName", "value": "M" }), "/name/middleName".into(), json!("M")),
        (json!({ "op": "replace", "path": "name.familyName", "value": "" }), "/name/familyName".into(), json!("")),
        (json!({ "op": "remove", "path": "name.familyName" }), "/name".into(), json!({ "givenName": "Ann" })),
        (json!({ "op": "replace", "path": "emails.display", "value": "D" }), "/emails/1/display".into(), json!("D")),
        (json!({ "op": "remove", "path": "emails.type" }), "/emails/1".into(), json!({ "value": "ann@home" })),
        // Selected values.
        (
            json!({ "op": "replace", "path": "emails[TYPE Eq \"WORK\"].Value", "value": "new" }),
            "/emails/0/value".into(),
            json!("new"),
        ),
        (
            json!({ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true }),
            "/emails/0/primary".into(),
            json!(false),
        ),
        (
            json!({ "op": "replace", "path": "emails[type eq \"work\"]", "value": { "value": "n", "type": "work" } }),
            "/emails".into(),
            json!([{ "value": "n", "type": "work" }, home()]),
        ),
        (
            json!({ "op": "add", "path": "emails[type eq \"home\"]", "value": { "display": "H" } }),
            "/emails/1".into(),
            json!({ "value": "ann@home", "type": "home", "display": "H" }),
        ),
        (
            json!({ "op": "add", "path": "emails[type eq \"other\"].value", "value": "o" }),
            "/emails/2".into(),
            json!({ "type": "other", "value": "o" }),
        ),
        (
            json!({ "op": "remove", "path": "emails[type eq \"work\" and value ew \"work\"]" }),
            "/emails".into(),
            json!([home()]),
        ),
        (json!({ "op": "remove", "path": "emails[not (type eq \"work\")]" }), "/emails".into(), json!([work()])),
        (
            json!({ "op": "remove", "path": "emails[type eq \"work\"].display" }),
            "/emails/0".into(),
            json!({ "value": "ann@work", "type": "work", "primary": true }),
        ),
        (json!({ "op": "remove", "path": "emails[type eq \"none\"]" }), "/emails".into(), json!([work(), home()])),
        (json!({ "op": "remove", "path": "phoneNumbers[value eq \"1\"]" }), "/phoneNumbers".into(), Value::Null),
        // With a schema URI.
        (
            json!({ "op": "replace", "path": format!("{USER}:name.givenName"), "value": "A" }),
            "/name/givenName".into(),
            json!("A"),
        ),
        (
            json!({ "op": "add", "path": department, "value": "IT" }),
            ext.clone(),
            json!({ "department": "IT", "costCenter": "1" }),
        ),
        (json!({ "op": "remove", "path": department }), ext.clone(), json!({ "costCenter": "1" })),
        (json!({ "op": "remove", "path": EXT }), "/schemas".into(), json!([USER])),
        (json!({ "op": "add", "path": EXT, "value": { "division": "D" } }), format!("{ext}/division"), json!("D")),
        (json!({ "op": "replace", "path": USER, "value": { "title": "T" } }), "/title".into(), json!("T")),
        (json!({ "op": "add", "path": manager, "value": "42" }), format!("{ext}/manager/value"), json!("42")),
        (
            json!({ "op": "add", "path": manager, "value": { "$ref": "../Users/42" } }),
            format!("{ext}/manager/value"),
            json!("42"),
        ),
        (json!({ "op": "replace", "path": manager, "value": "" }), format!("{ext}/manager"), Value::Null),
        (json!({ "op": "replace", "path": manager, "value": { "value": "" } }), format!("{ext}/manager"), Value::Null),
        (json!({ "op": "add", "path": "schemas", "value": [EXT] }), "/schemas".into(), json!([USER, EXT])),
    ];
    for (operation, pointer, expected) in table {
        let bench = Bench::new();
        let path = ann(&bench);
        let patched = bench.patch(&path, json!([operation]));
        assert_eq!(patched.status, 200, "{operation}: {patched:?}");
        assert_eq!(patched.body.pointer(&pointer).unwrap_or(&Value::Null), &expected, "{operation}");
        assert_eq!(bench.get(&path).body, patched.body, "{operation}");
    }
}

#[test]
fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let bench = Bench::new();
    let path = ann(&bench);
    bench.user("bob", json!({}));
    let before = bench.get(&path).body;
    for (operation, scim_type) in [
        (json!({ "op": "remove" }), "noTarget"),
        (json!({ "op": "remove", "path": "userName" }), "mutability"),
        (json!({ "op": "replace", "path": "userName", "value": null }), "mutability"),
        (json!({ "op": "replace", "path": "userName", "value": "" }), "invalidValue"),
        (json!({ "op": "remove", "path": "id" }), "mutability"),
        (json!({ "op": "replace", "path": "id", "value": "x" }), "mutability"),
        (json!({ "op": "replace", "path": "meta.created", "value": "x" }), "mutability"),
        (json!({ "op": "add", "path": "groups", "value": [{ "value": "g" }] }), "mutability"),
        (json!({ "op": "replace", "value": { "id": "x", "displayName": "y" } }), "mutability"),
        (json!({ "op": "replace", "path": format!("{EXT}:manager.displayName"), "value": "x" }), "mutability"),
        (json!({ "op": "remove", "path": "schemas" }), "mutability"),
        (json!({ "op": "add", "path": "schemas", "value": ["urn:example:x"] }), "invalidValue"),
        (json!({ "op": "replace", "path": "emails[type eq \"none\"].value", "value": "x" }), "noTarget"),
        (json!({ "op": "replace", "path": "emails[type eq \"none\"]", "value": { "value": "x" } }), "noTarget"),
        (json!({ "op": "add", "path": "title" }), "invalidValue"),
        (json!({ "op": "add", "value": "T" }), "invalidValue"),
        (json!({ "op": "add", "path": "name", "value": "T" }), "invalidValue"),
        (json!({ "op": "replace", "path": "displayName", "value": { "a": 1 } }), "invalidValue"),
        (json!({ "op": "replace", "path": "active", "value": "abc" }), "invalidValue"),
        (
            json!({ "op": "add", "path": "emails", "value": [{ "value": "x", "primary": true }, { "value": "y", "primary": true }] }),
            "invalidValue",
        ),
        (json!({ "op": "replace", "path": "emails.primary", "value": true }), "invalidValue"),
        (json!({ "op": "move", "path": "title", "value": "x" }), "invalidSyntax"),
        (json!({ "path": "title", "value": "x" }), "invalidSyntax"),
        (json!({ "op": "add", "path": "unknown", "value": "x" }), "invalidPath"),
        (json!({ "op": "add", "path": "department", "value": "x" }), "invalidPath"),
        (json!({ "op": "add", "path": "/emails/0", "value": "x" }), "invalidPath"),
        (json!({ "op": "add", "path": "emails[", "value": "x" }), "invalidPath"),
        (json!({ "op": "add", "path": "name..givenName", "value": "x" }), "invalidPath"),
        (json!({ "op": "add", "path": "name[givenName eq \"A\"].familyName", "value": "x" }), "invalidPath"),
        (json!({ "op": "add", "path": "emails[type zz 1].value", "value": "x" }), "invalidFilter"),
        (json!({ "op": "add", "path": "emails[primary gt true].value", "value": "x" }), "invalidFilter"),
        (json!({ "op": "replace", "path": "userName", "value": "BOB" }), "uniqueness"),
    ] {
        let first = json!({ "op": "replace", "path": "title", "value": "half done" });
        let answered = bench.patch(&path, json!([first, operation]));
        assert_eq!(answered.refusal().1, scim_type, "{operation}: {answered:?}");
        assert_eq!(bench.get(&path).body, before, "{operation}");
    }
    for body in [json!({}), json!({ "schemas": [PATCH_OP] }), json!({ "schemas": [PATCH_OP], "Operations": [] })] {
        assert_eq!(bench.send("PATCH", &path, &[], &body).refusal(), (400, "invalidSyntax"), "{body}");
    }
}

#[test]
fn operations_apply_in_order() {
    let bench = Bench::new();
    let path = ann(&bench);
    let patched = bench.patch(
        &path,
        json!([
            { "op": "add", "path": "title", "value": "A" },
            { "op": "replace", "path": "title", "value": "B" },
            { "op": "remove", "path": "title" },
            { "op": "add", "path": "addresses[type eq \"work\"].locality", "value": "X" },
            { "op": "add", "path": "addresses[type eq \"work\"].region", "value": "Y" },
        ]),
    );
    assert_eq!(patched.body["title"], Value::Null);
    assert_eq!(patched.body["addresses"], json!([{ "type": "work", "locality": "X", "region": "Y" }]));
}

#[test]
fn what_is_there_already_changes_nothing() {
    let bench = Bench::new();
    let path = ann(&bench);
    let before = bench.get(&path);
    for operation in [
        json!({ "op": "add", "path": "emails", "value": [{ "value": "ann@work", "type": "work" }] }),
        json!({ "op": "add", "path": "nickName", "value": "An" }),
        json!({ "op": "remove", "path": "title" }),
        json!({ "op": "add", "value": { "id": before.body["id"] } }),
    ] {
        let patched = bench.patch(&path, json!([operation]));
        assert_eq!(patched.body, before.body, "{operation}");
        assert_eq!(patched.header("etag"), before.header("etag"));
    }
    let changed = bench.patch(&path, json!([{ "op": "add", "path": "nickName", "value": "Anne" }]));
    assert!(changed.body["meta"]["lastModified"].as_str() > before.body["meta"]["lastModified"].as_str());
    assert_ne!(changed.header("etag"), before.header("etag"));
}

#[test]
fn members_come_and_go_one_by_one() {
    let bench = Bench::new();
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|name| bench.user(name, json!({})));
    let path = format!("/Groups/{}", bench.group("g", &[&ann, &bob]));
    let members = || -> Vec<String> {
        let body = bench.get(&path).body;
        let listed = body["members"].as_array().cloned().unwrap_or_default();
        listed.iter().map(|member| member["value"].as_str().unwrap_or("").to_owned()).collect()
    };
    let done = |operation: Value| assert_eq!(bench.patch(&path, json!([operation])).status, 204);
    done(json!({ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": cid }] }));
    assert_eq!(members(), [ann.clone(), bob.clone(), cid.clone()]);
    done(json!({ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": ann }] }));
    assert_eq!(members(), [bob.clone(), cid.clone()]);
    done(json!({ "op": "remove", "path": format!("members[value eq \"{bob}\"]") }));
    done(json!({ "op": "remove", "path": format!("members[value eq \"{bob}\"]") }));
    assert_eq!(members(), std::slice::from_ref(&cid));
    let other = json!({ "op": "replace", "path": format!("members[value eq \"{cid}\"].value"), "value": ann });
    assert_eq!(bench.patch(&path, json!([other])).refusal(), (400, "mutability"));
    done(json!({ "op": "replace", "path": "members", "value": [{ "value": ann }, { "value": bob }] }));
    assert_eq!(members(), [ann.clone(), bob.clone()]);
    done(json!({ "op": "replace", "value": { "members": [{ "value": bob }] } }));
    assert_eq!(members(), std::slice::from_ref(&bob));
    done(json!({ "op": "remove", "path": "members" }));
    assert!(members().is_empty());
    let asked = bench.patch(
        &format!("{path}?attributes=displayName"),
        json!([{ "op": "add", "path": "members", "value": { "value": ann } }]),
    );
    assert_eq!((asked.status, &asked.body["displayName"], &asked.body["members"]), (200, &json!("g"), &Value::Null));
}

#[test]
fn a_stale_tag_stops_a_patch() {
    let bench = Bench::new();
    let path = ann(&bench);
    let body = json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "add", "path": "title", "value": "T" }] });
    assert_eq!(bench.send("PATCH", &path, &[("If-Match", "W/\"99\"")], &body).refusal(), (412, ""));
    assert_eq!(bench.send("PATCH", &path, &[("If-Match", "W/\"1\"")], &body).status, 200);
}
