//! Faults of paging.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::Fault;
use super::hands::on_success;

pub(super) static FAULTS: [Fault; 9] = [
    fault!(
        "pagination/count-ignored",
        breaks ["7644-3.4.2.4-05"], also ["7644-3.4.2.4-08", "7644-3.4.2.4-09", "7644-3.4.2.4-11", "7644-3.4.2.4-15", "7644-3.4.2-10", "9865-2-05", "9865-2-03", "9865-3-01", "9865-2-09", "9865-2.4-01", "9865-2-04", "entra-B20", "entra-E22"],
        "never reads `count`",
        |provider| provider.seams.query.add(|query| query.count = None),
    ),
    fault!(
        "pagination/zero-based",
        breaks ["7644-3.4.2.4-03"], also ["7644-3.4.2.4-13", "7644-3.4.2.4-15", "7644-3.4.2.4-12", "entra-E22", "9865-2.4-01", "entra-B20"],
        "takes startIndex as an offset",
        |provider| {
            provider.rules.start = |asked| u64::try_from(asked.unwrap_or(0)).unwrap_or(0).saturating_add(1);
        },
    ),
    fault!(
        "pagination/total-is-page-size",
        breaks ["7644-3.4.2-06", "7644-3.4.2.4-12"], also ["7644-3.4.2.4-08", "7644-3.4.2.4-09", "7644-3.4.2.4-14", "7644-3.4.2.4-15", "7644-3.4.2.4-07", "entra-E22", "9865-2-18", "7644-3.4.2.4-05", "7644-3.4.2.4-04", "7644-3.4.2.4-03", "entra-B20"],
        "counts the resources of the page in place of all matches",
        |provider| provider.seams.list.add(|page| page.total = Some(page.per_page.clone())),
    ),
    fault!(
        "pagination/total-as-text",
        breaks ["7644-3.4.2-05"], also ["7644-3.4.2-06", "7644-3.4.2-11", "7644-3.4.2.4-12", "7644-3.4.2.4-09", "7644-3.4.2.4-08", "7643-2.3-05", "7644-3.4.2.4-14", "7644-3.4.2.4-15", "7644-3.6-03", "entra-A7", "7643-4.1.1-02", "entra-E22", "entra-F3", "entra-F4", "9865-2-18", "7644-3.4.2.4-10", "7644-3.4.2.4-05", "7644-3.4.2.4-04", "7644-3.4.2.4-03", "7644-3.4.2.1-02", "7644-3.12-11", "7644-3.3-08", "7644-3.4.2.2-04", "entra-B21", "entra-B10", "entra-B14", "entra-B12", "entra-A1", "entra-B20", "entra-E13", "entra-E7", "entra-F2", "entra-F1", "entra-F5", "entra-F17", "entra-F16", "entra-F15", "entra-F18"],
        "writes totalResults as text",
        |provider| provider.seams.list.add(|page| page.total = page.total.take().map(|total| total.to_string().into())),
    ),
    fault!(
        "pagination/items-per-page-is-count",
        breaks["7644-3.4.2.4-11"], also ["7644-3.4.2-10", "7644-3.4.2.4-05"],
        "echoes the page size in place of the number of resources returned",
        |provider| provider.seams.list.add(|page| page.per_page = 100.into()),
    ),
    fault!(
        "pagination/negative-count-is-all",
        breaks["7644-3.4.2.4-08"], also ["7644-3.4.2.4-05", "9865-2-03"],
        "hands a negative count on to the database, which reads it as no limit",
        |provider| {
            provider.rules.page_size = |asked, limits| match asked.map(u64::try_from) {
                None => limits.page_default,
                Some(Ok(count)) => count.min(limits.page_max),
                Some(Err(_)) => limits.page_max,
            };
        },
    ),
    fault!(
        "pagination/items-for-resources",
        breaks["7644-3.4.2-08"],
        also ["7644-3.4.2-05", "entra-B14", "entra-E22", "7644-3.4.2.2-04", "9865-2-09", "9865-2.1-05", "9865-2-07", "7644-3.4.2.4-03", "7644-3.4.2.4-10", "7644-3.4.2.4-04", "7644-3.4.2.5-05", "7644-3.4.2.5-04", "7644-3.4.2.5-07", "7644-3.4.2.5-06", "7644-3.4.2-06", "7644-3.4.2.3-09", "7644-3.4.2.3-04", "7644-3.4.2.3-07", "7644-3.4.2.3-08", "7644-3.10-05", "7644-3.10-01", "7644-3.4.2.3-05", "7644-3.10-04", "7644-3.4.2.3-10", "7644-3.4.2.3-03", "7644-3.9-01", "7643-4.1.1-02", "7644-3.9-05", "7644-3.9-04", "entra-B9", "entra-F1", "entra-F3", "entra-F5", "entra-F9"],
        "calls the resources of a list items",
        |provider| on_success(
            provider,
            |call| call.segments() == ["Users"],
            |answer| {
                if let Some(body) = answer.reply.body_mut().and_then(Value::as_object_mut)
                    && let Some(listed) = body.shift_remove("Resources")
                {
                    body.insert("items".into(), listed);
                }
            }
        ),
    ),
    fault!("pagination/no-start", breaks["7644-3.4.2-09"], also ["entra-E22", "9865-2.4-01", "7644-3.4.2.4-13", "7644-3.4.2.4-04", "7644-3.4.2.4-03", "entra-B20"],"does not say where a page begins", |provider| provider
        .seams
        .list
        .add(|page| page.start = None),),
    fault!(
        "pagination/changed-lists-crash",
        breaks["7644-3.4.2.4-01"],
        also["7644-4-08"],
        "wants the list as long as it was on the page before",
        |provider| {
            let last = Mutex::new(0);
            on_success(
                provider,
                |call| call.param("startIndex").is_some(),
                move |answer| {
                    let total = answer.reply.body_mut().and_then(|body| body["totalResults"].as_u64()).unwrap_or(0);
                    let first = answer.call.param("startIndex") == Some("1");
                    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                    if !first && *last != total {
                        answer.reply.set_status(500);
                    }
                    *last = total;
                },
            );
        },
    ),
];
