//! Faults of texts on their way in and out.

use http::Method;
use serde_json::Value;

use super::super::Provider;
use super::super::write::Cause;
use super::Fault;

pub(super) static FAULTS: [Fault; 14] = [
    fault!(
        "texts/latin-1",
        breaks ["7643-2.3.1-01"],
        also ["7643-7-18", "7644-3.4.2.2-11", "7643-4.3-02", "7644-3.4.2.2-17", "7644-3.4.2.2-39", "7644-3.1-09"],
        "has a table in Latin-1 and stores a question mark for every other letter",
        |provider| on_each_text(provider, |_, text| text.chars().map(|c| if c > '\u{ff}' { '?' } else { c }).collect()),
    ),
    fault!(
        "texts/three-bytes-per-letter",
        breaks["7643-2.3.1-01"],
        also ["7644-3.4.2.2-11", "7644-3.4.2.2-17", "7644-3.4.2.2-39"],
        "has a column that ends a text at the first letter of four bytes",
        |provider| on_each_text(provider, |_, text| text.chars().take_while(|c| *c <= '\u{ffff}').collect()),
    ),
    fault!(
        "texts/escaped-for-html",
        breaks ["7643-2.3.1-01"],
        also ["7643-4.1.1-14", "7644-3.4.2.2-11", "7643-4.3-02", "entra-B6", "7644-3.4.2.2-39", "7643-4.1.2-26", "7644-3.1-09", "entra-E2"],
        "escapes what it stores for a page on which it may be shown",
        |provider| {
            on_each_text(provider, |_, text| {
                text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;")
            });
        },
    ),
    fault!(
        "texts/accents-dropped",
        breaks["7643-2.3.1-01"],
        "takes combining marks away to compare names",
        |provider| {
            on_each_text(provider, |_, text| text.chars().filter(|c| !('\u{300}'..'\u{370}').contains(c)).collect());
        },
    ),
    fault!("texts/blanks-joined", breaks["7643-2.3.1-01"], "makes one blank of several", |provider| {
        on_each_text(provider, |name, text| {
            let tidy = text.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            if name == "displayName" { tidy } else { text.to_owned() }
        });
    },),
    fault!(
        "texts/cut-at-255",
        breaks["7643-2.3.1-01"],
        "has columns of 255 letters and a database that cuts without an error",
        |provider| {
            on_each_text(provider, |name, text| {
                if name == "displayName" { text.chars().take(255).collect() } else { text.to_owned() }
            });
        },
    ),
    fault!("texts/control-characters-dropped", breaks["7643-2.3.1-01"], "drops what cannot be printed", |provider| {
        on_each_text(provider, |_, text| text.chars().filter(|c| !c.is_control() || *c == '\n').collect());
    },),
    fault!(
        "texts/keys-in-small-letters",
        breaks ["7643-7-18"],
        also ["7643-3.1-18", "7643-3.1-17", "7643-7-17", "7644-3.4.2.3-09"],
        "brings externalId into small letters to find it again",
        |provider| {
            on_each_text(provider, |name, text| {
                if name == "externalId" { text.to_lowercase() } else { text.to_owned() }
            });
        },
    ),
    fault!(
        "texts/escapes-kept",
        breaks["7643-2.3.1-01"],
        "reads JSON with a parser of its own, which leaves escapes of letters alone",
        |provider| {
            provider.seams.call.add(|call| {
                let text = String::from_utf8_lossy(&call.body);
                if text.contains("\\u") {
                    call.body = text.replace("\\u", "\\\\u").into_bytes();
                }
            });
        },
    ),
    fault!(
        "texts/half-a-pair-answers-500",
        breaks["7644-3.12-09"],
        "does not catch what its JSON library throws for half of a surrogate pair",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 400 && String::from_utf8_lossy(&answer.call.body).contains("\\ud83e\"") {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "texts/query-decoded-twice",
        breaks ["7644-3.4.2.2-11"],
        also ["7644-3.4.2.2-51", "7644-3.4.2.2-17", "7644-3.4.2.2-04", "entra-B9", "7644-3.4.2.2-24", "entra-B21"],
        "decodes the parameters of a query that its framework has decoded",
        |provider| {
            provider.seams.call.add(|call| {
                for (_, value) in &mut call.params {
                    let again = format!("x={}", value.replace('&', "%26"));
                    if let Some((_, decoded)) = url::form_urlencoded::parse(again.as_bytes()).next() {
                        *value = decoded.into_owned();
                    }
                }
            });
        },
    ),
    fault!(
        "texts/null-is-a-text",
        breaks ["7643-2.5-01"],
        also ["7643-2.5-02", "7644-3.3-07", "7643-4.1.1-01", "7643-4.2-02", "7644-3.5.1-09", "7643-7-14"],
        "turns every simple value into a text, null too",
        |provider| {
            provider.seams.call.add(|call| {
                let Ok(Value::Object(mut body)) = serde_json::from_slice(&call.body) else { return };
                if call.method != Method::POST || !body.contains_key("schemas") {
                    return;
                }
                for name in ["userName", "displayName", "nickName", "title"] {
                    if body.get(name).is_some_and(Value::is_null) {
                        body.insert(name.to_owned(), "null".into());
                    }
                }
                call.body = Value::Object(body).to_string().into_bytes();
            });
        },
    ),
    fault!(
        "texts/something-for-an-empty-text",
        breaks["7643-2.3.1-01"],
        also ["7643-2.5-01", "entra-E16"],
        "puts a word into every name that is empty",
        |provider| {
            on_each_text(provider, |name, text| {
                let is_name = matches!(name, "displayName" | "givenName");
                if is_name && text.is_empty() { "Unknown".to_owned() } else { text.to_owned() }
            });
        },
    ),
    fault!(
        "texts/cut-at-eight",
        breaks ["7643-2.3.1-01"],
        also ["7644-3.3-08", "7644-3.1-09", "7644-3.5.2.3-05", "7644-3.5.2.1-06", "7644-3.4.2.2-11", "7644-3.7-18", "7643-3.1-23", "7643-3-08", "7643-2.3.8-01", "7643-2.4-03", "7644-3.5.1-04", "entra-F16", "entra-F18", "entra-E17", "entra-E8", "entra-E9", "entra-F6", "entra-B3", "7644-3.14-04", "7644-3.4.2.2-41", "7644-3.4.2.2-31", "7644-3.4.2.2-32", "7644-3.4.2.2-20", "7644-3.4.2.2-53", "7644-3.4.2.2-39", "7644-3.4.2.2-19", "7644-3.4.2.2-23", "7644-3.4.2.2-18", "7644-3.4.2.2-49", "7644-3.5.2.3-02", "7643-2.5-02", "7644-3.5.2-26", "7644-3.2-07", "7644-3.4.2.1-06", "7644-3.4.3-16", "7644-3.4.2.1-05", "7644-3.4.2.1-02", "7644-3.9-01", "7643-4.1.1-19", "7643-4.1.1-16", "7643-3.1-08", "7643-4.1.1-02", "7644-3.9-04", "entra-E20", "entra-E18", "entra-B21", "entra-E2", "entra-E5", "entra-B6", "entra-B7", "entra-F1", "entra-F3", "entra-F5", "entra-F19", "entra-F15", "entra-F14", "entra-F22", "entra-F7"],
        "has room for eight letters and does not say so",
        |provider| on_each_text(provider, |name, text| {
            let is_short = matches!(name, "displayName" | "formatted" | "familyName" | "timezone" | "preferredLanguage" | "display");
            if is_short { text.chars().take(8).collect() } else { text.to_owned() }
        }),
    ),
];

/// Changes each text that a create or a change is about to store; `userName`, ids and times are left alone.
pub(super) fn on_each_text(provider: &mut Provider, change: fn(name: &str, text: &str) -> String) {
    provider.seams.store.add(move |stored| {
        if stored.cause == Cause::Delete {
            return;
        }
        for (name, value) in stored.after.iter_mut().flatten() {
            if !matches!(name.as_str(), "id" | "schemas" | "meta" | "userName" | "password" | "groups" | "members") {
                walk(name, value, change);
            }
        }
    });
}

fn walk(name: &str, value: &mut Value, change: fn(&str, &str) -> String) {
    match value {
        Value::String(text) => *text = change(name, text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(name, item, change)),
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| walk(name, value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
