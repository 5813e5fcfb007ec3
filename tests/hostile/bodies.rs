//! Bodies of answers that are legal HTTP. What is no SCIM in them is a finding, never an `error`.

use serde_json::{Value, json};

use super::answer::{Answer, Asked, Sent};
use super::behaviour::Expect::{Blocked, Fail, Legal, NoEntry, Warn};
use super::behaviour::{Behaviour, at};

/// Markup, terminal escapes, a direction override, an end of CDATA, Markdown, and a workflow command.
pub(crate) const INJECTION: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\u{1b}[31m\u{9b}2J\u{202e}\
    ]]>|**b**[x](https://evil.example)`t`\n::error::injected\r\n";

pub(crate) fn behaviours() -> Vec<Behaviour> {
    let no_json = "RFC 7644 3.8: messages are JSON";
    let utf8 = "RFC 8259 8.1: JSON that is exchanged is UTF-8 without a byte order mark";
    let read =
        |name, attack: fn(&Asked, Answer) -> Sent, expect, why| Behaviour::new(name, at::reads, attack, expect, why);
    vec![
        read("empty-body", |_, a| a.with_body("").into(), Blocked("the body is empty"), "RFC 7644 3.4.1: a read answers the resource"),
        read("login-page", |_, a| a.with_header("Content-Type", "text/html").with_body("<html><form>Sign in</form></html>").into(), Fail("application/scim+json, got text/html"), "RFC 7644 3.1: a success without a resource is a breach, whatever stands in its place"),
        Behaviour::new("login-page-everywhere", at::everything, |_, a| a.with_header("Content-Type", "text/html").with_body("<html>Sign in</html>").into(), NoEntry(&["is no SCIM endpoint", "text/html instead of JSON"]), "nothing of SCIM is at the URL that was given").unheard(),
        read("nested-100-000-times", |_, a| a.with_body(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))).into(), Blocked("nested deeper than 100 levels"), "RFC 8259 9: how deep is parsed is up to the parser; no message of SCIM needs ten levels"),
        read("unclosed-100-000-times", |_, a| a.with_body("{\"a\":".repeat(100_000)).into(), Blocked("nested deeper than 100 levels"), "as above"),
        read("invalid-utf-8", |_, a| { let body = replaced(&a, b"\"userName\"", b"\"user\xff\xfeName\""); a.with_body(body).into() }, Fail("UTF-8"), utf8),
        read("overlong-utf-8", |_, a| { let body = replaced(&a, b"\"userName\"", b"\"\xc0\xafuserName\""); a.with_body(body).into() }, Fail("UTF-8"), utf8),
        read("utf-16", |_, a| { let body: Vec<u8> = String::from_utf8_lossy(&a.body).encode_utf16().flat_map(u16::to_be_bytes).collect(); a.with_body(body).into() }, Fail("JSON"), utf8),
        read("utf-16-with-its-mark", |_, a| { let text = format!("\u{feff}{}", String::from_utf8_lossy(&a.body)); let body: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect(); a.with_body(body).into() }, Fail("UTF-8"), utf8),
        read("byte-order-mark", |_, a| { let body = [b"\xef\xbb\xbf", a.body.as_slice()].concat(); a.with_body(body).into() }, Fail("JSON"), utf8),
        read("nul-in-a-string", |_, a| { let body = replaced(&a, b"\"userName\":\"", b"\"userName\":\"\0"); a.with_body(body).into() }, Fail("JSON"), "RFC 8259 7: control characters in strings are escaped"),
        read("nul-behind-the-json", |_, a| { let body = [a.body.as_slice(), b"\0\0"].concat(); a.with_body(body).into() }, Fail("JSON"), no_json),
        read("two-documents", |_, a| { let body = [a.body.as_slice(), &a.body].concat(); a.with_body(body).into() }, Fail("JSON"), no_json),
        read("half-a-document", |_, a| { let half = a.body.len() / 2; let body = a.body[..half].to_vec(); a.with_body(body).into() }, Fail("JSON"), "the length is right, so that nothing was lost on the way: the target wrote half a document"),
        read("duplicate-keys", |_, a| { let body = replaced(&a, b"{", b"{\"id\":\"other\",\"id\":\"another\","); a.with_body(body).into() }, Fail("id"), "RFC 7643 2.1: names are unique; RFC 8259 4 lets parsers keep any of the values"),
        read("number-of-400-digits", |_, a| with(a, "{", &format!("{{\"x\":{},", "9".repeat(400))), Blocked("number out of range"), "RFC 8259 6: the range of numbers is up to the parser; this one is valid JSON and cannot be judged"),
        read("number-beyond-doubles", |_, a| with(a, "{", "{\"x\":1e999,"), Blocked("number out of range"), "as above"),
        read("lone-surrogate", |_, a| with(a, "{", "{\"x\":\"\\ud800\","), Warn("/x"), "RFC 8259 8.2: the grammar allows half of a surrogate pair; ruling C8 on the attribute"),
        read("comment-in-json", |_, a| with(a, "{", "{/* hello */"), Fail("JSON"), no_json),
        read("nan", |_, a| with(a, "{", "{\"x\":NaN,"), Fail("JSON"), no_json),
        read("array-instead-of-a-resource", |_, a| a.with_body("[]").into(), Fail("object"), "RFC 7643 3: a resource is a JSON object"),
        read("null-instead-of-a-resource", |_, a| a.with_body("null").into(), Fail("object"), "as above"),
        read("wrong-types", |_, a| { let mut user = a.json(); user["userName"] = json!({ "a": 1 }); user["meta"] = json!("x"); user["schemas"] = json!(7); a.with_body(user.to_string()).into() }, Fail("/schemas"), "RFC 7643 2.3: values are of their declared types"),
        read("attribute-of-five-megabytes", |_, a| { let mut user = a.json(); user["displayName"] = "x".repeat(5 << 20).into(); a.with_body(user.to_string()).into() }, Legal, "no RFC bounds a string"),
        read("ten-thousand-values", |_, a| { let mut user = a.json(); let email = |n| json!({ "value": format!("{n}@x.example") }); user["emails"] = (0..10_000).map(email).collect(); a.with_body(user.to_string()).into() }, Legal, "no RFC bounds the number of values"),
        read("ten-thousand-undeclared-attributes", |_, a| { let mut user = a.json(); for n in 0..10_000 { user[format!("x{n}")] = n.into(); } a.with_body(user.to_string()).into() }, Warn("x0"), "RFC 7643 3: attributes belong to a schema; ruling C8 makes it a remark"),
        Behaviour::new("injection-in-every-string", at::users, |_, a| { let mut body = a.json(); poison(&mut body, ""); a.with_body(body.to_string()).into() }, Fail("displayName"), "values that were not sent come back").on(&["users/create", "patch/members", "filter/matrix"]),
        Behaviour::new("injection-in-errors", at::creates, |_, a| { let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "scimType": INJECTION, "detail": INJECTION }); a.with_status("400 Bad Request").with_body(body.to_string()).into() }, Blocked("could not be created, the target answered 400"), "fixtures that are refused block their cases").unheard(),
        Behaviour::new("detail-of-a-megabyte", at::creates, |_, a| { let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": "x".repeat(1 << 20) }); a.with_status("400 Bad Request").with_body(body.to_string()).into() }, Blocked("could not be created, the target answered 400"), "as above").unheard(),
        read("injection-in-headers", |_, a| { let text: String = INJECTION.chars().filter(|c| !c.is_control()).collect(); a.with_header("ETag", text.clone()).with_header("X-Note", text.clone()).with_header("Content-Type", text).into() }, Fail("content-type"), "RFC 7644 3.1: the media type is application/scim+json"),
        read("etag-of-100-kilobytes", |_, a| a.with_header("ETag", format!("W/\"{}\"", "x".repeat(100_000))).into(), Fail("ETag"), "RFC 7644 3.14: meta.version is the entity tag, and here they differ").on(&["etag/versions", "users/retrieve"]),
        read("etag-without-quotes", |_, a| a.with_header("ETag", "abc\"def\"ghi").into(), Fail("ETag"), "RFC 9110 8.8.3: an entity tag is quoted").on(&["etag/versions", "users/retrieve"]),
        read("header-folded-over-lines", |_, a| a.with_header("X-Note", "one\r\n two").into(), Legal, "RFC 9112 5.2: obsolete, but a recipient takes it for a space"),
        read("header-in-latin-1", |_, a| a.with_header("X-Note", "caf\u{e9}").into(), Legal, "RFC 9110 5.5: octets above 127 are opaque"),
    ]
}

/// The body with the first `from` replaced.
fn replaced(answer: &Answer, from: &[u8], to: &[u8]) -> Vec<u8> {
    let Some(at) = answer.body.windows(from.len()).position(|part| part == from) else { return answer.body.clone() };
    [&answer.body[..at], to, &answer.body[at + from.len()..]].concat()
}

fn with(answer: Answer, from: &str, to: &str) -> Sent {
    let body = replaced(&answer, from.as_bytes(), to.as_bytes());
    answer.with_body(body).into()
}

/// Puts the injection into every string but the ids, without which nothing could be removed.
pub(crate) fn poison(value: &mut Value, key: &str) {
    match value {
        Value::String(text) if key != "id" => text.push_str(INJECTION),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key)),
        Value::Object(members) => {
            let inner = std::mem::take(members);
            for (name, mut value) in inner {
                poison(&mut value, &name);
                members.insert(name, value);
            }
            members.insert(format!("new {INJECTION}"), INJECTION.into());
        }
        _ => {}
    }
}
