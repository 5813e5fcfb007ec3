//! Faults of the discovery endpoints.

use serde_json::Value;

use super::super::discovery::About;
use super::super::reply::Body;
use super::Fault;
use crate::scim::urn::{self, ENTERPRISE_USER};

pub(super) static FAULTS: [Fault; 6] = [
    fault!(
        "discovery/bare-array",
        breaks ["7644-4-03", "7644-4-07"],
        also ["7644-4-08", "7644-3.4.2-04", "7644-3.4.2-05", "7644-3.4.2-08", "7644-3.12-02"],
        "answers /Schemas with an array in place of a ListResponse",
        |provider| {
            provider.seams.reply.add(|answer| {
                let listed = answer.call.segments() == ["Schemas"];
                if let (true, Some(body)) = (listed, answer.reply.body_mut()) {
                    *body = body["Resources"].take();
                }
            });
        },
    ),
    fault!("discovery/no-max-results", breaks["7643-5-11"], "leaves out filter.maxResults", |provider| {
        provider.seams.discovery.add(|document| {
            if let (About::Config, Some(filter)) = (document.about, document.body["filter"].as_object_mut()) {
                filter.shift_remove("maxResults");
            }
        });
    },),
    fault!(
        "discovery/supported-as-text",
        breaks ["7643-5-06"],
        also ["7643-2.3-03", "7643-5-15"],
        "writes `supported` as text",
        |provider| {
            provider.seams.discovery.add(|document| {
                if document.about == About::Config {
                    for feature in document.body.as_object_mut().into_iter().flatten().map(|(_, feature)| feature) {
                        if let Some(supported) = feature.get_mut("supported") {
                            *supported = supported.to_string().into();
                        }
                    }
                }
            });
        },
    ),
    fault!(
        "discovery/extension-not-listed",
        breaks ["7644-4-03", "7643-6-10"],
        also ["7643-7-01", "7644-4-04", "7643-4.3-01", "7643-8.7.1-04"],
        "names the enterprise extension in /ResourceTypes and forgets it in /Schemas",
        |provider| {
            provider.seams.reply.add(|answer| {
                let listed = answer.call.segments() == ["Schemas"];
                if let (true, Some(body)) = (listed, answer.reply.body_mut())
                    && let Some(listed) = body["Resources"].as_array_mut()
                {
                    listed.retain(|schema| schema["id"] != ENTERPRISE_USER);
                    body["totalResults"] = 2.into();
                    body["itemsPerPage"] = 2.into();
                }
            });
        },
    ),
    fault!(
        "discovery/schema-not-found-by-urn",
        breaks ["7644-4-04"],
        also ["7644-4-06", "7644-4-10", "7644-3.4.1-02"],
        "has a route for /Schemas, none for /Schemas/{urn}",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.segments().starts_with(&["Schemas"]) && answer.call.segments().len() == 2 {
                    answer.reply.set_status(404);
                    let error = crate::scim::message::error(404, None, "no such route");
                    answer.reply.body = Body::Json(error);
                }
            });
        },
    ),
    fault!(
        "discovery/wrong-characteristics",
        breaks ["7643-8.7.1-01"],
        also ["7643-4.1.1-03", "7643-8.7.1-02", "7644-3.5.2.2-02"],
        "declares userName as optional",
        |provider| {
            provider.seams.discovery.add(|document| {
                if document.about == About::Schema && document.body["id"] == urn::USER {
                    let attributes = document.body["attributes"].as_array_mut().into_iter().flatten();
                    for attribute in attributes.filter(|attribute| attribute["name"] == "userName") {
                        attribute["required"] = Value::Bool(false);
                    }
                }
            });
        },
    ),
];
