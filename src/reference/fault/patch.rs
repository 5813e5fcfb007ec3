//! Faults of PATCH.

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::patch::{Op, Operation};
use super::super::rules::OnNoMatch;
use super::super::write::Cause;
use super::Fault;
use super::hands::{sent, without_keyword};

pub(super) static FAULTS: [Fault; 13] = [
    fault!(
        "patch/not-atomic",
        breaks ["7644-3.5.2-22", "7644-3.5.2-23"],
        "saves after each operation and stops at the first that fails",
        |provider| provider.rules.stores_each_operation = true,
    ),
    fault!(
        "patch/no-target-succeeds",
        breaks ["7644-3.5.2.3-08"], also ["7644-3.12-25", "7644-3.5.2-16", "7644-3.5.2-24", "7644-3.5.2-22", "7644-3.7.3-05", "entra-B7"],
        "runs an UPDATE that matches no row and reports success",
        |provider| {
            provider.rules.on_no_match = |op| if op == Op::Add { OnNoMatch::Create } else { OnNoMatch::Ignore };
        },
    ),
    fault!(
        "patch/replace-makes-what-is-missing",
        breaks ["7644-3.5.2.3-08"], also ["7644-3.12-25", "7644-3.5.2-16", "7644-3.5.2-24", "7644-3.5.2-22", "7644-3.7.3-05"],
        "makes the value that a replace selects and that is not there, as Entra likes it",
        |provider| {
            provider.rules.on_no_match = |op| if op == Op::Remove { OnNoMatch::Ignore } else { OnNoMatch::Create };
        },
    ),
    fault!(
        "patch/two-primaries",
        breaks ["7644-3.5.2-21"],
        also ["7644-3.5.2.3-10", "7643-2.4-05"],
        "sets `primary` on one value and leaves it on the others",
        |provider| {
            provider.rules.moves_primary = || false;
            provider.rules.primaries = |_, _| Ok(());
        },
    ),
    fault!(
        "patch/complex-replaced-whole",
        breaks["7644-3.5.2.3-05"],
        also["7644-3.5.2-20"],
        "sets a complex attribute to what was sent and loses the sub-attributes that were not",
        |provider| {
            provider.seams.patch.add(|operations| {
                let whole = |operation: &Operation| {
                    let path = operation.path.as_deref();
                    operation.op == Op::Replace
                        && path.is_some_and(|path| !path.contains(['[', ':']))
                        && operation.value.as_ref().is_some_and(Value::is_object)
                };
                let cleared = |operation: &Operation| Operation { op: Op::Remove, value: None, ..operation.clone() };
                let spoilt = operations.drain(..).flat_map(|operation| {
                    let before = whole(&operation).then(|| cleared(&operation));
                    before.into_iter().chain([operation])
                });
                *operations = spoilt.collect();
            });
        },
    ),
    fault!(
        "patch/first-operation-only",
        breaks ["7644-3.5.2-20"], also ["7644-3.5.2-18", "7644-3.5.2-22", "7644-3.5.2-24", "entra-A9", "7644-3.5.2.2-07", "entra-B3", "entra-B6", "entra-B7", "entra-F6", "entra-F7", "7644-3.5.2-08", "7644-3.5.2.3-08", "7644-3.5.2.3-13", "7644-3.7.3-05", "7644-3.5.2.1-12", "entra-E20", "entra-E16", "entra-E18", "entra-E7", "entra-E2", "entra-B11"],
        "takes Operations[0] and drops the rest",
        |provider| provider.seams.patch.add(|operations| operations.truncate(1)),
    ),
    fault!(
        "patch/add-replaces-list",
        breaks ["7644-3.5.2.1-06"], also ["7644-3.5.2.1-12", "7644-3.5.2.1-03", "7644-3.5.2.1-10", "7644-3.5.2.1-11", "7644-3.5.2-21", "entra-E11", "7644-3.5.2-18", "7644-3.5.2-20", "7643-4.2-05", "7643-4.1.2-20", "entra-E2"],
        "handles add like replace",
        |provider| {
            provider.seams.patch.add(|operations| {
                let lists = |operation: &&mut Operation| operation.value.as_ref().is_some_and(Value::is_array);
                for operation in operations.iter_mut().filter(lists) {
                    if operation.op == Op::Add {
                        operation.op = Op::Replace;
                    }
                }
            });
        },
    ),
    fault!(
        "patch/remove-without-path-succeeds",
        breaks ["7644-3.5.2.2-01"], also ["7644-3.5.2-08", "7644-3.12-25", "7644-3.5.2-16", "7644-3.5.2-24"],
        "skips a remove that has no path",
        |provider| {
            provider.seams.patch.add(|operations| {
                operations.retain(|operation| operation.op != Op::Remove || operation.path.is_some());
            });
        },
    ),
    fault!(
        "patch/always-modified",
        breaks["7644-3.5.2.1-11"],
        "stamps lastModified on every PATCH, also on one that changes nothing",
        |provider| {
            provider.seams.store.add(|change| {
                let meta = change.after.as_mut().and_then(|doc| doc.get_mut("meta"));
                if let (Cause::Patch, Some(meta)) = (change.cause, meta) {
                    meta["lastModified"] = Timestamp::now().to_string().into();
                }
            });
        },
    ),
    fault!(
        "patch/unsupported-answers-500",
        breaks ["7644-3.12-17", "7644-3.5.2-01"], also ["7644-3.11-08", "entra-A3", "entra-E3"],"says that PATCH is not supported, and throws when one comes",
        |provider| {
            provider.supports.patch = false;
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 501 {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "patch/mutability-without-keyword",
        breaks["7644-3.12-22"],
        also["7644-3.5.2-13"],
        "answers 400 to a change of what cannot be changed, and does not say why",
        |provider| without_keyword(provider, "mutability"),
    ),
    fault!(
        "patch/attributes-answer-204",
        breaks["7644-3.5.2-28"],
        also["7644-3.9-02"],
        "answers PATCH with 204 whatever is asked for",
        |provider| provider.rules.patch_status = |_, _| 204,
    ),
    fault!(
        "patch/incomplete-is-nothing",
        breaks ["7644-3.5.2.1-01", "7644-3.5.2.2-08"],
        also ["7644-3.12-24", "7644-3.5.2-07", "7644-3.5.2-06", "7643-7-17", "7643-4.1.1-01", "7644-3.12-23", "7644-3.5.2-24", "7644-3.5.2-02", "7644-3.5.2-04"],
        "drops operations that it cannot carry out",
        |provider| provider.seams.call.add(|call| {
            if call.method != Method::PATCH {
                return;
            }
            let mut body = sent(call);
            if let Some(operations) = body.get_mut("Operations").and_then(Value::as_array_mut) {
                operations.retain(|one| {
                    let op = one["op"].as_str().unwrap_or_default().to_lowercase();
                    let removes_name = op == "remove" && one["path"] == "userName";
                    !removes_name && (op == "remove" || one.get("value").is_some())
                });
                if operations.is_empty() {
                    *operations = vec![json!({ "op": "replace", "value": {} })];
                }
                call.body = body.to_string().into_bytes();
            }
        }),
    ),
];
