//! Tests of single resources: created, read, replaced, deleted.

use serde_json::{Value, json};

use super::super::testing::{Bench, user};
use crate::scim::urn::{ENTERPRISE_USER, USER};

#[test]
fn a_created_user_has_what_the_server_gives_and_nothing_it_must_not_show() {
    let bench = Bench::new();
    let body = user(
        "bjensen",
        json!({
            "ID": "mine", "password": "t1meMa$heen", "NAME": { "FamilyName": "Jensen", "shoeSize": 9 },
            "groups": [{ "value": "g" }], "meta": { "resourceType": "Cat" }, "emails": [], "nickName": null,
            "unknown": 1, "active": "True", "timezone": "Europe/Berlin",
        }),
    );
    let made = bench.post("/Users", &body);
    assert_eq!(made.status, 201);
    let id = made.id();
    assert_ne!(id, "mine");
    let location = format!("http://scim.test/scim/v2/Users/{id}");
    assert_eq!(made.header("location"), Some(location.as_str()));
    assert_eq!(made.header("content-type"), Some("application/scim+json"));
    let meta = &made.body["meta"];
    assert_eq!(meta["location"], location);
    assert_eq!(meta["resourceType"], "User");
    assert_eq!(meta["created"], meta["lastModified"]);
    assert_eq!(meta["version"], made.header("etag").unwrap());
    let expected = json!({
        "schemas": [USER], "id": id, "userName": "bjensen", "name": { "familyName": "Jensen" },
        "timezone": "Europe/Berlin", "active": true, "meta": meta,
    });
    assert_eq!(made.body, expected);
    assert_eq!(bench.get(&format!("/Users/{id}")).body, expected);
}

#[test]
fn a_password_is_nowhere_in_the_store() {
    let bench = Bench::new();
    bench.user("a", json!({ "password": "open sesame" }));
    let stored = bench.provider.store_of(0).read(|connection| {
        let docs = connection.query_row("SELECT group_concat(doc) FROM resource", [], |row| row.get::<_, String>(0))?;
        let rows = "SELECT count(*) FROM value WHERE path = 'password'";
        Ok((docs, connection.query_row(rows, [], |row| row.get::<_, i64>(0))?))
    });
    let (docs, rows) = stored.unwrap();
    assert!(docs.contains("sha256:") && !docs.contains("sesame"), "{docs}");
    assert_eq!(rows, 0);
}

#[test]
fn what_the_schema_forbids_is_refused() {
    let bench = Bench::new();
    for (body, scim_type) in [
        (json!({ "userName": "a" }), "invalidSyntax"),
        (json!({ "schemas": [], "userName": "a" }), "invalidSyntax"),
        (json!({ "schemas": [ENTERPRISE_USER], "userName": "a" }), "invalidSyntax"),
        (json!({ "schemas": [USER, "urn:example:other"], "userName": "a" }), "invalidValue"),
        (json!({ "schemas": [USER] }), "invalidValue"),
        (user("", json!({})), "invalidValue"),
        (json!({ "schemas": [USER], "userName": null }), "invalidValue"),
        (json!({ "schemas": [USER], "userName": 5 }), "invalidValue"),
        (user("a", json!({ "USERNAME": "b" })), "invalidSyntax"),
        (user("a", json!({ "active": "maybe" })), "invalidValue"),
        (user("a", json!({ "name": "Ann" })), "invalidValue"),
        (user("a", json!({ "emails": { "value": "a@b" } })), "invalidValue"),
        (user("a", json!({ "emails": ["a@b"] })), "invalidValue"),
        (
            user("a", json!({ "emails": [{ "primary": true, "value": "1" }, { "primary": true, "value": "2" }] })),
            "invalidValue",
        ),
        (user("a", json!({ "x509Certificates": [{ "value": "no base64!" }] })), "invalidValue"),
        (user("a", json!({ "profileUrl": "not a uri" })), "invalidValue"),
        (user("a", json!({ ENTERPRISE_USER: "x" })), "invalidValue"),
        (json!({ "schemas": "x", "userName": "a" }), "invalidSyntax"),
    ] {
        assert_eq!(bench.post("/Users", &body).refusal(), (400, scim_type), "{body}");
    }
    for text in ["{", "[]", "5", "\u{feff}", &"[".repeat(4_000)] {
        let answered = bench.send_text("POST", "/Users", &[], text);
        assert_eq!(answered.refusal(), (400, "invalidSyntax"), "{text:.20}");
    }
    assert_eq!(bench.get("/Users").body["totalResults"], 0);
}

#[test]
fn a_user_name_is_taken_once_whatever_its_case() {
    let bench = Bench::new();
    bench.user("Ann", json!({}));
    let bob = bench.user("bob", json!({}));
    assert_eq!(bench.post("/Users", &user("aNN", json!({}))).refusal(), (409, "uniqueness"));
    let path = format!("/Users/{bob}");
    assert_eq!(bench.send("PUT", &path, &[], &user("ANN", json!({}))).refusal(), (409, "uniqueness"));
    let operations = json!([{ "op": "replace", "path": "userName", "value": "ann" }]);
    assert_eq!(bench.patch(&path, operations).refusal(), (409, "uniqueness"));
    assert_eq!(bench.send("PUT", &path, &[], &user("BOB", json!({}))).status, 200);
    assert_eq!(bench.get("/Users").names(), ["Ann", "BOB"]);
}

#[test]
fn a_put_replaces_and_keeps_what_is_the_servers() {
    let bench = Bench::new();
    let id = bench.user("a", json!({ "nickName": "A", "password": "x", "emails": [{ "value": "a@x" }] }));
    let group = bench.group("g", &[&id]);
    let path = format!("/Users/{id}");
    let before = bench.get(&path).body;
    let body =
        user("a", json!({ "id": "other", "title": "T", "groups": [], "meta": { "created": "2000-01-01T00:00:00Z" } }));
    let put = bench.send("PUT", &path, &[], &body);
    assert_eq!(put.status, 200);
    assert_eq!(put.body["id"], id);
    assert_eq!(put.body["title"], "T");
    assert_eq!(put.body["groups"][0]["value"], group);
    assert_eq!((&put.body["nickName"], &put.body["emails"]), (&Value::Null, &Value::Null));
    assert_eq!(put.body["meta"]["created"], before["meta"]["created"]);
    assert!(put.body["meta"]["lastModified"].as_str() > before["meta"]["lastModified"].as_str());
    assert_eq!(bench.send("PUT", "/Users/none", &[], &body).refusal(), (404, ""));
    assert_eq!(bench.send("PUT", &path, &[], &json!({ "schemas": [USER] })).refusal(), (400, "invalidValue"));
}

#[test]
fn a_deleted_resource_is_gone_everywhere() {
    let bench = Bench::new();
    let id = bench.user("a", json!({}));
    let group = bench.group("g", &[&id]);
    let path = format!("/Users/{id}");
    let deleted = bench.send("DELETE", &path, &[], &Value::Null);
    assert_eq!((deleted.status, deleted.body), (204, Value::Null));
    assert_eq!(bench.get(&path).refusal(), (404, ""));
    assert_eq!(bench.send("DELETE", &path, &[], &Value::Null).status, 404);
    assert_eq!(bench.patch(&path, json!([{ "op": "remove", "path": "title" }])).status, 404);
    assert_eq!(bench.get("/Users?filter=userName eq \"a\"").body["totalResults"], 0);
    assert_eq!(bench.get(&format!("/Groups/{group}")).body["members"], Value::Null);
    bench.user("a", json!({}));
}

#[test]
fn a_user_is_not_found_among_the_groups() {
    let bench = Bench::new();
    let id = bench.user("a", json!({}));
    assert_eq!(bench.get(&format!("/Groups/{id}")).status, 404);
}

#[test]
fn entity_tags_guard_reads_and_changes() {
    let bench = Bench::new();
    let path = format!("/Users/{}", bench.user("a", json!({})));
    let old = bench.get(&path).header("etag").unwrap().to_owned();
    let unchanged = bench.send("GET", &path, &[("If-None-Match", &old)], &Value::Null);
    assert_eq!((unchanged.status, unchanged.body), (304, Value::Null));
    let put = bench.send("PUT", &path, &[("If-Match", &old)], &user("a", json!({ "title": "T" })));
    assert_eq!(put.status, 200);
    assert_ne!(put.header("etag"), Some(old.as_str()));
    assert_eq!(bench.send("GET", &path, &[("If-None-Match", &old)], &Value::Null).status, 200);
    for method in ["PUT", "DELETE"] {
        let body = if method == "PUT" { user("a", json!({})) } else { Value::Null };
        assert_eq!(bench.send(method, &path, &[("If-Match", &old)], &body).refusal(), (412, ""));
    }
    assert_eq!(bench.get(&path).body["title"], "T");
    assert_eq!(bench.send("DELETE", &path, &[("If-Match", "*")], &Value::Null).status, 204);
}

#[test]
fn a_write_that_wants_nothing_to_be_there_is_refused() {
    let bench = Bench::new();
    let path = format!("/Users/{}", bench.user("a", json!({})));
    for tag in ["*", "W/\"1\"", "\"1\"", "\"0\", W/\"1\""] {
        let put = bench.send("PUT", &path, &[("If-None-Match", tag)], &user("a", json!({ "title": "T" })));
        assert_eq!(put.refusal(), (412, ""), "{tag}");
    }
    let other = bench.send("PUT", &path, &[("If-None-Match", "\"0\"")], &user("a", json!({ "title": "T" })));
    assert_eq!(other.status, 200);
}

#[test]
fn strong_tags_are_compared_strongly() {
    let mut bench = Bench::new();
    bench.provider.rules.etag = |version| format!("\"{version}\"");
    let path = format!("/Users/{}", bench.user("a", json!({})));
    let put = |tag: &str| bench.send("PUT", &path, &[("If-Match", tag)], &user("a", json!({ "title": tag }))).status;
    assert_eq!((put("W/\"1\""), put("\"0\", \"1\""), put("\"1\"")), (412, 200, 412));
}

#[test]
fn the_examples_of_the_rfc_are_taken() {
    let bench = Bench::new();
    let boss = bench.user("jsmith", json!({}));
    let example = json!({
        "schemas": [USER, ENTERPRISE_USER],
        "id": "2819c223", "externalId": "701984", "userName": "bjensen@example.com",
        "name": { "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara" },
        "emails": [{ "value": "bjensen@example.com", "type": "work", "primary": true }, { "value": "babs@jensen.org", "type": "home" }],
        "addresses": [{ "streetAddress": "100 Universal City Plaza", "formatted": "100 Universal City Plaza\nHollywood", "type": "work", "primary": true }],
        "photos": [{ "value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo" }],
        "active": true, "x509Certificates": [{ "value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAw" }],
        ENTERPRISE_USER: {
            "employeeNumber": "701984",
            "manager": { "value": boss, "$ref": "../Users/old", "displayName": "John Smith" },
        },
    });
    let made = bench.post("/Users", &example);
    assert_eq!(made.status, 201, "{made:?}");
    for key in ["schemas", "externalId", "name", "emails", "addresses", "photos", "x509Certificates"] {
        assert_eq!(made.body[key], example[key], "{key}");
    }
    let manager = json!({ "value": boss, "$ref": format!("http://scim.test/scim/v2/Users/{boss}") });
    assert_eq!(made.body[ENTERPRISE_USER]["manager"], manager);
}

#[test]
fn one_of_fifty_parallel_creates_gets_the_name() {
    let bench = Bench::new();
    let start = std::sync::Barrier::new(50);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let each: Vec<_> = (0..50)
            .map(|number| {
                let (bench, start) = (&bench, &start);
                scope.spawn(move || {
                    let name = if number % 2 == 0 { "race" } else { "RACE" };
                    start.wait();
                    bench.post("/Users", &user(name, json!({ "title": number.to_string() }))).status
                })
            })
            .collect();
        each.into_iter().map(|one| one.join().unwrap_or(0)).collect()
    });
    let of = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((of(201), of(409)), (1, 49), "{statuses:?}");
    assert_eq!(bench.get("/Users").body["totalResults"], 1);
}

#[test]
fn parallel_changes_of_one_resource_are_all_kept() {
    let bench = Bench::new();
    let path = format!("/Users/{}", bench.user("ann", json!({})));
    let start = std::sync::Barrier::new(20);
    std::thread::scope(|scope| {
        for number in 0..20 {
            let (bench, start, path) = (&bench, &start, &path);
            scope.spawn(move || {
                let email = json!([{ "value": format!("{number}@x") }]);
                start.wait();
                assert_eq!(bench.patch(path, json!([{ "op": "add", "path": "emails", "value": email }])).status, 200);
            });
        }
    });
    let shown = bench.get(&path);
    assert_eq!(shown.body["emails"].as_array().map(Vec::len), Some(20));
    assert_eq!(shown.header("etag"), Some("W/\"21\""));
}
