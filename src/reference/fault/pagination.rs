//! Faults of paging.

use super::Fault;

pub(super) static FAULTS: [Fault; 6] = [
    fault!(
        "pagination/count-ignored",
        breaks ["7644-3.4.2.4-05"], also ["7644-3.4.2.4-08", "7644-3.4.2.4-09", "7644-3.4.2.4-11", "7644-3.4.2.4-15", "7644-3.4.2-10", "9865-2-05", "9865-2-03", "9865-3-01", "9865-2-09", "9865-2.4-01", "9865-2-04"],
        "never reads `count`",
        |provider| provider.seams.query.add(|query| query.count = None),
    ),
    fault!(
        "pagination/zero-based",
        breaks ["7644-3.4.2.4-03"], also ["7644-3.4.2.4-13", "7644-3.4.2.4-15", "7644-3.4.2.4-12", "entra-E22", "9865-2.4-01"],
        "takes startIndex as an offset",
        |provider| {
            provider.rules.start = |asked| u64::try_from(asked.unwrap_or(0)).unwrap_or(0).saturating_add(1);
        },
    ),
    fault!(
        "pagination/total-is-page-size",
        breaks ["7644-3.4.2-06", "7644-3.4.2.4-12"], also ["7644-3.4.2.4-08", "7644-3.4.2.4-09", "7644-3.4.2.4-14", "7644-3.4.2.4-15", "7644-3.4.2.4-07", "entra-E22", "9865-2-18", "7644-3.4.2.4-05", "7644-3.4.2.4-04", "7644-3.4.2.4-03"],
        "counts the resources of the page in place of all matches",
        |provider| provider.seams.list.add(|page| page.total = Some(page.per_page.clone())),
    ),
    fault!(
        "pagination/total-as-text",
        breaks ["7644-3.4.2-05"], also ["7644-3.4.2-06", "7644-3.4.2-11", "7644-3.4.2.4-12", "7644-3.4.2.4-09", "7644-3.4.2.4-08", "7643-2.3-05", "7644-3.4.2.4-14", "7644-3.4.2.4-15", "7644-3.6-03", "entra-A7", "7643-4.1.1-02", "entra-E22", "entra-F3", "entra-F4", "9865-2-18", "7644-3.4.2.4-10", "7644-3.4.2.4-05", "7644-3.4.2.4-04", "7644-3.4.2.4-03", "7644-3.4.2.1-02", "7644-3.12-11", "7644-3.3-08", "7644-3.4.2.2-04"],
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
];
