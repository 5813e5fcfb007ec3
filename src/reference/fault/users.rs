//! Faults of what users hold.

use serde_json::{Value, json};

use super::super::condition::Condition;
use super::super::discovery::About;
use super::super::write::Cause;
use super::Fault;
use super::hands::on_schemas;
use super::texts::on_each_text;
use crate::scim::{Uniqueness, urn};

pub(super) static FAULTS: [Fault; 21] = [
    fault!(
        "users/formatted-once",
        breaks["7643-4.1.1-08"],
        also ["7643-4.1.1-06", "7644-3.5.1-04"],
        "makes the formatted name when a user is created, and never again",
        |provider| {
            provider.seams.store.add(|change| {
                let name = change.after.as_mut().and_then(|doc| doc.get_mut("name")).and_then(Value::as_object_mut);
                if let (Cause::Create, Some(name)) = (change.cause, name) {
                    let part = |key: &str| name.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
                    let formatted = format!("{} {}", part("givenName"), part("familyName"));
                    name.entry("formatted").or_insert(formatted.trim().into());
                }
            });
        },
    ),
    fault!(
        "users/formatted-is-the-given-name",
        breaks ["7643-4.1.1-08"],
        also ["7643-4.1.1-06", "7643-4.1.1-05", "entra-F1", "entra-F7", "entra-F6"],
        "shows the first part of a name as the whole one",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(name) = rendered.shown.get_mut("name").and_then(Value::as_object_mut)
                    && let Some(given) = name.get("givenName").cloned()
                {
                    name.insert("formatted".into(), given);
                }
            });
        },
    ),
    fault!(
        "users/types-from-a-list",
        breaks ["7643-4.1.1-15"],
        also ["7644-3.1-09", "7644-3.5.2.3-05", "7644-3.3-08", "7644-3.5.1-04", "entra-F1", "entra-F7", "entra-F6"],
        "makes an employee of everybody who is of no known type",
        |provider| {
            on_each_text(provider, |name, text| {
                let known = ["Employee", "Contractor"].contains(&text);
                if name == "userType" && !known { "Employee".to_owned() } else { text.to_owned() }
            });
        },
    ),
    fault!("users/one-language", breaks["7643-4.1.1-16"], "keeps the first of the preferred languages", |provider| {
        on_each_text(provider, |name, text| {
            let first = text.split([',', ';']).next().unwrap_or(text);
            if name == "preferredLanguage" { first.to_owned() } else { text.to_owned() }
        });
    },),
    fault!(
        "users/locale-without-its-country",
        breaks ["7643-4.1.1-17"],
        also ["7644-3.1-09", "7644-3.5.2.3-05", "7644-3.3-08", "7644-3.5.1-04", "entra-F1", "entra-F6", "entra-F7"],
        "keeps the language of a locale",
        |provider| {
            on_each_text(provider, |name, text| {
                let language = text.split(['-', '_']).next().unwrap_or(text);
                if name == "locale" { language.to_owned() } else { text.to_owned() }
            });
        },
    ),
    fault!(
        "users/time-zone-of-two-parts",
        breaks["7643-4.1.1-19"],
        "takes a time zone for a continent and a city",
        |provider| {
            on_each_text(provider, |name, text| {
                let parts: Vec<&str> = text.split('/').collect();
                if name == "timezone" && parts.len() > 2 { parts[..2].join("/") } else { text.to_owned() }
            });
        },
    ),
    fault!(
        "users/put-answers-in-short",
        breaks ["7644-3.9-01"],
        also ["7643-4.1.1-20", "7644-3.5.1-15"],
        "answers a PUT with the id and the name",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.method == http::Method::PUT
                    && let Some(Value::Object(body)) = answer.reply.body_mut()
                    && body.contains_key("userName")
                {
                    body.retain(|name, _| matches!(name.as_str(), "schemas" | "id" | "userName" | "meta"));
                }
            });
        },
    ),
    fault!(
        "users/create-answers-what-was-sent",
        breaks ["7644-3.1-09", "7644-3.3-05"],
        also ["7644-3.3-08"],
        "shows on a create what was sent, with a nick name that it has not stored",
        |provider| {
            provider.seams.reply.add(|answer| {
                let sent = serde_json::from_slice::<Value>(&answer.call.body).unwrap_or_default();
                if answer.reply.status == 201
                    && let Some(Value::Object(body)) = answer.reply.body_mut()
                    && let (true, Some(title)) = (body.contains_key("userName"), sent.get("title").and_then(Value::as_str))
                {
                    body.insert("nickName".into(), title.into());
                }
            });
        },
    ),
    fault!(
        "users/makes-up-a-key",
        breaks ["7643-3.1-14"],
        also ["7643-2.5-01", "7643-3.1-18"],
        "fills a missing externalId with the id",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(id) = rendered.shown.get("id").cloned()
                    && rendered.shown.contains_key("meta")
                {
                    rendered.shown.entry("externalId").or_insert(id);
                }
            });
        },
    ),
    fault!(
        "users/fills-in-a-title",
        breaks ["7644-3.3-04"],
        also ["7643-2.5-01", "7643-2.5-02", "7644-3.5.2.2-02", "7644-3.3-05", "7644-3.4.2.2-20"],
        "writes n/a where it was given nothing",
        |provider| {
            provider.seams.store.add(|change| {
                if let (Cause::Create, Some(doc)) = (change.cause, &mut change.after)
                    && doc.contains_key("userName")
                {
                    doc.entry("title").or_insert("n/a".into());
                }
            });
        },
    ),
    fault!(
        "users/case-of-ascii-only",
        breaks ["7644-7.8-01"],
        also ["7644-5-01", "7643-4.1.1-04"],
        "compares texts without regard to the case of A to Z",
        |provider| {
            provider.seams.filter.add(|condition| {
                condition.walk(&mut |condition: &mut Condition| {
                    if let Condition::Leaf(test) = condition
                        && let super::super::condition::Probe::Text { operand, exact, .. } = &mut test.probe
                        && !operand.is_ascii()
                    {
                        *exact = true;
                    }
                });
            });
        },
    ),
    fault!(
        "users/values-as-typed",
        breaks ["7643-4.1.2-02"],
        also ["7643-4.1.2-06", "7643-4.1.2-09"],
        "stores addresses, numbers and handles as they were typed",
        |provider| provider.rules.usual = |_, value| value.to_owned(),
    ),
    fault!(
        "users/names-of-countries",
        breaks ["7643-4.1.2-19"],
        also ["7644-3.1-09", "7643-4.1.2-16", "7643-2.4-02", "entra-E17", "entra-E2", "entra-F1", "entra-F7", "entra-F6"],
        "shows the name of a country in the place of its code",
        |provider| {
            on_each_text(provider, |name, text| match (name, text) {
                ("country", "US") => "United States".to_owned(),
                ("country", "DE") => "Germany".to_owned(),
                ("country", "JP") => "Japan".to_owned(),
                _ => text.to_owned(),
            });
        },
    ),
    fault!(
        "users/addresses-in-one-line",
        breaks ["7643-4.1.2-17", "7643-4.1.2-18"],
        also ["7644-3.1-09"],
        "puts commas in the place of line breaks",
        |provider| {
            on_each_text(provider, |name, text| {
                let is_address = matches!(name, "formatted" | "streetAddress");
                if is_address { text.replace('\n', ", ") } else { text.to_owned() }
            });
        },
    ),
    fault!(
        "users/roles-from-a-list",
        breaks ["7643-4.1.2-27", "7643-4.1.2-26"],
        also ["7644-3.1-09", "7644-3.3-08", "7644-3.5.2.1-06", "7644-3.5.2.3-05", "entra-E1", "entra-B7", "entra-B4", "entra-E2", "entra-F1", "entra-F7", "entra-F6"],
        "drops roles and entitlements that it does not know",
        |provider| {
            provider.seams.store.add(|change| {
                for name in ["roles", "entitlements"] {
                    if let Some(doc) = &mut change.after
                        && let Some(values) = doc.get_mut(name).and_then(Value::as_array_mut)
                    {
                        values.retain(|value| matches!(value["value"].as_str(), Some("admin" | "user" | "guest")));
                    }
                }
            });
        },
    ),
    fault!(
        "users/kinds-from-a-list",
        breaks ["7643-4.1.2-04", "7643-4.1.2-08", "7643-4.1.2-11"],
        also ["7643-4.1.2-26", "7643-4.1.2-10"],
        "drops types of addresses, numbers and handles that it does not know",
        |provider| {
            provider.seams.store.add(|change| {
                for name in ["emails", "phoneNumbers", "ims"] {
                    let listed = change.after.as_mut().and_then(|doc| doc.get_mut(name)).and_then(Value::as_array_mut);
                    for value in listed.into_iter().flatten().filter_map(Value::as_object_mut) {
                        let known = ["work", "home", "other", "mobile", "fax", "xmpp", "skype", "aim"];
                        if value.get("type").and_then(Value::as_str).is_some_and(|kind| !known.contains(&kind)) {
                            value.shift_remove("type");
                        }
                    }
                }
            });
        },
    ),
    fault!(
        "users/no-room-for-labels",
        breaks ["7643-4.1.2-03", "7643-4.1.2-07"],
        "has no column for the display of an address or number",
        |provider| {
            provider.seams.store.add(|change| {
                for name in ["emails", "phoneNumbers"] {
                    let listed = change.after.as_mut().and_then(|doc| doc.get_mut(name)).and_then(Value::as_array_mut);
                    for value in listed.into_iter().flatten().filter_map(Value::as_object_mut) {
                        value.shift_remove("display");
                    }
                }
            });
        },
    ),
    fault!(
        "users/password-declared-readable",
        breaks ["7643-4.1.1-27"],
        also ["7644-3.3-08", "7644-3.5.2.3-05", "7643-8.7.1-01", "7643-7-26", "7643-7-28", "7643-7-36", "7643-7-30", "7644-3.9-04", "7644-3.5.1-04"],
        "declares the password like any other text",
        |provider| {
            provider.seams.discovery.add(|document| {
                let is_user = document.about == About::Schema && document.body["id"] == urn::USER;
                let listed = document.body.get_mut("attributes").and_then(Value::as_array_mut);
                for attribute in listed.into_iter().flatten().filter(|one| is_user && one["name"] == "password") {
                    attribute["mutability"] = json!("readWrite");
                    attribute["returned"] = json!("default");
                }
            });
        },
    ),
    fault!(
        "users/secret-conditions-dropped",
        breaks ["7643-4.1.1-26"],
        also ["7644-3.4.2.2-30", "7644-3.4.2.2-20", "7644-3.4.2.2-04", "7643-7-29", "7644-3.4.2.2-13", "7644-3.4.2.1-06"],
        "leaves conditions out that it has no column for",
        |provider| {
            provider.seams.filter.add(|condition| {
                condition.walk(&mut |condition: &mut Condition| {
                    if let Condition::All(parts) = condition {
                        parts.retain(|part| *part != Condition::Never);
                    }
                });
            });
        },
    ),
    fault!(
        "users/id-can-be-excluded",
        breaks ["7644-3.9-05", "7643-3.1-12"],
        also ["7644-3.4.2.5-07", "7643-3.1-05", "7643-7-27"],
        "takes off whatever excludedAttributes names, the id too",
        |provider| {
            provider.seams.reply.add(|answer| {
                let names = answer.call.param("excludedAttributes").unwrap_or("");
                if !names.split(',').any(|name| name.trim() == "id") {
                    return;
                }
                answer.reply.remove_member("id");
                let listed = answer.reply.body_mut().and_then(|body| body.get_mut("Resources"));
                for resource in listed.and_then(Value::as_array_mut).into_iter().flatten() {
                    if let Some(resource) = resource.as_object_mut() {
                        resource.shift_remove("id");
                    }
                }
            });
        },
    ),
    fault!(
        "users/keys-are-unique",
        breaks["7643-3.1-16"],
        also ["7643-3.1-13", "7644-3.4.2.2-04", "7644-3.4.2.2-49", "7643-3.1-17", "7643-7-17"],
        "has a unique index over the keys of clients",
        |provider| {
            for kind in provider.kinds.iter_mut().filter(|kind| kind.name() == "User") {
                let mut key = kind.schema.core.attribute("userName").cloned().into_iter().collect::<Vec<_>>();
                for key in &mut key {
                    (key.name, key.required, key.uniqueness) = ("externalId".into(), false, Uniqueness::Server);
                }
                kind.schema.core.attributes.append(&mut key);
            }
            on_schemas(provider, |schema| {
                let attributes = schema["attributes"].as_array_mut();
                attributes.into_iter().for_each(|all| all.retain(|one| one["name"] != "externalId"));
            });
        },
    ),
];
