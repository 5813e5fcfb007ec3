//! Faults of what nobody thought of: an exception, and 500.

use http::Method;
use serde_json::Value;

use super::Fault;
use super::hands::{crashes, is_single, sent};

pub(super) static FAULTS: [Fault; 14] = [
    fault!(
        "crash/patch",
        breaks ["7644-3.5.2-26", "7644-3.5.2-01"], also ["7644-2-11", "7644-6.1-03", "7644-3.12-11", "7644-3.7.3-05", "7644-3.5.2-24", "7644-3.14-08", "7644-3.6-02", "7644-3.5.2.3-13", "7644-3.8-01", "7644-3.12-09", "7643-5-02", "7643-7-02", "entra-E11", "entra-F23", "entra-F24", "entra-B5", "entra-F22", "entra-E16", "entra-B4", "entra-E2", "entra-E21", "entra-F6", "entra-B7", "entra-B3", "entra-B6", "entra-E3", "entra-F8", "9110-13.1.1-03", "9110-13.1.1-02", "9110-13.1.2-03", "7644-3.12-14", "7644-3.5-01", "7644-3.14-04", "7643-4.2-07", "7643-4.2-05", "7644-3.5.2-13", "7644-3.5.2-18", "7644-3.5.2-12", "7643-4.2-04", "7644-3.5.2.2-09", "7644-3.5.2.3-02", "7644-3.5.2.3-07", "7644-3.5.2-05", "7644-3.5.2.1-01", "7644-3.5.2-04", "7644-3.5.2-03", "7643-4.1.2-25", "7644-3.5.2-09", "7644-3.5.2.2-01", "7644-3.5.2.3-08", "7644-3.5.2.2-08", "7644-3.5.2-02", "7644-3.5.2-29", "7644-3.5.2-08", "7644-3.5.2-28", "7644-3.5.2.2-02", "7643-2.4-02", "7643-2.4-07", "7643-4.1.1-20", "entra-E20", "entra-E18", "entra-E12", "entra-E9", "entra-E13", "entra-E7", "entra-A3", "entra-E5", "entra-F14", "entra-F21", "entra-F10", "entra-F9", "entra-F12", "entra-F11", "entra-F7"],"declares PATCH and throws an exception for each",
        |provider| crashes(provider, |call| call.method == Method::PATCH),
    ),
    fault!(
        "crash/null-and-empty",
        breaks["7643-2.5-01"], also ["7644-3.7-02", "7644-3.7-16", "7643-4.1.1-01", "7644-3.5.1-15", "entra-F1", "7643-4.2-02", "7643-7-14", "7644-3.4.3-04", "7643-3-03", "entra-A1", "entra-E17", "entra-B12", "entra-E7"],"expects that everything in a body has a value",
        |provider| crashes(provider, |call| call.method != Method::PATCH && has_nothing(&sent(call))),
    ),
    fault!("crash/ids-of-another-form", breaks["7644-3.12-12"], also ["7644-3.12-10", "7644-3.6-07", "7644-3.5.1-02", "entra-B13", "7644-3.5.2-29"],"reads each id as a UUID", |provider| crashes(
        provider,
        |call| {
            let segments = call.segments();
            let is_uuid = |text: &str| uuid::Uuid::parse_str(text).is_ok();
            match segments[..] {
                ["Users" | "Groups", id] => id != ".search" && !is_uuid(id),
                ["Users" | "Groups", _, _, ..] => true,
                ["Users" | "Groups"] => matches!(call.method, Method::DELETE | Method::PUT | Method::PATCH),
                _ => false,
            }
        }
    ),),
    fault!("crash/bytes", breaks["7644-3.12-06"], also ["7643-2.3.1-01", "7644-3.5.2-04", "7644-3.12-09"],"reads the body as text before it looks at it", |provider| crashes(
        provider,
        |call| {
            let is_patch = call.method == Method::PATCH;
            (is_patch && call.body.is_empty())
                || std::str::from_utf8(&call.body).is_err()
                || call.body.contains(&0)
                || String::from_utf8_lossy(&call.body).contains("\\u0000")
        }
    ),),
    fault!(
        "crash/search-of-another-type",
        breaks["7644-3.12-06"],
        "reads a search into an object of its own",
        |provider| crashes(provider, |call| {
            let body = sent(call);
            let is_text = |name: &str| body.get(name).is_some_and(Value::is_string);
            let is_no_text = |name: &str| body.get(name).is_some_and(|value| !value.is_string());
            let is_no_list = |name: &str| body.get(name).is_some_and(|value| !value.is_array());
            call.segments().last() == Some(&".search")
                && (is_text("count")
                    || is_text("startIndex")
                    || is_no_text("filter")
                    || is_no_text("sortBy")
                    || is_no_list("attributes")
                    || is_no_list("excludedAttributes"))
        }),
    ),
    fault!("crash/unknown-order", breaks["7644-3.4.2.3-03"], "looks the order up in a table of two", |provider| {
        crashes(provider, |call| {
            call.param("sortOrder").is_some_and(|order| !matches!(order, "ascending" | "descending"))
        });
    },),
    fault!(
        "crash/unusual-filters",
        breaks["7644-3.12-06"], also ["7644-3.4.2.2-21", "7644-3.4.2.2-44", "7644-3.4.2.2-39"],"has no SQL for null, for parts of a time and for objects",
        |provider| crashes(provider, |call| {
            let filter = call.param("filter").unwrap_or_default();
            filter.contains(" null")
                || filter.contains("created sw")
                || filter.contains("created co")
                || filter.split(' ').next() == Some("name")
                || filter.contains(" name ")
        }),
    ),
    fault!(
        "large/brackets-crash",
        breaks["7644-3.12-06"],
        also["7644-3.4.2.2-38"],
        "calls itself for each bracket and each negation",
        |provider| crashes(provider, |call| {
            call.param("filter")
                .is_some_and(|filter| filter.matches(['(', '[']).count() > 99 || filter.matches("not").count() > 99)
        }),
    ),
    fault!("large/names-crash", breaks["7644-3.4.2.5-02"], "has a buffer for two dozen names", |provider| crashes(
        provider,
        |call| {
            ["attributes", "excludedAttributes"]
                .into_iter()
                .filter_map(|name| call.param(name))
                .any(|names| names.len() > 999)
        }
    ),),
    fault!(
        "crash/names-that-are-none",
        breaks["7644-3.4.2.5-02"],
        also ["7644-3.4.2.5-03", "7644-3.9-08", "7644-3.9-04"],
        "looks each name up in its schema and takes what it gets for an attribute",
        |provider| crashes(provider, |call| {
            let both = call.param("attributes").is_some() && call.param("excludedAttributes").is_some();
            let odd = |names: &str| names.split(',').any(|name| matches!(name.trim(), "" | "password") || name.contains("noSuch"));
            both || ["attributes", "excludedAttributes"].into_iter().filter_map(|name| call.param(name)).any(odd)
        }),
    ),
    fault!(
        "crash/words-in-queries",
        breaks["7644-3.12-06"],
        "turns parameters into numbers without looking at them",
        |provider| crashes(provider, |call| {
            ["startIndex", "count"]
                .into_iter()
                .filter_map(|name| call.param(name))
                .any(|text| text.parse::<i64>().is_err())
        }),
    ),
    fault!(
        "crash/unknown-attributes",
        breaks["7644-3.3-15"],
        also ["7643-7-01", "7644-3.12-06", "7644-3.3-03", "entra-A1"],
        "reads a user into an object of its own, and stumbles over what that lacks",
        |provider| crashes(provider, |call| {
            let known = ["schemas", "id", "externalid", "meta"];
            let of_users = ["username", "name", "displayname", "nickname", "profileurl", "title", "usertype", "preferredlanguage",
                "locale", "timezone", "active", "password", "emails", "phonenumbers", "ims", "photos", "addresses",
                "entitlements", "roles", "x509certificates"];
            let unknown = |name: &String| {
                let name = name.to_lowercase();
                !known.contains(&&*name) && !of_users.contains(&&*name)
                    && name != crate::scim::urn::ENTERPRISE_USER.to_lowercase()
            };
            let in_a_list = |body: &Value| {
                let emails = body["emails"].as_array().into_iter().flatten().filter_map(Value::as_object);
                emails.flat_map(|email| email.keys()).any(|key| !["value", "type", "display", "primary"].contains(&&**key))
            };
            let body = sent(call);
            call.method == Method::POST && call.segments() == ["Users"]
                && (body.as_object().is_some_and(|body| body.keys().any(unknown)) || in_a_list(&body))
        }),
    ),
    fault!("crash/second-read", breaks["7644-3.4.1-01"], also ["7644-3.14-04", "7643-7-21", "7644-3.4.2.5-02", "7644-3.9-04", "7644-3.5.1-17", "entra-B8"],"closes the row that it has read for everybody", {
        |provider| {
            let last = std::sync::Mutex::new(String::new());
            provider.seams.reply.add(move |answer| {
                if answer.call.method == Method::GET && is_single(&answer.call) && answer.reply.status == 200 {
                    let id = answer.call.segments().last().map(|id| (*id).to_owned()).unwrap_or_default();
                    let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    if *last == id {
                        answer.reply.set_status(500);
                    }
                    *last = id;
                }
            });
        }
    },),
    fault!(
        "crash/groups-in-groups",
        breaks["7643-4.2-07"],
        also ["7643-4.2-05", "7643-4.1.2-20"],
        "looks each member up among the users",
        |provider| crashes(provider, |call| {
            let is_group = String::from_utf8_lossy(&call.body).contains(r#""type":"Group""#);
            call.segments().first() == Some(&"Groups") && is_group
        }),
    ),
];

/// Whether null or something empty stands in a body.
fn has_nothing(body: &Value) -> bool {
    match body {
        Value::Object(members) => members.values().any(|value| is_nothing(value) || has_nothing(value)),
        Value::Array(items) => items.iter().any(|item| is_nothing(item) || has_nothing(item)),
        _ => false,
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null()
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(serde_json::Map::is_empty)
}
