//! Legal ways to create, change and refuse.

use serde_json::Value;

use super::Variant;

pub(super) static VARIANTS: [Variant; 14] = [
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
    variant!("replace/keeps-what-is-left-out", "keeps what a PUT does not mention", |provider| {
        provider.rules.unmentioned = |before, body, after| {
            let sent =
                |name: &str| body.as_object().is_some_and(|body| body.keys().any(|key| key.eq_ignore_ascii_case(name)));
            for (name, value) in before.iter().filter(|(name, _)| !sent(name)) {
                after.entry(name.clone()).or_insert_with(|| value.clone());
            }
            // The URNs of the extensions that stay.
            if let (Some(Value::Array(listed)), Some(Value::Array(were))) =
                (after.get_mut("schemas"), before.get("schemas"))
            {
                let stay: Vec<Value> = were.iter().filter(|urn| !listed.contains(urn)).cloned().collect();
                listed.extend(stay);
            }
        };
    }),
    variant!("patch/lower-case-operations", "knows operation names in lower case only", |provider| {
        provider.rules.op = |name| {
            use super::super::patch::Op;
            Op::named(name).filter(|_| !name.contains(|c: char| c.is_ascii_uppercase()))
        };
    }),
    variant!("patch/add-needs-a-match", "refuses to add into a value path that selects nothing", |provider| {
        provider.rules.on_no_match = |op| {
            use super::super::{patch::Op, rules::OnNoMatch};
            if op == Op::Remove { OnNoMatch::Ignore } else { OnNoMatch::Refuse }
        };
    }),
    variant!("patch/lists-only-for-lists", "refuses one object where a list is meant", |provider| {
        provider.seams.patch.add(|operations| {
            for operation in operations.iter_mut() {
                if matches!(operation.path.as_deref(), Some("emails" | "members"))
                    && operation.value.as_ref().is_some_and(Value::is_object)
                {
                    operation.value = Some("one object".into());
                }
            }
        });
    }),
    variant!(
        "patch/no-path-to-an-extension",
        "refuses paths that are the URN of an extension and nothing else",
        |provider| {
            provider.seams.patch.add(|operations| {
                for operation in operations.iter_mut() {
                    if operation.path.as_deref().is_some_and(|path| path == crate::scim::urn::ENTERPRISE_USER) {
                        operation.path = Some("no such attribute".into());
                    }
                }
            });
        }
    ),
    variant!(
        "write/refuses-when-overtaken",
        warns["7644-3.14-08"],
        "refuses a change with 409 when somebody else was faster",
        |provider| {
            use super::super::commit::Reading;
            use super::super::write::Cause;
            provider.rules.reading = |cause| if cause == Cause::Create { Reading::Inside } else { Reading::Ahead };
            provider.rules.refuses_stale = true;
        }
    ),
];
