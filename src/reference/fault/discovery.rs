//! Faults of the discovery endpoints.

use serde_json::{Value, json};

use super::super::discovery::About;
use super::super::reply::Body;
use super::Fault;
use super::hands::{on_config, on_types};
use crate::scim::urn::{self, ENTERPRISE_USER};

pub(super) static FAULTS: [Fault; 14] = [
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
        breaks ["7643-5-06", "7643-5-15"],
        also ["7643-2.3-03", "7644-3.7-01", "7644-3.12-17", "7643-5-05"],
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
        breaks ["7644-4-03", "7643-6-10", "7643-3.2-01"],
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
    fault!("discovery/paths-for-urls", breaks ["7643-5-04", "7643-5-22", "7643-5-23"],
        "links to its documentation without scheme and host",
        |provider| {
            on_config(provider, |config| {
                config["documentationUri"] = "/help".into();
                config["authenticationSchemes"][0]["specUri"] = "rfc6750".into();
                config["authenticationSchemes"][0]["documentationUri"] = "/help/token".into();
            });
        },
    ),
    fault!("discovery/paging-as-texts", breaks ["9865-4-05", "9865-4-06", "9865-4-07", "9865-4-08"],
        "fills in the configuration of paging from environment variables",
        |provider| {
            on_config(provider, |config| {
                for (_, value) in config["pagination"].as_object_mut().into_iter().flatten() {
                    if value.is_number() {
                        *value = value.to_string().into();
                    }
                }
                config["pagination"]["defaultPaginationMethod"] = "offset".into();
            });
        },
    ),
    fault!("discovery/cursors-are-a-secret", breaks ["9865-4-01", "9865-4-02"],
        "gives cursors and does not say so",
        |provider| {
            on_config(provider, |config| {
                config.as_object_mut().map(|config| config.shift_remove("pagination"));
            });
        },
    ),
    fault!("discovery/events-in-other-words", breaks ["9967-4-02", "9967-4-03"],
        "writes a flag and a list with commas for securityEvents",
        |provider| {
            on_config(provider, |config| {
                let uris = "urn:ietf:params:scim:event:prov:create,urn:ietf:params:scim:event:prov:delete";
                config["securityEvents"] = json!({ "asyncRequest": true, "eventUris": uris });
            });
        },
    ),
    fault!("discovery/passwords-are-fixed", breaks ["7643-5-13"], also ["7643-7-25", "entra-B7"],
        "says that passwords can be changed, which only the form for people can do",
        |provider| {
            provider.seams.reply.add(|answer| {
                let body = String::from_utf8_lossy(&answer.call.body).into_owned();
                if answer.call.method == http::Method::PATCH && body.contains("\"password\"") {
                    let error = crate::scim::message::error(403, None, "passwords are changed in the portal");
                    answer.reply.status = 403;
                    answer.reply.body = Body::Json(error);
                }
            });
        },
    ),
    fault!("discovery/every-method-is-get", breaks ["7643-5-02", "7643-7-02"], also ["7643-7-05", "7643-7-07", "7643-5-01"],
        "answers every method of the discovery endpoints as a GET",
        |provider| {
            provider.seams.reply.add(|answer| {
                let at = answer.call.segments().first().copied().unwrap_or_default().to_owned();
                let writes = answer.call.method == http::Method::PUT || answer.call.method == http::Method::PATCH;
                if writes && ["ServiceProviderConfig", "Schemas"].contains(&at.as_str()) {
                    answer.reply.status = 200;
                    answer.reply.body = Body::Json(json!({ "schemas": [urn::SCHEMA] }));
                }
            });
        },
    ),
    fault!("discovery/types-without-a-name", breaks ["7643-6-02", "7643-6-05"],
        also ["7643-6-04", "7643-4.1-01", "7643-4.2-01", "7644-3.2-01", "7644-3.2-02", "7644-4-06", "7643-3.1-22"],
        "gives resource types an id and no name",
        |provider| {
            on_types(provider, |kind| {
                kind.as_object_mut().map(|kind| kind.shift_remove("name"));
            });
        },
    ),
    fault!(
        "discovery/required-as-a-text",
        breaks["7643-6-11"],
        also["7643-2.3-03"],
        "writes whether an extension is required as a text",
        |provider| {
            on_types(provider, |kind| {
                for extension in kind["schemaExtensions"].as_array_mut().into_iter().flatten() {
                    extension["required"] = "false".into();
                }
            });
        },
    ),
];
