//! Faults of answering before the work is done.

use super::super::reply::Body;
use super::super::{Provider, variant};
use super::Fault;
use crate::scim::message;

pub(super) static FAULTS: [Fault; 6] = [
    fault!("later/with-body", breaks["9967-2.5.1.1-04"],
        also ["7643-3.1-05", "7643-3.1-02", "7643-2.1-01"], "sends the resource with 202", |provider| {
        on_202(provider, |answer| answer.reply.body = Body::Json(serde_json::json!({ "status": "queued" })));
    }),
    fault!("later/no-transaction", breaks["9967-2.5.1.1-05"], "sends 202 without Set-Txn", |provider| {
        on_202(provider, |answer| answer.reply.remove_header("Set-Txn"));
    }),
    fault!(
        "later/preference-not-confirmed",
        breaks["9967-2.5.1.1-06"],
        "does not say that it took the preference up",
        |provider| on_202(provider, |answer| answer.reply.remove_header("Preference-Applied")),
    ),
    fault!("later/no-location", breaks["9967-2.5.1.1-07"], "sends 202 without Location", |provider| {
        on_202(provider, |answer| answer.reply.remove_header("Location"));
    }),
    fault!(
        "later/format-refused",
        breaks["9967-2.5.1.1-02"],
        "answers 406 before it sees that no body will be sent",
        |provider| {
            on_202(provider, |answer| {
                if answer.call.header("accept").is_some_and(|accept| accept.contains("xml")) {
                    answer.reply.status = 406;
                }
            });
        },
    ),
    fault!(
        "later/preference-refused",
        breaks ["9967-2.5.1.1-01", "9967-2.5.1.1-03"],
        "refuses requests with a preference that it does not know",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.header("prefer").is_some() {
                    answer.reply.status = 400;
                    answer.reply.body = Body::Json(message::error(400, None, "the preference is not known"));
                }
            });
        },
    ),
];

fn on_202(provider: &mut Provider, change: fn(&mut super::super::seams::Answer)) {
    variant::answer_later(provider);
    provider.seams.reply.add(move |answer| {
        if answer.reply.status == 202 {
            change(answer);
        }
    });
}
