//! Legal ways to write resources, headers and tags.

use serde_json::{Value, json};

use super::super::BASE_PATH;
use super::Variant;

pub(super) static VARIANTS: [Variant; 10] = [
    variant!("etag/unsupported", skips["etag"], "has no entity tags", |provider| provider.supports.etag = false),
    variant!(
        "etag/weak-never-match",
        warns ["7644-3.14-07", "9110-13.1.1-04", "7644-3.6-06", "7644-3.7.3-05"],
        "has weak entity tags, and compares If-Match as HTTP has it, so that they never match",
        |provider| provider.rules.if_match = |header, _| header == "*",
    ),
    variant!(
        "etag/conflicts-answer-409",
        warns ["7644-3.14-08", "7644-3.12-14", "9110-13.1.1-02", "9110-13.1.1-01", "9110-13.1.2-03", "7644-3.6-08", "7644-3.7.3-05"],
        "answers a write whose condition does not hold with 409",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 412 {
                    answer.reply.set_status(409);
                }
            });
        },
    ),
    variant!("etag/strong", "has strong entity tags", |provider| {
        provider.rules.etag = |version| format!("\"{version}\"");
    }),
    variant!(
        "location/relative",
        warns ["7644-3.3-10", "7644-3.3-11"],
        "gives Location and meta.location as paths without host",
        |provider| provider.rules.location = |_, endpoint, id| format!("{BASE_PATH}{endpoint}/{id}"),
    ),
    variant!(
        "location/other-host",
        warns ["7644-3.3-10", "7644-3.3-11"],
        "gives URLs by the name that the host has behind a gateway",
        |provider| provider.rules.location = |_, endpoint, id| format!("https://inside.example{BASE_PATH}{endpoint}/{id}"),
    ),
    variant!("answers/slow", "takes its time for each answer", |provider| {
        provider.seams.call.add(|_| std::thread::sleep(std::time::Duration::from_millis(5)));
    }),
    variant!("media-type/charset", "adds a charset to the content type", |provider| {
        provider.rules.media_type = "application/scim+json; charset=utf-8";
    }),
    variant!("render/null-when-unassigned", "shows attributes without a value as null or []", |provider| {
        provider.seams.render.add(|rendered| {
            if rendered.stored.contains_key("userName") && rendered.shown.contains_key("meta") {
                for (name, none) in [("nickName", Value::Null), ("roles", json!([]))] {
                    rendered.shown.entry(name).or_insert(none);
                }
            }
        });
    }),
    variant!("render/other-order", "lists members of objects and schemas in another order", |provider| {
        provider.seams.render.add(|rendered| {
            rendered.shown = std::mem::take(&mut rendered.shown).into_iter().rev().collect();
            if let Some(schemas) = rendered.shown.get_mut("schemas").and_then(Value::as_array_mut) {
                schemas.reverse();
            }
        });
    }),
];
