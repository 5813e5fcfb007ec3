//! Faults of PUT.

use http::Method;
use serde_json::Value;

use super::super::reply::Body;
use super::super::write::Cause;
use super::Fault;

pub(super) static FAULTS: [Fault; 5] = [
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
        breaks ["7643-3.1-07", "7644-3.5.1-17"], also ["7644-3.5.1-13", "7643-3.1-11", "7643-7-21", "7644-3.5.1-04", "7644-3.5.1-12", "7644-3.1-07", "entra-B1", "7644-3.4.1-01", "7644-3.7.1-01"],
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
        also ["7644-3.5.1-09", "7644-3.5.1-04"],
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
];
