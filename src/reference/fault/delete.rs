//! Faults of DELETE.

use http::Method;
use serde_json::json;

use super::super::reply::Body;
use super::super::write::Cause;
use super::Fault;

pub(super) static FAULTS: [Fault; 4] = [
    fault!("delete/answers-200", breaks["7644-3.6-06"], also ["entra-F13", "entra-F25", "7644-3.6-07", "7644-3.2-07", "entra-A6"],"answers a delete with 200 and an empty object", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.call.method == Method::DELETE && answer.reply.status == 204 {
                answer.reply.status = 200;
                answer.reply.body = Body::Json(json!({}));
            }
        });
    },),
    fault!(
        "delete/only-marks",
        breaks ["7644-3.6-02", "7644-3.6-03"], also ["7644-3.6-04", "7644-3.6-05", "7644-3.6-09", "7644-3.6-10", "7644-3.12-12", "entra-F13", "entra-F25", "7644-3.4.2-11", "7644-3.4.2.4-12", "7644-3.7-18", "entra-B13"],
        "marks a deleted resource as inactive and forgets to look at the mark",
        |provider| {
            provider.seams.store.add(|change| {
                if change.cause == Cause::Delete {
                    change.after = change.before.clone();
                    if let Some(doc) = change.after.as_mut().filter(|doc| doc.contains_key("userName")) {
                        doc.insert("active".into(), false.into());
                    }
                }
            });
        },
    ),
    fault!(
        "delete/unknown-answers-204",
        breaks ["7644-3.6-07"], also ["7644-3.6-02", "7644-3.12-12", "7644-6.1-03", "7644-3.7.3-05", "entra-B13"],
        "answers 204 whether or not there was anything to delete",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.method == Method::DELETE && answer.reply.status == 404 {
                    answer.reply.status = 204;
                    answer.reply.body = Body::Empty;
                }
            });
        },
    ),
    fault!(
        "delete/unknown-answers-500",
        breaks ["7644-3.6-07", "7644-3.6-02", "7644-3.12-12"], also ["7644-6.1-03", "7644-3.7.3-05", "entra-B13"],
        "does not catch what its store throws for an id that is not there",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.method == Method::DELETE && answer.reply.status == 404 {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
];
