//! Queries of every kind, over users made for them.

use serde_json::{Value, json};

use super::{Talk, user};
use crate::scim::urn;

pub(super) fn ask(talk: &mut Talk<'_>) {
    // The same query before and after what changes its answer.
    talk.get("/Users?filter=userName sw \"q-\"");
    people(talk);
    talk.get("/Users?filter=userName sw \"q-\"");
    filters(talk);
    parts(talk);
    orders_and_pages(talk);
    searches(talk);
}

fn people(talk: &mut Talk<'_>) {
    for (name, more) in [
        (
            "q-eva",
            json!({
                "title": "a+b", "nickName": "é", "active": true, "profileUrl": "https://X.test/Eva",
                "name": { "givenName": "Eva", "familyName": "Zet" },
                "emails": [{ "value": "z@q", "type": "home" }, { "value": "m@q", "type": "work", "primary": true }],
                "x509Certificates": [{ "value": "MIIB" }],
                urn::ENTERPRISE_USER: { "department": "Q" },
            }),
        ),
        (
            "q-ida",
            json!({ "title": "say \"a\"", "active": false, "name": { "familyName": "Abt" }, "emails": [{ "value": "q@q" }] }),
        ),
        (
            "q-joe",
            json!({ "title": "c", "name": { "familyName": "Mut" }, "emails": [{ "value": "n@q" }, { "value": "a@q" }] }),
        ),
    ] {
        talk.make(&format!("/Users?attributes=title,name.familyName&key={name}"), &user(name, more));
    }
    talk.make("/Groups", &json!({ "schemas": [urn::GROUP], "displayName": "q-team" }));
}

fn filters(talk: &mut Talk<'_>) {
    let extension = urn::ENTERPRISE_USER;
    let many = ["title eq \"zz\""; 12].join(" or ");
    let long = format!("title eq \"{}\"", "x".repeat(2_001));
    for filter in [
        "title co \"b\"",
        "title eq \"say\"",
        "title eq \"a\"",
        "title ne \"C\" and userName sw \"q-\"",
        "title lt \"c\" and title pr",
        "emails.value eq \"z@q\"",
        "active eq false and userName sw \"q-\"",
        "profileUrl eq \"https://x.test/eva\"",
        "noSuchAttribute eq \"x\"",
        "meta.resourceType eq \"User\" and userName sw \"q-\"",
        "schemas eq \"urn:example:other\"",
        &format!("{extension}:department eq \"Q\""),
        "title eq \"a%2Bb\"",
        "nickName eq \"%C3%A9\"",
        "title eq \"say \\\"a\\\"\"",
        "title eq \"\\u0063\"",
        "x509Certificates.value gt \"AA\"",
        "password eq \"x\"",
        "userName eq \"q-eva\" or title eq \"c\"",
        "title eq \"c\" or userName eq \"q-eva\" and active eq false",
        "(userName eq \"q-eva\" or title eq \"c\") and active eq false",
        "emails[(type eq \"work\" or type eq \"home\") and value sw \"z\"]",
        "not (active pr) and userName sw \"q-\"",
        &format!("{many} or title eq \"c\""),
        &long,
    ] {
        talk.get(&format!("/Users?filter={filter}"));
    }
}

fn parts(talk: &mut Talk<'_>) {
    for query in [
        "attributes=title",
        "attributes=TITLE,name.familyName",
        "attributes=name.familyName,title",
        "attributes=urn:ietf:params:scim:schemas:core:2.0:User:title",
        "attributes=noSuchAttribute",
        "attributes=",
        "excludedAttributes=id,title",
        "excludedAttributes=name.familyName",
        "excludedAttributes=urn:ietf:params:scim:schemas:core:2.0:User:title",
    ] {
        talk.get(&format!("/Users?filter=userName sw \"q-\"&{query}"));
    }
}

fn orders_and_pages(talk: &mut Talk<'_>) {
    for query in [
        "sortBy=emails.value",
        "sortBy=name.familyName",
        "sortBy=active",
        "sortBy=meta.created&sortOrder=descending",
        "sortBy=nickName",
        "sortBy=noSuchAttribute",
        "sortBy=urn:ietf:params:scim:schemas:core:2.0:User:title",
        "sortBy=title&startIndex=2&count=1",
        "count=1",
        "count=5000000",
        "count=many",
        "startIndex=2",
        "startIndex=0",
        "startIndex=90",
        "count=0&cursor=",
        "cursor=",
    ] {
        talk.get(&format!("/Users?filter=userName sw \"q-\"&{query}"));
    }
    let first = talk.say("GET", "/Users?count=1&cursor=", &[], &Value::Null);
    let next = first.body["nextCursor"].as_str().unwrap_or("none").to_owned();
    let second = talk.say("GET", &format!("/Users?count=1&cursor={next}"), &[], &Value::Null);
    let back = second.body["previousCursor"].as_str().unwrap_or("none").to_owned();
    for path in [
        format!("/Users?count=1&cursor={back}"),
        format!("/Users?count=1&cursor={next}x"),
        format!("/Users?count=2&cursor={next}"),
        format!("/Groups?count=1&cursor={next}"),
        format!("/Users?cursor={next}"),
    ] {
        talk.get(&path);
    }
    talk.get("/");
    talk.get("/Users?startIndex=3");
}

fn searches(talk: &mut Talk<'_>) {
    let ours = "userName sw \"q-\"";
    for (path, more) in [
        ("/Users/.search", json!({ "filter": ours, "sortBy": "title", "sortOrder": "descending" })),
        ("/Users/.search", json!({ "filter": ours, "sortBy": "name.familyName", "startIndex": 2, "count": 1 })),
        (
            "/Users/.search",
            json!({ "filter": ours, "attributes": ["urn:ietf:params:scim:schemas:core:2.0:User:title"] }),
        ),
        ("/Users/.search", json!({ "filter": ours, "excludedAttributes": ["id", "title"] })),
        ("/Users/.search", json!({ "filter": "title eq" })),
        ("/.search", json!({ "filter": "displayName eq \"q-team\" or userName sw \"q-\"" })),
        ("/.search", json!({ "filter": "meta.resourceType eq \"Group\" and id pr" })),
        ("/Users/.search", json!({ "schemas": [], "filter": ours })),
    ] {
        let mut body = json!({ "schemas": [urn::SEARCH_REQUEST] });
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        talk.say("POST", path, &[], &body);
    }
}
