//! What Entra ID, Okta and other clients send where the RFC leaves freedom, taken as they mean it.

use serde_json::{Value, json};

use super::testing::{Bench, user};
use crate::scim::urn::{ENTERPRISE_USER, GROUP, PATCH_OP, USER};

fn ann(bench: &Bench) -> String {
    let emails = json!([{ "type": "work", "value": "a@x" }]);
    format!("/Users/{}", bench.user("ann", json!({ "active": true, "emails": emails, "name": { "givenName": "A" } })))
}

/// Sends one operation; gives the user as it is then.
fn patched(operation: Value) -> Value {
    let bench = Bench::new();
    let path = ann(&bench);
    let answered = bench.patch(&path, json!([operation]));
    assert_eq!(answered.status, 200, "{operation}: {answered:?}");
    bench.get(&path).body
}

fn members(bench: &Bench, path: &str) -> Vec<String> {
    let body = bench.get(path).body;
    let listed = body["members"].as_array().cloned().unwrap_or_default();
    listed.iter().map(|one| one["value"].as_str().unwrap_or("").to_owned()).collect()
}

#[test]
fn operations_are_named_in_any_case() {
    for op in ["Add", "ADD", "Replace", "REPLACE", "replace"] {
        assert_eq!(patched(json!({ "op": op, "path": "title", "value": "T" }))["title"], "T", "{op}");
    }
    assert_eq!(patched(json!({ "op": "Remove", "path": "name.givenName" }))["name"], Value::Null);
}

#[test]
fn booleans_may_be_texts() {
    for (text, value) in [("True", true), ("False", false)] {
        assert_eq!(patched(json!({ "op": "Replace", "path": "active", "value": text }))["active"], value, "{text}");
        let made = Bench::new().post("/Users", &user("bob", json!({ "active": text })));
        assert_eq!(made.body["active"], value, "{text}");
    }
    let roles = json!({ "op": "Add", "path": "roles", "value": [{ "value": "admin", "primary": "True" }] });
    assert_eq!(patched(roles)["roles"][0]["primary"], true);
}

#[test]
fn members_are_removed_by_a_list_of_values() {
    let bench = Bench::new();
    let [ann, bob, cid] = ["ann", "bob", "cid"].map(|name| bench.user(name, json!({})));
    let path = format!("/Groups/{}", bench.group("g", &[&ann, &bob, &cid]));
    let remove = |value: Value| bench.patch(&path, json!([{ "op": "Remove", "path": "members", "value": value }]));
    assert_eq!(remove(json!([{ "value": ann }])).status, 204);
    assert_eq!(members(&bench, &path), [bob.clone(), cid.clone()]);
    assert_eq!(remove(json!([{ "$ref": null, "value": bob }, { "value": "not-there" }])).status, 204);
    assert_eq!(members(&bench, &path), [cid]);
}

#[test]
fn members_are_replaced_without_a_path_and_renamed_with_an_id() {
    let bench = Bench::new();
    let [ann, bob] = ["ann", "bob"].map(|name| bench.user(name, json!({})));
    let id = bench.group("g", &[&ann]);
    let path = format!("/Groups/{id}");
    let replace = json!([{ "op": "replace", "value": { "members": [{ "value": bob, "display": "bob" }] } }]);
    assert_eq!(bench.patch(&path, replace).status, 204);
    assert_eq!(members(&bench, &path), [bob]);
    let rename = json!([{ "op": "replace", "value": { "id": id, "displayName": "h" } }]);
    assert_eq!(bench.patch(&path, rename).status, 204);
    assert_eq!(bench.get(&path).body["displayName"], "h");
}

#[test]
fn dotted_and_qualified_keys_are_paths() {
    let department = format!("{ENTERPRISE_USER}:department");
    let changed = patched(json!({ "op": "Replace", "value": {
        "name.familyName": "B", (department.as_str()): "R&D", "emails[type eq \"work\"].value": "b@x",
        (format!("{ENTERPRISE_USER}:manager")): "4711", (format!("{USER}:title")): "T",
    } }));
    assert_eq!(changed["name"], json!({ "givenName": "A", "familyName": "B" }));
    assert_eq!(changed[ENTERPRISE_USER]["department"], "R&D");
    assert_eq!(changed[ENTERPRISE_USER]["manager"]["value"], "4711");
    assert_eq!((&changed["emails"][0]["value"], &changed["title"]), (&json!("b@x"), &json!("T")));
    assert_eq!(changed.get("name.familyName"), None);
}

#[test]
fn a_value_that_is_missing_is_made_from_its_filter() {
    let add = json!({ "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "1" });
    assert_eq!(patched(add)["phoneNumbers"], json!([{ "type": "mobile", "value": "1" }]));
    let department = json!({ "op": "Add", "path": format!("{ENTERPRISE_USER}:department"), "value": "D" });
    assert_eq!(patched(department)[ENTERPRISE_USER], json!({ "department": "D" }));
}

#[test]
fn a_manager_is_set_by_its_id_and_cleared_by_an_empty_one() {
    let bench = Bench::new();
    let path = ann(&bench);
    let manager = format!("{ENTERPRISE_USER}:manager");
    for value in [json!("7"), json!({ "value": "7" }), json!({ "$ref": null, "value": "7" }), json!([{ "value": "7" }])]
    {
        let answered = bench.patch(&path, json!([{ "op": "Replace", "path": manager, "value": value }]));
        if value.is_array() {
            assert_eq!(answered.refusal(), (400, "invalidValue"));
            continue;
        }
        assert_eq!(bench.get(&path).body[ENTERPRISE_USER]["manager"]["value"], "7", "{value}");
        assert_eq!(bench.patch(&path, json!([{ "op": "Replace", "path": manager, "value": "" }])).status, 200);
        assert_eq!(bench.get(&path).body[ENTERPRISE_USER], Value::Null);
    }
}

#[test]
fn a_plus_in_a_query_is_a_space() {
    let bench = Bench::new();
    bench.user("ann+x@example.com", json!({}));
    let asked = |query: &str| bench.get(&format!("/Users?filter={query}")).names().len();
    assert_eq!(asked("userName+eq+%22ann%2Bx@example.com%22"), 1);
    assert_eq!(asked("userName%20eq%20%22ann%2bx%40example.com%22"), 1);
    assert_eq!(asked("userName+eq+%22ann+x@example.com%22"), 0);
}

#[test]
fn a_group_of_entra_comes_with_a_schema_of_its_own() {
    let entra = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    let body = json!({ "schemas": [GROUP, entra], "displayName": "g", "meta": { "resourceType": "Group" } });
    assert_eq!(Bench::new().post("/Groups", &body).status, 201);
}

#[test]
fn an_okta_user_with_all_its_empty_values_is_taken() {
    let body = json!({
        "schemas": [USER], "userName": "okta@example.com", "name": { "givenName": "O", "familyName": "K" },
        "emails": [{ "primary": true, "value": "okta@example.com", "type": "work" }], "displayName": "O K",
        "locale": "en-US", "externalId": "00u1", "groups": [], "password": "p", "active": true, "phoneNumbers": [],
    });
    let bench = Bench::new();
    let made = bench.post("/Users", &body);
    assert_eq!((made.status, &made.body["active"], &made.body["password"]), (201, &json!(true), &Value::Null));
    let off = json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "replace", "value": { "active": false } }] });
    let path = format!("/Users/{}", made.id());
    assert_eq!(bench.send("PATCH", &path, &[], &off).body["active"], false);
    let mut put = bench.get(&path).body;
    put["active"] = true.into();
    assert_eq!(bench.send("PUT", &path, &[], &put).body["active"], true);
}
