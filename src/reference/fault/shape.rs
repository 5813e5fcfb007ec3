//! Faults of how resources and lists are written: their parts, and values of the wrong form.

use std::sync::{Mutex, PoisonError};

use http::Method;
use serde_json::{Value, json};

use super::super::reply::Body;
use super::super::{Object, Provider};
use super::Fault;
use super::hands::{is_single, on_shown, on_success, sent};
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 12] = [
    fault!("shape/keys-twice", breaks["7643-2.1-03"], "writes names in two spellings, for old clients", |provider| {
        on_shown(provider, |shown| {
            if let Some(name) = shown.get("userName").cloned() {
                shown.insert("username".into(), name);
            }
        });
    },),
    fault!(
        "shape/keys-of-exact-case",
        breaks["7643-2.1-02"],
        also ["7643-2.1-03", "7643-4.1.1-01"],
        "reads the keys that it knows, in the spelling that it knows",
        |provider| provider.rules.body = |body| {
            if let Some(body) = body.as_object_mut() {
                body.retain(|key, _| !key.chars().all(|c| !c.is_lowercase()));
            }
            Ok(())
        },
    ),
    fault!(
        "shape/numbers-as-texts",
        breaks ["7643-2.3-04", "7643-2.3-05"],
        also ["7644-3.8-09", "7643-7-10", "7644-3.3-08", "7643-7-32", "7644-3.5.1-04", "7644-3.5.2.3-05"],
        "reads numbers from a database driver that gives texts",
        |provider| on_badge(provider, &["number", "pin", "weight"], |value| {
            if value.is_number() {
                *value = value.to_string().into();
            }
        }),
    ),
    fault!(
        "shape/integers-with-fraction",
        breaks["7643-2.3.4-01"],
        also ["7644-3.3-08", "7643-7-32"],
        "has one kind of number, a double",
        |provider| on_badge(provider, &["number", "pin"], |value| {
            if let Some(number) = value.as_f64() {
                *value = json!(number + 0.5);
            }
        }),
    ),
    fault!(
        "shape/times-without-seconds",
        breaks["7643-2.3.5-01"],
        also["7643-3-09"],
        "writes times without seconds",
        |provider| on_times(provider, |text| format!("{}Z", text.chars().take(16).collect::<String>())),
    ),
    fault!(
        "shape/days-for-times",
        breaks["7643-2.3.5-02"],
        also["7643-2.3.5-01"],
        "keeps the day and not the time",
        |provider| on_times(provider, |text| text.chars().take(10).collect()),
    ),
    fault!(
        "shape/reference-to-the-group",
        breaks ["7643-2.3.7-03", "7643-2.3.7-07"],
        also ["7643-2.3.7-06", "7643-2.3.7-09", "7643-4.2-09"],
        "gives members the URL of the group that they are in",
        |provider| on_shown(provider, |shown| {
            let here = format!("/Groups/{}", shown.get("id").and_then(Value::as_str).unwrap_or_default());
            for member in shown.get_mut("members").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some((base, _)) = member["$ref"].as_str().and_then(|url| url.split_once("/Users/")) {
                    member["$ref"] = format!("{base}{here}").into();
                }
            }
        }),
    ),
    fault!(
        "shape/ids-for-resources",
        breaks["7643-3-01"],
        also ["7644-3.4.2-12", "7643-3.1-05", "7644-3.4.2.2-11", "entra-B14", "entra-B21", "entra-F5", "entra-E22", "entra-E1", "entra-B9", "7644-3.4.2.2-15", "7644-3.4.2.2-40", "7644-3.4.2.2-04", "7644-3.4.2.2-20", "7644-3.10-04", "7644-3.4.2.2-18", "7644-3.10-05", "7644-3.4.2.2-39", "7644-3.4.2.2-17", "7644-3.4.2.2-45", "7644-3.4.2.2-30", "7644-3.4.2.2-41", "7644-3.4.2.2-31", "7644-3.4.2.2-32", "7644-3.4.2.2-42", "7644-3.4.2.2-49", "7644-3.4.2.2-19", "7644-3.4.2.2-16", "7644-3.4.2.2-35", "7643-3.1-17", "7644-3.4.2.2-24", "7644-3.4.2.2-51", "7644-3.4.2.2-22", "7644-3.4.2.2-53", "7644-3.4.2.2-21", "7644-3.4.2.2-23", "7643-4.1.1-04", "7644-3.4.2.2-05", "7644-3.4.2.2-06", "7644-3.4.2.4-12", "9865-2-07", "7644-3.4.2.4-10", "7644-3.4.2.5-05", "7644-3.4.2.5-04", "7644-3.4.2.5-07", "7644-3.4.2.5-06", "7643-7-17", "7643-3-09", "7643-2.4-02", "7644-3.4.2-06", "7644-3.4.2.3-09", "7644-3.4.2.3-04", "7644-3.4.2.3-07", "7644-3.4.2.3-08", "7644-3.10-01", "7644-3.4.2.3-05", "7644-3.4.2.3-10", "7644-3.4.2.3-03", "7644-3.9-01", "7643-4.1.1-02", "7644-3.9-05", "7644-3.9-04", "entra-A1", "entra-B10", "entra-B12", "entra-B1", "entra-E7", "entra-F1", "entra-F3", "entra-F9"],
        "lists ids, for the client to read one by one",
        |provider| on_success(provider, |call| call.method == Method::GET && call.segments() == ["Users"], |answer| {
            let listed = answer.reply.body_mut().and_then(|body| body["Resources"].as_array_mut());
            listed.into_iter().flatten().for_each(|one| *one = one["id"].take());
        }),
    ),
    fault!(
        "shape/core-in-its-urn",
        breaks["7643-3-10"], also ["7644-3.7-18", "7644-3.7-23", "7644-3.7.3-05", "7644-3.7.2-02", "7644-3.14-08", "7644-3.5.1-04", "7643-3.1-23", "7643-2.3.1-01", "7644-3.5.2.3-05", "entra-F14", "entra-E17", "entra-E9", "entra-F6", "entra-B3", "9110-13.1.1-04", "9110-13.1.1-03", "7644-3.14-04", "7644-3.4.2.2-04", "7644-3.4.2.2-45", "7644-3.9-06", "7644-3.5.2.3-02", "7643-2.5-02", "7644-3.5.2.1-03", "7644-3.5.2.3-11", "7644-3.5.2.1-04", "7644-3.5.2.1-07", "7644-3.5.2-20", "7644-3.5.2.3-14", "7644-3.5.2-17", "7644-3.5.2.3-04", "7644-3.5.2.3-01", "7644-3.5.2-26", "7644-3.5.2-22", "7644-3.10-05", "7643-7-26", "7644-3.9-04", "7644-3.4.2.5-04", "7644-3.9-07", "7644-3.4-02", "7644-3.4.2.5-08", "7644-3.4.2.5-06", "7644-3.9-05", "7644-3.1-09", "7644-3.4.2.5-07", "7644-3.3-08", "7643-7-30", "7643-2.3.8-01", "7643-2.4-03", "7644-3.4.3-08", "7644-3.4.3-07", "7644-3.9-01", "7643-2.1-02", "7643-3.1-08", "7643-4.1.1-02", "entra-B8", "entra-E20", "entra-E16", "entra-E18", "entra-E8", "entra-E7", "entra-E2", "entra-E5", "entra-B6", "entra-F1", "entra-F3", "entra-F5", "entra-F19", "entra-F16", "entra-F15", "entra-F18", "entra-F22", "entra-F7"],"puts the attributes of each schema into an object, also those of the core",
        |provider| on_shown(provider, |shown| {
            let core: Object = ["displayName", "nickName", "title"]
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), shown.shift_remove(*name)?)))
                .collect();
            if !core.is_empty() && shown.contains_key("userName") {
                shown.insert(urn::USER.into(), Value::Object(core));
            }
        }),
    ),
    fault!(
        "shape/id-of-the-last-put",
        breaks ["7643-3.1-11", "7643-3.1-04"], also ["7644-3.4.1-01", "7644-3.5.1-17"],"shows the id that a client has sent",
        |provider| {
            let chosen: Mutex<Vec<(String, Value)>> = Mutex::default();
            on_success(provider, is_single, move |answer| {
                let mut chosen = chosen.lock().unwrap_or_else(PoisonError::into_inner);
                let id = answer.call.segments().last().map(|id| (*id).to_owned()).unwrap_or_default();
                if answer.call.method == Method::PUT {
                    chosen.extend(sent(&answer.call).get("id").map(|sent| (id, sent.clone())));
                } else if let Some((_, now)) = chosen.iter().find(|(known, _)| *known == id)
                    && let Some(body) = answer.reply.body_mut()
                {
                    body["id"] = now.clone();
                }
            });
        },
    ),
    fault!(
        "shape/one-answer-late",
        breaks["7643-3.1-06"], also ["7644-6.1-03", "7644-3.7-18", "7643-4.1.2-28", "7643-3.1-23", "7643-3.1-24", "7643-4.1.1-14", "7643-4.1.2-13", "7643-2.3.1-01", "7643-4.3-02", "7644-3.5.1-04", "7643-4.3-03", "7644-3.3-08", "7643-4.1.2-20", "7644-3.5.2.3-11", "7644-3.5.2.3-13", "7644-3.5.2.2-02", "7644-3.5.2.3-05", "7643-3.1-28", "7644-3.4.1-01", "7643-3.1-26", "7643-4.1.1-20", "entra-E21", "entra-E2", "entra-B7", "entra-E3", "entra-E5", "entra-B3", "entra-B6", "entra-B4", "entra-F10"],"keeps the resource that it has read in a variable for all requests",
        |provider| {
            let kept: Mutex<Option<Value>> = Mutex::new(None);
            provider.seams.reply.add(move |answer| {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let call = &answer.call;
                let reads_one = call.method == Method::GET && matches!(call.segments()[..], ["Users", _]);
                if !reads_one || !call.params.is_empty() || answer.reply.status != 200 {
                    *kept = None;
                    return;
                }
                let Body::Json(body) = &mut answer.reply.body else { return };
                let now = body.clone();
                if let Some(before) = kept.as_ref().filter(|before| before["id"] != body["id"]) {
                    *body = before.clone();
                }
                *kept = Some(now);
            });
        },
    ),
    fault!("shape/ids-of-bulk", breaks["7643-3.1-09"], "makes ids like those of a bulk job", |provider| {
        provider.rules.identifier = |bytes| format!("bulkId-{}", uuid::Builder::from_random_bytes(bytes).into_uuid());
    },),
];

/// Changes values of the custom extension of users as they are shown.
fn on_badge(provider: &mut Provider, names: &'static [&'static str], change: fn(&mut Value)) {
    provider.add_custom_extension();
    provider.seams.render.add(move |rendered| {
        let badge = rendered.shown.iter_mut().find(|(key, _)| key.contains(":badge:")).map(|(_, badge)| badge);
        for (name, value) in badge.and_then(Value::as_object_mut).into_iter().flatten() {
            if names.contains(&&**name) {
                change(value);
            }
        }
    });
}

/// Changes the times in `meta` as they are shown.
fn on_times(provider: &mut Provider, change: fn(&str) -> String) {
    provider.seams.render.add(move |rendered| {
        for name in ["created", "lastModified"] {
            if let Some(time) = rendered.shown.get_mut("meta").and_then(|meta| meta.get_mut(name))
                && let Some(changed) = time.as_str().map(change)
            {
                *time = changed.into();
            }
        }
    });
}
