//! Lists that do not end, or that count wrongly.

use serde_json::{Value, json};

use super::answer::{Answer, Asked, Sent, changed};
use super::behaviour::Expect::{Blocked, Fail};
use super::behaviour::{Behaviour, at};

pub(crate) fn behaviours() -> Vec<Behaviour> {
    let count = "RFC 7644 3.4.2: totalResults is the number of all results, a whole number";
    let list = |name, attack: fn(&Asked, Answer) -> Sent, expect, why| {
        Behaviour::new(name, at::lists, attack, expect, why).on(&["pagination/walk", "users/delete/gone-from-lists"])
    };
    vec![
        list(
            "list-without-end",
            |asked, a| endless(asked, &a),
            Fail("totalResults"),
            "the number of results is not what was created",
        ),
        list(
            "list-of-the-same-page-for-ever",
            |_, a| changed(a, |list| list["totalResults"] = 1_000_000.into()),
            Fail("totalResults"),
            "as above",
        ),
        list(
            "total-below-zero",
            |_, a| changed(a, |list| list["totalResults"] = (-1).into()),
            Fail("totalResults"),
            count,
        ),
        list(
            "total-of-2-to-the-63",
            |_, a| changed(a, |list| list["totalResults"] = (1_u64 << 63).into()),
            Fail("totalResults"),
            count,
        ),
        list(
            "total-that-is-a-text",
            |_, a| changed(a, |list| list["totalResults"] = "7".into()),
            Fail("totalResults"),
            count,
        ),
        list(
            "total-with-a-fraction",
            |_, a| changed(a, |list| list["totalResults"] = json!(7.5)),
            Fail("totalResults"),
            count,
        ),
        list(
            "total-beyond-doubles",
            |_, a| {
                let text =
                    String::from_utf8_lossy(&a.body).replace("\"totalResults\":", "\"totalResults\":1e999,\"x\":");
                a.with_body(text).into()
            },
            Blocked("number out of range"),
            count,
        ),
        list(
            "resources-that-are-an-object",
            |_, a| changed(a, |list| list["Resources"] = json!({ "0": {} })),
            Fail("Resources"),
            "RFC 7644 3.4.2: Resources is an array",
        ),
        list(
            "resources-that-are-numbers",
            |_, a| changed(a, |list| list["Resources"] = json!([1, null, "x", [], {}])),
            Fail("Resources"),
            "RFC 7644 3.4.2: of resources",
        ),
        list(
            "list-that-is-an-array",
            |_, a| {
                let items = a.json()["Resources"].to_string();
                a.with_body(items).into()
            },
            Fail("ListResponse"),
            "RFC 7644 3.4.2: a query answers a ListResponse",
        ),
        list(
            "page-of-5-000",
            |_, a| {
                changed(a, |list| {
                    let one = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "x", "userName": "x" });
                    list["Resources"] = vec![one; 5_000].into();
                })
            },
            Fail("Resources"),
            "RFC 7644 3.4.2.4: count is the most that may come",
        ),
        Behaviour::new(
            "cursor-that-loops",
            cursors,
            |asked, a| if at::discovery(asked) { with_cursors(a) } else { empty_page(a, "again") },
            Fail("totalResults"),
            "RFC 9865 2: a page without nextCursor is the last one; a list whose cursor comes back has none",
        )
        .on(&["pagination/walk/cursors-hold-every-match-once"]),
        Behaviour::new(
            "cursors-without-end",
            cursors,
            |asked, a| if at::discovery(asked) { with_cursors(a) } else { empty_page(a, &format!("c{}", asked.nth)) },
            Fail("totalResults"),
            "we read no list for ever; what is behind the end is not known",
        )
        .on(&["pagination/walk/cursors-hold-every-match-once"]),
        Behaviour::new(
            "cursor-of-a-megabyte",
            cursors,
            |asked, a| {
                if at::discovery(asked) {
                    with_cursors(a)
                } else {
                    changed(a, |list| list["nextCursor"] = "x".repeat(1 << 20).into())
                }
            },
            Blocked("cursor"),
            "RFC 9865 2: a cursor is sent back in a URL, and no recipient takes such a URL",
        )
        .on(&["pagination/walk/cursors-hold-every-match-once"]),
    ]
}

fn cursors(asked: &Asked) -> bool {
    at::lists(asked) || asked.path == "/ServiceProviderConfig"
}

/// A page that holds nothing and leads on. The provider behind knows no such cursor.
fn empty_page(answer: Answer, next: &str) -> Sent {
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"];
    let list = json!({ "schemas": schemas, "totalResults": 1, "Resources": [], "nextCursor": next });
    answer.with_status("200 OK").with_body(list.to_string()).into()
}

fn with_cursors(answer: Answer) -> Sent {
    changed(answer, |config| config["pagination"] = json!({ "cursor": true, "index": true }))
}

/// A full page, and always more to come.
fn endless(asked: &Asked, answer: &Answer) -> Sent {
    let one = |n| {
        let id = format!("endless-{}-{n}", asked.nth);
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": id, "userName": id })
    };
    let resources: Vec<Value> = (0..5).map(one).collect();
    let list = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 1_000 + asked.nth * 5,
        "Resources": resources,
    });
    answer.clone().with_body(list.to_string()).into()
}
