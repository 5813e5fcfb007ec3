//! Tests of queries: filters, pages, order, projection.

use serde_json::{Value, json};

use super::super::testing::Bench;
use crate::scim::urn::{ENTERPRISE_USER as EXT, LIST_RESPONSE, SEARCH_REQUEST, USER};

fn people() -> Bench {
    let bench = Bench::new();
    bench.user("ann", json!({
        "title": "100% sure", "active": true, "externalId": "X1", "name": { "familyName": "Beta" },
        "emails": [{ "value": "ann@work.test", "type": "work" }, { "value": "ann@home.test", "type": "home", "primary": true }],
    }));
    bench.user(
        "Bob",
        json!({
            "title": "a_b", "active": false, "name": { "familyName": "alpha" }, "userType": "",
            "emails": [{ "value": "bob@home.test", "type": "work" }], EXT: { "department": "Sales" },
            "x509Certificates": [{ "value": "TWFu" }], "profileUrl": "http://x.test/Bob",
        }),
    );
    bench.user("ölga", json!({ "title": "axb", "nickName": "say \"hi\"\\" }));
    bench
}

fn found(bench: &Bench, filter: &str) -> Vec<String> {
    let encoded: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let answered = bench.get(&format!("/Users?filter={encoded}"));
    assert_eq!(answered.status, 200, "{filter}: {answered:?}");
    assert_eq!(answered.body["totalResults"], answered.names().len(), "{filter}");
    answered.names().into_iter().map(str::to_owned).collect()
}

#[test]
fn filters_find_what_they_say() {
    let bench = people();
    let id = bench.provider.matching("User", "userName eq \"ann\"").unwrap().remove(0);
    let after = |time: &str| format!("meta.created gt \"{time}\"");
    let urn = format!("{USER}:userName eq \"ann\"");
    let department = format!("{EXT}:department sw \"sal\"");
    let container = format!("{EXT} pr");
    let all = ["ann", "Bob", "ölga"];
    let by_id = format!("id eq \"{id}\"");
    let by_upper_id = format!("id eq \"{}\"", id.to_uppercase());
    let location = format!("meta.location eq \"http://scim.test/scim/v2/Users/{id}\"");
    let table: Vec<(&str, Vec<&str>)> = vec![
        ("USERNAME EQ \"ANN\"", vec!["ann"]),
        ("userName ne \"ANN\"", vec!["Bob", "ölga"]),
        ("userName eq \"ÖLGA\"", vec!["ölga"]),
        ("externalId eq \"x1\"", vec![]),
        (&by_id, vec!["ann"]),
        (&by_upper_id, vec![]),
        (&location, vec!["ann"]),
        (&urn, vec!["ann"]),
        (&department, vec!["Bob"]),
        (&container, vec!["Bob"]),
        // Wildcards of SQL are ordinary characters.
        ("title co \"%\"", vec!["ann"]),
        ("title co \"_\"", vec!["Bob"]),
        ("title sw \"A_\"", vec!["Bob"]),
        ("title ew \"%\"", vec![]),
        ("title ew \"SURE\"", vec!["ann"]),
        ("title ew \"and much longer than the title\"", vec![]),
        ("title co \"\"", vec!["ann", "Bob", "ölga"]),
        ("nickName eq \"say \\\"hi\\\"\\\\\"", vec!["ölga"]),
        ("nickName eq \"' OR 1=1 --\"", vec![]),
        // Missing values: `not` is the opposite of what it holds.
        ("not (nickName pr)", vec!["ann", "Bob"]),
        ("not (nickName eq \"x\")", all.to_vec()),
        ("nickName ne \"x\"", vec!["ölga"]),
        ("not (not (nickName pr))", vec!["ölga"]),
        ("userType pr", vec![]),
        ("name pr", vec!["ann", "Bob"]),
        ("emails pr", vec!["ann", "Bob"]),
        ("active eq true", vec!["ann"]),
        ("active eq false", vec!["Bob"]),
        ("active ne true", vec!["Bob"]),
        ("active eq \"true\"", vec![]),
        ("nickName eq null", vec!["ann", "Bob"]),
        ("nickName ne null", vec!["ölga"]),
        // One and the same value.
        ("emails.type eq \"work\" and emails.value ew \"home.test\"", vec!["ann", "Bob"]),
        ("emails[type eq \"work\" and value ew \"home.test\"]", vec!["Bob"]),
        ("emails[type eq \"work\"].value eq \"BOB@home.test\"", vec!["Bob"]),
        ("emails[not (type eq \"work\")]", vec!["ann"]),
        ("not (emails[type eq \"home\"])", vec!["Bob", "ölga"]),
        ("emails[type eq \"work\" and not (primary eq true)]", vec!["ann", "Bob"]),
        ("emails co \"ann@\"", vec!["ann"]),
        ("name[familyName eq \"BETA\"]", vec!["ann"]),
        ("x509Certificates.value eq \"twfu\"", vec![]),
        ("x509Certificates.value eq \"TWFu\"", vec!["Bob"]),
        ("profileUrl eq \"http://x.test/bob\"", vec![]),
        // Precedence.
        ("userName eq \"ann\" or userName eq \"Bob\" and active eq true", vec!["ann"]),
        ("(userName eq \"ann\" or userName eq \"Bob\") and active eq false", vec!["Bob"]),
        // What is not defined has no value.
        ("shoeSize pr", vec![]),
        ("shoeSize eq 42", vec![]),
        ("not (shoeSize eq 42)", all.to_vec()),
        ("userName.x eq \"a\"", vec![]),
        ("emails[shoe eq 1]", vec![]),
        ("password eq \"x\"", vec![]),
        ("schemas eq \"URN:ietf:params:scim:schemas:core:2.0:user\"", all.to_vec()),
        ("meta.resourceType eq \"User\"", all.to_vec()),
        ("meta.version pr", all.to_vec()),
        ("name.familyName gt \"ALPHA\"", vec!["ann"]),
        ("name.familyName le \"alpha\"", vec!["Bob"]),
    ];
    for (filter, expected) in table {
        assert_eq!(found(&bench, filter), expected, "{filter}");
    }
    assert_eq!(found(&bench, &after("2001-01-01T00:00:00-08:00")), all);
    assert_eq!(found(&bench, &after("2999-01-01T00:00:00Z")), [""; 0]);
    let created = bench.get(&format!("/Users/{id}")).body["meta"]["created"].as_str().unwrap().to_owned();
    let shifted = created.trim_end_matches('Z').parse::<jiff::civil::DateTime>().unwrap();
    let shifted = shifted.checked_add(jiff::Span::new().hours(2)).unwrap();
    assert_eq!(found(&bench, &format!("meta.created eq \"{shifted}+02:00\"")), ["ann"]);
}

#[test]
fn bad_filters_are_refused() {
    let bench = people();
    let deep = format!("{}title pr{}", "(".repeat(65), ")".repeat(65));
    for filter in [
        "",
        "userName",
        "userName xx \"a\"",
        "userName eq 'a'",
        "active gt true",
        "active le \"x\"",
        "x509Certificates.value ge \"a\"",
        "name eq \"x\"",
        "active co \"t\"",
        "userName gt 5",
        "meta.created gt \"yesterday\"",
        "title co 5",
        "emails[type eq \"work\"",
        &deep,
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        assert_eq!(bench.get(&format!("/Users?filter={encoded}")).refusal(), (400, "invalidFilter"), "{filter}");
    }
}

#[test]
fn wide_and_deep_filters_are_answered() {
    let bench = people();
    let search =
        |filter: String| bench.post("/Users/.search", &json!({ "schemas": [SEARCH_REQUEST], "filter": filter }));
    let wide = vec!["userName eq \"ann\""; 1_000].join(" or ");
    assert_eq!(search(wide).names(), ["ann"]);
    let too_wide = vec!["userName eq \"ann\""; 1_001].join(" or ");
    assert_eq!(search(too_wide).refusal(), (400, "invalidFilter"));
    let step = "not (userName eq \"x\" or title eq \"y\" and ";
    let deep = format!("{}title pr{}", step.repeat(63), ")".repeat(63));
    assert_eq!(search(deep).status, 200);
}

#[test]
fn pages_are_cut_by_index() {
    let bench = Bench::new();
    for name in ["a", "b", "c", "d", "e"] {
        bench.user(name, json!({}));
    }
    for (query, names, start) in [
        ("", vec!["a", "b", "c", "d", "e"], 1),
        ("?startIndex=2&count=2", vec!["b", "c"], 2),
        ("?startIndex=0&count=1", vec!["a"], 1),
        ("?startIndex=-7&count=1", vec!["a"], 1),
        ("?count=0", vec![], 1),
        ("?count=-1", vec![], 1),
        ("?startIndex=9", vec![], 9),
        ("?count=99999999999999999999", vec!["a", "b", "c", "d", "e"], 1),
    ] {
        let page = bench.get(&format!("/Users{query}"));
        assert_eq!(page.body["schemas"], json!([LIST_RESPONSE]));
        assert_eq!(page.names(), names, "{query}");
        assert_eq!(page.body["totalResults"], 5, "{query}");
        assert_eq!(page.body["startIndex"], start, "{query}");
        assert_eq!(page.body["itemsPerPage"], names.len(), "{query}");
    }
    for query in ["startIndex=x", "count=", "count=1.5", "sortBy=userName&sortOrder=up"] {
        assert_eq!(bench.get(&format!("/Users?{query}")).refusal(), (400, "invalidValue"), "{query}");
    }
}

#[test]
fn results_are_sorted() {
    let bench = people();
    for (query, names) in [
        ("sortBy=name.familyName", ["Bob", "ann", "ölga"]),
        ("sortBy=NAME.familyname&sortOrder=descending", ["ölga", "ann", "Bob"]),
        // The primary e-mail of ann is that at home.
        ("sortBy=emails.value", ["ann", "Bob", "ölga"]),
        ("sortBy=emails&sortOrder=descending", ["ölga", "Bob", "ann"]),
        ("sortBy=meta.created&sortOrder=descending", ["ölga", "Bob", "ann"]),
        ("sortBy=active", ["Bob", "ann", "ölga"]),
        ("sortBy=shoeSize", ["ann", "Bob", "ölga"]),
        ("sortBy=name", ["ann", "Bob", "ölga"]),
    ] {
        assert_eq!(bench.get(&format!("/Users?{query}")).names(), names, "{query}");
    }
}

#[test]
fn the_base_url_lists_every_type() {
    let bench = people();
    bench.group("team", &[]);
    assert_eq!(bench.get("").body["totalResults"], 4);
    assert_eq!(bench.get("?filter=meta.resourceType eq \"Group\"").names(), ["team"]);
    let search = json!({ "schemas": [SEARCH_REQUEST], "filter": "displayName pr or userName sw \"a\"", "attributes": ["displayName"], "count": 1 });
    let answered = bench.post("/.search", &search);
    assert_eq!(answered.body["totalResults"], 2);
    assert_eq!(answered.body["itemsPerPage"], 1);
    assert_eq!(bench.post("/.search", &json!({ "schemas": [USER] })).refusal(), (400, "invalidSyntax"));
    let wrong = json!({ "schemas": [SEARCH_REQUEST], "count": "1" });
    assert_eq!(bench.post("/Users/.search", &wrong).refusal(), (400, "invalidValue"));
}

#[test]
fn a_projection_keeps_what_is_asked_for() {
    let bench = people();
    for (query, keys) in [
        ("attributes=userName", vec!["schemas", "id", "userName"]),
        ("attributes=NAME.FAMILYNAME,emails.type", vec!["schemas", "id", "name", "emails"]),
        ("attributes=urn:ietf:params:scim:schemas:core:2.0:User:title", vec!["schemas", "id", "title"]),
        ("attributes=password,nothing", vec!["schemas", "id"]),
        (
            "excludedAttributes=id,schemas,emails,name.familyName,meta,active,title",
            vec!["schemas", "id", "externalId", "userName"],
        ),
    ] {
        let answered = bench.get(&format!("/Users?filter=userName eq \"ann\"&{query}"));
        let one = &answered.body["Resources"][0];
        let shown: Vec<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(shown, keys, "{query}");
    }
    let emails = &bench.get("/Users?attributes=emails.type").body["Resources"][0]["emails"];
    assert_eq!(*emails, json!([{ "type": "work" }, { "type": "home" }]));
    let department = format!("/Users?filter=userName eq \"bob\"&attributes={EXT}:department");
    assert_eq!(bench.get(&department).body["Resources"][0][EXT], json!({ "department": "Sales" }));
    assert_eq!(bench.get("/Users?attributes=a&excludedAttributes=b").refusal(), (400, "invalidValue"));
    assert_eq!(bench.get("/Users?count=0&attributes=").body["Resources"], Value::Array(Vec::new()));
}

fn cursor(page: &super::super::testing::Answered, name: &str) -> String {
    page.body[name].as_str().unwrap_or("").to_owned()
}

#[test]
fn cursors_walk_forth_and_back() {
    let bench = Bench::new();
    let names = ["e", "d", "c", "b", "a"];
    names.iter().for_each(|name| drop(bench.user(name, json!({ "title": "t" }))));
    bench.user("other", json!({}));
    for (order, expected) in [("", ["e", "d", "c", "b", "a"]), ("&sortBy=userName", ["a", "b", "c", "d", "e"])] {
        let at = |cursor: &str| bench.get(&format!("/Users?filter=title eq \"T\"{order}&count=2&cursor={cursor}"));
        let pages = {
            let first = at("");
            let second = at(&cursor(&first, "nextCursor"));
            let third = at(&cursor(&second, "nextCursor"));
            [first, second, third]
        };
        let walked: Vec<&str> = pages.iter().flat_map(|page| page.names()).collect();
        assert_eq!(walked, expected);
        let keys = |page: usize| pages[page].body.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(keys(0), ["schemas", "totalResults", "itemsPerPage", "nextCursor", "Resources"]);
        assert_eq!(keys(2), ["schemas", "totalResults", "itemsPerPage", "previousCursor", "Resources"]);
        assert_eq!((&pages[2].body["totalResults"], &pages[2].body["itemsPerPage"]), (&json!(5), &json!(1)));
        let back = at(&cursor(&pages[2], "previousCursor"));
        assert_eq!(back.names(), pages[1].names());
        let first = at(&cursor(&back, "previousCursor"));
        assert_eq!((first.names(), cursor(&first, "previousCursor")), (pages[0].names(), String::new()));
        assert_eq!(at(&cursor(&first, "nextCursor")).names(), pages[1].names());
    }
}

#[test]
fn a_walk_neither_skips_nor_repeats_what_stays_while_others_come_and_go() {
    let bench = Bench::new();
    let ids: Vec<String> = ["a", "b", "c", "d", "e"].iter().map(|name| bench.user(name, json!({}))).collect();
    let first = bench.get("/Users?count=2&cursor");
    for id in &ids[..2] {
        bench.send("DELETE", &format!("/Users/{id}"), &[], &Value::Null);
    }
    bench.user("f", json!({}));
    let second = bench.get(&format!("/Users?count=2&cursor={}", cursor(&first, "nextCursor")));
    let third = bench.get(&format!("/Users?count=2&cursor={}", cursor(&second, "nextCursor")));
    assert_eq!((second.names(), third.names()), (vec!["c", "d"], vec!["e", "f"]));
    // What was before the second page is gone.
    assert_eq!(second.body["previousCursor"], Value::Null);
}

#[test]
fn cursors_are_good_for_their_query_only() {
    let bench = people();
    let next = cursor(&bench.get("/Users?count=1&cursor"), "nextCursor");
    for (query, refusal) in [
        (format!("/Users?count=1&cursor={next}x"), "invalidCursor"),
        ("/Users?count=1&cursor=madeUp".into(), "invalidCursor"),
        (format!("/Users?count=2&cursor={next}"), "invalidCount"),
        (format!("/Users?cursor={next}"), "invalidCount"),
        ("/Users?cursor=&count=x".into(), "invalidCount"),
        (format!("/Users?count=1&filter=title pr&cursor={next}"), "invalidCursor"),
        (format!("/Users?count=1&sortBy=userName&cursor={next}"), "invalidCursor"),
        (format!("/Groups?count=1&cursor={next}"), "invalidCursor"),
        (format!("?count=1&cursor={next}"), "invalidCursor"),
        (format!("/Users?count=1&startIndex=1&cursor={next}"), "invalidValue"),
    ] {
        assert_eq!(bench.get(&query).refusal(), (400, refusal), "{query}");
    }
    assert_eq!(bench.get(&format!("/Users?count=1&cursor={next}")).names(), ["Bob"]);
    for count in ["0", "-1"] {
        let none = bench.get(&format!("/Users?cursor=&count={count}"));
        assert_eq!(
            (none.names().len(), &none.body["totalResults"], &none.body["nextCursor"]),
            (0, &json!(3), &Value::Null)
        );
    }
    let other = people();
    assert_eq!(other.get(&format!("/Users?count=1&cursor={next}")).refusal(), (400, "invalidCursor"));
}

#[test]
fn a_search_pages_by_cursor_too_and_a_cursor_grows_old() {
    use super::super::{Limits, Settings};
    let bench = people();
    let mut search = json!({ "schemas": [SEARCH_REQUEST], "filter": "title pr", "count": 2, "cursor": "" });
    let first = bench.post("/Users/.search", &search);
    search["cursor"] = cursor(&first, "nextCursor").into();
    let second = bench.post("/Users/.search", &search);
    assert_eq!((first.names(), second.names()), (vec!["ann", "Bob"], vec!["ölga"]));
    assert_eq!(second.body["nextCursor"], Value::Null);
    search["cursor"] = json!(5);
    assert_eq!(bench.post("/Users/.search", &search).refusal(), (400, "invalidValue"));
    assert_eq!(bench.get("/Users?count=1").body["nextCursor"], Value::Null);

    let limits = Limits { cursor_timeout: std::time::Duration::ZERO, ..Limits::default() };
    let bench = Bench::with(Settings { limits, ..Settings::default() });
    ["a", "b"].iter().for_each(|name| drop(bench.user(name, json!({}))));
    let next = cursor(&bench.get("/Users?count=1&cursor"), "nextCursor");
    assert_eq!(bench.get(&format!("/Users?count=1&cursor={next}")).refusal(), (400, "expiredCursor"));
}
