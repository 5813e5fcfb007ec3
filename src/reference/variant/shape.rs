//! Legal ways to write resources, headers and tags.

use serde_json::{Value, json};

use super::super::BASE_PATH;
use super::Variant;

pub(super) static VARIANTS: [Variant; 6] = [
    variant!("etag/unsupported", skips["etag"], "has no entity tags", |provider| provider.supports.etag = false),
    variant!("etag/strong", "has strong entity tags", |provider| {
        provider.rules.etag = |version| format!("\"{version}\"");
    }),
    variant!(
        "location/relative",
        warns ["7644-3.3-10", "7644-3.3-11"],
        "gives Location and meta.location as paths without host",
        |provider| provider.rules.location = |_, endpoint, id| format!("{BASE_PATH}{endpoint}/{id}"),
    ),
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
