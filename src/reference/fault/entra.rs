//! Faults that the provisioning service of Entra ID runs into.

use http::Method;
use serde_json::Value;

use super::super::discovery::About;
use super::super::patch::Op;
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::rules::OnNoMatch;
use super::Fault;
use crate::scim::message;

pub(super) static FAULTS: [Fault; 13] = [
    fault!(
        "entra/false-is-true",
        breaks["entra-B4"], also ["7644-3.5.2-12", "7644-3.5.2-24"],
        "turns every text that is not empty into true, so `\"False\"` enables the user again",
        |provider| {
            provider.rules.boolean = |value| match value {
                Value::Bool(value) => Some(*value),
                Value::String(text) => Some(!text.is_empty()),
                _ => None,
            };
        },
    ),
    fault!(
        "entra/boolean-text-refused",
        breaks["entra-B4"],
        also ["entra-E3", "entra-F1", "7643-2.3-03"],
        "takes true and false only, no text",
        |provider| {
            provider.rules.boolean = Value::as_bool;
        },
    ),
    fault!(
        "entra/legacy-remove-empties-the-group",
        breaks["entra-B5"],
        also["entra-E13"],
        "looks at the path of a remove only and drops every member, whoever the value names",
        |provider| {
            provider.seams.patch.add(|operations| {
                operations.iter_mut().filter(|operation| operation.op == Op::Remove).for_each(|operation| {
                    operation.value = None;
                });
            });
        },
    ),
    fault!(
        "entra/nothing-found-answers-404",
        breaks ["7644-3.4.2-11", "entra-A7"], also ["7644-3.4.2.4-14", "7644-3.6-03", "7644-3.4.2.2-04", "7644-3.4.2.2-11", "7644-3.4.2.2-17", "7644-3.4.2.2-18", "7644-3.4.2.2-19", "7644-3.4.2.2-24", "7644-3.4.2.2-30", "7644-3.4.2.2-35", "7644-3.4.2.2-38", "7644-3.4.2.2-39", "9865-2-01", "7644-6.1-03", "7643-3.1-15", "7643-9.3-01", "7644-3.4.2.2-15", "7644-3.4.2.2-20", "7644-3.4.2.2-45", "7644-3.4.2.2-49", "7643-3.1-17", "7644-3.4.2.2-51", "7644-3.12-11", "entra-B14", "entra-A1", "entra-E13", "entra-E7", "entra-F4", "entra-F17"],
        "answers 404 to a query without matches",
        |provider| {
            provider.seams.reply.add(|answer| {
                let nothing = answer.call.method == Method::GET
                    && answer.reply.body_mut().is_some_and(|body| body["totalResults"] == 0);
                if nothing {
                    let body = message::error(404, None, "no resource matches the filter");
                    answer.reply = Reply::json(404, &answer.reply.media_type.clone(), body);
                }
            });
        },
    ),
    fault!(
        "entra/op-in-lower-case-only",
        breaks ["entra-B3"],
        also ["entra-B4", "entra-B5", "entra-B7", "entra-B6", "entra-E11", "entra-E16", "entra-E2", "entra-E21", "entra-E3", "entra-F22", "entra-F6", "entra-F8", "entra-E9", "entra-E13", "entra-E7", "entra-E5"],
        "compares `op` with regard to case and refuses `Add`",
        |provider| provider.rules.op = |name| Op::named(name).filter(|_| name.chars().all(char::is_lowercase)),
    ),
    fault!(
        "entra/dotted-keys-ignored",
        breaks["entra-B6"], also ["7644-3.5.2.3-12", "7644-3.5.2.1-03", "entra-E16", "entra-E18", "entra-E2"],
        "knows plain attribute names only when an operation has no path",
        |provider| {
            provider.seams.patch.add(|operations| {
                for operation in operations.iter_mut().filter(|operation| operation.path.is_none()) {
                    if let Some(Value::Object(members)) = &mut operation.value {
                        members.retain(|key, _| !key.contains(['.', ':']));
                    }
                }
            });
        },
    ),
    fault!(
        "entra/missing-value-not-made",
        breaks["entra-B7"],
        "refuses to add to a value that is not there yet",
        |provider| {
            provider.rules.on_no_match = |op| if op == Op::Remove { OnNoMatch::Ignore } else { OnNoMatch::Refuse };
        },
    ),
    fault!(
        "entra/first-part-of-a-value-path-only",
        breaks["entra-B7", "entra-F6", "entra-F7"],
        also["entra-E2", "entra-E18", "entra-B4"],
        "keeps the operations of a PATCH by the element that they name, so that the first part of an element wins",
        |provider| {
            provider.seams.patch.add(|operations| {
                let mut seen = Vec::new();
                operations.retain(|operation| {
                    let element = operation.path.as_deref().and_then(|path| path.split_once(']')).map(|(start, _)| start);
                    let Some(element) = element.map(str::to_owned) else { return true };
                    let is_first = !seen.contains(&element);
                    seen.push(element);
                    is_first
                });
            });
        },
    ),
    fault!(
        "entra/phone-numbers-in-one-form",
        breaks["entra-B11", "entra-E18"],
        also ["entra-F6", "entra-F7", "entra-E17", "entra-F1", "entra-E2", "7643-2.4-06", "entra-B7", "7644-3.3-08", "7644-3.5.2.1-06", "7644-3.5.2.3-05", "7644-3.1-09"],
        "writes phone numbers without blanks and brackets",
        |provider| {
            provider.seams.render.add(|rendered| {
                let phones = rendered.shown.get_mut("phoneNumbers").and_then(Value::as_array_mut);
                for phone in phones.into_iter().flatten() {
                    if let Some(text) = phone["value"].as_str() {
                        phone["value"] = text.replace([' ', '(', ')', '-'], "").into();
                    }
                }
            });
        },
    ),
    fault!(
        "entra/foreign-schema-refused",
        breaks["entra-F19", "entra-E8", "entra-E13"],
        also["entra-E19"],
        "refuses a group that names a schema that it does not know",
        |provider| {
            provider.rules.body = |body| {
                let named = body["schemas"].as_array().into_iter().flatten().filter_map(Value::as_str);
                match named.into_iter().find(|urn| urn.contains("schemas.microsoft.com")) {
                    Some(urn) => Err(Problem::invalid_value(format!("the schema `{urn}` is unknown"))),
                    None => Ok(()),
                }
            };
        },
    ),
    fault!(
        "entra/manager-has-to-be-an-object",
        breaks["entra-E21", "entra-E5", "entra-E7"],
        "refuses the bare id of a manager",
        |provider| {
            provider.seams.patch.add(|operations| {
                for operation in operations.iter_mut() {
                    let is_manager = |path: &str| path.ends_with(":manager");
                    if operation.path.as_deref().is_some_and(is_manager) && operation.value.as_ref().is_some_and(Value::is_string) {
                        operation.value = Some(serde_json::json!([[]]));
                    }
                }
            });
        },
    ),
    fault!("entra/inactive-users-hidden", breaks["entra-B9"], also ["7644-3.4.2.2-16", "7644-3.4.2.2-17", "7644-3.4.2.2-18", "7644-3.4.2.2-20", "7644-3.4.2.2-32", "7644-3.4.2.2-41", "7644-3.4.2.2-42", "7644-3.4.2.2-49", "7644-3.4.2.2-12", "7644-3.4.2.2-33", "7644-3.4.2.2-19", "7644-3.4.2.2-23", "7644-3.4.2.2-21", "7644-3.4.2.2-40", "7644-3.10-04", "7644-3.4.2.2-53", "7644-3.4.2.2-22", "7644-3.4.2.2-35", "7644-3.4.2.2-30", "7644-3.4.2.2-24", "entra-B1", "entra-F9"],"leaves disabled users out of every list", |provider| {
        provider.seams.list.add(|page| {
            let hidden = |resource: &Value| resource["active"] == false;
            let before = page.resources.as_ref().map_or(0, Vec::len);
            if let Some(resources) = &mut page.resources {
                resources.retain(|resource| !hidden(resource));
                let gone = before - resources.len();
                page.per_page = resources.len().into();
                let total = page.total.as_ref().and_then(serde_json::Value::as_u64).unwrap_or(0);
                page.total = Some(total.saturating_sub(gone as u64).into());
            }
        });
    },),
    fault!(
        "entra/kept-and-not-listed",
        breaks["entra-E15", "entra-A8"],
        "keeps the preferred language of a user and leaves it out of its schemas",
        |provider| {
            provider.seams.discovery.add(|document| {
                if let (About::Schema, Some(attributes)) = (document.about, document.body["attributes"].as_array_mut()) {
                    attributes.retain(|attribute| attribute["name"] != "preferredLanguage");
                }
            });
        },
    ),
];
