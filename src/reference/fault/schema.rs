//! Faults of a provider that does other than its schemas say.

use serde_json::Value;

use super::super::Provider;
use super::super::discovery::About;
use super::super::problem::Problem;
use super::Fault;

use crate::scim::{Attribute, Mutability, Returned, Uniqueness};

/// The custom extension of users.
const BADGE: &str = "urn:example:params:scim:schemas:extension:badge:2.0:User";
/// The schema of the custom resource type.
const DEVICE: &str = "urn:example:params:scim:schemas:core:2.0:Device";

pub(super) static FAULTS: [Fault; 19] = [
    fault!("schema/read-only-is-taken", breaks ["7643-7-21"],
        also ["7644-3.3-03", "7644-3.5.1-13", "7644-3.5.2-13"],
        "stores whatever it is sent, readOnly or not",
        |provider| device(provider, "firmware", |one| one.mutability = Mutability::ReadWrite),
    ),
    fault!("schema/immutable-is-changed", breaks ["7643-7-24"],
        also ["7644-3.5.1-10", "7644-3.5.1-11", "7644-3.5.2-12"],
        "looks at immutable in the form for people only",
        |provider| device(provider, "serialNumber", |one| one.mutability = Mutability::ReadWrite),
    ),
    fault!("schema/immutable-is-never-set", breaks ["7644-3.5.1-12", "7643-7-23"], also ["7644-3.3-08", "7643-7-24"],
        "takes immutable for readOnly",
        |provider| badge(provider, "site", |one| one.mutability = Mutability::ReadOnly),
    ),
    fault!(
        "schema/request-is-always-returned",
        breaks["7643-7-32"],
        also["7643-7-31"],
        "knows no attributes that are returned on request only",
        |provider| badge(provider, "note", |one| one.returned = Returned::Default),
    ),
    fault!(
        "schema/request-is-returned-by-writes",
        breaks["7643-7-31"],
        "answers a PATCH with the whole record",
        |provider| {
            provider.add_custom_extension();
            provider.seams.render.add(|rendered| {
                let whole = rendered.stored.get(BADGE).and_then(|badge| badge.get("note")).cloned();
                if let (Some(note), Some(badge)) = (whole, rendered.shown.get_mut(BADGE)) {
                    badge["note"] = note;
                }
            });
            provider.seams.reply.add(|answer| {
                if answer.call.method == http::Method::GET && answer.call.param("attributes").is_none() {
                    hide_notes(answer.reply.body_mut());
                }
            });
        },
    ),
    fault!(
        "schema/request-is-never-returned",
        breaks["7643-7-32"], also ["entra-B6", "entra-E2"],"takes returned on request for never returned",
        |provider| badge(provider, "note", |one| one.returned = Returned::Never),
    ),
    fault!("schema/never-is-returned", breaks ["7643-7-28"],
        also ["7644-3.3-02", "7643-7-29"],
        "hides the password and no other secret",
        |provider| {
            device(provider, "pin", |one| {
                one.returned = Returned::Default;
                one.mutability = Mutability::ReadWrite;
            });
        },
    ),
    fault!(
        "schema/always-is-left-out",
        breaks["7643-7-27"],
        "leaves out what the client does not ask for, whatever it is",
        |provider| {
            provider.add_custom_extension();
            show(provider, BADGE, "color", |one| one.returned = Returned::Always);
        },
    ),
    fault!("schema/default-is-left-out", breaks ["7643-7-30", "7643-2.2-05"],
        also ["7644-3.3-08", "7644-3.5.2.3-05", "7644-3.5.1-04"],
        "shows a few well-known attributes unless others are asked for",
        |provider| badge(provider, "weight", |one| one.returned = Returned::Request),
    ),
    fault!("schema/unique-is-not-checked", breaks ["7643-7-36", "7643-7-38"],
        also ["7643-7-33", "7644-3.12-21", "7644-3.3-14", "7644-3.5.2-23", "7644-3.5.1-16"],
        "checks the user name and no other unique attribute",
        |provider| badge(provider, "serial", |one| one.uniqueness = Uniqueness::None),
    ),
    fault!("schema/global-is-not-checked", breaks ["7643-7-39"],
        also ["7643-7-33", "7643-7-36", "7643-7-38", "7644-3.12-21", "7644-3.3-14", "7644-3.5.2-23", "7644-3.5.1-16"],
        "checks attributes with uniqueness server and no others",
        |provider| {
            provider.add_custom_extension();
            show(provider, BADGE, "site", |one| {
                one.uniqueness = Uniqueness::Global;
                one.mutability = Mutability::ReadWrite;
            });
            behave(provider, BADGE, "site", |one| {
                one.mutability = Mutability::ReadWrite;
            });
        },
    ),
    fault!("schema/everything-is-unique", breaks ["7643-7-35", "7643-2.2-06"],
        "has a unique index on e-mail addresses",
        |provider| {
            let users = provider.kinds.iter_mut().filter(|kind| kind.name() == "User");
            let subs = users
                .flat_map(|kind| &mut kind.schema.core.attributes)
                .filter(|one| one.name == "emails")
                .flat_map(|emails| &mut emails.sub_attributes);
            subs.filter(|sub| sub.name == "value").for_each(|sub| sub.uniqueness = Uniqueness::Server);
            provider.seams.discovery.add(|document| {
                let listed = document.body["attributes"].as_array_mut().into_iter().flatten();
                let emails = listed.filter(|one| one["name"] == "emails");
                let subs = emails.filter_map(|one| one["subAttributes"].as_array_mut()).flatten();
                subs.filter(|sub| sub["name"] == "value").for_each(|sub| sub["uniqueness"] = "none".into());
            });
        },
    ),
    fault!("schema/folded-is-exact", breaks ["7643-7-17", "7643-2.2-03"], also ["7643-7-20"],
        "compares as the collation of the column does, which tells upper from lower case",
        |provider| badge(provider, "site", |one| one.case_exact = true),
    ),
    fault!(
        "schema/exact-is-folded",
        breaks["7643-7-17"],
        also["7644-3.4.2.2-49"],
        "compares every text without regard to case",
        |provider| {
            badge(provider, "serial", |one| one.case_exact = false);
        },
    ),
    fault!("schema/exact-is-lowered", breaks ["7643-7-18"], also ["7643-7-17", "7644-3.3-08"],
        "stores keys in lower case",
        |provider| {
            provider.add_custom_extension();
            provider.seams.store.add(|change| {
                let badge = change.after.as_mut().and_then(|doc| doc.get_mut(BADGE));
                if let Some(serial) = badge.and_then(|badge| badge.get_mut("serial")) {
                    *serial = serial.as_str().unwrap_or_default().to_lowercase().into();
                }
            });
        },
    ),
    fault!(
        "schema/required-is-not-checked",
        breaks["7643-7-14"],
        "checks what is required in the form for people only",
        |provider| device(provider, "displayName", |one| one.required = false),
    ),
    fault!(
        "schema/required-of-extension-is-not-checked",
        breaks["7643-6-13"],
        also["entra-F1"],
        "checks the core attributes only",
        |provider| {
            provider.require_of_custom_extension("color");
            provider.rules.required = |kind, doc| {
                let mut core = kind.clone();
                core.of.extensions.clear();
                core.schema.extensions.clear();
                super::super::document::check_required(&core, doc)
            };
        },
    ),
    fault!("schema/more-is-required", breaks ["7643-2.2-01", "7643-6-14"], also ["7644-3.3-08", "7643-3.1-01", "7644-3.2-07", "entra-F19", "7643-2.3-02", "7644-3.7.2-01"],
        "demands an externalId of each group and does not say so",
        |provider| {
            provider.rules.required = |kind, doc| {
                if kind.name() == "Group" && !doc.contains_key("externalId") {
                    return Err(Problem::invalid_value("a group needs an externalId"));
                }
                super::super::document::check_required(kind, doc)
            };
        },
    ),
    fault!(
        "schema/recommended-is-refused",
        breaks["7643-7-15"],
        "has a list of its own that lags behind the schema",
        |provider| {
            provider.add_custom_type();
            provider.rules.body = |body| match body["kind"].as_str() {
                Some("phone") => Err(Problem::invalid_value("`kind` is \"phone\", expected \"laptop\"")),
                _ => Ok(()),
            };
        },
    ),
];

/// A provider with the custom extension whose attribute behaves in another way than it is declared.
fn badge(provider: &mut Provider, name: &'static str, change: fn(&mut Attribute)) {
    provider.add_custom_extension();
    show(provider, BADGE, name, |_| {});
    behave(provider, BADGE, name, change);
}

/// A provider with the custom type whose attribute behaves in another way than it is declared.
fn device(provider: &mut Provider, name: &'static str, change: fn(&mut Attribute)) {
    provider.add_custom_type();
    show(provider, DEVICE, name, |_| {});
    behave(provider, DEVICE, name, change);
}

/// Shows a definition as it is now, with a change, whatever becomes of it later.
fn show(provider: &mut Provider, schema: &'static str, name: &'static str, change: fn(&mut Attribute)) {
    let schemas = provider.kinds.iter().flat_map(super::super::kind::Kind::schemas);
    let declared = schemas.filter(|one| one.id == schema).find_map(|one| one.attribute(name)).cloned();
    let Some(mut declared) = declared else { return };
    change(&mut declared);
    let declared = declared.to_json();
    provider.seams.discovery.add(move |document| {
        if document.about == About::Schema && document.body["id"] == schema {
            let listed = document.body["attributes"].as_array_mut().into_iter().flatten();
            listed.filter(|one| one["name"] == name).for_each(|one| *one = declared.clone());
        }
    });
}

fn behave(provider: &mut Provider, schema: &str, name: &str, change: fn(&mut Attribute)) {
    for kind in &mut provider.kinds {
        let schemas = std::iter::once(&mut kind.schema.core).chain(&mut kind.schema.extensions);
        let attributes = schemas.filter(|one| one.id == schema).flat_map(|one| &mut one.attributes);
        attributes.filter(|one| one.name == name).for_each(change);
    }
}

fn hide_notes(body: Option<&mut Value>) {
    let Some(body) = body else { return };
    let hide = |resource: &mut Value| {
        if let Some(badge) = resource.get_mut(BADGE).and_then(Value::as_object_mut) {
            badge.shift_remove("note");
        }
    };
    match body.get_mut("Resources").and_then(Value::as_array_mut) {
        Some(listed) => listed.iter_mut().for_each(hide),
        None => hide(body),
    }
}
