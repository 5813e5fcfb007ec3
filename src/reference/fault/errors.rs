//! Faults of error answers and of what is said about the content.

use serde_json::Value;

use super::super::Provider;
use super::super::reply::Body;
use super::Fault;
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 12] = [
    fault!(
        "errors/html",
        breaks ["7644-3.12-01"],
        also ["7644-3.12-02", "7644-3.12-03", "7644-3.2-10", "7644-3.1-01", "7644-3.1-02", "7644-3.5.2-16",
            "7644-3.5.2-25", "7644-3.12-19", "7644-3.12-21", "7644-3.12-22", "7644-3.12-23", "7644-3.12-24",
            "7644-3.12-25", "7644-3.12-26", "7644-3.3-13", "7644-3.4.2.2-48", "7644-3.5.2.2-01", "7644-3.5.2.2-08",
            "7644-3.5.2.3-08", "7644-3.5.2-13", "7644-3.4.2.2-26", "7644-3.4.2.2-27", "7644-3.4.2.2-28",
            "7644-3.4.2.2-29", "7644-3.8-06", "7644-3.8-08", "7644-3.2-12", "entra-B2"],
        "leaves errors to the web framework, which answers with a page",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status >= 400 {
                    let status = answer.reply.status;
                    answer.reply.media_type = "text/html; charset=utf-8".into();
                    answer.reply.body = Body::Text(format!("<!doctype html><title>{status}</title><h1>{status}</h1>"));
                }
            });
        },
    ),
    fault!(
        "errors/status-as-number",
        breaks["7644-3.12-03"],
        also["7644-3.9-05", "7644-3.12-14", "7644-3.5.2-16"],
        "writes the status of an error as a number",
        |provider| {
            on_error(provider, |body, status| body["status"] = status.into());
        },
    ),
    fault!(
        "errors/no-schemas",
        breaks ["7644-3.12-02"], also ["7644-3.5.2-16", "7644-3.5.2-25", "7644-3.12-01", "7644-3.12-14"],
        "leaves `schemas` out of error bodies",
        |provider| {
            on_error(provider, |body, _| {
                body.as_object_mut().map(|body| body.shift_remove("schemas"));
            });
        },
    ),
    fault!(
        "errors/malformed-filter-answers-500",
        breaks ["7644-3.4.2.2-48", "7644-3.12-19"], also ["7644-3.4.2.2-26", "7644-3.4.2.2-27", "7644-3.4.2.2-28", "7644-3.4.2.2-29", "7644-3.4.2.2-38", "7644-3.4.2.2-07", "7644-3.4.2.2-39", "7644-3.4.2.2-47", "7644-3.12-16", "7644-3.5.2-09", "7644-3.4.2.2-08", "7644-3.4.2.2-36", "7644-3.4.3-09", "7644-3.4.2.2-44", "7644-3.4.2.1-05", "entra-A1", "entra-B21"],
        "lets the exception of its filter parser through",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.body_mut().is_some_and(|body| body["scimType"] == "invalidFilter") {
                    answer.reply.set_status(500);
                    answer.reply.remove_member("scimType");
                }
            });
        },
    ),
    fault!(
        "errors/malformed-json-answers-500",
        breaks ["7644-3.12-09", "7644-3.12-23"], also ["7644-3.12-16", "7644-3.5.2-04", "7644-3.7-17"],
        "lets the exception of its JSON parser through",
        |provider| {
            provider.seams.reply.add(|answer| {
                let malformed = serde_json::from_slice::<Value>(&answer.call.body).is_err();
                if answer.reply.status == 400 && malformed && !answer.call.body.is_empty() {
                    answer.reply.set_status(500);
                    answer.reply.remove_member("scimType");
                }
            });
        },
    ),
    fault!(
        "errors/plain-json",
        breaks ["7644-3.1-01", "7644-3.8-08"],
        also ["7644-3.8-06", "7644-8.1-01", "entra-B2"],
        "leaves the content type at the framework's application/json",
        |provider| {
            provider.seams.reply.add(|answer| answer.reply.media_type = "application/json".into());
        },
    ),
    fault!(
        "errors/old-urn",
        breaks ["7644-3.12-02"], also ["7644-3.5.2-16", "7644-3.5.2-25", "7644-3.1-05", "7644-8.2-01", "7644-3.12-01", "7644-3.12-14"],
        "kept the error URN of SCIM 1.1",
        |provider| {
            on_error(provider, |body, _| {
                if body["schemas"][0] == urn::ERROR {
                    body["schemas"][0] = "urn:scim:schemas:core:1.0:Error".into();
                }
            });
        },
    ),
    fault!(
        "errors/unknown-format-answers-500",
        breaks ["9110-15.5.16-01", "7644-3.8-10"],
        "does not expect a body in another format",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 415 {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "errors/unsupported-patch-answers-200",
        breaks ["7644-3.12-17"],
        also ["7644-3.5.2-01", "entra-B3", "entra-B4", "entra-B5", "entra-B6", "entra-B7"],
        "says that PATCH is not supported, and carries it out",
        |provider| {
            provider.seams.discovery.add(|document| {
                if document.body.get("patch").is_some() {
                    document.body["patch"]["supported"] = false.into();
                }
            });
        },
    ),
    fault!(
        "errors/unsupported-bulk-answers-200",
        breaks["7644-3.12-17"],
        also["7644-3.7-01"],
        "says that bulk is not supported, and carries jobs out",
        |provider| {
            provider.seams.discovery.add(|document| {
                if document.body.get("bulk").is_some() {
                    document.body["bulk"]["supported"] = false.into();
                }
            });
        },
    ),
    fault!(
        "errors/any-media-type",
        breaks["7644-3.8-04"],
        also["9110-15.5.16-01"],
        "reads JSON whatever the content type says",
        |provider| provider.seams.call.add(|call| {
            call.headers.remove("content-type");
        }),
    ),
    fault!("errors/suffix-crashes", breaks["7644-3.8-05"], "cannot take an id with a dot", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.reply.status == 404 && answer.call.segments().last().is_some_and(|id| id.ends_with(".scim")) {
                answer.reply.set_status(500);
            }
        });
    }),
];

fn on_error(provider: &mut Provider, change: fn(&mut Value, u16)) {
    provider.seams.reply.add(move |answer| {
        let status = answer.reply.status;
        if let (true, Some(body)) = (status >= 400, answer.reply.body_mut()) {
            change(body, status);
        }
    });
}
