//! Legal ways to process bulk jobs.

use serde_json::json;

use super::super::rules::Circles;
use super::Variant;

pub(super) static VARIANTS: [Variant; 5] = [
    variant!("bulk/unsupported", skips["bulk"], "does not support bulk jobs", |provider| {
        provider.supports.bulk = false;
        provider.limits.bulk_operations = 0;
    }),
    variant!("bulk/circles-refused", "refuses references that go in a circle with 409", |provider| {
        provider.rules.circles = Circles::Refuse;
    }),
    variant!("bulk/other-order", "lists the items of a bulk answer in another order", |provider| {
        provider.seams.items.add(|items| items.reverse());
    }),
    variant!("bulk/status-as-object", "writes the status of an item as an object with a code", |provider| {
        provider.seams.items.add(|items| {
            for item in items {
                item["status"] = json!({ "code": item["status"] });
            }
        });
    }),
    variant!("bulk/ten-operations", "takes ten operations at most in a job", |provider| {
        provider.limits.bulk_operations = 10;
    }),
];
