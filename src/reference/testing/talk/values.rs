//! The part of the conversation about values of every kind: what is stored of them and how they are shown.

use serde_json::{Value, json};

use super::super::user;
use super::Talk;
use crate::scim::{message, urn};

/// Talks about values, odd ids, an employee and nested groups.
pub(super) fn values(talk: &mut Talk<'_>, ann: &str) {
    let eve = talk.make("/Users", &everything(ann));
    let eve_path = format!("/Users/{eve}");
    talk.get(&eve_path);
    for odd in [
        json!({ "title": 7, "name": "x" }),
        json!({ "profileUrl": "a b" }),
        json!({ "x509Certificates": [{ "value": "a b" }] }),
        json!({ "displayName": "" , "nickName": null }),
    ] {
        talk.make("/Users", &user("odd", odd));
    }
    talk.text(
        "POST",
        "/Users",
        r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"\u0065\u0073c"}"#,
    );
    talk.text("POST", "/Users", r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"\ud83e"}"#);
    let own = json!({
        "id": "own", "meta": { "created": "1970-01-01T00:00:00Z" }, "name": { "familyName": "F", "givenName": "G" },
    });
    talk.make("/Users", &user("own", own));
    talk.make("/Users", &user("named", json!({ "name": { "givenName": "G", "color": "blue" } })));
    talk.make("/Users", &json!({ "schemas": [], "userName": "bare" }));
    talk.make("/Users", &json!({ "schemas": [urn::USER, urn::USER], "userName": "twice" }));
    for id in ["*".to_owned(), eve.to_uppercase(), "x".repeat(300)] {
        talk.get(&format!("/Users/{id}"));
    }
    for filter in ["displayName co \"É\"", "displayName eq \"a%2525\"", "userName eq \"eve\" and password eq \"x\""] {
        talk.get(&format!("/Users?filter={filter}"));
    }
    talk.get(&format!("{eve_path}?excludedAttributes=id,title"));
    let manager = format!("{}:manager", urn::ENTERPRISE_USER);
    for operations in [
        json!([{ "op": "replace", "path": "active", "value": true }, { "op": "replace", "path": "name.familyName", "value": "New" }]),
        json!([{ "op": "remove", "path": manager }]),
    ] {
        talk.say("PATCH", &eve_path, &[], &message::patch_op(operations));
    }
    talk.say(
        "PUT",
        &eve_path,
        &[],
        &user("eve", json!({ urn::ENTERPRISE_USER: { "costCenter": "c", "department": null } })),
    );
    talk.get(&eve_path);
    employees(talk);
    groups(talk, ann, &eve);
}

fn everything(manager: &str) -> Value {
    let mut long = "  A <b>  é 李 🦊 e\u{301}\u{7} a%25 ".to_owned();
    long.push_str(&"x".repeat(300));
    user(
        "eve",
        json!({
            "password": "y", "externalId": "KEY", "displayName": long, "active": false, "nickName": null, "title": "T",
            "name": { "givenName": "", "familyName": "F" }, "profileUrl": "https://x.example/A?b#c", "userType": "odd",
            "preferredLanguage": "da, en", "locale": "en-US", "timezone": "A/B/C",
            "emails": [
                { "value": "e@X.Y", "type": "school", "display": "E" }, { "value": "e@x.y", "type": "school" },
                { "value": "e@x.y", "type": "home" },
            ],
            "phoneNumbers": [{ "value": "TEL:+1", "display": "+1" }],
            "photos": [{ "value": "https://x.example/1" }, { "value": "https://x.example/2" }],
            "addresses": [{ "country": "US", "streetAddress": "a\nb" }], "roles": [{ "value": "r" }],
            "x509Certificates": [{ "value": "QUJD".repeat(20) }, { "value": "QUJE" }],
            urn::ENTERPRISE_USER: { "department": "d", "manager": { "value": manager, "displayName": "Chosen" } },
        }),
    )
}

fn employees(talk: &mut Talk<'_>) {
    let boss = talk.make("/Users", &user("chief", json!({})));
    let managed = json!({ urn::ENTERPRISE_USER: { "department": "d", "manager": { "value": boss } } });
    let clerk = talk.make("/Users", &user("managed", managed));
    let next =
        json!([{ "op": "replace", "path": format!("{}:manager", urn::ENTERPRISE_USER), "value": { "value": clerk } }]);
    talk.say("PATCH", &format!("/Users/{clerk}"), &[], &message::patch_op(next));
    let back =
        json!([{ "op": "replace", "path": format!("{}:manager", urn::ENTERPRISE_USER), "value": { "value": boss } }]);
    talk.say("PATCH", &format!("/Users/{clerk}"), &[], &message::patch_op(back));
    talk.say("DELETE", &format!("/Users/{boss}"), &[], &Value::Null);
    talk.get(&format!("/Users/{clerk}"));
}

fn groups(talk: &mut Talk<'_>, ann: &str, eve: &str) {
    let group =
        |name: &str, members: Value| json!({ "schemas": [urn::GROUP], "displayName": name, "members": members });
    talk.make("/Groups", &group("unknown", json!([{ "value": "nobody" }])));
    let inner = talk.make("/Groups", &group("inner", json!([{ "value": ann }, { "value": eve }])));
    talk.get(&format!("/Users/{inner}"));
    let outer = talk.make("/Groups", &group("outer", json!([{ "value": inner }, { "value": ann }])));
    talk.get(&format!("/Groups/{outer}"));
    talk.get(&format!("/Users/{eve}"));
    let leave = json!([{ "op": "remove", "path": format!("members[value eq \"{eve}\"]") }]);
    talk.say("PATCH", &format!("/Groups/{inner}"), &[], &message::patch_op(leave));
    talk.get(&format!("/Users/{eve}"));
    talk.get(&format!("/Users/{ann}"));
    talk.say("DELETE", &format!("/Users/{ann}"), &[], &Value::Null);
    talk.get(&format!("/Groups/{inner}"));
}
