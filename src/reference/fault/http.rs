//! Faults of HTTP: status lines, headers, and bodies where there are none.

use ::http::Method;
use serde_json::json;

use super::super::reply::Body;
use super::Fault;
use super::hands::{crashes, is_single, on_success};

pub(super) static FAULTS: [Fault; 11] = [
    fault!(
        "http/no-content-with-content",
        breaks["9110-15.3.5-01"],
        "says 204 and sends a body all the same",
        |provider| provider.seams.reply.add(|answer| {
            if answer.reply.status == 204 {
                answer.reply.body = Body::Json(json!({ "message": "done" }));
            }
        }),
    ),
    fault!(
        "http/not-modified-with-content",
        breaks["9110-15.4.5-02"],
        "says 304 and sends the resource all the same",
        |provider| provider.seams.reply.add(|answer| {
            if answer.reply.status == 304 {
                answer.reply.body = Body::Json(json!({ "id": "the same" }));
            }
        }),
    ),
    fault!("http/not-modified-without-tag", breaks["9110-15.4.5-01"], "says 304 and nothing else", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.reply.status == 304 {
                answer.reply.remove_header("ETag");
            }
        });
    },),
    fault!("http/no-allow", breaks["9110-15.5.6-01"], "says 405 and not what is allowed", |provider| {
        provider.seams.reply.add(|answer| answer.reply.remove_header("Allow"));
    },),
    fault!(
        "http/json-with-a-comma-too-many",
        breaks ["7644-3.1-02"],
        also ["7644-3.2-10", "7644-3.4.1-02"],
        "puts its JSON together by hand",
        |provider| on_success(provider, |call| call.method == Method::GET && is_single(call), |answer| {
            if let Body::Json(body) = &answer.reply.body {
                let text = body.to_string();
                answer.reply.body = Body::Text(format!("{},}}", text.trim_end_matches('}')));
            }
        }),
    ),
    fault!(
        "http/charset-refused",
        breaks["7644-3.8-01"],
        also ["entra-F1", "entra-E19", "entra-F19"],
        "compares the content type as one text",
        |provider| {
            crashes(provider, |call| call.header("content-type").is_some_and(|given| given.contains("charset")));
        },
    ),
    fault!("http/plain-json-refused", breaks["7644-3.8-03"], also ["entra-A12", "entra-A5", "entra-A15"],"knows one media type only", |provider| crashes(
        provider,
        |call| {
            call.header("content-type").is_some_and(|given| given.starts_with("application/json"))
                || call.header("accept").is_some_and(|given| given == "application/json" || given == "*/*")
        }
    ),),
    fault!(
        "http/no-content-type-crashes",
        breaks["7644-3.8-10"],
        also["7644-3.12-16"],
        "reads a header that need not be there",
        |provider| crashes(provider, |call| !call.body.is_empty() && !call.headers.contains_key("content-type")),
    ),
    fault!(
        "http/unknown-paths-crash",
        breaks["7644-3.12-12"],
        also["7644-3.13-03"],
        "has no route of last resort",
        |provider| crashes(provider, |call| {
            let known = ["Users", "Groups", "Devices", "Me", "Bulk", ".search", "Schemas", "ResourceTypes"];
            let first = call.segments().first().copied().unwrap_or("Users").to_owned();
            !known.contains(&&*first) && first != "ServiceProviderConfig"
        }),
    ),
    fault!("http/post-to-a-resource-replaces-it", breaks["7644-3.12-18"], "routes POST like PUT", |provider| {
        provider.seams.call.add(|call| {
            if call.method == Method::POST && is_single(call) && call.segments().last() != Some(&".search") {
                call.method = Method::PUT;
            }
        });
    },),
    fault!(
        "http/patch-of-unknown-succeeds",
        breaks["7644-3.5.2-29"],
        also ["7644-3.6-02", "7644-6.1-03", "7644-3.12-12"],
        "updates no row and says that it went well",
        |provider| provider.seams.reply.add(|answer| {
            if answer.call.method == Method::PATCH && answer.reply.status == 404 {
                answer.reply = super::super::reply::Reply::empty(204, "");
            }
        }),
    ),
];
