//! Tests of the custom extension and resource type: every characteristic, by every way of writing.

use serde_json::{Value, json};

use super::super::testing::{Answered, Bench, user};
use crate::scim::{message, urn};

const BADGE_URN: &str = "urn:example:params:scim:schemas:extension:badge:2.0:User";
const DEVICE_URN: &str = "urn:example:params:scim:schemas:core:2.0:Device";

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.provider.add_custom_extension();
    bench.provider.add_custom_type();
    bench
}

fn device(serial: &str, more: Value) -> Value {
    let mut body = json!({ "schemas": [DEVICE_URN], "displayName": "D", "serialNumber": serial });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn badge(path: &str, value: Value) -> Value {
    json!([{ "op": "replace", "path": format!("{BADGE_URN}:{path}"), "value": value }])
}

#[test]
fn types_are_checked() {
    let bench = bench();
    for wrong in [
        json!({ "weight": "1" }),
        json!({ "lost": 1 }),
        json!({ "issued": "2026-01-01" }),
        json!({ "token": "?" }),
        json!({ "site": true }),
        json!({ "pin": "1234" }),
        json!({ "pin": 1.5 }),
        json!({ "tags": "one" }),
        json!({ "tags": [1] }),
        json!({ "photo": "no uri" }),
        json!({ "doors": [{ "type": "inner" }] }),
        json!({ "doors": [{ "value": "a", "primary": true }, { "value": "b", "primary": true }] }),
        json!({ "sponsor": [] , "lost": "perhaps" }),
    ] {
        let answered = bench.post("/Users", &user("a", json!({ BADGE_URN: wrong })));
        assert_eq!(answered.refusal(), (400, "invalidValue"), "{wrong}");
    }
    let full = json!({
        "serial": "S1", "color": "violet", "weight": 9.5, "lost": "False", "issued": "2026-01-01T00:00:00Z",
        "photo": "https://x.test/p", "token": "TWFu", "site": "Bonn", "pin": 1234, "note": "n", "tags": ["x", "y"],
        "doors": [{ "value": "A", "type": "inner", "until": "2027-01-01T00:00:00Z", "code": "77" }],
    });
    let made = bench.post("/Users", &user("a", json!({ BADGE_URN: full })));
    let mut expected = full;
    expected["lost"] = false.into();
    expected["number"] = 4711.into();
    expected.as_object_mut().unwrap().shift_remove("pin");
    expected["doors"][0].as_object_mut().unwrap().shift_remove("code");
    assert_eq!(made.body[BADGE_URN], expected);
    assert_eq!(made.body["schemas"], json!([urn::USER, BADGE_URN]));
}

#[test]
fn immutable_values_stay_by_every_way_of_writing() {
    let bench = bench();
    let path = format!("/Users/{}", bench.user("a", json!({})));
    assert_eq!(bench.patch(&path, badge("site", json!("Bonn"))).status, 200);
    assert_eq!(bench.patch(&path, badge("site", json!("Bonn"))).status, 200);
    for operation in [
        json!({ "op": "replace", "path": format!("{BADGE_URN}:site"), "value": "Köln" }),
        json!({ "op": "remove", "path": format!("{BADGE_URN}:site") }),
        json!({ "op": "add", "value": { BADGE_URN: { "site": "Köln" } } }),
        json!({ "op": "add", "path": BADGE_URN, "value": { "site": "Köln" } }),
        json!({ "op": "remove", "path": BADGE_URN }),
    ] {
        assert_eq!(bench.patch(&path, json!([operation])).refusal(), (400, "mutability"), "{operation}");
    }
    let put = |site: Value| bench.send("PUT", &path, &[], &user("a", json!({ BADGE_URN: { "site": site } })));
    assert_eq!(put(json!("Köln")).refusal(), (400, "mutability"));
    assert_eq!(put(json!("Bonn")).status, 200);
    let omitted = bench.send("PUT", &path, &[], &user("a", json!({})));
    assert_eq!(omitted.body[BADGE_URN], json!({ "number": 4711, "site": "Bonn" }));
    let job = json!({ "schemas": [urn::BULK_REQUEST], "Operations": [
        { "method": "PATCH", "path": path, "data": message::patch_op(badge("site", json!("Köln"))) },
        { "method": "PUT", "path": path, "data": user("a", json!({ BADGE_URN: { "site": "Köln" } })) },
    ] });
    let items = bench.post("/Bulk", &job).body["Operations"].clone();
    for item in items.as_array().unwrap() {
        assert_eq!((&item["status"], &item["response"]["scimType"]), (&json!("400"), &json!("mutability")));
    }
    let since = |time: &str| badge("sponsor", json!({ "since": time }));
    assert_eq!(bench.patch(&path, since("2026-01-01T00:00:00Z")).status, 200);
    assert_eq!(bench.patch(&path, since("2027-01-01T00:00:00Z")).refusal(), (400, "mutability"));
}

#[test]
fn what_is_read_only_is_the_servers() {
    let bench = bench();
    let made = bench.post("/Users", &user("a", json!({ BADGE_URN: { "number": 1 } })));
    assert_eq!(made.body[BADGE_URN]["number"], 4711);
    let path = format!("/Users/{}", made.id());
    assert_eq!(bench.patch(&path, badge("number", json!(1))).refusal(), (400, "mutability"));
    let put = bench.send("PUT", &path, &[], &user("a", json!({ BADGE_URN: { "number": 1 } })));
    assert_eq!(put.body[BADGE_URN]["number"], 4711);
}

#[test]
fn what_is_write_only_is_kept_and_never_seen() {
    let bench = bench();
    let path = format!("/Users/{}", bench.user("a", json!({ BADGE_URN: { "pin": 1234 } })));
    let stored = |bench: &Bench| {
        let docs = "SELECT group_concat(doc) FROM resource";
        bench.provider.store_of(0).read(|open| Ok(open.query_row(docs, [], |row| row.get::<_, String>(0))?)).unwrap()
    };
    let first = stored(&bench);
    assert!(first.contains("\"pin\":\"sha256:") && !first.contains("1234"), "{first}");
    assert_eq!(bench.send("PUT", &path, &[], &user("a", json!({ "title": "T" }))).status, 200);
    assert!(stored(&bench).contains("\"pin\":\"sha256:"));
    for shown in [
        bench.patch(&path, badge("pin", json!(99))),
        bench.get(&format!("{path}?attributes={BADGE_URN}:pin")),
        bench.get(&format!("{path}?attributes={BADGE_URN}")),
    ] {
        assert_eq!((shown.status, &shown.body[BADGE_URN]["pin"]), (200, &Value::Null));
    }
    assert_eq!(bench.provider.matching("User", &format!("{BADGE_URN}:pin pr")), Ok(Vec::new()));
}

#[test]
fn unique_values_are_unique_in_extensions_too() {
    let bench = bench();
    bench.user("a", json!({ BADGE_URN: { "serial": "S1" } }));
    let serial = |serial: &str| json!({ BADGE_URN: { "serial": serial } });
    assert_eq!(bench.post("/Users", &user("b", serial("S1"))).refusal(), (409, "uniqueness"));
    let path = format!("/Users/{}", bench.user("b", serial("s1")));
    assert_eq!(bench.patch(&path, badge("serial", json!("S1"))).refusal(), (409, "uniqueness"));
    assert_eq!(bench.send("PUT", &path, &[], &user("b", serial("S1"))).refusal(), (409, "uniqueness"));
    assert_eq!(bench.patch(&path, badge("serial", json!("s1"))).status, 200);
}

#[test]
fn what_is_returned_on_request_is_shown_to_who_asks_or_sends() {
    let bench = bench();
    let made = bench.post("/Users", &user("a", json!({ BADGE_URN: { "note": "x" } })));
    let path = format!("/Users/{}", made.id());
    assert_eq!(bench.get(&path).body[BADGE_URN], json!({ "number": 4711 }));
    let asked = bench.get(&format!("{path}?attributes={BADGE_URN}:note"));
    assert_eq!(asked.body[BADGE_URN], json!({ "note": "x" }));
    assert_eq!(bench.patch(&path, badge("note", json!("y"))).body[BADGE_URN]["note"], "y");
}

#[test]
fn numbers_and_times_compare_as_what_they_are() {
    let bench = bench();
    for (name, weight, issued) in [("a", 9.5, "2026-01-01T00:00:00+01:00"), ("b", 10.0, "2025-12-31T23:30:00Z")] {
        bench.user(name, json!({ BADGE_URN: { "weight": weight, "issued": issued, "lost": true, "tags": [name] } }));
    }
    for (filter, found) in [
        ("weight gt 9.5", 1),
        ("weight ge 9.5", 2),
        ("weight eq 10", 1),
        ("weight lt 9", 0),
        ("number eq 4711", 2),
        ("number ne 4711", 0),
        ("issued lt \"2025-12-31T23:15:00Z\"", 1),
        ("issued eq \"2026-01-01T00:30:00.000+01:00\"", 1),
        ("lost eq true", 2),
        ("tags eq \"A\"", 1),
        ("doors[value eq \"x\"]", 0),
    ] {
        let filter = format!("{BADGE_URN}:{filter}");
        assert_eq!(bench.provider.matching("User", &filter).map(|ids| ids.len()), Ok(found), "{filter}");
    }
}

#[test]
fn a_required_extension_is_demanded() {
    let mut bench = Bench::new();
    bench.provider.require_of_custom_extension("color");
    assert_eq!(bench.post("/Users", &user("a", json!({}))).refusal(), (400, "invalidValue"));
    let path = format!("/Users/{}", bench.user("a", json!({ BADGE_URN: { "color": "red" } })));
    assert_eq!(bench.patch(&path, json!([{ "op": "remove", "path": BADGE_URN }])).refusal(), (400, "mutability"));
    assert_eq!(bench.get("/ResourceTypes/User").body["schemaExtensions"][1]["required"], true);
}

#[test]
fn a_custom_type_is_a_type_like_any_other() {
    let bench = bench();
    let ann = bench.user("ann", json!({}));
    let full = json!({
        "owner": { "value": ann }, "ports": 4, "weight": 1.5, "installed": "2026-01-01T00:00:00Z", "pin": "1", "externalId": "x",
        "addresses": [{ "value": "a:b", "type": "mac", "primary": true }], "firmware": "mine", "remarks": "r",
    });
    let made = bench.post("/Devices", &device("S1", full));
    let path = format!("/Devices/{}", made.id());
    assert_eq!(made.header("location"), Some(format!("http://scim.test/scim/v2{path}").as_str()));
    assert_eq!(made.body["meta"]["resourceType"], "Device");
    assert_eq!(made.body["owner"]["$ref"], format!("http://scim.test/scim/v2/Users/{ann}"));
    assert_eq!((&made.body["pin"], &made.body["firmware"]), (&Value::Null, &Value::Null));
    let refused = |answered: Answered| (answered.refusal().0, answered.refusal().1.to_owned());
    assert_eq!(refused(bench.post("/Devices", &device("S1", json!({})))), (409, "uniqueness".into()));
    assert_eq!(refused(bench.send("PUT", &path, &[], &device("S2", json!({})))), (400, "mutability".into()));
    let unnamed = json!({ "schemas": [DEVICE_URN], "serialNumber": "S3" });
    assert_eq!(refused(bench.post("/Devices", &unnamed)), (400, "invalidValue".into()));
    assert_eq!(bench.send("PUT", &path, &[], &device("S1", json!({ "ports": 5 }))).body["ports"], 5);
    assert_eq!(bench.provider.matching("Device", "ports ge 5 and serialNumber sw \"S\"").unwrap().len(), 1);
    let group = bench.group("g", &[&made.id()]);
    assert_eq!(bench.get(&format!("/Groups/{group}")).body["members"][0]["type"], "Device");
    assert_eq!(bench.get(&format!("/Users/{}", made.id())).status, 404);
    assert_eq!(bench.send("DELETE", &path, &[], &Value::Null).status, 204);
    assert_eq!(bench.get("/ResourceTypes").body["totalResults"], 3);
    assert_eq!(bench.get(&format!("/Schemas/{DEVICE_URN}")).body["name"], "Device");
}
