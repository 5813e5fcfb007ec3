//! Faults of paging by cursor.

use serde_json::Value;

use super::super::cursor::Cursor;
use super::Fault;

pub(super) static FAULTS: [Fault; 16] = [
    fault!(
        "cursor/repeats-a-row",
        breaks["9865-2-16"],
        also["9865-3-01"],
        "begins the next page with the last resource of the page before",
        |provider| {
            provider.seams.cursor.add(|cursor| {
                cursor.row -= i64::from(cursor.row != 0 && !cursor.back);
                cursor.before = cursor.before.saturating_sub(1);
            });
        },
    ),
    fault!(
        "cursor/skips-a-row",
        breaks["9865-2-16"],
        "asks for rows beyond the one that was looked at to see whether there are more",
        |provider| provider.seams.cursor.add(|cursor| cursor.row += i64::from(cursor.row != 0)),
    ),
    fault!(
        "cursor/ignored",
        breaks["9865-2-09", "9865-2-16"], also ["9865-3-01", "9865-2.1-02", "9865-2.4-01"],
        "declares cursors and never reads one",
        |provider| provider.seams.query.add(|query| query.cursor = None),
    ),
    fault!(
        "cursor/always-the-first-page",
        breaks["9865-2-16"],
        also["9865-2.1-02", "9865-3-01"],
        "begins again with every cursor, so that the pages never end",
        |provider| provider.seams.query.add(|query| query.cursor = query.cursor.take().map(|_| String::new())),
    ),
    fault!(
        "cursor/not-given",
        breaks["9865-2-09"], also ["9865-2-16", "9865-3-01", "9865-2.4-01"],
        "cuts the list and gives no cursor for the rest",
        |provider| provider.seams.list.add(|page| page.next_cursor = None),
    ),
    fault!(
        "cursor/forgets-the-filter",
        breaks["9865-2-17"],
        also["9865-2-16", "9865-2-18", "9865-3-01"],
        "keeps the place in the cursor and not the filter",
        |provider| provider.seams.query.add(|query| {
            if query.cursor.as_deref().is_some_and(|cursor| !cursor.is_empty()) {
                query.filter = None;
            }
        }),
    ),
    fault!(
        "cursor/any-text-accepted",
        breaks["9865-2.1-02"],
        "takes a cursor that it cannot read for the beginning",
        |provider| {
            provider.rules.cursor = |sealer, text, asked, count| {
                sealer.place(text, asked, count).or_else(|_| Ok(Cursor { count, ..Cursor::default() }))
            };
        },
    ),
    fault!(
        "cursor/made-up-answers-500",
        breaks["9865-2.1-02"], also ["7644-3.12-16", "9865-2-14", "9865-5.2-01", "9865-5.2-04"],
        "does not catch what the decoder throws",
        |provider| {
            provider.seams.reply.add(|answer| {
                let kind = answer.reply.body_mut().and_then(|body| body.get("scimType").cloned());
                if kind == Some(Value::from("invalidCursor")) {
                    answer.reply.set_status(500);
                    answer.reply.remove_member("scimType");
                }
            });
        },
    ),
    fault!("cursor/padded", breaks["9865-2-02"], "writes cursors in base64 with its padding", |provider| {
        provider.seams.list.add(|page| {
            if let Some(cursor) = page.next_cursor.take() {
                page.next_cursor = Some(format!("{}==", cursor.as_str().unwrap_or("")).into());
            }
        });
        provider.seams.query.add(|query| {
            query.cursor = query.cursor.take().map(|cursor| cursor.trim_end_matches('=').to_owned());
        });
    },),
    fault!(
        "cursor/empty-on-the-last-page",
        breaks["9865-2-10"],
        "gives an empty cursor where there is no further page",
        |provider| {
            provider.seams.list.add(|page| {
                if page.start.is_none() {
                    page.next_cursor.get_or_insert_with(|| "".into());
                }
            });
        },
    ),
    fault!(
        "cursor/previous-of-the-first-page",
        breaks["9865-2-13"],
        "gives a cursor for the page before the first one",
        |provider| {
            provider.seams.list.add(|page| {
                if page.previous_cursor.is_none() {
                    page.previous_cursor.clone_from(&page.next_cursor);
                }
            });
        },
    ),
    fault!(
        "cursor/two-more-than-asked",
        breaks["9865-2-05"], also ["7644-3.4.2.4-05", "9865-2-16", "9865-3-01", "7644-3.4.2.4-08", "7644-3.4.2.4-09", "9865-2-03", "9865-2-09", "7644-3.4.2-10", "9865-2.2-01", "9865-2.4-01", "9865-2-04", "entra-B20", "entra-E22"],
        "takes count for a hint",
        |provider| {
            provider.rules.page_size = |asked, limits| {
                let count = asked.map_or(limits.page_default, |count| u64::try_from(count).unwrap_or(0));
                count.saturating_add(2).min(limits.page_max)
            };
        },
    ),
    fault!("cursor/not-in-search", breaks["9865-3-01"], "pages by cursor on GET only", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.call.segments().last() == Some(&".search") {
                answer.reply.remove_member("nextCursor");
            }
        });
    },),
    fault!(
        "cursor/unsorted",
        breaks["9865-2.2-01"],
        "pages in the order of the table, whatever is asked for",
        |provider| provider.seams.query.add(|query| {
            if query.cursor.is_some() {
                query.sort_by = None;
            }
        }),
    ),
    fault!(
        "cursor/opens-the-other-tenant",
        breaks["9865-5.2-01"],
        "lets the cursor say whose data it is",
        |provider| {
            provider.rules.tenant = |_, call| {
                let goes_on = call.param("cursor").is_some_and(|cursor| !cursor.is_empty());
                if goes_on { 0 } else { call.tenant }
            };
            provider.rules.cursor = |sealer, text, asked, count| {
                let first = asked.split_once(' ').map_or(String::new(), |(_, rest)| format!("0 {rest}"));
                sealer.place(text, asked, count).or_else(|_| sealer.place(text, &first, count))
            };
        },
    ),
    fault!(
        "cursor/declared-as-text",
        breaks["9865-4-03"],
        "declares in ServiceProviderConfig that cursors are supported, as text",
        |provider| {
            provider.seams.discovery.add(|document| {
                if let Some(paging) = document.body.get_mut("pagination") {
                    paging["cursor"] = "true".into();
                }
            });
        },
    ),
];
