//! Faults of values of the other types: what they may be, how many there are, which of them is which.

use serde_json::{Value, json};

use super::super::write::Cause;
use super::Fault;
use super::texts::on_each_text;
use crate::scim::{Attribute, Type, datetime};

pub(super) static FAULTS: [Fault; 17] = [
    fault!(
        "values/false-is-no-value",
        breaks ["7643-4.1.1-20"],
        also ["7644-3.4.2.2-04", "7644-3.5.2.3-05", "7644-3.4.2.2-41", "7644-3.4.2.2-32", "entra-B4", "entra-B5", "7644-3.5.2.3-01", "7644-3.5.2.1-04", "7644-3.5.2.1-03", "7644-3.5.2.1-07", "7644-3.5.2.3-02", "7644-3.5.1-04", "entra-B9", "entra-E3", "entra-F9"],
        "leaves out what its language takes for nothing, false too",
        |provider| {
            provider.seams.render.add(|rendered| rendered.shown.retain(|_, value| *value != Value::Bool(false)));
        },
    ),
    fault!(
        "values/cannot-be-enabled-again",
        breaks ["7643-4.1.1-20"],
        also ["entra-E6", "entra-B4", "7644-3.5.2.3-05", "7644-3.5.2.3-01", "7644-3.5.1-04"],
        "moves a disabled user into an archive that it does not come back from",
        |provider| {
            provider.seams.store.add(|change| {
                let was = change.before.as_ref().and_then(|doc| doc.get("active")).cloned();
                if let (Some(Value::Bool(false)), Some(doc)) = (was, &mut change.after) {
                    doc.insert("active".into(), false.into());
                }
            });
        },
    ),
    fault!(
        "values/types-not-checked",
        breaks ["7643-2.3-02", "7643-2.3-03", "7643-2.3-06"],
        also ["entra-E6", "7644-3.5.2-12", "7643-2.4-01", "7644-3.8-09", "7643-4.3-02", "7643-2.3.7-02", "7643-2.3.6-01", "7643-4.1.2-28", "7643-4.1.2-29", "7643-2.3.5-03", "7643-4.1.1-14", "7643-4.2-02", "7644-3.12-09", "7644-3.3-14", "7643-4.1.1-20", "entra-B4", "entra-E17", "7644-3.5.2.3-05", "7644-3.5.2-24", "entra-F1", "entra-F7", "entra-F6"],
        "stores the JSON of the body as it came",
        |provider| provider.rules.takes_any_type = |attribute| attribute.name != "members" && attribute.name != "password",
    ),
    fault!(
        "values/base64-not-checked",
        breaks ["7643-4.1.2-28", "7643-2.3.6-01"],
        "stores certificates as texts",
        |provider| provider.rules.takes_any_type = |attribute: &Attribute| attribute.kind == Type::Binary,
    ),
    fault!(
        "values/base64-in-lines",
        breaks ["7643-4.1.2-28"],
        also ["7643-4.1.2-29", "7643-2.3.6-01", "7644-3.3-08"],
        "encodes certificates with an encoder for mail, which breaks lines",
        |provider| {
            provider.seams.render.add(|rendered| {
                for value in values(&mut rendered.shown, "x509Certificates") {
                    let text = value["value"].as_str().unwrap_or("").to_owned();
                    let lines: Vec<&str> = (0..text.len()).step_by(64).filter_map(|at| text.get(at..text.len().min(at + 64))).collect();
                    value["value"] = lines.join("\n").into();
                }
            });
        },
    ),
    fault!(
        "values/certificates-joined",
        breaks["7643-4.1.2-29"],
        "keeps the certificates of a user in one bundle",
        |provider| {
            provider.seams.render.add(|rendered| {
                let all: String = values(&mut rendered.shown, "x509Certificates")
                    .iter()
                    .filter_map(|value| value["value"].as_str())
                    .map(|text| text.trim_end_matches('='))
                    .collect();
                if !all.is_empty() {
                    rendered.shown.insert("x509Certificates".into(), json!([{ "value": all }]));
                }
            });
        },
    ),
    fault!(
        "values/any-text-is-an-address",
        breaks["7643-4.1.1-14"],
        also["7643-2.3.7-02"],
        "stores addresses as texts",
        |provider| {
            provider.rules.takes_any_type = |attribute: &Attribute| attribute.kind == Type::Reference;
        },
    ),
    fault!(
        "values/address-without-its-query",
        breaks["7643-4.1.1-14"],
        also["7644-3.5.2.3-05"],
        "keeps scheme, host and path of an address",
        |provider| {
            on_each_text(provider, |name, text| {
                let end = if name == "profileUrl" { text.find(['?', '#']) } else { None };
                text[..end.unwrap_or(text.len())].to_owned()
            });
        },
    ),
    fault!(
        "values/addresses-in-small-letters",
        breaks["7643-2.3.7-04"], also ["7644-3.4.2.2-17", "7644-3.4.2.2-15"],"brings addresses into small letters",
        |provider| {
            on_each_text(
                provider,
                |name, text| {
                    if name == "profileUrl" { text.to_lowercase() } else { text.to_owned() }
                },
            );
        },
    ),
    fault!(
        "values/one-photo",
        breaks["7643-4.1.2-14"],
        also["7644-3.5.2.1-06"],
        "has one column for the photo",
        |provider| {
            provider.seams.store.add(|change| {
                if let Some(doc) = &mut change.after
                    && let Some(photos) = doc.get_mut("photos").and_then(Value::as_array_mut)
                {
                    photos.truncate(1);
                }
            });
        },
    ),
    fault!(
        "values/time-without-its-zone",
        breaks ["7643-2.3.5-03"],
        also ["7644-3.3-08", "7643-2.3.5-01"],
        "cuts the zone off a time and takes the rest for its own",
        |provider| {
            provider.add_custom_extension();
            on_each_text(provider, |name, text| {
                if name == "issued" && datetime::parse(text).is_some() {
                    format!("{}Z", text.get(..19).unwrap_or(text))
                } else {
                    text.to_owned()
                }
            });
        },
    ),
    fault!(
        "values/created-is-the-last-change",
        breaks ["7643-3.1-23"],
        also ["7643-3.1-24", "7644-3.5.1-17", "7643-7-21", "7643-3.1-20", "7644-3.4.2.5-05"],
        "has one time per row and shows it as created too",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(meta) = rendered.shown.get_mut("meta") {
                    meta["created"] = meta["lastModified"].clone();
                }
            });
        },
    ),
    fault!(
        "values/last-change-is-created",
        breaks ["7643-3.1-24"],
        also ["7644-3.5.1-17", "7644-3.5.2.1-11"],
        "never touches lastModified again",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(meta) = rendered.shown.get_mut("meta") {
                    meta["lastModified"] = meta["created"].clone();
                }
            });
        },
    ),
    fault!(
        "values/same-value-kept-twice",
        breaks ["7643-2.4-11"],
        also ["7643-4.1.2-20", "7644-3.5.2.1-10"],
        "adds every value that was sent, whether or not it is there",
        |provider| provider.rules.joined = |values| values,
    ),
    fault!(
        "values/type-is-no-part-of-a-value",
        breaks["7643-2.4-10"], also ["entra-F1", "entra-F6"],"has a unique index on the user and the address",
        |provider| {
            provider.rules.joined = |values| {
                let mut kept: Vec<Value> = Vec::new();
                for value in values {
                    let is_there =
                        value.get("value").is_some() && kept.iter().any(|one| one.get("value") == value.get("value"));
                    if !is_there {
                        kept.push(value);
                    }
                }
                kept
            };
        },
    ),
    fault!(
        "values/first-is-primary",
        breaks ["7643-2.4-04"],
        also ["7643-2.4-06", "7644-3.1-09", "7644-3.3-08", "7644-3.4.2.3-04", "7644-3.5.1-04"],
        "takes the first address for the preferred one",
        |provider| {
            provider.seams.store.add(|change| {
                if change.cause != Cause::Create {
                    return;
                }
                for name in ["emails", "phoneNumbers"] {
                    let listed = change.after.as_mut().and_then(|doc| doc.get_mut(name)).and_then(Value::as_array_mut);
                    for (index, value) in listed.into_iter().flatten().enumerate() {
                        value["primary"] = (index == 0).into();
                    }
                }
            });
        },
    ),
    fault!(
        "values/pages-for-photos",
        breaks["7643-4.1.2-13"],
        also ["7643-2.3.7-01", "7644-3.3-08", "7643-2.3.7-09", "7644-3.1-09", "7644-3.5.2.1-06", "7644-3.5.2.3-05"],
        "leads to a page that shows the photo",
        |provider| provider.seams.store.add(|change| {
            let photos = change.after.as_mut().and_then(|doc| doc.get_mut("photos")).and_then(Value::as_array_mut);
            for photo in photos.into_iter().flatten() {
                if let Some(url) = photo["value"].as_str().map(|url| format!("{url}/view.html")) {
                    photo["value"] = url.into();
                }
            }
        }),
    ),
];

fn values<'v>(shown: &'v mut super::super::Object, name: &str) -> &'v mut [Value] {
    shown.get_mut(name).and_then(Value::as_array_mut).map_or(&mut [], Vec::as_mut_slice)
}
