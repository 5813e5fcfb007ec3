//! Ids and addresses of what was created. An id is opaque (RFC 7643 3.1): any that a URL can hold is legal. Nothing
//! outside of the resource itself may be touched, whatever the id or the Location says.

use serde_json::json;

use super::answer::{Answer, Asked, Sent};
use super::behaviour::Expect::{Blocked, Error, Fail, Legal};
use super::behaviour::{Behaviour, at};

const ON: &[&str] = &["users/retrieve", "users/delete/answers-204"];

pub(crate) fn behaviours() -> Vec<Behaviour> {
    let opaque = "RFC 7643 3.1: ids are opaque; RFC 3986 2.1: what a segment cannot hold is percent-encoded";
    let id = |name, attack: fn(&Asked, Answer) -> Sent, expect, why| {
        Behaviour::new(name, at::creates, attack, expect, why).on(ON)
    };
    let renamed = |name, prefix: &'static str| {
        let mut behaviour = Behaviour::new(name, at::nothing, |_, a| a.into(), Legal, opaque).on(ON);
        behaviour.spoil.prefix = prefix;
        behaviour
    };
    vec![
        renamed("id-with-a-slash", "a/b-"),
        renamed("id-with-a-question-mark", "a?b=c-"),
        renamed("id-with-a-hash", "a#b-"),
        renamed("id-with-dots", "..-"),
        renamed("id-with-a-way-up", "../../-"),
        renamed("id-with-encoded-dots", "%2e%2e%2f-"),
        renamed("id-with-spaces", " a b "),
        renamed("id-with-newlines", "a\r\nX-Evil: 1\r\n\r\n"),
        renamed("id-in-any-script", "Ж日本👍\u{202e}"),
        renamed("id-that-is-a-url", "http://evil.example/"),
        renamed("id-with-a-filter", "\" or id pr or id eq \""),
        renamed("id-of-10-000-characters", LONG),
        id("id-that-is-empty", |_, a| with_id(a, ""), Fail("/id"), "RFC 7643 3.1: an id is not empty"),
        id("id-of-one-dot", |_, a| without_location(a, "."), Blocked("cannot stand in a URL"), "RFC 3986 5.2.4: no URL can hold such a segment, and without it the address is that of the whole collection").keeps(),
        id("id-of-two-dots", |_, a| without_location(a, ".."), Blocked("cannot stand in a URL"), "as above").keeps(),
        id("id-of-a-megabyte", |_, a| without_location(a, &"x".repeat(1 << 20)), Blocked("cannot stand in a URL"), "RFC 9110 4.1: no recipient takes such a URL").keeps(),
        id("id-that-is-a-number", |_, mut a| { let mut user = a.json(); user["id"] = 5.into(); a.body = user.to_string().into_bytes(); a.into() }, Fail("/id"), "RFC 7643 3.1: an id is a string"),
        id("location-at-somebody-else", |asked, a| { let at = format!("http://{}/scim/v2/Users/victim", asked.elsewhere); a.with_header("Location", at).into() }, Fail("ocation"), "RFC 7644 3.3: Location is the address of the new resource"),
        id("location-alone-at-somebody-else", |asked, a| { let id = a.json()["id"].as_str().unwrap_or_default().to_owned(); let at = format!("http://{}/scim/v2/Users/{id}", asked.elsewhere); a.with_header("Location", at).with_body("{}").into() }, Fail("ocation"), "as above; the id is taken from it, and the rest is not"),
        id("location-that-is-a-file", |_, a| a.with_header("Location", "file:///etc/passwd").into(), Fail("ocation"), "as above"),
        id("location-with-a-way-up", |_, a| a.with_header("Location", "../../../../../admin/everything").into(), Fail("ocation"), "as above"),
        id("location-of-the-collection", |asked, a| a.with_header("Location", format!("http://{}/scim/v2/Users/", asked.host)).with_body("{}").into(), Fail("id"), "as above; a collection is not removed").keeps(),
        id("location-of-dots", |asked, a| a.with_header("Location", format!("http://{}/scim/v2/Users/%2e%2e", asked.host)).with_body("{}").into(), Fail("id"), "as above").keeps(),
        id("nothing-said-of-what-was-made", |_, mut a| { a.headers.retain(|(name, _)| name != "location"); a.with_body("{}").into() }, Fail("id"), "RFC 7644 3.3: the answer holds the resource").keeps(),
        id("created-then-cut", |_, a| { let whole = a.bytes(); Sent::Last(whole[..whole.len() - 5].to_vec()) }, Error("broke off"), "nothing is known of what was made").keeps(),
        Behaviour::new("delete-that-breaks-off", at::deletes,
            |_, _| Sent::Reset,
            Error("DELETE"), "RFC 9112 8: no answer came").on(ON),
        Behaviour::new("delete-that-is-refused", at::deletes, |_, a| { let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "403" }); a.with_status("403 Forbidden").with_body(body.to_string()).into() }, Fail("403"), "RFC 7644 3.6: a delete answers 204; what is left is told in the report").unheard().keeps().on(ON),
        Behaviour::new("delete-that-lies", at::deletes, |_, a| a.with_status("204 No Content").into(), Fail("404"), "RFC 7644 3.6: what was removed is not found").unheard().keeps().on(&["users/delete/every-later-request-is-not-found"]),
    ]
}

/// 10 000 characters.
const LONG: &str = {
    const BYTES: [u8; 10_000] = [b'x'; 10_000];
    match str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => "",
    }
};

fn with_id(answer: Answer, id: &str) -> Sent {
    let mut user = answer.json();
    user["id"] = id.into();
    answer.with_body(user.to_string()).into()
}

fn without_location(mut answer: Answer, id: &str) -> Sent {
    answer.headers.retain(|(name, _)| name != "location");
    with_id(answer, id)
}
