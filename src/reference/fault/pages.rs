//! Faults of paging, by index and by cursor, at its edges.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::super::cursor::Cursor;
use super::super::problem::Problem;
use super::super::reply::{Body, Reply};
use super::Fault;
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 18] = [
    fault!(
        "pagination/start-needs-count",
        breaks["7644-3.4.2.4-10"], also ["7644-3.4.2.2-31", "7644-3.4.2.2-32", "7644-3.4.2.2-41", "7644-3.4.2.2-16", "7644-3.4.2.2-20", "7644-3.4.2.2-24", "7644-3.4.2.4-12", "7644-3.4.2-06", "7644-3.4.2.3-09", "7644-3.4.2.3-04", "7644-3.4.2.3-07", "7644-3.4.2.3-08", "7644-3.10-05", "7644-3.10-01", "7644-3.4.2.3-05", "7644-3.10-04", "7644-3.4.2.3-10", "7644-3.4.2.3-03"],
        "reads startIndex only where count is given",
        |provider| {
            provider.limits.page_default = 2;
            provider.seams.query.add(|query| {
                if query.count.is_none() {
                    query.start = None;
                }
            });
        }
    ),
    fault!(
        "pagination/large-count-answers-500",
        breaks["7644-3.4.2.4-07"],
        also["9865-2.1-05"],
        "asks the database for so much memory",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer
                    .call
                    .param("count")
                    .is_some_and(|count| count.len() > 6 && count.bytes().all(|b| b.is_ascii_digit()))
                {
                    answer.reply = Reply::problem(&Problem::new(500, None, "out of memory"), urn::MEDIA_TYPE);
                }
            });
        }
    ),
    fault!(
        "pagination/words-answer-500",
        breaks["7644-3.4.2.4-16"],
        also["9865-2.4-01"],
        "lets the exception of its number parser through",
        |provider| {
            provider.seams.reply.add(|answer| {
                let paged = answer.call.param("count").or(answer.call.param("startIndex")).is_some();
                if paged && answer.reply.body_mut().is_some_and(|body| body["scimType"] == "invalidValue") {
                    answer.reply.set_status(500);
                    answer.reply.remove_member("scimType");
                }
            });
        }
    ),
    fault!(
        "pagination/more-than-declared",
        breaks["7644-3.4.2.4-07"],
        "declares a maximum that it does not keep",
        |provider| {
            provider.seams.discovery.add(|document| {
                if let Some(filter) = document.body.get_mut("filter") {
                    filter["maxResults"] = 2.into();
                }
            });
        }
    ),
    fault!(
        "pagination/end-answers-404",
        breaks["7644-3.4.2.4-14"],
        "takes an empty page for a page that does not exist",
        |provider| {
            provider.seams.reply.add(|answer| {
                let start: u64 = answer.call.param("startIndex").and_then(|start| start.parse().ok()).unwrap_or(1);
                let is_empty = |body: &mut Value| body["Resources"].as_array().is_some_and(Vec::is_empty);
                if start > 1 && answer.reply.body_mut().is_some_and(is_empty) {
                    answer.reply = Reply::problem(&Problem::not_found("there is no such page"), urn::MEDIA_TYPE);
                }
            });
        }
    ),
    fault!(
        "pagination/total-from-a-cache",
        breaks["7644-3.4.2.4-12"],
        also["7644-3.4.2-11"],
        "counts once and keeps the number for every query of that text",
        |provider| {
            let known: Arc<Mutex<Option<(String, Value)>>> = Arc::default();
            provider.seams.reply.add(move |answer| {
                let filter = answer.call.param("filter").unwrap_or("").to_owned();
                let (Some(total), Ok(mut known)) =
                    (answer.reply.body_mut().and_then(|body| body.get_mut("totalResults")), known.lock())
                else {
                    return;
                };
                match known.as_ref().filter(|(text, _)| *text == filter && !filter.is_empty()) {
                    Some((_, counted)) => *total = counted.clone(),
                    None => *known = Some((filter, total.clone())),
                }
            });
        }
    ),
    fault!("pagination/zero-starts-nowhere", breaks["7644-3.4.2.4-04"], "refuses a startIndex below 1", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.call.param("startIndex").is_some_and(|start| start == "0" || start.starts_with('-')) {
                answer.reply = Reply::problem(&Problem::invalid_value("startIndex begins with 1"), urn::MEDIA_TYPE);
            }
        });
    }),
    fault!(
        "cursor/zero-is-everything",
        breaks["9865-2-04"],
        also["7644-3.4.2.4-05"],
        "takes a count of zero for none",
        |provider| {
            provider.seams.query.add(|query| {
                if query.cursor.is_some() && query.count == Some(0) {
                    query.count = None;
                }
            });
        }
    ),
    fault!("cursor/nothing-without-count", breaks["9865-2-07"], "needs a count to page by cursor", |provider| {
        provider.limits.page_default = 2;
        provider.seams.query.add(|query| {
            if query.count.is_none() && query.cursor.as_deref().is_some_and(|cursor| !cursor.is_empty()) {
                query.count = Some(0);
            }
        });
    }),
    fault!("cursor/back-is-forward", breaks["9865-2-16", "9865-2-11"], "gives the next cursor for the previous one", |provider| {
        provider.seams.cursor.add(|cursor| cursor.back = false);
    }),
    fault!("cursor/no-way-back", breaks["9865-2-12"], "gives no previous cursor", |provider| {
        provider.seams.list.add(|page| page.previous_cursor = None);
    }),
    fault!("cursor/decodes-what-it-can", breaks["9865-5.2-04"], "reads as much of a cursor as it needs", |provider| {
        provider.rules.cursor = |sealer, text, asked, count| {
            let whole = sealer.place(text, asked, count);
            whole.or_else(|problem| sealer.place(text.get(..66).unwrap_or(text), asked, count).or(Err(problem)))
        };
    }),
    fault!(
        "cursor/of-any-type",
        breaks["9865-2-14"],
        "keeps a number of rows in the cursor, and not whose they are",
        |provider| {
            provider.rules.cursor = |sealer, text, asked, count| {
                sealer.place(text, asked, count).or_else(|problem| {
                    // The cursors of this provider are longer than those that a client makes up.
                    if text.len() < 60 || !asked.contains("[\"Group\"]") {
                        Err(problem)
                    } else {
                        Ok(Cursor { count, ..Cursor::default() })
                    }
                })
            };
        }
    ),
    fault!("cursor/count-answers-500", breaks["9865-2.1-05"], "does not expect another count", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.reply.body_mut().is_some_and(|body| body["scimType"] == "invalidCount") {
                answer.reply.set_status(500);
                answer.reply.remove_member("scimType");
            }
        });
    }),
    fault!(
        "cursor/refused-in-own-words",
        breaks["9865-2.1-01"],
        also["7644-3.12-02", "7644-3.12-03", "7644-3.12-01"],
        "answers a bad cursor with an error message of its own form",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.body_mut().is_some_and(|body| body["scimType"] == "invalidCursor") {
                    answer.reply.body = Body::Json(json!({ "error": "bad cursor", "scimType": "invalidCursor" }));
                }
            });
        }
    ),
    fault!(
        "cursor/tells-of-others",
        breaks["9865-5.2-05"],
        "puts the last row that it read into the message",
        |provider| {
            let last: Arc<Mutex<String>> = Arc::default();
            let seen = Arc::clone(&last);
            provider.seams.render.add(move |rendered| {
                if let (Some(id), Ok(mut last)) = (rendered.stored.get("id").and_then(Value::as_str), last.lock()) {
                    id.clone_into(&mut last);
                }
            });
            provider.seams.reply.add(move |answer| {
                let is_cursor = |body: &&mut Value| body["scimType"] == "invalidCursor";
                if let (Some(body), Ok(last)) = (answer.reply.body_mut().filter(is_cursor), seen.lock()) {
                    body["detail"] = format!("cannot go on behind {last}").into();
                }
            });
        }
    ),
    fault!("cursor/default-not-declared", breaks["9865-2.4-02", "9865-2.4-03"], "gives cursors to who asks for none, and declares otherwise", |provider| {
        provider.supports.cursor_by_default = true;
        provider.seams.discovery.add(|document| {
            if let Some(paging) = document.body.get_mut("pagination") {
                paging["defaultPaginationMethod"] = "index".into();
            }
        });
    }),
    fault!(
        "cursor/index-forgotten",
        breaks["9865-2.4-01"], also ["entra-E22", "7644-3.4.2.4-03", "7644-3.4.2.4-13", "7644-3.4.2.4-04", "entra-B20"],
        "pages by cursor whatever is asked for, and declares both",
        |provider| {
            provider.seams.query.add(|query| {
                query.start = None;
                query.cursor.get_or_insert_default();
            });
        }
    ),
];
