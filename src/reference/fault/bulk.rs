//! Faults of bulk jobs.

use serde_json::{Value, json};

use super::super::bulk::Job;
use super::super::rules::Circles;
use super::Fault;
use crate::scim::{message, urn};

pub(super) static FAULTS: [Fault; 22] = [
    fault!(
        "bulk/forward-reference-refused",
        breaks["7644-3.7.2-02"],
        also["7644-3.7.1-01"],
        "knows the bulkIds of earlier operations only",
        |provider| provider.seams.job.add(|job| forward(job, |text| format!("{text} (not known yet)"))),
    ),
    fault!(
        "bulk/forward-reference-lost",
        breaks["7644-3.7.2-02"],
        also["7644-3.7.1-01"],
        "leaves out members whose bulkId it does not know yet",
        |provider| provider.seams.job.add(|job| forward(job, |_| String::new())),
    ),
    fault!(
        "bulk/reference-in-extension-kept",
        breaks["7644-3.7.2-04"],
        "resolves references among members only, so that managers keep the bulkId",
        |provider| {
            provider.seams.job.add(|job| {
                rewrite(job, |data| {
                    let manager = data.get_mut(urn::ENTERPRISE_USER).and_then(|inner| inner.get_mut("manager"));
                    if let Some(manager) = manager {
                        // Written like this it is text and no reference.
                        *manager = replaced(manager, "bulkId:", "bulkid:");
                    }
                });
            });
        },
    ),
    fault!(
        "bulk/reference-in-patch-kept",
        breaks["7644-3.7.2-05"],
        "resolves references in the data of a POST only",
        |provider| {
            provider.seams.job.add(|job| {
                for operation in job.operations.iter_mut().filter(|one| one.method.as_deref() == Some("PATCH")) {
                    operation.data = operation.data.take().map(|data| replaced(&data, "bulkId:", "bulkid:"));
                }
            });
        },
    ),
    fault!(
        "bulk/unknown-reference-dropped",
        breaks["7644-3.7.2-03"],
        "leaves out members whose bulkId no operation has",
        |provider| {
            provider.seams.job.add(|job| {
                let known: Vec<String> = job.operations.iter().filter_map(|one| one.bulk_id.clone()).collect();
                rewrite(job, |data| {
                    let Some(members) = data.get_mut("members").and_then(Value::as_array_mut) else { return };
                    members.retain(|member| {
                        let id = member["value"].as_str().and_then(|value| value.strip_prefix("bulkId:"));
                        id.is_none_or(|id| known.iter().any(|known| known == id))
                    });
                });
            });
        },
    ),
    fault!(
        "bulk/circle-loses-a-member",
        breaks["7644-3.7.1-01"],
        "creates groups that contain each other without one of the members",
        |provider| provider.rules.circles = Circles::Forget,
    ),
    fault!("bulk/fail-on-errors-ignored", breaks["7644-3.7.3-06"], "never reads failOnErrors", |provider| provider
        .seams
        .job
        .add(|job| job.fail_on_errors = None),),
    fault!(
        "bulk/stops-at-the-first-error",
        breaks ["7644-3.7-18", "7644-3.7-19"],
        also ["7644-3.7.3-01"],
        "leaves the loop at the first exception",
        |provider| provider.seams.job.add(|job| job.fail_on_errors = Some(1)),
    ),
    fault!(
        "bulk/backwards",
        breaks["7644-3.7-23"], also ["7644-3.7.3-06", "7644-3.7-19", "7644-3.7-18"],
        "takes the operations from a stack, the last one first",
        |provider| provider.seams.job.add(|job| job.operations.reverse()),
    ),
    fault!("bulk/version-ignored", breaks["7644-3.7.3-05"], "never looks at the version of an operation", |provider| {
        provider.seams.job.add(|job| job.operations.iter_mut().for_each(|operation| operation.version = None));
    },),
    fault!("bulk/status-as-number", breaks["7644-3.7.3-03"], "writes the status of an item as a number", |provider| {
        provider.seams.items.add(|items| {
            for item in items {
                if let Some(status) = item["status"].as_str().and_then(|status| status.parse::<u16>().ok()) {
                    item["status"] = status.into();
                }
            }
        });
    },),
    fault!(
        "bulk/no-status",
        breaks["7644-3.7.3-03"], also ["7644-3.7-21", "7644-3.7.3-05", "7644-3.7-18", "7644-3.7-19", "7644-3.7.2-02", "7644-3.7.1-01", "7644-3.7-07", "7644-3.7.2-01", "7644-3.7.3-06"],
        "says of each operation where the resource is, and not what came of it",
        |provider| provider.seams.items.add(|items| without(items, "status")),
    ),
    fault!(
        "bulk/no-bulk-id",
        breaks["7644-3.7-21"], also ["7644-3.7-13", "7644-3.7-18", "7644-3.7-19", "7644-3.7.3-05", "7644-3.7.1-01", "7644-3.7.2-02", "7644-3.7-12", "7644-3.7.2-01"],
        "forgets to repeat the bulkId",
        |provider| provider.seams.items.add(|items| without(items, "bulkId")),
    ),
    fault!(
        "bulk/no-location",
        breaks["7644-3.7.3-02"], also ["7644-3.7-21", "7644-3.7-12", "7644-3.7.3-05"],
        "forgets the location of the items",
        |provider| provider.seams.items.add(|items| without(items, "location")),
    ),
    fault!("bulk/no-version", breaks["7644-3.7.3-07"], "forgets the version of the items", |provider| provider
        .seams
        .items
        .add(|items| without(items, "version")),),
    fault!(
        "bulk/no-error-response",
        breaks["7644-3.7-13"],
        also["7644-3.7-15"],
        "says that an operation failed, but not why",
        |provider| {
            provider.seams.items.add(|items| without(items, "response"));
        },
    ),
    fault!(
        "bulk/error-response-as-text",
        breaks["7644-3.7-13", "7644-3.7-15"],
        "gives the text of the error in place of the error message",
        |provider| {
            provider.seams.items.add(|items| {
                for item in items.iter_mut().filter(|item| item.get("response").is_some()) {
                    item["response"] = item["response"]["detail"].clone();
                }
            });
        },
    ),
    fault!(
        "bulk/only-failures-reported",
        breaks["7644-3.7.3-01"],
        also ["7644-3.7-21", "7644-3.7.3-03", "7644-3.7-18", "7644-3.7-19", "7644-3.7.2-02", "7644-3.7.3-07", "7644-3.7.1-01", "7644-3.7.3-06", "7644-3.7.2-01", "7644-3.7-12", "7644-3.7.3-05"],
        "reports the operations that failed and no other",
        |provider| provider.seams.items.add(|items| items.retain(|item| item.get("response").is_some())),
    ),
    fault!(
        "bulk/answers-207",
        breaks["7644-3.7-16"],
        also ["7644-3.7.2-03", "7644-3.7.3-06", "7644-3.7.1-01", "7644-3.7-06", "7644-3.7-07", "7644-3.7-10", "7644-3.7-08"],
        "answers a job with 207 Multi-Status",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.segments() == ["Bulk"] && answer.reply.status == 200 {
                    answer.reply.status = 207;
                }
            });
        },
    ),
    fault!(
        "bulk/job-fails-with-an-operation",
        breaks["7644-3.7-16"],
        also ["7644-3.7.3-05", "7644-3.7.3-06"],
        "answers the whole job with the error of the first operation that failed",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.segments() != ["Bulk"] {
                    return;
                }
                let Some(body) = answer.reply.body_mut() else { return };
                let items = body["Operations"].as_array().cloned().unwrap_or_default();
                let Some(failed) = items.iter().find(|item| item.get("response").is_some()) else { return };
                let status = failed["status"].as_str().and_then(|status| status.parse().ok()).unwrap_or(400);
                *body = message::error(status, None, "an operation has failed");
                answer.reply.status = status;
            });
        },
    ),
    fault!(
        "bulk/fail-on-errors-echoed",
        breaks["7644-3.7-05"],
        "sends the request back with the results in it",
        |provider| of_answers(provider, |body| body["failOnErrors"] = 1.into()),
    ),
    fault!("bulk/schemas-of-the-request", breaks["7644-3.7-03"], "copies `schemas` from the request", |provider| {
        of_answers(provider, |body| body["schemas"] = json!([urn::BULK_REQUEST]));
    },),
];

/// Changes every BulkResponse.
fn of_answers(provider: &mut super::Provider, change: fn(&mut Value)) {
    provider.seams.reply.add(move |answer| {
        if answer.call.segments() == ["Bulk"]
            && let Some(body) = answer.reply.body_mut().filter(|body| body.get("Operations").is_some())
        {
            change(body);
        }
    });
}

fn without(items: &mut [Value], name: &str) {
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.shift_remove(name);
    }
}

fn rewrite(job: &mut Job, change: impl Fn(&mut Value)) {
    job.operations.iter_mut().filter_map(|operation| operation.data.as_mut()).for_each(change);
}

fn replaced(value: &Value, from: &str, to: &str) -> Value {
    serde_json::from_str(&value.to_string().replace(from, to)).unwrap_or(Value::Null)
}

/// Changes the members that refer to an operation further down; one that becomes an empty text is left out.
fn forward(job: &mut Job, change: impl Fn(&str) -> String) {
    let mut known: Vec<String> = Vec::new();
    for operation in &mut job.operations {
        let members = operation.data.as_mut().and_then(|data| data.get_mut("members")).and_then(Value::as_array_mut);
        if let Some(members) = members {
            for member in members.iter_mut() {
                let text = member["value"].as_str().unwrap_or("").to_owned();
                if text.strip_prefix("bulkId:").is_some_and(|id| !known.iter().any(|known| known == id)) {
                    member["value"] = change(&text).into();
                }
            }
            members.retain(|member| member["value"] != "");
        }
        known.extend(operation.bulk_id.clone());
    }
}
