//! Faults of single PATCH operations: paths, targets, values and names that are misread.

use http::Method;
use serde_json::Value;

use super::super::patch::{Op, Operation};
use super::super::rules::OnNoMatch;
use super::super::{Object, Provider};
use super::Fault;
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 22] = [
    fault!(
        "patch/first-match-only",
        breaks["7644-3.5.2.3-07", "7644-3.5.2.1-15", "7644-3.5.2.2-05"], also ["7644-3.5.2-11", "7644-3.5.2.2-04"],
        "looks for the value that a path selects with find() and changes that one",
        |provider| provider.rules.selected = |indices| indices.into_iter().take(1).collect(),
    ),
    fault!(
        "patch/and-in-path-cut-off",
        breaks["7644-3.5.2-10", "7644-3.5.2.3-06"],
        "reads filters in paths with a regular expression for one comparison",
        |provider| of_paths(provider, |path| {
            let (start, rest) = path.split_once(" and ")?;
            Some(format!("{start}]{}", rest.split_once(']').map_or("", |(_, sub)| sub)))
        }),
    ),
    fault!(
        "patch/not-in-path-overlooked",
        breaks["7644-3.5.2-11"],
        "looks for the comparison inside a path and overlooks the `not` before it",
        |provider| of_paths(provider, |path| {
            let inner = path.split_once("[not (")?.1.strip_suffix(")]")?;
            Some(format!("emails[{inner}]"))
        }),
    ),
    fault!(
        "patch/false-is-no-value",
        breaks["7644-3.5.2.3-02", "7644-3.5.2.1-07"], also ["7644-3.5.2.3-05", "7644-3.5.2.3-07", "entra-B4", "7643-4.1.1-20", "entra-E3", "entra-F9"],
        "asks `if (value)` where it means `if there is a value`",
        |provider| keep_operations(provider, |operation| operation.value != Some(Value::Bool(false))),
    ),
    fault!(
        "patch/sub-attribute-replaces-object",
        breaks["7644-3.5.2.3-11", "7644-3.5.2.1-09"], also ["7644-3.5.2-09", "7644-3.5.2-20", "7644-3.5.2-23", "7644-3.5.2.1-08", "7644-3.5.2.3-04", "7644-3.5.2.3-14", "entra-E16", "entra-E18", "entra-E7", "entra-E2", "entra-F7", "entra-F6"],
        "builds the object from the dotted path and assigns it",
        |provider| {
            provider.seams.patch.add(|operations| {
                let parts = |operation: &Operation| {
                    let (name, sub) = operation.path.as_deref()?.split_once('.')?;
                    let known = operation.op != Op::Remove && !name.contains(['[', ':']);
                    known.then(|| (name.to_owned(), sub.to_owned()))
                };
                let spoilt = operations.drain(..).flat_map(|operation| match parts(&operation) {
                    None => vec![operation],
                    Some((name, sub)) => {
                        let object = Object::from_iter([(sub, operation.value.unwrap_or(Value::Null))]);
                        let path = Some(name);
                        vec![
                            Operation { op: Op::Remove, path: path.clone(), value: None },
                            Operation { op: Op::Add, path, value: Some(object.into()) },
                        ]
                    }
                });
                *operations = spoilt.collect();
            });
        },
    ),
    fault!(
        "patch/path-of-exact-case",
        breaks["7644-3.5.2.3-14"],
        also["7644-3.5.2-09"],
        "looks attributes up by their exact names and skips what it does not find",
        |provider| keep_operations(provider, |operation| {
            operation.path.as_deref().is_none_or(|path| path.contains(|c: char| c.is_ascii_lowercase()))
        }),
    ),
    fault!(
        "patch/core-urn-unknown",
        breaks["7644-3.5.2-17"],
        "knows paths with the URN of an extension, and skips those with the URN of the core schema",
        |provider| keep_operations(provider, |operation| {
            operation.path.as_deref().is_none_or(|path| !path.starts_with(urn::USER))
        }),
    ),
    fault!(
        "patch/extension-paths-skipped",
        breaks["7644-3.5.2.1-13", "7644-3.5.2.3-12", "7644-3.5.2.2-10", "7644-3.5.2-18", "7644-3.5.2-19"], also ["7643-3-05", "7644-3.5.2-20", "7644-3.5.2.2-02", "7644-3.5.2.3-04", "7644-3.5.2.3-05", "entra-B6", "entra-E21", "entra-E5", "entra-E16", "entra-E18", "entra-E7", "entra-E2", "entra-B3", "entra-F10", "entra-F12", "entra-F11", "entra-F7", "entra-F6"],
        "splits paths at the first dot, so that those of an extension name nothing that it knows",
        |provider| keep_operations(provider, |operation| {
            operation.path.as_deref().is_none_or(|path| !path.starts_with(urn::ENTERPRISE_USER))
        }),
    ),
    fault!(
        "patch/needs-a-path",
        breaks["7644-3.5.2.1-03", "7644-3.5.2.3-01", "7644-3.5.2-07"], also ["7644-3.5.2-12", "7644-3.5.2-20", "7644-3.5.2-21", "7644-3.5.2.1-05", "7644-3.5.2.1-06", "7644-3.5.2.3-03", "7644-3.5.2.3-05", "7644-3.5.2.3-12", "entra-B6", "entra-E9", "entra-F8", "7644-3.5.2.1-12", "7644-3.5.2.3-09", "entra-E20", "entra-E16", "entra-E18", "entra-B21", "entra-E2", "entra-A7", "entra-F21", "entra-F22"],
        "skips operations without a path",
        |provider| keep_operations(provider, |operation| operation.op == Op::Remove || operation.path.is_some()),
    ),
    fault!(
        "patch/removes-record-for-sub-attribute",
        breaks["7644-3.5.2.2-06"],
        "removes what the brackets select and never reads what stands behind them",
        |provider| {
            provider.seams.patch.add(|operations| {
                for operation in operations.iter_mut().filter(|operation| operation.op == Op::Remove) {
                    if let Some(path) = &mut operation.path
                        && let Some(end) = path.find("].")
                    {
                        path.truncate(end + 1);
                    }
                }
            });
        },
    ),
    fault!(
        "patch/read-only-skipped",
        breaks["7644-3.5.2-13"],
        "skips operations on attributes that are readOnly, and reports success",
        |provider| keep_operations(provider, |operation| {
            let path = operation.path.as_deref().unwrap_or("");
            !(path == "id" || path.starts_with("meta") || path == "groups" || path.ends_with("manager.displayName"))
        }),
    ),
    fault!(
        "patch/unknown-operation-replaces",
        breaks["7644-3.5.2-02"],
        "has an `else` for everything that is no add and no remove",
        |provider| provider.rules.op = |name| Op::named(name).or(Some(Op::Replace)),
    ),
    fault!(
        "patch/from-json-patch",
        breaks["7644-3.5.2-02"],
        "hands the operations to a library for JSON Patch, which knows `test` and `copy` as well",
        |provider| {
            provider.rules.op = |name| match name {
                "test" | "copy" | "move" => Some(Op::Add),
                name => Op::named(name),
            };
        },
    ),
    fault!(
        "patch/schemas-not-looked-at",
        breaks["7644-3.5.2-03"],
        "never looks at the schemas of a PATCH message",
        |provider| of_messages(provider, |body| {
            body.insert("schemas".into(), vec![urn::PATCH_OP].into());
        }),
    ),
    fault!(
        "patch/one-operation-without-list",
        breaks["7644-3.5.2-04"],
        "puts a list around Operations when it is none",
        |provider| of_messages(provider, |body| {
            if let Some(one) = body.get_mut("Operations").filter(|one| one.is_object()) {
                *one = vec![one.take()].into();
            }
        }),
    ),
    fault!(
        "patch/numbers-become-texts",
        breaks["7644-3.5.2-12"],
        "turns numbers into texts where a text is wanted",
        |provider| {
            provider.seams.patch.add(|operations| {
                for operation in operations.iter_mut().filter(|one| one.path.as_deref() == Some("displayName")) {
                    operation.value = operation.value.take().map(|value| match value {
                        Value::Number(number) => number.to_string().into(),
                        value => value,
                    });
                }
            });
        },
    ),
    fault!(
        "patch/bad-path-answers-500",
        breaks["7644-3.5.2-09"], also ["7644-3.5.2-05", "7644-3.5.2-12", "entra-E2", "entra-E5"],
        "does not catch what its path parser throws",
        |provider| on_refusal(provider, "invalidPath", |answer| answer.set_status(500)),
    ),
    fault!(
        "patch/no-target-as-404",
        breaks["7644-3.5.2.3-08", "7644-3.5.2-08"], also ["7644-3.5.2-24", "7644-3.5.2.2-01", "entra-B7"],
        "answers 404 when a path selects nothing",
        |provider| on_refusal(provider, "noTarget", |answer| answer.set_status(404)),
    ),
    fault!(
        "patch/no-target-without-keyword",
        breaks["7644-3.12-25", "7644-3.5.2.2-01"], also ["7644-3.5.2.3-08"],
        "says in words what is wrong, and leaves scimType out",
        |provider| on_refusal(provider, "noTarget", |answer| answer.remove_member("scimType")),
    ),
    fault!(
        "patch/schemas-cannot-be-changed",
        breaks["7644-3.5.2-18"],
        "takes `schemas` for an attribute that nobody may change",
        |provider| of_paths(provider, |path| (path == "schemas").then(|| "noSuchAttribute".to_owned())),
    ),
    fault!(
        "patch/last-operation-first",
        breaks["7644-3.5.2-20"],
        also["7644-3.5.2-26"],
        "takes the operations from a stack",
        |provider| { provider.seams.patch.add(|operations| operations.reverse()) },
    ),
    fault!(
        "patch/add-without-match-forgotten",
        breaks["7644-3.5.2.1-14"],
        also["entra-B7"],
        "adds to the values that a path selects, be there any or none, and reports success",
        |provider| {
            provider.rules.on_no_match = |op| if op == Op::Replace { OnNoMatch::Refuse } else { OnNoMatch::Ignore };
        },
    ),
];

/// Lets only these operations through.
fn keep_operations(provider: &mut Provider, keeps: fn(&Operation) -> bool) {
    provider.seams.patch.add(move |operations| operations.retain(keeps));
}

/// Rewrites the paths for which there is another reading.
fn of_paths(provider: &mut Provider, read: fn(&str) -> Option<String>) {
    provider.seams.patch.add(move |operations| {
        for path in operations.iter_mut().filter_map(|operation| operation.path.as_mut()) {
            if let Some(other) = read(path) {
                *path = other;
            }
        }
    });
}

/// Changes every PATCH message before it is read.
fn of_messages(provider: &mut Provider, change: fn(&mut Object)) {
    provider.seams.call.add(move |call| {
        if call.method == Method::PATCH
            && let Ok(Value::Object(mut body)) = serde_json::from_slice(&call.body)
        {
            change(&mut body);
            call.body = Value::from(body).to_string().into_bytes();
        }
    });
}

/// Changes the refusals of a PATCH that have this `scimType`.
fn on_refusal(provider: &mut Provider, kind: &'static str, change: fn(&mut super::super::reply::Reply)) {
    provider.seams.reply.add(move |answer| {
        let is_refused = answer.reply.body_mut().is_some_and(|body| body["scimType"] == kind);
        if is_refused && answer.call.method == Method::PATCH {
            change(&mut answer.reply);
        }
    });
}
