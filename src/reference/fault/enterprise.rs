//! Faults of the enterprise extension.

use serde_json::Value;

use super::super::Object;
use super::super::write::Cause;
use super::Fault;
use crate::scim::urn::{ENTERPRISE_USER, USER};

pub(super) static FAULTS: [Fault; 8] = [
    fault!(
        "enterprise/flattened",
        breaks ["7643-4.3-02", "7643-3-11"],
        also ["7644-3.7.2-04", "7644-3.5.2.2-02", "entra-E17", "entra-E21", "entra-E5", "7644-3.5.2.1-13", "7644-3.5.2.3-11", "7644-3.5.2.3-12", "7643-3-10", "7643-4.3-03", "7643-4.3-04", "7643-3.3-06", "7644-3.3-15", "7643-4.3-01", "entra-B7", "entra-B6", "7643-3-06", "7644-3.5.2.3-05", "7644-3.3-08", "7644-3.1-09", "7644-3.5.1-04", "7644-3.7.2-02", "7644-3.5.2.1-03", "7644-3.5.2-20", "7644-3.5.2.3-04", "7644-3.5.2.3-14", "7644-3.5.2-18", "7644-3.4.2.5-08", "7644-3.10-05", "7643-7-30", "7644-3.9-04", "7643-3-08", "entra-E16", "entra-E18", "entra-E7", "entra-E2", "entra-B3", "entra-F1", "entra-F10", "entra-F12", "entra-F11", "entra-F7", "entra-F6"],
        "shows the attributes of the extension beside those of the user",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(Value::Object(inner)) = rendered.shown.shift_remove(ENTERPRISE_USER) {
                    rendered.shown.extend(inner);
                }
            });
        },
    ),
    fault!(
        "enterprise/manager-is-a-text",
        breaks ["7643-4.3-03"],
        also ["7644-3.7.2-04", "entra-E21", "entra-E5", "7643-2.3-06", "7644-3.8-09", "7643-4.3-04", "7644-3.7.2-02", "entra-B7", "entra-E7", "entra-B6", "entra-F10", "entra-F11", "entra-F7", "entra-F6"],
        "shows the id of the manager in the place of the manager",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(manager) = inner(&mut rendered.shown).and_then(|inner| inner.get_mut("manager")) {
                    *manager = manager["value"].take();
                }
            });
        },
    ),
    fault!(
        "enterprise/reference-to-a-folder",
        breaks ["7643-4.3-05"],
        also ["7643-2.3.7-06", "7643-2.3.7-07"],
        "gives the address of all users as that of the manager",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(manager) = inner(&mut rendered.shown).and_then(|inner| inner.get_mut("manager"))
                    && let Some((folder, _)) = manager["$ref"].as_str().and_then(|uri| uri.rsplit_once('/'))
                {
                    manager["$ref"] = folder.to_owned().into();
                }
            });
        },
    ),
    fault!(
        "enterprise/manager-named-by-the-client",
        breaks ["7643-4.3-06", "7644-3.3-03"],
        also ["7643-7-21"],
        "stores the manager as it was sent, with the name of somebody",
        |provider| {
            provider.seams.store.add(|change| {
                let sent = &change.sent[ENTERPRISE_USER]["manager"]["displayName"];
                if let (Value::String(name), Some(doc)) = (sent, &mut change.after)
                    && let Some(manager) = inner(doc).and_then(|inner| inner.get_mut("manager"))
                {
                    manager["displayName"] = name.clone().into();
                }
            });
        },
    ),
    fault!(
        "enterprise/first-manager-stays",
        breaks ["7643-4.3-04"],
        also ["entra-E21", "7644-3.5.2.2-02", "7644-3.5.2.3-05", "7643-2.5-02", "entra-B7", "entra-E2", "entra-B3", "entra-E5", "entra-F10", "entra-F12", "entra-F11"],
        "sets the manager when there is none",
        |provider| {
            provider.seams.store.add(|change| {
                let held = change.before.as_mut().and_then(inner).and_then(|inner| inner.get("manager")).cloned();
                if let (Cause::Patch, Some(manager), Some(doc)) = (change.cause, held, &mut change.after) {
                    let extension = doc.entry(ENTERPRISE_USER).or_insert_with(|| serde_json::json!({}));
                    extension["manager"] = manager;
                }
            });
        },
    ),
    fault!(
        "enterprise/joined-with-the-manager",
        breaks ["7644-3.4.1-01"],
        also ["7644-3.5.2-26", "7644-3.6-07", "7644-3.6-06", "entra-F13", "entra-F10", "entra-F9", "entra-F12", "entra-F11", "entra-F8", "entra-F7", "entra-F6"],
        "reads a user together with the manager, and finds none where the manager is gone",
        |provider| {
            provider.rules.looked_up = |provider, _, kind, id| {
                let exists = |filter: String| provider.matching("User", &filter).is_ok_and(|found| !found.is_empty());
                let own = format!("id eq {}", Value::from(id));
                let has_none = exists(format!("{own} and not ({ENTERPRISE_USER}:manager.value pr)"));
                let found = has_none || {
                    let managed = |boss: &String| {
                        exists(format!("{own} and {ENTERPRISE_USER}:manager.value eq {}", Value::from(boss.as_str())))
                    };
                    provider.matching("User", "id pr").unwrap_or_default().iter().any(managed)
                };
                let is_user = kind.name() == "User" && exists(own);
                (kind, if is_user && !found { "nobody".to_owned() } else { id.to_owned() })
            };
        },
    ),
    fault!(
        "enterprise/put-merges",
        breaks["7643-2.5-02"],
        "merges the extension of a PUT into the one that is there",
        |provider| {
            provider.seams.store.add(|change| {
                let held = change.before.as_mut().and_then(inner).cloned();
                if let (Cause::Replace, Some(held), Some(after)) =
                    (change.cause, held, change.after.as_mut().and_then(inner))
                {
                    for (name, value) in held {
                        after.entry(name).or_insert(value);
                    }
                }
            });
        },
    ),
    fault!(
        "enterprise/schema-forgotten",
        breaks ["7643-3-05"],
        also ["7643-3-06", "7643-3.3-03", "7643-4.3-01", "7644-3.5.2-18"],
        "lists the core schema and shows the extension all the same",
        |provider| {
            provider.seams.render.add(|rendered| {
                if rendered.shown.contains_key(ENTERPRISE_USER) {
                    rendered.shown.insert("schemas".into(), serde_json::json!([USER]));
                }
            });
        },
    ),
];

fn inner(doc: &mut Object) -> Option<&mut Object> {
    doc.get_mut(ENTERPRISE_USER)?.as_object_mut()
}
