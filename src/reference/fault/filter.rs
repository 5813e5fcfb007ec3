//! Faults of filters.

use super::super::Provider;
use super::super::condition::{Condition, Probe};
use super::super::reply::Reply;
use super::Fault;
use super::hands::without_keyword;
use crate::scim::{CompareOp, message};

pub(super) static FAULTS: [Fault; 12] = [
    fault!(
        "filter/ignored",
        breaks ["7644-3.4.2.2-04"], also ["7644-3.4.2-06", "7644-3.4.2-11", "7644-3.4.2.2-11", "7644-3.4.2.2-16", "7644-3.4.2.2-17", "7644-3.4.2.2-18", "7644-3.4.2.2-19", "7644-3.4.2.2-20", "7644-3.4.2.2-21", "7644-3.4.2.2-22", "7644-3.4.2.2-23", "7644-3.4.2.2-24", "7644-3.4.2.2-30", "7644-3.4.2.2-31", "7644-3.4.2.2-32", "7644-3.4.2.2-35", "7644-3.4.2.2-41", "7644-3.4.2.2-49", "7644-3.6-03", "7644-3.4.2.4-12", "entra-A7", "7644-3.4.2.4-13", "7644-3.4.2.4-15", "7643-3.1-10", "7643-3.1-17", "7643-4.1.1-02", "7643-4.1.1-04", "7644-3.4.2.2-05", "7644-3.4.2.2-06", "7644-3.4.2.2-26", "7644-3.4.2.2-27", "7644-3.4.2.2-28", "7644-3.4.2.2-29", "7644-3.4.2.2-39", "7644-3.4.2.2-40", "7644-3.4.2.2-42", "7644-3.4.2.2-51", "7644-3.4.2.2-53", "7644-3.4.2.3-07", "7644-3.4.2.3-08", "7644-3.4.2.3-09", "entra-B9", "entra-E22", "entra-F3", "7644-3.4.3-09", "9865-2-18", "7644-3.4.2.4-09", "7644-3.4.2.4-08", "entra-F4", "7644-3.4.2.2-15", "7644-3.10-04", "7644-3.10-05", "7644-3.4.2.2-45", "7644-3.4.2.2-44", "7644-3.4.2.4-03", "7644-3.4.3-02", "7644-3.4.2.1-06", "7644-3.4.3-16", "7644-3.4.2.1-05", "7644-3.4.2.3-04", "7644-3.10-01", "7644-3.4.2.3-05", "7644-3.4.2.3-10", "7644-3.5.1-16", "7644-3.5.2.3-13", "7644-3.12-11", "7643-7-17", "7643-2.4-06", "entra-A1", "entra-B21", "entra-B10", "entra-B14", "entra-B12", "entra-E7", "entra-F2", "entra-F1", "entra-F5"],
        "returns everybody whatever the filter says",
        |provider| provider.seams.query.add(|query| query.filter = None),
    ),
    fault!(
        "filter/and-is-or",
        breaks ["7644-3.4.2.2-30"], also ["7644-3.4.2.2-41", "7644-3.4.2.2-35", "7644-3.4.2.2-37", "7644-3.4.2.2-04", "7644-3.4.2.2-20", "7644-3.4.2.2-21", "7644-3.4.2.2-22", "7644-3.4.2.2-23", "7644-3.4.2.2-24", "7644-3.4.2.2-32", "7644-3.4.2.2-51", "7644-3.4.2.2-15", "7644-3.4.2.2-45", "7644-3.4.2.2-16", "7643-3.1-17", "7644-3.4.2.2-19", "7644-3.4.2.2-18", "7644-3.4.2.2-53", "7644-3.4.2.1-06", "7644-3.4.2.1-05", "7643-2.4-06", "entra-B14"],
        "joins with OR",
        |provider| {
            on_each(provider, |condition| {
                if let Condition::All(parts) = condition {
                    *condition = Condition::Any(std::mem::take(parts));
                }
            });
        },
    ),
    fault!(
        "filter/not-ignored",
        breaks["7644-3.4.2.2-32"], also ["7644-3.4.2.2-41", "7644-3.4.2.2-04", "7644-3.4.2.2-30", "7644-3.4.2.2-35", "7644-3.4.2.1-06"],
        "drops `not` and keeps what is in its brackets",
        |provider| {
            on_each(provider, |condition| {
                while let Condition::Not(inner) = condition {
                    *condition = std::mem::replace(inner, Condition::Never);
                }
            });
        },
    ),
    fault!(
        "filter/user-name-with-case",
        breaks ["7643-4.1.1-04", "7644-3.4.2.2-49"], also ["7643-7-17", "7643-2.2-03", "entra-B10", "7643-7-20", "7644-3.4.2.2-18", "7644-3.4.2.2-41", "entra-F18", "entra-F3", "entra-F5", "7644-3.4.2.2-40", "7644-3.4.2.2-11", "7644-3.4.2.2-42", "7644-3.4.2.2-17", "7644-3.4.2.2-19", "7644-3.4.2.2-04", "7644-3.4.2.2-16", "7644-3.4.2.2-53", "7644-3.10-04", "7644-3.4.2.2-05"],
        "compares text as its database does, with regard to case",
        |provider| on_each(provider, |condition| set_exact(condition, true)),
    ),
    fault!(
        "filter/id-without-case",
        breaks ["7643-3.1-10"], also ["7643-3.1-17", "7644-3.4.2.2-49", "7643-7-17", "7644-3.4.2.2-15", "7643-2.3.7-04", "7643-2.3.6-04", "7644-3.4.2.2-04"],
        "compares every text without regard to case",
        |provider| on_each(provider, |condition| set_exact(condition, false)),
    ),
    fault!(
        "filter/ends-with-is-contains",
        breaks["7644-3.4.2.2-19"],
        also["7644-3.4.2.2-04"],
        "puts a wildcard on both sides of ew",
        |provider| on_each(provider, |condition| swap(condition, CompareOp::Ew, CompareOp::Co)),
    ),
    fault!(
        "filter/starts-with-is-contains",
        breaks["7644-3.4.2.2-18"],
        also["7644-3.4.2.2-04"],
        "puts a wildcard on both sides of sw",
        |provider| on_each(provider, |condition| swap(condition, CompareOp::Sw, CompareOp::Co)),
    ),
    fault!(
        "filter/greater-includes-equal",
        breaks ["7644-3.4.2.2-23"],
        also ["7644-3.4.2.2-24", "7644-3.4.2.2-25", "7644-3.4.2.2-04"],
        "reads gt as ge",
        |provider| on_each(provider, |condition| swap(condition, CompareOp::Gt, CompareOp::Ge)),
    ),
    fault!(
        "filter/brackets-across-values",
        breaks ["7644-3.4.2.2-35"],
        also ["7644-3.4.2.2-36", "7644-3.4.2.2-37", "7644-3.4.2.2-04", "entra-B14"],
        "joins the values once per condition, so one value may have the type and another the address",
        |provider| {
            on_each(provider, |condition| {
                if let Condition::Element(_, inner) = condition {
                    *condition = std::mem::replace(inner, Condition::Never);
                }
            });
        },
    ),
    fault!(
        "filter/empty-text-is-present",
        breaks["7644-3.4.2.2-20"],
        "tests for NULL only, so an empty text counts as a value",
        |provider| {
            on_each(provider, |condition| {
                if let Condition::Leaf(test) = condition
                    && test.probe == Probe::Present
                {
                    test.probe = Probe::Text { op: CompareOp::Co, operand: String::new(), exact: true };
                }
            });
        },
    ),
    fault!(
        "filter/malformed-finds-nothing",
        breaks ["7644-3.4.2.2-48", "7644-3.12-19"], also ["7644-3.4.2.2-07", "7644-3.4.2.2-26", "7644-3.4.2.2-27", "7644-3.4.2.2-28", "7644-3.4.2.2-29", "7644-3.4.2.2-38", "7644-3.4.2.2-39", "7644-3.4.2.2-47", "7644-3.4.2.2-08", "7644-3.4.2.2-36", "7644-3.4.2.1-05"],
        "answers a filter that it cannot read with an empty list",
        |provider| {
            provider.seams.reply.add(|answer| {
                let filtered = answer.call.param("filter").is_some();
                if filtered && answer.reply.body_mut().is_some_and(|body| body["scimType"] == "invalidFilter") {
                    let body = message::list_response(0, 1, Vec::new());
                    answer.reply = Reply::json(200, &answer.reply.media_type.clone(), body);
                }
            });
        },
    ),
    fault!(
        "filter/refusal-without-keyword",
        breaks["7644-3.12-19"],
        also["7644-3.4.2.2-48"],
        "answers 400 to a bad filter and does not say why",
        |provider| without_keyword(provider, "invalidFilter"),
    ),
];

pub(super) fn on_each(provider: &mut Provider, change: fn(&mut Condition)) {
    provider.seams.filter.add(move |condition| condition.walk(&mut { change }));
}

fn set_exact(condition: &mut Condition, to: bool) {
    if let Condition::Leaf(test) = condition
        && !test.path.starts_with("meta")
        && let Probe::Text { exact, .. } = &mut test.probe
    {
        *exact = to;
    }
}

pub(super) fn swap(condition: &mut Condition, from: CompareOp, to: CompareOp) {
    if let Condition::Leaf(test) = condition
        && let Probe::Text { op, .. } | Probe::Number { op, .. } = &mut test.probe
        && *op == from
    {
        *op = to;
    }
}
