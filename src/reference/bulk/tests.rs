//! Tests of bulk jobs.

use serde_json::{Value, json};

use super::super::testing::{Answered, Bench, user};
use super::super::{Limits, Settings};
use crate::scim::urn::{BULK_REQUEST, BULK_RESPONSE, ENTERPRISE_USER, ERROR, GROUP};
use crate::scim::{message, urn};

fn job(bench: &Bench, operations: Value) -> Answered {
    bench.post("/Bulk", &json!({ "schemas": [BULK_REQUEST], "Operations": operations }))
}

fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": [GROUP], "displayName": name, "members": members })
}

fn post(bulk_id: &str, path: &str, data: Value) -> Value {
    json!({ "method": "POST", "path": path, "bulkId": bulk_id, "data": data })
}

/// Status and scimType of each item.
fn statuses(answered: &Answered) -> Vec<String> {
    assert_eq!(answered.status, 200, "{answered:?}");
    assert_eq!(answered.body["schemas"], json!([BULK_RESPONSE]));
    let items = answered.body["Operations"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    items
        .iter()
        .map(|item| format!("{} {}", text(&item["status"]), text(&item["response"]["scimType"])).trim().to_owned())
        .collect()
}

fn path_of(item: &Value) -> String {
    item["location"].as_str().unwrap().trim_start_matches("http://scim.test/scim/v2").to_owned()
}

fn id_of(item: &Value) -> String {
    path_of(item).rsplit('/').next().unwrap().to_owned()
}

#[test]
fn each_operation_is_what_it_would_be_alone() {
    let bench = Bench::new();
    let ids = ["ann", "bob", "cid"].map(|name| bench.user(name, json!({})));
    let [ann, bob, cid] = ids.map(|id| format!("/Users/{id}"));
    let answered = job(
        &bench,
        json!([
            post("q", "/Users", user("dee", json!({}))),
            { "method": "put", "path": ann, "version": "W/\"1\"", "data": user("ann", json!({ "title": "T" })) },
            { "method": "PATCH", "path": bob, "data": message::patch_op(json!([{ "op": "add", "path": "title", "value": "T" }])) },
            { "method": "DELETE", "path": cid },
            { "method": "PUT", "path": ann, "version": "W/\"1\"", "data": user("ann", json!({})) },
            { "method": "DELETE", "path": cid },
            post("r", "/Users", user("ANN", json!({}))),
        ]),
    );
    assert_eq!(statuses(&answered), ["201", "200", "200", "204", "412", "404", "409 uniqueness"]);
    let items = answered.body["Operations"].as_array().unwrap();
    let location = |path: &str| json!(format!("http://scim.test/scim/v2{path}"));
    let dee = bench.get(&path_of(&items[0]));
    assert_eq!(dee.body["userName"], "dee");
    assert_eq!(
        items[0],
        json!({
            "location": dee.body["meta"]["location"], "method": "POST", "bulkId": "q", "version": "W/\"1\"", "status": "201",
        })
    );
    assert_eq!(items[1], json!({ "location": location(&ann), "method": "PUT", "version": "W/\"2\"", "status": "200" }));
    assert_eq!(items[3], json!({ "location": location(&cid), "method": "DELETE", "status": "204" }));
    assert_eq!(items[5]["location"], location(&cid));
    assert_eq!(items[5]["response"]["schemas"], json!([ERROR]));
    assert_eq!((&items[6]["location"], &items[6]["bulkId"]), (&Value::Null, &json!("r")));
    assert_eq!(bench.get(&ann).body["title"], "T");
    assert_eq!(bench.get("/Users").names(), ["ann", "bob", "dee"]);
}

#[test]
fn references_lead_forward_and_back_and_everywhere() {
    let bench = Bench::new();
    let old = bench.group("old", &[]);
    let bob =
        user("bob", json!({ ENTERPRISE_USER: { "manager": { "value": "bulkId:ann" } }, "displayName": "bulkId:no" }));
    let answered = job(
        &bench,
        json!([
            post("g", "/Groups", group("g", &["bulkId:ann", "bulkId:bob"])),
            { "method": "PATCH", "path": format!("/Groups/{old}"), "data": message::patch_op(json!([
                { "op": "add", "path": "members", "value": [{ "value": "bulkId:bob" }, { "value": "bulkId:ann" }] },
                { "op": "remove", "path": "members[value eq \"bulkId:bob\"]" },
            ])) },
            { "method": "PATCH", "path": "/Users/bulkId:ann", "data": message::patch_op(json!([{ "op": "add", "path": "title", "value": "T" }])) },
            post("bob", "/Users", bob),
            post("ann", "/Users", user("ann", json!({}))),
        ]),
    );
    assert_eq!(statuses(&answered), ["201", "204", "200", "201", "201"]);
    let items = answered.body["Operations"].as_array().unwrap();
    let (ann, bob) = (id_of(&items[4]), id_of(&items[3]));
    let values = |path: &str| -> Vec<String> {
        let body = bench.get(path).body;
        body["members"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(values(&path_of(&items[0])), [ann.clone(), bob.clone()]);
    assert_eq!(values(&format!("/Groups/{old}")), std::slice::from_ref(&ann));
    let bob = bench.get(&format!("/Users/{bob}")).body;
    assert_eq!((&bob[ENTERPRISE_USER]["manager"]["value"], &bob["displayName"]), (&json!(ann), &json!("bulkId:no")));
    assert_eq!(bench.get(&format!("/Users/{ann}")).body["title"], "T");
}

#[test]
fn circles_are_resolved() {
    let bench = Bench::new();
    let answered = job(
        &bench,
        json!([
            post("a", "/Groups", group("A", &["bulkId:b", "bulkId:c"])),
            post("b", "/Groups", group("B", &["bulkId:c"])),
            post("c", "/Groups", group("C", &["bulkId:a"])),
            post("u", "/Users", user("u", json!({ ENTERPRISE_USER: { "manager": { "value": "bulkId:u" } } }))),
        ]),
    );
    assert_eq!(statuses(&answered), ["201"; 4]);
    let items = answered.body["Operations"].as_array().unwrap();
    for (from, to) in [(0, 1), (0, 2), (1, 2), (2, 0)] {
        let group = bench.get(&path_of(&items[from]));
        let members = group.body["members"].as_array().unwrap();
        assert!(members.iter().any(|one| one["value"] == id_of(&items[to])), "{from} -> {to}");
        assert_eq!(items[from]["version"], group.header("etag").unwrap());
    }
    assert_eq!(bench.get(&path_of(&items[3])).body[ENTERPRISE_USER]["manager"]["value"], id_of(&items[3]));
}

#[test]
fn what_cannot_be_resolved_is_a_conflict_and_leaves_nothing() {
    let bench = Bench::new();
    bench.group("taken", &[]);
    let answered = job(
        &bench,
        json!([
            post("a", "/Groups", group("A", &["bulkId:nobody"])),
            post("b", "/Groups", group("B", &["bulkId:bad"])),
            post("bad", "/Users", json!({ "schemas": [urn::USER] })),
            // A circle with one that fails.
            post("c", "/Groups", group("taken", &["bulkId:d"])),
            post("d", "/Groups", group("D", &["bulkId:c", "bulkId:e"])),
            post("e", "/Groups", group("E", &["bulkId:d"])),
            { "method": "DELETE", "path": "/Users/bulkId:bad" },
            post("self", "/Groups", group("S", &["bulkId:self"])),
        ]),
    );
    let expected = ["409", "409", "400 invalidValue", "409 uniqueness", "409", "409", "409", "400 invalidValue"];
    assert_eq!(statuses(&answered), expected);
    assert_eq!(bench.get("/Groups").names(), ["taken"]);
    assert_eq!(bench.get("/Users").body["totalResults"], 0);
}

#[test]
fn a_job_stops_when_it_has_enough_errors() {
    for (most, done) in [
        (1, vec!["201", "404"]),
        (2, vec!["201", "404", "404"]),
        (3, vec!["201", "404", "404", "201"]),
        (0, vec!["201", "404", "404", "201"]),
    ] {
        let bench = Bench::new();
        let body = json!({ "schemas": [BULK_REQUEST], "failOnErrors": most, "Operations": [
            post("a", "/Users", user("a", json!({}))),
            { "method": "DELETE", "path": "/Users/none" },
            { "method": "DELETE", "path": "/Users/none" },
            post("b", "/Users", user("b", json!({}))),
        ] });
        assert_eq!(statuses(&bench.post("/Bulk", &body)), done, "{most}");
    }
}

#[test]
fn broken_operations_fail_alone() {
    let bench = Bench::new();
    let data = user("a", json!({}));
    let answered = job(
        &bench,
        json!([
            {}, 5, { "method": "GET", "path": "/Users" }, { "method": "DELETE" }, { "method": "DELETE", "path": "/Users" },
            { "method": "POST", "path": "/Users", "data": data }, post("x", "/Users/1", data.clone()),
            { "method": "POST", "path": "/Users", "bulkId": "y" }, post("z", "/Bulk", data.clone()), post("z", "/Users", data.clone()),
            { "method": "PUT", "path": "/Users/.search", "data": data }, { "method": "PUT", "path": "/Cats/1", "data": data },
            { "method": "PATCH", "path": "/Users/1", "version": "\n", "data": {} }, post("ok", "/Users?attributes=id", data.clone()),
        ]),
    );
    let wrong = |count: usize, what: &'static str| std::iter::repeat_n(what, count);
    let mut expected: Vec<&str> = wrong(4, "400 invalidSyntax").collect();
    expected.extend([
        "400 invalidValue",
        "400 invalidSyntax",
        "400 invalidValue",
        "400 invalidSyntax",
        "400 invalidValue",
    ]);
    expected.extend(["400 invalidValue", "400 invalidValue", "404", "400 invalidValue", "201"]);
    assert_eq!(statuses(&answered), expected);
}

#[test]
fn what_is_no_job_or_too_large_is_refused() {
    let limits = Limits { bulk_operations: 2, body: 600, ..Limits::default() };
    let bench = Bench::with(Settings { limits, ..Settings::default() });
    for body in
        [json!({}), json!({ "schemas": [BULK_REQUEST] }), json!({ "schemas": [BULK_REQUEST], "Operations": {} })]
    {
        assert_eq!(bench.post("/Bulk", &body).refusal(), (400, "invalidSyntax"), "{body}");
    }
    let body = json!({ "schemas": [BULK_REQUEST], "Operations": [], "failOnErrors": -1 });
    assert_eq!(bench.post("/Bulk", &body).refusal(), (400, "invalidValue"));
    assert_eq!(bench.get("/Bulk").refusal(), (405, ""));
    assert_eq!(statuses(&job(&bench, json!([]))), [""; 0]);
    let three = job(&bench, json!([{}, {}, {}]));
    assert_eq!(three.refusal(), (413, ""));
    assert!(three.body["detail"].as_str().unwrap().contains("maxOperations"));
    let large = job(&bench, json!([post("a", "/Users", user("a", json!({ "title": "x".repeat(600) })))]));
    assert_eq!(large.refusal(), (413, ""));
    assert!(large.body["detail"].as_str().unwrap().contains("maxPayloadSize"));
    assert_eq!(bench.get("/Users").body["totalResults"], 0);
}

#[test]
fn long_chains_and_circles_end() {
    let bench = Bench::new();
    let managed = |name: String, boss: &str| user(&name, json!({ ENTERPRISE_USER: { "manager": { "value": boss } } }));
    let chain = |last: &str| -> Value {
        let boss = |index: usize| if index < 999 { format!("bulkId:{}", index + 1) } else { last.to_owned() };
        let operation =
            |index: usize| post(&index.to_string(), "/Users", managed(format!("{last}-{index}"), &boss(index)));
        (0..1000).map(operation).collect()
    };
    for last in ["nobody", "bulkId:0"] {
        assert!(statuses(&job(&bench, chain(last))).iter().all(|status| status == "201"));
    }
    assert_eq!(bench.get("/Users?count=0").body["totalResults"], 2000);
}
