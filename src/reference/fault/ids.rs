//! Faults of ids in addresses.

use serde_json::Value;

use super::super::write::Cause;
use super::Fault;

pub(super) static FAULTS: [Fault; 5] = [
    fault!(
        "ids/wildcards",
        breaks ["7644-3.6-07", "7644-3.5.1-02", "7644-3.4.1-01"],
        also ["7644-3.12-12", "7643-3.1-06"],
        "looks the id up with LIKE, in which some signs stand for any text",
        |provider| {
            provider.rules.looked_up = |provider, _, kind, id| {
                let anybody = || provider.matching(kind.name(), "id pr").ok()?.pop();
                let found = if matches!(id, "*" | "%" | "%25") { anybody() } else { None };
                (kind, found.unwrap_or_else(|| id.to_owned()))
            };
        },
    ),
    fault!(
        "ids/in-any-case",
        breaks["7643-3.1-10"],
        "compares ids as its database does, without regard to case",
        |provider| {
            provider.rules.looked_up = |_, _, kind, id| (kind, id.to_lowercase());
        },
    ),
    fault!(
        "ids/long-ones-answer-500",
        breaks["7644-3.12-12"],
        "has a column of 255 letters and does not catch what it throws",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.segments().iter().any(|segment| segment.len() > 255) {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "ids/one-table",
        breaks ["7644-3.12-12", "7643-3.1-22"],
        also ["7644-3.4.1-01", "7644-3.6-07", "7643-3-06", "7643-3.3-02"],
        "looks an id up in one table for all types",
        |provider| {
            provider.rules.looked_up = |provider, call, kind, id| {
                let lists = |kind: &str| provider.matching(kind, &format!("id eq {}", Value::from(id))).unwrap_or_default();
                let of = provider.kinds.iter().find(|kind| call.tenant == 0 && !lists(kind.name()).is_empty());
                (of.unwrap_or(kind), id.to_owned())
            };
        },
    ),
    fault!(
        "ids/made-of-the-name",
        breaks ["7643-3.1-07"],
        also ["7644-3.4.1-01", "7643-3.1-10", "7644-3.7-12"],
        "takes the user name for the id",
        |provider| {
            provider.seams.store.add(|change| {
                if let (Cause::Create, Some(doc)) = (change.cause, &mut change.after)
                    && let Some(name) = doc.get("userName").cloned()
                {
                    doc.insert("id".into(), name);
                }
            });
        },
    ),
];
