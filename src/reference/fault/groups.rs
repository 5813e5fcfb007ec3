//! Faults of groups and membership.

use serde_json::Value;

use super::super::patch::Op;
use super::Fault;

pub(super) static FAULTS: [Fault; 5] = [
    fault!(
        "groups/remove-one-empties",
        breaks ["7644-3.5.2.2-04"],
        also ["7644-3.5.2.2-05", "7644-3.5.2.2-09", "7643-4.1.2-20", "7644-3.5.2.2-06", "7644-3.5.2-10", "7644-3.5.2-11", "entra-F24", "7644-3.5.2.1-12", "7643-4.2-05", "7644-3.5.2-20", "7644-3.5.2.3-11", "entra-E12"],
        "cuts the brackets off the path and removes every member",
        |provider| {
            provider.seams.patch.add(|operations| {
                for operation in operations.iter_mut().filter(|operation| operation.op == Op::Remove) {
                    if let Some(path) = &mut operation.path
                        && let Some(bracket) = path.find('[')
                    {
                        path.truncate(bracket);
                    }
                }
            });
        },
    ),
    fault!(
        "groups/replace-members-adds",
        breaks["7644-3.5.2.3-09"],
        also ["7644-3.5.2.3-03", "entra-F23"],
        "adds the members of a replace to those that are there",
        |provider| {
            provider.seams.patch.add(|operations| {
                for operation in operations.iter_mut().filter(|operation| operation.op == Op::Replace) {
                    if operation.path.as_deref().is_some_and(|path| path.eq_ignore_ascii_case("members")) {
                        operation.op = Op::Add;
                    }
                }
            });
        },
    ),
    fault!(
        "groups/not-mirrored",
        breaks ["7643-4.1.2-20"],
        also ["7643-4.1.2-21", "7643-4.1.2-22", "7643-4.1.2-23", "7643-4.1.2-24"],
        "declares `groups` on users and never fills it in",
        |provider| {
            provider.seams.render.add(|rendered| {
                rendered.shown.shift_remove("groups");
            });
        },
    ),
    fault!(
        "groups/reference-is-id",
        breaks ["7643-4.2-06"],
        also ["7643-2.3.7-02", "7643-2.3.7-06", "7643-2.3.7-07", "7643-4.1.2-24", "7643-2.3.7-03"],
        "writes the bare id into $ref",
        |provider| {
            provider.seams.render.add(|rendered| {
                for name in ["members", "groups"] {
                    let values = rendered.shown.get_mut(name).and_then(Value::as_array_mut);
                    for value in values.into_iter().flatten() {
                        value["$ref"] = value["value"].clone();
                    }
                }
            });
        },
    ),
    fault!(
        "groups/only-first-member-added",
        breaks ["7644-3.5.2.1-12"],
        also ["7644-3.5.2.3-09", "entra-A9", "7644-3.5.2.1-06", "entra-F24"],
        "takes the first member of an add and drops the others",
        |provider| {
            provider.seams.patch.add(|operations| {
                for operation in operations.iter_mut() {
                    let members = operation.path.as_deref() == Some("members");
                    if let (true, Some(Value::Array(values))) = (members, &mut operation.value) {
                        values.truncate(1);
                    }
                }
            });
        },
    ),
];
