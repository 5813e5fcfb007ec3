//! Faults of what a provider says of itself.

use serde_json::{Value, json};

use super::super::reply::{Body, Reply};
use super::Fault;
use super::hands::{crashes, on_config, on_schemas, on_success, on_types};
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 20] = [
    fault!(
        "configuration/features-left-out",
        breaks ["7643-5-10", "7643-5-12", "7643-5-14", "7643-5-16"], also ["7643-5-06", "7643-5-11"],"lists the features that it is proud of",
        |provider| on_config(provider, |config| {
            for name in ["filter", "sort", "etag", "changePassword"] {
                config.as_object_mut().map(|config| config.shift_remove(name));
            }
        }),
    ),
    fault!("configuration/no-schemes", breaks["7643-5-18"], "says nothing of authentication", |provider| on_config(
        provider,
        |config| {
            config.as_object_mut().map(|config| config.shift_remove("authenticationSchemes"));
        }
    ),),
    fault!(
        "configuration/schemes-without-a-word",
        breaks ["7643-5-19", "7643-5-20", "7643-5-21"],
        "lists authentication schemes by their links only",
        |provider| on_config(provider, |config| {
            for scheme in config["authenticationSchemes"].as_array_mut().into_iter().flatten() {
                *scheme = json!({ "specUri": "https://www.rfc-editor.org/rfc/rfc6750" });
            }
        }),
    ),
    fault!(
        "configuration/another-scheme",
        breaks["7644-2-02"],
        "was copied from a provider with passwords",
        |provider| on_config(provider, |config| config["authenticationSchemes"][0]["type"] = "httpbasic".into()),
    ),
    fault!("configuration/index-as-a-text", breaks["9865-4-04"], "writes pagination.index as a text", |provider| {
        on_config(provider, |config| config["pagination"]["index"] = "yes".into());
    },),
    fault!(
        "configuration/in-a-list",
        breaks["7643-5-01"], also ["7644-3.7-01", "7643-5-18", "7643-5-06", "7643-5-07", "7643-5-12", "7643-5-16", "7643-5-10", "7643-5-05", "7643-5-14", "7643-5-08", "7643-5-09", "7643-5-11", "7644-3.12-17"],"answers every GET with a list, also where there is one thing only",
        |provider| on_success(
            provider,
            |call| call.segments() == ["ServiceProviderConfig"],
            |answer| {
                if let Some(body) = answer.reply.body_mut() {
                    *body = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 1, "Resources": [body.take()] });
                }
            }
        ),
    ),
    fault!("configuration/moved", breaks["7644-4-02"], also ["7644-3.2-08", "7643-5-18", "7643-5-06", "7643-5-07", "7643-5-12", "7643-5-16", "7643-5-10", "7643-5-05", "7643-5-14", "7643-5-08", "7643-5-09", "7643-5-11", "7644-3.12-17", "7644-3.7-01"],"has its configuration at the plural of the name", |provider| {
        crashes(provider, |call| call.segments() == ["ServiceProviderConfig"]);
    },),
    fault!("configuration/types-moved", breaks["7644-4-05"], also ["7644-3.2-08", "7644-4-07", "7644-4-06", "7644-3.12-12", "7643-4.2-01", "7644-3.2-02", "7643-4.1-01", "7644-3.2-01", "7643-4.3-01"],"never built /ResourceTypes", |provider| crashes(
        provider,
        |call| call.segments().first() == Some(&"ResourceTypes")
    ),),
    fault!(
        "configuration/unknown-entries-crash",
        breaks["7644-3.12-12"],
        "throws an exception for a type or schema that is not there",
        |provider| crashes(provider, |call| {
            let known = ["User", "Group", urn::USER, urn::GROUP, urn::ENTERPRISE_USER];
            matches!(call.segments()[..], ["ResourceTypes" | "Schemas", name] if !known.contains(&name))
        }),
    ),
    fault!(
        "configuration/closed-to-strangers-by-a-crash",
        breaks["7643-5-17"],
        "looks for the user of a request that has none",
        |provider| crashes(provider, |call| {
            call.segments() == ["ServiceProviderConfig"] && !call.headers.contains_key("authorization")
        }),
    ),
    fault!(
        "configuration/filters-its-schemas",
        breaks["7644-4-08"],
        also["7644-4-09"],
        "runs the code of its lists for the schemas, too",
        |provider| provider.seams.reply.add(|answer| {
            let call = &answer.call;
            if matches!(call.segments()[..], ["ResourceTypes" | "Schemas"]) && call.param("filter").is_some() {
                let none = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 0, "Resources": [] });
                answer.reply = Reply::json(200, urn::MEDIA_TYPE, none);
            }
        }),
    ),
    fault!("configuration/pages-its-schemas", breaks["7644-4-08"], "pages the schemas like all lists", |provider| {
        on_success(
            provider,
            |call| matches!(call.segments()[..], ["ResourceTypes" | "Schemas"]) && call.param("startIndex").is_some(),
            |answer| {
                if let Some(body) = answer.reply.body_mut() {
                    body["Resources"] = json!([]);
                    body["itemsPerPage"] = 0.into();
                }
            },
        );
    },),
    fault!(
        "configuration/types-of-another-schema",
        breaks["7643-6-01"],
        "gives resource types the schemas of a schema",
        |provider| on_types(provider, |kind| kind["schemas"] = json!([urn::SCHEMA])),
    ),
    fault!(
        "configuration/no-endpoints",
        breaks["7643-6-07"],
        also ["7644-3.2-02", "7644-3.2-01", "7643-6-02"],
        "takes it for obvious where things are",
        |provider| on_types(provider, |kind| {
            kind.as_object_mut().map(|kind| kind.shift_remove("endpoint"));
        }),
    ),
    fault!(
        "configuration/no-schema-of-the-type",
        breaks["7643-6-08"],
        also ["7643-4.1-01", "7643-4.2-01", "7643-6-02"],
        "leaves out the schema of a resource type",
        |provider| on_types(provider, |kind| {
            kind.as_object_mut().map(|kind| kind.shift_remove("schema"));
        }),
    ),
    fault!(
        "configuration/extension-said-to-be-required",
        breaks["7643-6-12"],
        "says that each user has an extension, and does not ask for it",
        |provider| on_types(provider, |kind| {
            for one in kind["schemaExtensions"].as_array_mut().into_iter().flatten() {
                one["required"] = true.into();
            }
        }),
    ),
    fault!(
        "configuration/keywords-of-the-code",
        breaks["7643-7-42"], also ["7643-8.7.1-01", "entra-E12", "7644-3.5.1-04", "7644-3.6-06", "7644-3.5.2.3-11", "7644-3.5.2.2-03", "7644-3.5.2.2-04", "7644-3.3-08", "7643-7-30", "7644-3.9-04", "7644-3.5.2.3-05", "7643-8.7.1-02", "7643-4.1.1-27", "entra-E11", "entra-E9"],"writes characteristics as its enumerations spell them",
        |provider| on_schemas(provider, |schema| {
            for attribute in schema["attributes"].as_array_mut().into_iter().flatten() {
                for name in ["mutability", "returned", "uniqueness"] {
                    if let Some(word) = attribute[name].as_str().map(|word| format!("{}.{word}", name.to_uppercase())) {
                        attribute[name] = word.into();
                    }
                }
            }
        }),
    ),
    fault!(
        "configuration/groups-without-members",
        breaks["7643-8.7.1-03"],
        "declares a name for groups and nothing else",
        |provider| on_schemas(provider, |schema| {
            if schema["id"] == urn::GROUP {
                let attributes = schema["attributes"].as_array_mut();
                attributes.into_iter().for_each(|all| all.retain(|one| one["name"] != "members"));
            }
        }),
    ),
    fault!("configuration/messages-listed", breaks["7644-3.1-06"], "lists all URNs that it knows", |provider| {
        on_success(
            provider,
            |call| call.segments() == ["Schemas"],
            |answer| {
                let Body::Json(Value::Object(body)) = &mut answer.reply.body else { return };
                let listed = body.get_mut("Resources").and_then(Value::as_array_mut);
                let more = json!({
                    "schemas": [urn::SCHEMA], "id": urn::LIST_RESPONSE, "name": "List", "description": "A list",
                    "attributes": [], "meta": { "resourceType": "Schema" },
                });
                listed.into_iter().for_each(|listed| listed.push(more.clone()));
                for name in ["totalResults", "itemsPerPage"] {
                    let one_more = body.get(name).and_then(Value::as_u64).unwrap_or(0) + 1;
                    body.insert(name.into(), one_more.into());
                }
            },
        );
    },),
    fault!(
        "configuration/entries-without-a-name",
        breaks["7643-7-03"],
        also ["7643-7-01", "7644-4-03", "7643-8.7.1-03", "7644-4-06", "7643-8.7.1-01", "7643-4.3-01", "7644-3.4.1-02", "7643-7-05", "entra-E15"],
        "lists schemas by their ids",
        |provider| on_schemas(provider, |schema| *schema = json!({ "id": schema["id"] })),
    ),
];
