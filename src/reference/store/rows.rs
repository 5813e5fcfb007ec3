//! A document as rows: one per leaf value, with its folded text or instant worked out when it is written.

use std::collections::BTreeMap;

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value as SqlValue};
use serde_json::Value;

use super::super::kind::{Kind, is_hidden, referred};
use super::super::{Object, Rules};
use crate::scim::{Attribute, Type, datetime};

/// Rows by path, position among the values, and sub-attribute (empty for a value that has none).
pub(crate) type Rows = BTreeMap<(String, i64, String), Leaf>;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leaf {
    /// Data type of the attribute.
    pub(crate) kind: &'static str,
    /// The value as it is.
    pub(crate) text: String,
    /// The value without regard to case; of a dateTime its instant, in digits that sort like it.
    pub(crate) fold: String,
    /// Numbers, and booleans as 0 and 1.
    pub(crate) num: Option<Number>,
}

/// A number as SQLite compares it, integers exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Integer(i64),
    Real(f64),
}

impl Number {
    pub(crate) fn of(number: &serde_json::Number) -> Self {
        number.as_i64().map_or_else(|| Self::Real(number.as_f64().unwrap_or(f64::MAX)), Self::Integer)
    }
}

impl ToSql for Number {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(match *self {
            Self::Integer(number) => SqlValue::Integer(number),
            Self::Real(number) => SqlValue::Real(number),
        }))
    }
}

/// Text without regard to case, character by character, so that a part of a text folds like the whole.
pub(crate) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Digits that sort as the instants do; `None` for what is no dateTime.
pub(crate) fn instant_key(text: &str) -> Option<String> {
    const SHIFT: i128 = 1_000_000_000_000_000_000_000;
    Some(format!("{:024}", datetime::parse(text)?.as_nanosecond() + SHIFT))
}

/// Key of an attribute in the `path` column.
pub(crate) fn path_key(extension: Option<&str>, name: &str) -> String {
    match extension {
        None => name.to_ascii_lowercase(),
        Some(urn) => format!("{urn}:{name}").to_ascii_lowercase(),
    }
}

/// The rows of a stored document. Attributes that are never returned have none, so no query can guess them.
pub(crate) fn rows_of(kind: &Kind, rules: &Rules, doc: &Object) -> Rows {
    let mut rows = Rows::new();
    for (key, value) in doc {
        if let Some(attribute) = kind.attribute(key) {
            add(&mut rows, &path_key(None, key), attribute, value);
        } else if let (Some(extension), Value::Object(inner)) = (kind.extension(key), value) {
            for (key, value) in inner {
                if let Some(attribute) = extension.attribute(key) {
                    add(&mut rows, &path_key(Some(&extension.id), key), attribute, value);
                }
            }
        }
    }
    let version = (rules.etag)(super::version(doc));
    put(&mut rows, "meta", 0, "version", Type::String, &Value::String(version));
    let id = doc.get("id").and_then(Value::as_str).unwrap_or("");
    let location = format!("{}/{id}", kind.of.endpoint);
    put(&mut rows, "meta", 0, "location", Type::Reference, &Value::String(location));
    rows
}

fn add(rows: &mut Rows, path: &str, attribute: &Attribute, value: &Value) {
    if is_hidden(attribute) {
        return;
    }
    let single = std::slice::from_ref(value);
    let values = if attribute.multi_valued { value.as_array().map_or(single, Vec::as_slice) } else { single };
    for (ord, value) in (0..).zip(values) {
        let Value::Object(members) = value else {
            put(rows, path, ord, "", attribute.kind, value);
            continue;
        };
        for (key, value) in members {
            if let Some(sub) = attribute.sub(key)
                && !is_hidden(sub)
                && (path, key.as_str()) != ("meta", "version")
            {
                put(rows, path, ord, &key.to_ascii_lowercase(), sub.kind, value);
            }
        }
        if let Some(reference) = referred(attribute, value) {
            put(rows, path, ord, "$ref", Type::Reference, &Value::String(reference));
        }
    }
}

fn put(rows: &mut Rows, path: &str, ord: i64, sub: &str, kind: Type, value: &Value) {
    let (text, num) = match value {
        Value::Null | Value::Array(_) | Value::Object(_) => return,
        Value::Bool(value) => (value.to_string(), Some(Number::Integer(i64::from(*value)))),
        Value::Number(number) => (number.to_string(), Some(Number::of(number))),
        Value::String(text) => (text.clone(), None),
    };
    let instant = (kind == Type::DateTime).then(|| instant_key(&text)).flatten();
    let fold = instant.unwrap_or_else(|| folded(&text));
    rows.insert((path.to_owned(), ord, sub.to_owned()), Leaf { kind: kind.as_str(), text, fold, num });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_sort_across_zones_and_eras() {
        let texts = ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.9Z", "1970-01-01T00:00:00.000000001Z"];
        let keys = texts.map(instant_key);
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(instant_key("2026-01-01T00:00:00+02:00"), instant_key("2025-12-31T22:00:00.000Z"));
        assert_eq!(instant_key("yesterday"), None);
    }

    #[test]
    fn folding_a_part_is_a_part_of_the_folded_whole() {
        assert!(folded("ΟΔΟΣ ΕΝΑ").contains(&folded("ΟΔΟΣ")));
    }
}
