//! Legal ways to create, change and refuse.

use serde_json::Value;

use super::Variant;

pub(super) static VARIANTS: [Variant; 8] = [
    variant!("patch/answers-204", "answers every PATCH with 204 unless attributes are asked for", |provider| {
        provider.rules.patch_status = |_, asked| if asked { 200 } else { 204 };
    }),
    variant!("patch/answers-200", warns["entra-B19"], "answers every PATCH with 200 and the resource", |provider| {
        provider.rules.patch_status = |_, _| 200;
    }),
    variant!(
        "patch/unsupported",
        skips ["patch"],
        warns ["7644-3.5-02", "entra-B3", "entra-B4", "entra-B5", "entra-B6", "entra-B7"],
        "does not support PATCH",
        |provider| provider.supports.patch = false,
    ),
    variant!(
        "patch/remove-needs-a-match",
        warns["7644-3.5.2.2-09"],
        "refuses to remove a value that is not there with noTarget",
        |provider| {
            provider.rules.on_no_match = |op| {
                use super::super::{patch::Op, rules::OnNoMatch};
                if op == Op::Add { OnNoMatch::Create } else { OnNoMatch::Refuse }
            };
        },
    ),
    variant!(
        "write/texts-for-booleans",
        warns["7643-2.3-03"],
        "takes true and false as texts, in any case",
        |provider| {
            provider.rules.boolean = |value| match value {
                Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
                Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
                value => value.as_bool(),
            };
        }
    ),
    variant!("uniqueness/400-on-change", "answers a conflict with 400 unless something is created", |provider| {
        provider.rules.conflict_status = |creates| if creates { 409 } else { 400 };
    }),
    variant!("id/numeric", "gives ids that look like numbers", |provider| {
        provider.rules.identifier = |bytes| {
            let number = bytes.iter().take(7).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            number.to_string()
        };
    }),
    variant!("primary/corrected", "keeps the first of several primary values in place of refusing them", |provider| {
        provider.rules.primaries = |_, values| {
            let primary = values.iter_mut().filter(|value| value["primary"] == true);
            primary.skip(1).for_each(|value| value["primary"] = false.into());
            Ok(())
        };
    }),
];
