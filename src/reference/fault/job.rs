//! Faults in the limits and messages of bulk jobs, and in what is said of single operations.

use http::Method;
use serde_json::{Value, json};

use super::super::Provider;
use super::super::reply::Body;
use super::Fault;
use super::hands::on_config;
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 16] = [
    fault!(
        "bulk/any-number-of-operations",
        breaks["7644-3.7.4-03"],
        "declares maxOperations and never counts",
        |provider| provider.rules.most_operations = |_| usize::MAX,
    ),
    fault!(
        "bulk/any-number-of-bytes",
        breaks["7644-3.7.4-04"],
        "declares maxPayloadSize and never counts",
        |provider| {
            let declared = provider.limits.body;
            provider.limits.body = usize::MAX;
            on_config(provider, move |config| config["bulk"]["maxPayloadSize"] = declared.into());
        },
    ),
    fault!(
        "bulk/limits-answer-400",
        breaks["7644-3.7.4-03", "7644-3.7.4-04"],
        "answers a job that is too large with 400",
        |provider| on_job(provider, |answer| {
            if answer.status == 413 {
                answer.set_status(400);
            }
        }),
    ),
    fault!(
        "bulk/limits-without-a-word",
        breaks["7644-3.7.4-05", "7644-3.12-15"],
        "leaves it to the web server to refuse a job that is too large",
        |provider| on_job(provider, |answer| {
            if answer.status == 413 {
                answer.body = Body::Json(json!({ "message": "Payload Too Large" }));
            }
        }),
    ),
    fault!(
        "bulk/limits-not-declared",
        breaks["7644-3.7.4-01"], also ["7643-5-08", "7643-5-09"],"says that bulk is supported, and not how much of it",
        |provider| on_config(provider, |config| config["bulk"] = json!({ "supported": true })),
    ),
    fault!("bulk/not-announced", breaks["7644-3.7-01"], also ["7643-5-06", "7643-5-07", "7643-5-08", "7643-5-09", "7644-3.12-17"],"forgets bulk in its configuration", |provider| on_config(
        provider,
        |config| {
            config.as_object_mut().map(|config| config.shift_remove("bulk"));
        }
    ),),
    fault!(
        "bulk/unsupported-answers-500",
        breaks["7644-3.7-01"],
        also["7644-3.12-17"],
        "has a route for jobs and nothing behind it",
        |provider| {
            provider.supports.bulk = false;
            on_job(provider, |answer| answer.set_status(500));
        },
    ),
    fault!(
        "bulk/failed-create-has-a-place",
        breaks["7644-3.7-12"],
        "gives every item a location, made from the path of the operation",
        |provider| provider.seams.items.add(|items| {
            for item in items.iter_mut().filter(|item| item["method"] == "POST" && item.get("location").is_none()) {
                item["location"] = "https://provider.example/scim/v2/Users/none".into();
            }
        }),
    ),
    fault!(
        "bulk/no-place-of-changes",
        breaks["7644-3.7-12"],
        also ["7644-3.7.3-05", "7644-3.7.3-02"],
        "gives the location of what was created, and of nothing else",
        |provider| provider.seams.items.add(|items| {
            for item in items.iter_mut().filter(|item| item["method"] != "POST").filter_map(Value::as_object_mut) {
                item.shift_remove("location");
            }
        }),
    ),
    fault!(
        "bulk/same-bulk-id-twice",
        breaks["7644-3.7-08"],
        "keeps bulkIds in a map, in which the later one wins",
        |provider| provider.seams.job.add(|job| {
            let mut seen = Vec::new();
            for operation in &mut job.operations {
                match operation.bulk_id.clone() {
                    Some(id) if seen.contains(&id) => operation.bulk_id = Some(format!("{id}-again")),
                    Some(id) => seen.push(id),
                    None => {}
                }
            }
        }),
    ),
    fault!("bulk/no-bulk-id-needed", breaks["7644-3.7-08"], "creates what has no bulkId as well", |provider| provider
        .seams
        .job
        .add(|job| {
            for (index, operation) in job.operations.iter_mut().enumerate() {
                if operation.method.as_deref() == Some("POST") && operation.bulk_id.is_none() {
                    operation.bulk_id = Some(format!("none-{index}"));
                }
            }
        }),),
    fault!("bulk/schemas-not-looked-at", breaks["7644-3.7-02"], "never looks at the schemas of a job", |provider| {
        provider.seams.call.add(|call| {
            if call.segments() == ["Bulk"]
                && let Ok(Value::Object(mut body)) = serde_json::from_slice(&call.body)
            {
                body.insert("schemas".into(), vec![urn::BULK_REQUEST].into());
                call.body = Value::from(body).to_string().into_bytes();
            }
        });
    },),
    fault!(
        "bulk/malformed-answers-500",
        breaks["7644-3.7-17"],
        also ["7644-3.7-02", "7644-3.7-06"],
        "does not catch what its JSON parser throws",
        |provider| on_job(provider, |answer| {
            if answer.status == 400 {
                answer.set_status(500);
            }
        }),
    ),
    fault!("bulk/put-unknown", breaks["7644-3.7.3-05"], also ["7644-3.7-12", "7644-3.7-18", "7644-3.7.3-02"], "knows POST, PATCH and DELETE", |provider| provider
        .seams
        .job
        .add(|job| {
            for operation in job.operations.iter_mut().filter(|one| one.method.as_deref() == Some("PUT")) {
                operation.path = None;
            }
        }),),
    fault!(
        "bulk/errors-without-a-word",
        breaks["7644-3.7.3-04", "7644-3.12-29"],
        "copies status and nothing else into the error of an item",
        |provider| provider.seams.items.add(|items| {
            for response in items.iter_mut().filter_map(|item| item.get_mut("response")?.as_object_mut()) {
                response.shift_remove("detail");
                response.shift_remove("scimType");
            }
        }),
    ),
    fault!(
        "bulk/counts-errors-too-late",
        breaks["7644-3.7.3-06"],
        "compares the number of errors before it adds the last ones",
        |provider| provider.seams.job.add(|job| job.fail_on_errors = job.fail_on_errors.map(|most| most + 2)),
    ),
];

/// Changes the answers to POST /Bulk.
fn on_job(provider: &mut Provider, change: fn(&mut super::super::reply::Reply)) {
    provider.seams.reply.add(move |answer| {
        if answer.call.segments() == ["Bulk"] && answer.call.method == Method::POST {
            change(&mut answer.reply);
        }
    });
}
