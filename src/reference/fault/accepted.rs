//! Faults of what is taken from a create although it is not the client's to say.

use http::Method;
use serde_json::{Value, json};

use super::super::write::Cause;
use super::Fault;
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 7] = [
    fault!(
        "accepted/times-and-places",
        breaks ["7643-3.1-20"],
        also ["7643-3.1-25", "7643-3.1-22", "7644-3.3-03", "7643-3.1-21", "7643-3.1-26", "7644-3.3-11", "7643-3.1-27", "7643-3.1-28", "7644-3.3.1-01", "7643-3.1-23", "7643-3.1-24"],
        "merges the meta of the client into its own",
        |provider| {
            provider.seams.store.add(|change| {
                let sent = change.sent.get("meta").and_then(Value::as_object).cloned();
                let meta = change.after.as_mut().and_then(|doc| doc.get_mut("meta")).and_then(Value::as_object_mut);
                if let (Cause::Create, Some(sent), Some(meta)) = (change.cause, sent, meta) {
                    let times = sent.into_iter().filter(|(name, _)| matches!(name.as_str(), "created" | "lastModified"));
                    meta.extend(times);
                }
            });
        },
    ),
    fault!(
        "accepted/id",
        breaks ["7643-3.1-08"],
        also ["7644-3.3-03", "7643-3.1-06", "7643-3.1-11", "7643-7-21"],
        "takes the id of the client when there is one",
        |provider| {
            provider.seams.store.add(|change| {
                let id = change.sent.get("id").filter(|id| id.is_string()).cloned();
                if let (Cause::Create, Some(id), Some(doc)) = (change.cause, id, &mut change.after) {
                    doc.insert("id".into(), id);
                }
            });
        },
    ),
    fault!(
        "accepted/unknown-parts",
        breaks ["7644-3.3-15"],
        also ["7643-7-01", "7643-3-06"],
        "stores names as they come, with all their parts",
        |provider| {
            provider.seams.store.add(|change| {
                let sent = change.sent.get("name").and_then(Value::as_object).cloned();
                let name = change.after.as_mut().and_then(|doc| doc.get_mut("name")).and_then(Value::as_object_mut);
                if let (Some(sent), Some(name)) = (sent, name) {
                    name.extend(sent.into_iter().filter(|(_, value)| value.is_string()));
                }
            });
        },
    ),
    fault!(
        "accepted/any-schemas",
        breaks["7643-3-03"],
        also["7643-3-06"],
        "knows the type by its endpoint and never looks at schemas",
        |provider| {
            provider.seams.call.add(|call| {
                if call.method != Method::POST || call.segments() != ["Users"] {
                    return;
                }
                if let Ok(Value::Object(mut body)) = serde_json::from_slice(&call.body) {
                    body.insert("schemas".into(), json!([urn::USER]));
                    call.body = Value::Object(body).to_string().into_bytes();
                }
            });
        },
    ),
    fault!(
        "accepted/schemas-as-sent",
        breaks ["7643-3-07"],
        also ["7643-3-04", "7643-3-05", "7643-3-06", "7643-3.3-02", "7643-3.3-03", "entra-F19"],
        "stores the schemas of the client",
        |provider| {
            provider.seams.store.add(|change| {
                let sent = change.sent.get("schemas").cloned();
                if let (Cause::Create, Some(sent), Some(doc)) = (change.cause, sent, &mut change.after) {
                    doc.insert("schemas".into(), sent);
                }
            });
        },
    ),
    fault!(
        "accepted/members-by-position",
        breaks ["7643-2.3.8-01"],
        also ["7644-3.1-09", "7644-3.3-08", "7643-2.4-03", "7643-3-08", "7644-3.5.2.3-05"],
        "takes the last of the two names of a person for the family name",
        |provider| {
            provider.seams.store.add(|change| {
                let sent = change.sent.get("name").and_then(Value::as_object).cloned().unwrap_or_default();
                let two: Vec<(&str, &Value)> = sent.iter().map(|(name, value)| (name.as_str(), value)).collect();
                let name = change.after.as_mut().and_then(|doc| doc.get_mut("name"));
                if let ([("familyName", first), ("givenName", last)], Some(name)) = (&two[..], name) {
                    name["givenName"] = (*first).clone();
                    name["familyName"] = (*last).clone();
                }
            });
        },
    ),
    fault!(
        "accepted/membership-by-name",
        breaks ["7643-4.2-05", "7643-3.1-07"],
        also ["7644-3.6-09", "7643-4.1.2-20", "7644-3.4.1-01", "7643-3.1-10", "7644-3.7-12"],
        "knows people in groups by their user name, and keeps those who have left",
        |provider| {
            provider.rules.leaves_groups = || false;
            provider.seams.store.add(|change| {
                if let (Cause::Create, Some(doc)) = (change.cause, &mut change.after)
                    && let Some(name) = doc.get("userName").cloned()
                {
                    doc.insert("id".into(), name);
                }
            });
        },
    ),
];
