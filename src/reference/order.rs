//! The order of results (RFC 7644 §3.4.2.3).

use rusqlite::types::Value as SqlValue;

use super::kind::Kind;
use super::sql::Sql;
use super::store::path_key;
use crate::scim::{AttrPath, Type};

/// Sorts by the primary value, else the first; resources without a value are last, or first when descending
/// (RFC 7644 §3.4.2.3). Ends with a comma; `None` for a path that leads nowhere, which sorts nothing.
pub(crate) fn order(kinds: &[&Kind], path: &AttrPath, descending: bool) -> Option<Sql> {
    let found = kinds.iter().find_map(|kind| kind.schema.find(path))?;
    let sub = found.sub.or_else(|| found.attribute.sub("value"));
    let leaf = sub.unwrap_or(found.attribute);
    let column = match leaf.kind {
        Type::Complex => return None,
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
    let mut sql = Sql::default();
    value(&mut sql);
    sql.push(" IS NULL").push(direction);
    value(&mut sql);
    sql.push(direction);
    Some(sql)
}
