//! Legal ways to list, filter, sort and page.

use super::Variant;

pub(super) static VARIANTS: [Variant; 11] = [
    variant!("list/no-resources-when-empty", "leaves `Resources` out of a list without results", |provider| {
        provider.seams.list.add(|page| page.resources = page.resources.take().filter(|listed| !listed.is_empty()));
    }),
    variant!("list/two-on-a-page", "returns two resources on a page at most", |provider| {
        provider.limits.page_max = 2;
        provider.limits.page_default = 2;
    }),
    variant!("cursor/unsupported", skips["cursor"], "pages by index only, and says so", |provider| {
        provider.supports.cursor = false;
    }),
    variant!("cursor/undeclared", skips["cursor"], "says nothing of paging in its configuration", |provider| {
        provider.supports.cursor = false;
        provider.seams.discovery.add(|document| {
            if let Some(body) = document.body.as_object_mut() {
                body.shift_remove("pagination");
            }
        });
    }),
    variant!("cursor/only", skips["index"], "pages by cursor only", |provider| provider.supports.index = false),
    variant!("cursor/by-default", "pages by cursor unless startIndex is given", |provider| {
        provider.supports.cursor_by_default = true;
    }),
    variant!(
        "cursor/two-on-a-page",
        skips["index"],
        "pages by cursor only, two resources on a page at most",
        |provider| {
            provider.supports.index = false;
            provider.limits.page_max = 2;
            provider.limits.page_default = 2;
        }
    ),
    variant!("cursor/empty-last-page", "does not look ahead, so that the last page is empty", |provider| {
        provider.rules.leads_on = |after, total| after <= total;
    }),
    variant!("cursor/no-total", "does not count the results of a query by cursor", |provider| {
        provider.seams.list.add(|page| page.total = page.total.take().filter(|_| page.start.is_some()));
    }),
    variant!("filter/unsupported", skips["filter"], "does not support filters", |provider| {
        provider.supports.filter = false;
    }),
    variant!("sort/unsupported", skips["sort"], "does not support sorting", |provider| {
        provider.supports.sort = false;
    }),
];
