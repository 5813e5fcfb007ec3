//! Values that no two resources of a type may share (RFC 7643 §7).

use rusqlite::Connection;
use serde_json::Value;

use super::kind::Kind;
use super::problem::Problem;
use super::store::{Rows, path_key, rows_of};
use super::{Object, Provider};
use crate::scim::{Attribute, Schema, Type, Uniqueness};

impl Provider {
    /// No other resource of the type has the value of an attribute with uniqueness `server` or `global`. `own` is
    /// the row of the resource itself.
    ///
    /// # Errors
    /// 409 `uniqueness` naming the attribute.
    pub(crate) fn check_unique(
        &self,
        connection: &Connection,
        kind: &Kind,
        doc: &Object,
        own: Option<i64>,
    ) -> Result<(), Problem> {
        if !(self.rules.enforces_uniqueness)() {
            return Ok(());
        }
        let rows: Rows = rows_of(kind, &self.rules, doc);
        for (extension, attribute, sub) in unique_attributes(kind) {
            let leaf = sub.unwrap_or(attribute);
            let path = path_key(extension.map(|schema| schema.id.as_str()), &attribute.name);
            let sub = sub.map_or(String::new(), |sub| sub.name.to_ascii_lowercase());
            let exact = leaf.case_exact || leaf.kind != Type::String;
            let column = if exact { "text" } else { "fold" };
            let query = format!(
                "SELECT count(*) FROM value v JOIN resource r ON r.rowid = v.res
                 WHERE v.path = ? AND v.sub = ? AND v.{column} = ? AND r.type = ? AND r.rowid <> ?"
            );
            let held = rows.iter().filter(|((known, _, of), _)| *known == path && *of == sub);
            for (_, value) in held {
                let key = if exact { &value.text } else { &value.fold };
                let values = rusqlite::params![path, sub, key.as_bytes(), kind.name(), own.unwrap_or(0)];
                let taken: i64 = connection.query_row(&query, values, |row| row.get(0))?;
                if taken > 0 {
                    let shown = Value::from(value.text.as_str());
                    let mut problem = Problem::uniqueness(format!("`{}` {shown} is already taken", leaf.name));
                    problem.status = (self.rules.conflict_status)(own.is_none());
                    return Err(problem);
                }
            }
        }
        Ok(())
    }
}

/// The attributes and sub-attributes whose values are unique, with the extension that defines them.
fn unique_attributes(kind: &Kind) -> impl Iterator<Item = (Option<&Schema>, &Attribute, Option<&Attribute>)> {
    let is_unique = |one: &Attribute| one.uniqueness != Uniqueness::None && one.kind != Type::Complex;
    kind.attributes().flat_map(move |(extension, attribute)| {
        let itself =
            std::iter::once(attribute).filter(move |one| is_unique(one)).map(move |one| (extension, one, None));
        let subs = attribute.sub_attributes.iter().filter(move |one| is_unique(one));
        itself.chain(subs.map(move |sub| (extension, attribute, Some(sub))))
    })
}
