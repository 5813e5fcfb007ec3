//! Walks through the pages of a list, within bounds.

use serde_json::Value;

use super::ask::ask;
use super::{Stop, check, page_request, resource_type_of, save, whole};
use crate::exchange::limits::{MOST_IN_URL, MOST_LISTED, MOST_PAGES};
use crate::exchange::{Exchange, Request};
use crate::run::case::{CaseRunner, object};
use crate::run::request;
use crate::scim::schema::member;
use crate::suite::{Action, Auth, Step};

/// Reads the pages behind the first one. Gives whether the end was reached.
pub(super) async fn follow(
    runner: &mut CaseRunner<'_>,
    first: &Request,
    auth: Auth,
    indices: &mut Vec<usize>,
) -> Result<bool, Stop> {
    let mut start = 1;
    loop {
        let last = indices.last().map(|&index| Page::of(&runner.exchanges[index])).unwrap_or_default();
        start += last.items;
        if last.items == 0 || last.total.is_none_or(|total| start > total) {
            // Fewer than promised: nothing more will come, and what is missing is not known to be missing.
            return Ok(last.total.is_none_or(|total| start > total));
        }
        if start > MOST_LISTED || indices.len() >= MOST_PAGES {
            return Ok(false);
        }
        // A provider that gives a cursor to who did not ask for one pages by cursors (RFC 9865 §2.3).
        let next = match last.next_cursor {
            Some(cursor) => request::with_query(first, &[("cursor".to_owned(), cursor)]),
            None => page_request(first, start, None),
        };
        indices.push(ask(runner, next, auth).await?);
    }
}

/// The step `pages`: every page is checked, then all of them together.
pub(super) async fn walk(runner: &mut CaseRunner<'_>, step: &Step) -> Result<(), Stop> {
    let Action::Pages { by_cursor, count, each, .. } = &step.action else { return Ok(()) };
    let first = request::build(step, &runner.names).map_err(Stop::Blocked)?;
    let kind = resource_type_of(runner, step);
    let mut indices = Vec::new();
    let mut start = 1;
    let mut cursors: Vec<String> = Vec::new();
    let mut complete = false;
    while indices.len() < MOST_PAGES && start <= MOST_LISTED {
        runner.names.page_start = start;
        let page_request = if *by_cursor {
            let mut query = vec![("cursor".to_owned(), cursors.last().cloned().unwrap_or_default())];
            query.extend(count.map(|count| ("count".to_owned(), count.to_string())));
            request::with_query(&first, &query)
        } else {
            page_request(&first, start, *count)
        };
        let index = ask(runner, page_request, step.auth).await?;
        check(runner, each, &[index], true, kind.as_deref())?;
        indices.push(index);
        let page = Page::of(&runner.exchanges[index]);
        start += page.items;
        let ends = if *by_cursor {
            let next = page.next_cursor.clone().unwrap_or_default();
            if let Some(why) = unfollowable(&next, &cursors) {
                return Err(Stop::Blocked(why));
            }
            let ends = next.is_empty();
            cursors.push(next);
            ends
        } else {
            page.items == 0 || page.total.is_none_or(|total| start > total)
        };
        if ends {
            complete = true;
            break;
        }
    }
    if whole::is_read(step, runner.target()) {
        whole::check(runner, &indices, complete)?;
    }
    let saved = save(runner, step, &indices);
    check(runner, &step.expect, &indices, complete, kind.as_deref())?;
    saved
}

/// Why the walk cannot go on behind a page.
fn unfollowable(next: &str, cursors: &[String]) -> Option<String> {
    if next.len() > MOST_IN_URL {
        return Some(format!("nextCursor is a cursor of {} bytes, which no URL can hold", next.len()));
    }
    let before = cursors.iter().position(|cursor| cursor == next)?;
    Some(format!(
        "the pages never end: after {} of them, nextCursor is the cursor that came with page {} already",
        cursors.len() + 1,
        before + 1
    ))
}

/// What a page says of itself.
#[derive(Default)]
struct Page {
    items: u64,
    total: Option<u64>,
    next_cursor: Option<String>,
}

impl Page {
    fn of(exchange: &Exchange) -> Self {
        let Some(body) = object(exchange) else { return Self::default() };
        let items = member(body, "Resources").and_then(Value::as_array).map_or(0, Vec::len);
        Self {
            items: u64::try_from(items).unwrap_or(u64::MAX),
            total: member(body, "totalResults").and_then(Value::as_u64),
            next_cursor: member(body, "nextCursor").and_then(Value::as_str).map(str::to_owned),
        }
    }
}
