//! Queries: GET on an endpoint or the base URL, and POST to `.search` (RFC 7644 §3.4.2, §3.4.3).

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value, json};

use super::Provider;
use super::call::Call;
use super::condition::{Condition, resolve};
use super::cursor::Cursor;
use super::kind::Kind;
use super::order::order;
use super::problem::Problem;
use super::query::Query;
use super::reply::Reply;
use super::sql::Sql;
use super::store::{Record, Store, record};
use crate::scim::{Filter, urn};

/// A page of results. What is shown of it are JSON values, so that a fault can spoil their types.
pub(crate) struct Page {
    /// `None` leaves the member out, as for the others.
    pub(crate) total: Option<Value>,
    pub(crate) start: Option<Value>,
    pub(crate) per_page: Value,
    pub(crate) next_cursor: Option<Value>,
    pub(crate) previous_cursor: Option<Value>,
    pub(crate) resources: Option<Vec<Value>>,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug)]
enum From {
    /// 1-based index of the first result.
    Index(u64),
    Cursor(Cursor),
}

/// A part of the results.
struct Part {
    total: u64,
    /// Results before it.
    before: u64,
    records: Vec<Record>,
}

impl Provider {
    /// Answers a GET on an endpoint (`kinds` holds its type) or on the base URL (all types).
    pub(crate) fn list(&self, call: &Call, kinds: &[&Kind]) -> Result<Reply, Problem> {
        self.query(call, kinds, Query::of_call(call, &self.rules)?)
    }

    /// Answers a POST to `.search`.
    pub(crate) fn search(&self, call: &Call, kinds: &[&Kind]) -> Result<Reply, Problem> {
        self.query(call, kinds, Query::of_message(&call.json()?, &self.rules)?)
    }

    fn query(&self, call: &Call, kinds: &[&Kind], mut query: Query) -> Result<Reply, Problem> {
        let asked = described(call, kinds, &query);
        self.seams.query.pass(&mut query);
        if query.filter.is_some() && !self.supports.filter {
            return Err(Problem::not_supported("filtering"));
        }
        let size = (self.rules.page_size)(query.count, &self.limits);
        let from = self.from(&query, &asked)?;
        let part = self.select(self.store(call), kinds, &call.base, &query, from, size)?;
        let mut page = self.page(call, kinds, &query, &part);
        match from {
            From::Index(start) => page.start = Some(start.into()),
            From::Cursor(_) => self.set_cursors(&mut page, &part, &query, &asked),
        }
        self.seams.list.pass(&mut page);
        let mut body = json!({ "schemas": [urn::LIST_RESPONSE] });
        let members = [
            ("totalResults", page.total),
            ("startIndex", page.start),
            ("itemsPerPage", Some(page.per_page)),
            ("previousCursor", page.previous_cursor),
            ("nextCursor", page.next_cursor),
            ("Resources", page.resources.map(Value::Array)),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                body[name] = value;
            }
        }
        Ok(Reply::json(200, self.rules.media_type, body))
    }

    /// Where the page of a query begins, and by which way of paging (RFC 9865 §2.4).
    fn from(&self, query: &Query, asked: &str) -> Result<From, Problem> {
        let supports = &self.supports;
        let cursor = query.cursor.as_deref().filter(|_| supports.cursor);
        if cursor.is_some() && query.start.is_some() {
            return Err(Problem::invalid_value("startIndex and cursor are both given, expected one of them"));
        }
        if !supports.index && query.start.is_some_and(|start| start > 1) {
            return Err(Problem::invalid_value("pages are given by cursor only, so startIndex cannot be above 1"));
        }
        let by_default = !supports.index || supports.cursor_by_default && query.start.is_none();
        match cursor.or(by_default.then_some("")) {
            None => Ok(From::Index((self.rules.start)(query.start))),
            Some(text) => {
                let mut cursor = (self.rules.cursor)(&self.sealer, text, asked, query.count)?;
                self.seams.cursor.pass(&mut cursor);
                Ok(From::Cursor(cursor))
            }
        }
    }

    fn page(&self, call: &Call, kinds: &[&Kind], query: &Query, part: &Part) -> Page {
        let shown = |record: &Record| {
            let kind = kinds.iter().find(|kind| kind.name() == record.kind)?;
            Some(self.show(kind, &record.doc, &call.base, &query.projection))
        };
        let resources: Vec<Value> = part.records.iter().filter_map(shown).collect();
        Page {
            total: Some(part.total.into()),
            start: None,
            per_page: resources.len().into(),
            next_cursor: None,
            previous_cursor: None,
            resources: Some(resources),
        }
    }

    /// `nextCursor` on every page but the last, `previousCursor` on every page but the first (RFC 9865 §2).
    fn set_cursors(&self, page: &mut Page, part: &Part, query: &Query, asked: &str) {
        let (Some(first), Some(last)) = (part.records.first(), part.records.last()) else { return };
        let issued = Timestamp::now().as_second();
        let at = |back, row, before| {
            let cursor = Cursor { back, row, before, count: query.count, issued };
            Value::from(self.sealer.seal(&cursor, asked))
        };
        let after = part.before + u64::try_from(part.records.len()).unwrap_or(0);
        page.next_cursor = (self.rules.leads_on)(after, part.total).then(|| at(false, last.row, after));
        page.previous_cursor = (part.before > 0).then(|| at(true, first.row, part.before));
    }

    /// The ids of the resources of a type that match a filter, in the order in which they were created.
    ///
    /// # Errors
    /// As the answer to a query: 404 for an unknown type, 400 for a bad filter.
    pub fn matching(&self, resource_type: &str, filter: &str) -> Result<Vec<String>, Problem> {
        let kind = self.kind(resource_type)?;
        let query = Query { filter: Some(Filter::parse_as_clients_send(filter)?), ..Query::default() };
        let part = self.select(self.store_of(0), &[kind], "", &query, From::Index(1), u64::MAX)?;
        Ok(part.records.iter().map(|record| record.id().to_owned()).collect())
    }

    fn select(
        &self,
        store: &Store,
        kinds: &[&Kind],
        base: &str,
        query: &Query,
        from: From,
        size: u64,
    ) -> Result<Part, Problem> {
        let wanted = self.wanted(kinds, base, query)?;
        let sort_by = query.sort_by.as_ref().filter(|_| self.supports.sort);
        let sorted = sort_by.and_then(|path| order(kinds, path, query.descending));
        store.read(|connection| {
            let total = number(connection, &wanted.counted(""))?.unwrap_or(0);
            let (before, size) = match from {
                From::Index(start) => (start.saturating_sub(1), size),
                From::Cursor(cursor) => {
                    let before = place(connection, &wanted, sorted.as_ref(), &cursor)?;
                    let size_back = size.min(before);
                    if cursor.back { (before - size_back, size_back) } else { (before, size) }
                }
            };
            let mut page = Sql::default();
            page.push("SELECT r.rowid, r.type, r.doc FROM resource r WHERE ").append(&wanted).push(" ORDER BY ");
            if let Some(sorted) = &sorted {
                page.append(sorted);
            }
            page.push("r.rowid LIMIT ").bind(i64::try_from(size).unwrap_or(i64::MAX)).push(" OFFSET ");
            page.bind(i64::try_from(before).unwrap_or(i64::MAX));
            let mut records = Vec::new();
            if size > 0 {
                let mut statement = connection.prepare(&page.text)?;
                let rows = statement.query_map(rusqlite::params_from_iter(&page.values), record)?;
                records = rows.collect::<Result<_, _>>()?;
            }
            Ok(Part { total, before, records })
        })
    }

    /// The WHERE clause: a filter is resolved for each type on its own, because an attribute that a type does not
    /// define has no value there (RFC 7644 §3.4.2.1).
    fn wanted(&self, kinds: &[&Kind], base: &str, query: &Query) -> Result<Sql, Problem> {
        let mut sql = Sql::default();
        sql.push(if kinds.is_empty() { "0" } else { "" });
        for (index, kind) in kinds.iter().enumerate() {
            sql.push(if index == 0 { "(" } else { " OR (" });
            match &query.filter {
                None => {
                    sql.push("r.type = ").bind(kind.name().to_owned());
                }
                Some(filter) => {
                    let mut condition: Condition = resolve(kind, base, filter)?;
                    self.seams.filter.pass(&mut condition);
                    // The plus keeps SQLite from walking through the whole type instead of the few matches.
                    sql.push("+r.type = ").bind(kind.name().to_owned()).push(" AND (").condition(&condition).push(")");
                }
            }
            sql.push(")");
        }
        Ok(sql)
    }
}

/// What a cursor is bound to: everything that has to stay the same from page to page, and whose data it is.
fn described(call: &Call, kinds: &[&Kind], query: &Query) -> String {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let query = Query { cursor: None, count: None, in_body: false, ..query.clone() };
    format!("{} {kinds:?} {query:?}", call.tenant)
}

/// How many results are before the place of a cursor.
fn place(connection: &Connection, wanted: &Sql, sorted: Option<&Sql>, cursor: &Cursor) -> Result<u64, Problem> {
    let Some(sorted) = sorted.filter(|_| cursor.row != 0) else {
        let mut counted = wanted.counted(if cursor.back { " AND r.rowid < " } else { " AND r.rowid <= " });
        counted.bind(cursor.row);
        return Ok(number(connection, &counted)?.unwrap_or(0));
    };
    let mut ranked = Sql::default();
    ranked.push("SELECT rank FROM (SELECT r.rowid AS row, row_number() OVER (ORDER BY ").append(sorted);
    ranked.push("r.rowid) AS rank FROM resource r WHERE ").append(wanted).push(") WHERE row = ").bind(cursor.row);
    let rank = number(connection, &ranked)?;
    Ok(rank.map_or(cursor.before, |rank| if cursor.back { rank - 1 } else { rank }))
}

fn number(connection: &Connection, sql: &Sql) -> Result<Option<u64>, Problem> {
    let mut statement = connection.prepare(&sql.text)?;
    let found = statement.query_row(rusqlite::params_from_iter(&sql.values), |row| row.get::<_, i64>(0)).optional()?;
    Ok(found.and_then(|found| u64::try_from(found).ok()))
}

#[cfg(test)]
mod tests;
