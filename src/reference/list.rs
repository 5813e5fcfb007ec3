//! Queries: GET on an endpoint or the base URL, and POST to `.search` (RFC 7644 §3.4.2, §3.4.3).

use rusqlite::types::Value as SqlValue;
use serde_json::{Value, json};

use super::Provider;
use super::call::Call;
use super::condition::{Condition, resolve};
use super::kind::Kind;
use super::problem::Problem;
use super::query::Query;
use super::reply::Reply;
use super::sql::Sql;
use super::store::{Record, path_key, record};
use crate::scim::{AttrPath, Filter, Type, urn};

/// A page of results. The numbers are JSON values, so that a fault can spoil their type.
pub(crate) struct Page {
    pub(crate) total: Value,
    pub(crate) start: Value,
    pub(crate) per_page: Value,
    /// `None` leaves the member out.
    pub(crate) resources: Option<Vec<Value>>,
}

impl Provider {
    /// Answers a GET on an endpoint (`kinds` holds its type) or on the base URL (all types).
    pub(crate) fn list(&self, call: &Call, kinds: &[&Kind]) -> Result<Reply, Problem> {
        self.query(call, kinds, Query::of_call(call)?)
    }

    /// Answers a POST to `.search`.
    pub(crate) fn search(&self, call: &Call, kinds: &[&Kind]) -> Result<Reply, Problem> {
        self.query(call, kinds, Query::of_message(&call.json()?)?)
    }

    fn query(&self, call: &Call, kinds: &[&Kind], mut query: Query) -> Result<Reply, Problem> {
        self.seams.query.pass(&mut query);
        if query.filter.is_some() && !self.supports.filter {
            return Err(Problem::not_supported("filtering"));
        }
        let start = (self.rules.start)(query.start);
        let size = (self.rules.page_size)(query.count, &self.limits);
        let (total, records) = self.select(kinds, &call.base, &query, start, size)?;
        let shown = |record: &Record| {
            let kind = kinds.iter().find(|kind| kind.name() == record.kind)?;
            Some(self.show(kind, &record.doc, &call.base, &query.projection))
        };
        let resources: Vec<Value> = records.iter().filter_map(shown).collect();
        let mut page = Page {
            total: total.into(),
            start: start.into(),
            per_page: resources.len().into(),
            resources: Some(resources),
        };
        self.seams.list.pass(&mut page);
        let mut body = json!({
            "schemas": [urn::LIST_RESPONSE],
            "totalResults": page.total,
            "startIndex": page.start,
            "itemsPerPage": page.per_page,
        });
        if let Some(resources) = page.resources {
            body["Resources"] = resources.into();
        }
        Ok(Reply::json(200, self.rules.media_type, body))
    }

    /// The ids of the resources of a type that match a filter, in the order in which they were created.
    ///
    /// # Errors
    /// As the answer to a query: 404 for an unknown type, 400 for a bad filter.
    pub fn matching(&self, resource_type: &str, filter: &str) -> Result<Vec<String>, Problem> {
        let kind = self.kind(resource_type)?;
        let query = Query { filter: Some(Filter::parse_as_clients_send(filter)?), ..Query::default() };
        let (_, records) = self.select(&[kind], "", &query, 1, u64::MAX)?;
        Ok(records.iter().map(|record| record.id().to_owned()).collect())
    }

    fn select(
        &self,
        kinds: &[&Kind],
        base: &str,
        query: &Query,
        start: u64,
        size: u64,
    ) -> Result<(u64, Vec<Record>), Problem> {
        let wanted = self.wanted(kinds, base, query)?;
        let mut page = Sql::default();
        page.push("SELECT r.rowid, r.type, r.doc FROM resource r WHERE ").push(&wanted.text);
        page.values.clone_from(&wanted.values);
        page.push(" ORDER BY ");
        if let (Some(path), true) = (&query.sort_by, self.supports.sort) {
            order(&mut page, kinds, path, query.descending);
        }
        page.push("r.rowid LIMIT ").bind(i64::try_from(size).unwrap_or(i64::MAX)).push(" OFFSET ");
        page.bind(i64::try_from(start.saturating_sub(1)).unwrap_or(i64::MAX));
        self.store.read(|connection| {
            let count = format!("SELECT count(*) FROM resource r WHERE {}", wanted.text);
            let total = rusqlite::params_from_iter(&wanted.values);
            let total: i64 = connection.prepare(&count)?.query_row(total, |row| row.get(0))?;
            let mut records = Vec::new();
            if size > 0 {
                let mut statement = connection.prepare(&page.text)?;
                let rows = statement.query_map(rusqlite::params_from_iter(&page.values), record)?;
                records = rows.collect::<Result<_, _>>()?;
            }
            Ok((u64::try_from(total).unwrap_or(0), records))
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

/// Sorts by the primary value, else the first; resources without a value are last, or first when descending
/// (RFC 7644 §3.4.2.3). A path that leads nowhere sorts nothing.
fn order(sql: &mut Sql, kinds: &[&Kind], path: &AttrPath, descending: bool) {
    let Some(found) = kinds.iter().find_map(|kind| kind.schema.find(path)) else { return };
    let sub = found.sub.or_else(|| found.attribute.sub("value"));
    let leaf = sub.unwrap_or(found.attribute);
    let column = match leaf.kind {
        Type::Complex => return,
        Type::Boolean | Type::Decimal | Type::Integer => "num",
        Type::String if leaf.case_exact => "text",
        Type::Reference | Type::Binary => "text",
        Type::String | Type::DateTime => "fold",
    };
    let key = path_key(found.extension.map(|schema| schema.id.as_str()), &found.attribute.name);
    let sub = sub.map_or(String::new(), |sub| sub.name.to_ascii_lowercase());
    let values: [SqlValue; 2] = [key.into(), sub.into()];
    let value = |sql: &mut Sql| {
        sql.push("(SELECT v.").push(column).push(" FROM value v WHERE v.res = r.rowid AND v.path = ");
        sql.bind(values[0].clone()).push(" AND v.sub = ").bind(values[1].clone());
        sql.push(" ORDER BY EXISTS (SELECT 1 FROM value p WHERE p.res = v.res AND p.path = v.path AND p.ord = v.ord");
        sql.push(" AND p.sub = 'primary' AND p.num = 1) DESC, v.ord LIMIT 1)");
    };
    let direction = if descending { " DESC, " } else { ", " };
    value(sql);
    sql.push(" IS NULL").push(direction);
    value(sql);
    sql.push(direction);
}

#[cfg(test)]
mod tests;
