//! Faults of PUT.

use http::Method;
use serde_json::{Value, json};

use super::super::reply::Body;
use super::super::write::Cause;
use super::super::{Object, Provider};
use super::Fault;
use crate::scim::{Mutability, urn};

pub(super) static FAULTS: [Fault; 15] = [
    fault!(
        "replace/creates",
        breaks ["7644-3.2-06", "7644-3.5.1-02"], also ["7644-3.6-02", "7644-3.12-12", "7644-6.1-03"],
        "saves with an upsert",
        |provider| {
            provider.rules.put_unknown = |provider, call, kind, id| provider.create_with(call, kind, Some(id));
        },
    ),
    fault!(
        "replace/new-id",
        breaks ["7643-3.1-07", "7644-3.5.1-17"], also ["7644-3.5.1-13", "7643-3.1-11", "7643-7-21", "7644-3.5.1-04", "7644-3.5.1-12", "7644-3.1-07", "entra-B1", "7644-3.4.1-01", "7644-3.7.1-01", "7644-3.12-14", "7644-3.14-04", "7644-3.5.1-15", "7644-3.5.1-16", "7644-3.6-06", "7644-3.7-12", "7644-3.7-18", "7644-3.5.2-13", "7644-3.2-07", "7643-3.1-26", "7643-4.1.1-20"],
        "deletes the resource and creates it anew",
        |provider| {
            provider.seams.store.add(|change| {
                if let (Cause::Replace, Some(doc)) = (change.cause, &mut change.after)
                    && let Some(id) = doc.get("id").and_then(Value::as_str)
                {
                    let next: String = id.chars().rev().collect();
                    doc.insert("id".into(), next.into());
                }
            });
        },
    ),
    fault!(
        "replace/keeps-what-was-cleared",
        breaks ["7643-2.5-02"],
        also ["7644-3.5.1-09", "7644-3.5.1-04", "7643-4.1.2-20"],
        "merges the body into the stored resource and skips what is null or empty",
        |provider| {
            provider.seams.store.add(|change| {
                if let (Cause::Replace, Some(before), Some(after)) = (change.cause, &change.before, &mut change.after) {
                    for (key, value) in before {
                        after.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                }
            });
        },
    ),
    fault!("replace/answers-204", breaks["7644-3.5.1-15"], "answers a PUT with 204 and no body", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.call.method == Method::PUT && answer.reply.status == 200 {
                answer.reply.status = 204;
                answer.reply.body = Body::Empty;
            }
        });
    },),
    fault!(
        "replace/resets-created",
        breaks ["7644-3.5.1-17"],
        also ["7643-3.1-20", "7644-3.5.1-13", "7643-3.1-23"],
        "sets meta.created again with every PUT",
        |provider| {
            provider.seams.store.add(|change| {
                let meta = change.after.as_mut().and_then(|doc| doc.get_mut("meta"));
                if let (Cause::Replace, Some(meta)) = (change.cause, meta) {
                    meta["created"] = jiff::Timestamp::now().to_string().into();
                }
            });
        },
    ),
    fault!(
        "replace/read-only-refused",
        breaks ["7644-3.5.1-13", "7644-3.5.1-03"],
        "refuses a PUT that sends `meta` back",
        |provider| refuses(provider, |body| body.contains("\"meta\":")),
    ),
    fault!(
        "replace/null-refused",
        breaks["7644-3.5.1-15"], also ["entra-E11", "entra-E16", "entra-E12", "entra-E13"],
        "validates the body with a schema that has no null",
        |provider| refuses(provider, |body| body.contains(":null")),
    ),
    fault!(
        "replace/members-refused",
        breaks["7644-3.5.1-10", "7644-3.5.1-12"], also ["7644-3.5.1-15", "7644-3.5.2-26"],
        "takes members that are sent again for a change of an immutable attribute",
        |provider| refuses(provider, |body| body.contains("\"members\":[{")),
    ),
    fault!(
        "replace/merges-lists",
        breaks["7644-3.5.1-04"],
        "merges the lists of the body into the stored ones",
        |provider| of_replaced(provider, |before, after| {
            let (Some(Value::Array(old)), Some(Value::Array(new))) = (before.get("emails"), after.get_mut("emails"))
            else {
                return;
            };
            let missing: Vec<Value> =
                old.iter().filter(|one| !new.iter().any(|other| other["value"] == one["value"])).cloned().collect();
            new.extend(missing);
        }),
    ),
    fault!(
        "replace/false-is-no-value",
        breaks["7644-3.5.1-04"],
        also["7643-4.1.1-20"],
        "asks `if (value)` where it means `if there is a value`",
        |provider| of_replaced(provider, |before, after| {
            if after.get("active") == Some(&Value::Bool(false))
                && let Some(known) = before.get("active")
            {
                after.insert("active".into(), known.clone());
            }
        }),
    ),
    fault!("replace/unsupported", breaks["7644-3.5-01"], also ["7643-2.4-05", "7644-3.12-14", "7644-3.12-26", "7644-3.14-04", "7644-3.14-08", "7644-3.5.1-02", "7644-3.5.1-10", "7644-3.5.1-13", "7644-3.5.1-14", "7644-3.5.1-15", "7644-3.5.1-16", "7644-3.6-02", "7644-6.1-03", "9110-13.1.1-02", "9110-13.1.1-03", "9110-13.1.1-04", "9110-13.1.2-03", "7644-3.1-07"], "has PATCH and thinks that nobody needs PUT", |provider| {
        provider.seams.call.add(|call| {
            if call.method == Method::PUT {
                call.method = Method::OPTIONS;
            }
        });
    },),
    fault!(
        "replace/immutable-overwritten",
        breaks ["7643-7-24", "7644-3.5.1-11"],
        "declares attributes as immutable and writes them all the same",
        |provider| {
            provider.add_custom_extension();
            for kind in &mut provider.kinds {
                for attribute in kind.schema.extensions.iter_mut().flat_map(|schema| &mut schema.attributes) {
                    if attribute.mutability == Mutability::Immutable {
                        attribute.mutability = Mutability::ReadWrite;
                        attribute.description = FIXED.into();
                    }
                }
            }
            provider.seams.discovery.add(|document| {
                for attribute in document.body["attributes"].as_array_mut().into_iter().flatten() {
                    if attribute["description"] == FIXED {
                        attribute["mutability"] = "immutable".into();
                    }
                }
            });
        },
    ),
    fault!(
        "replace/immutable-never-set",
        breaks["7644-3.5.1-12"],
        also["7643-7-24"],
        "copies immutable attributes from the stored resource, also those that have no value there",
        |provider| {
            provider.add_custom_extension();
            of_replaced(provider, |before, after| {
                for (urn, held) in after.iter_mut().filter(|(name, _)| name.starts_with("urn:example:")) {
                    if before.get(urn).is_none_or(|known| known.get("site").is_none())
                        && let Some(held) = held.as_object_mut()
                    {
                        held.shift_remove("site");
                    }
                }
            });
        },
    ),
    fault!(
        "replace/password-kept",
        breaks["7643-7-25"],
        "takes a password on creation only and refuses it later",
        |provider| {
            refuses(provider, |body| body.contains("\"password\""));
        },
    ),
    fault!(
        "replace/unknown-can-be-read",
        breaks["7644-3.2-06"],
        also ["7644-3.6-02", "7644-3.12-12", "7644-6.1-03", "7644-3.4.1-02", "7644-3.7-18", "entra-B13", "7644-3.4.1-01", "7643-3.1-02", "entra-F13"],
        "makes up a user for whoever asks for one",
        |provider| provider.seams.reply.add(|answer| {
            let is_read = answer.call.method == Method::GET && matches!(answer.call.segments()[..], ["Users", _]);
            if is_read && answer.reply.status == 404 {
                answer.reply.status = 200;
                answer.reply.body = Body::Json(json!({ "schemas": [urn::USER], "id": "made-up", "userName": "made up" }));
            }
        }),
    ),
];

/// Description by which an attribute is known that is immutable by its declaration only.
const FIXED: &str = "Set once.";

/// Answers a change whose body has something with 400.
fn refuses(provider: &mut Provider, has: fn(&str) -> bool) {
    provider.seams.call.add(move |call| {
        let text = String::from_utf8_lossy(&call.body);
        if matches!(call.method, Method::PUT | Method::PATCH) && has(&text.replace(": ", ":")) {
            call.body = b"refused".to_vec();
        }
    });
}

/// Changes what a PUT stores.
fn of_replaced(provider: &mut Provider, change: fn(&Object, &mut Object)) {
    provider.seams.store.add(move |stored| {
        if let (Cause::Replace, Some(before), Some(after)) = (stored.cause, &stored.before, &mut stored.after) {
            change(before, after);
        }
    });
}
