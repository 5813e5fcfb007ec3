//! Faults that the provisioning service of Entra ID runs into.

use http::Method;
use serde_json::Value;

use super::super::patch::Op;
use super::super::reply::Reply;
use super::super::rules::OnNoMatch;
use super::Fault;
use crate::scim::message;

pub(super) static FAULTS: [Fault; 8] = [
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
        also["entra-E3"],
        "takes true and false only, no text",
        |provider| {
            provider.rules.boolean = Value::as_bool;
        },
    ),
    fault!(
        "entra/legacy-remove-empties-the-group",
        breaks["entra-B5"],
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
        breaks ["7644-3.4.2-11", "entra-A7"], also ["7644-3.4.2.4-14", "7644-3.6-03", "7644-3.4.2.2-04", "7644-3.4.2.2-11", "7644-3.4.2.2-17", "7644-3.4.2.2-18", "7644-3.4.2.2-19", "7644-3.4.2.2-24", "7644-3.4.2.2-30", "7644-3.4.2.2-35", "7644-3.4.2.2-38", "7644-3.4.2.2-39", "9865-2-01", "7644-6.1-03", "7643-3.1-15", "7643-9.3-01", "7644-3.4.2.2-15", "7644-3.4.2.2-20", "7644-3.4.2.2-45", "7644-3.4.2.2-49", "7643-3.1-17", "7644-3.4.2.2-51", "7644-3.12-11"],
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
        also ["entra-B4", "entra-B5", "entra-B7", "entra-B6", "entra-E11", "entra-E16", "entra-E2", "entra-E21", "entra-E3", "entra-F22", "entra-F6", "entra-F8"],
        "compares `op` with regard to case and refuses `Add`",
        |provider| provider.rules.op = |name| Op::named(name).filter(|_| name.chars().all(char::is_lowercase)),
    ),
    fault!(
        "entra/dotted-keys-ignored",
        breaks["entra-B6"], also ["7644-3.5.2.3-12", "7644-3.5.2.1-03"],
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
    fault!("entra/inactive-users-hidden", breaks["entra-B9"], also ["7644-3.4.2.2-16", "7644-3.4.2.2-17", "7644-3.4.2.2-18", "7644-3.4.2.2-20", "7644-3.4.2.2-32", "7644-3.4.2.2-41", "7644-3.4.2.2-42", "7644-3.4.2.2-49", "7644-3.4.2.2-12", "7644-3.4.2.2-33", "7644-3.4.2.2-19", "7644-3.4.2.2-23", "7644-3.4.2.2-21", "7644-3.4.2.2-40", "7644-3.10-04", "7644-3.4.2.2-53", "7644-3.4.2.2-22", "7644-3.4.2.2-35", "7644-3.4.2.2-30", "7644-3.4.2.2-24"],"leaves disabled users out of every list", |provider| {
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
];
