//! Mappings with names of the author's own: fixtures, saved values, rows.

use super::{Validator, did_you_mean};
use crate::scim::Filter;
use crate::suite::grammar::{DECLARED_ROWS, Shape, TIERS};
use crate::suite::node::{Entry, Kind, Node};
use crate::suite::placeholder::{BUILT_IN, is_row_placeholder};

/// What a row of a table of attributes has: the definition (RFC 7643 §7), and what is made of it.
pub(in crate::suite) const ATTRIBUTE_COLUMNS: [&str; 19] = [
    "id",
    "resource",
    "endpoint",
    "demanded",
    "path",
    "name",
    "type",
    "multiValued",
    "description",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
    "subAttributes",
    "sample(1)",
    "sample(2)",
];

/// What a row of a table of resource types has (RFC 7643 §6).
pub(in crate::suite) const RESOURCE_TYPE_COLUMNS: [&str; 6] =
    ["id", "name", "endpoint", "schema", "description", "schemaExtensions"];

impl Validator<'_> {
    pub(super) fn names(&mut self, node: &Node, inner: &Shape) {
        let Kind::Map(entries) = &node.kind else {
            self.wrong(node, "a mapping from names to parts of the answer", None);
            return;
        };
        for entry in entries {
            self.name(entry);
            self.shape(&entry.value, inner);
        }
    }

    /// Placeholders have to be able to say the name.
    fn name(&mut self, entry: &Entry) {
        let name = entry.key.as_str();
        if BUILT_IN.contains(&name) {
            let help = Some(format!("`${{{name}}}` means something else already; take another name"));
            self.problems.add(entry.at, format!("`{name}` is a word of the language"), "taken", help);
        } else if !name.contains("${")
            && (name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
        {
            let help =
                Some("a name is made of letters, digits, `-` and `_`, so that placeholders can say it".to_owned());
            self.problems.add(entry.at, format!("`{name}` is no name"), "name", help);
        }
    }

    pub(super) fn fixtures(&mut self, node: &Node) {
        let Kind::Map(entries) = &node.kind else {
            let help = Some("write `{ ann: User }`".to_owned());
            self.wrong(node, "names with what they are", help);
            return;
        };
        for entry in entries {
            self.name(entry);
            match &entry.value.kind {
                Kind::Text(kind) => self.resource_type(entry.value.at, kind),
                Kind::Map(inner) => match inner.as_slice() {
                    [Entry { at, key, value }] if is_mapping(value) => {
                        self.resource_type(*at, key);
                        self.count(value);
                    }
                    _ => self.no_resource(entry),
                },
                _ => self.no_resource(entry),
            }
        }
    }

    fn no_resource(&mut self, entry: &Entry) {
        let help = Some("write `ann: User` or `ann: { User: { title: Boss } }`".to_owned());
        let (at, label) = match entry.value.entries() {
            [] => (entry.value.at, format!("this is {}", entry.value.describe())),
            [Entry { value, .. }] => (value.at, format!("this is {}", value.describe())),
            [_, second, ..] => (second.at, "a second type".to_owned()),
        };
        self.problems.add(at, format!("`{}` is no resource", entry.key), label, help);
    }

    /// `of: 7` makes seven of a kind.
    fn count(&mut self, values: &Node) {
        if let Some(count) = values.get("of") {
            self.shape(count, &Shape::Count);
        }
    }

    pub(super) fn rows(&mut self, node: &Node) {
        match &node.kind {
            Kind::Map(_) => {
                self.block(node, &DECLARED_ROWS);
                self.where_clause(node);
            }
            Kind::List(rows) if rows.is_empty() => {
                self.problems.add(node.at, "a table has at least one row", "empty list", None);
            }
            Kind::List(rows) => rows.iter().for_each(|row| self.row(row)),
            _ => {
                let help = Some("write `- { id: name, … }` for each row".to_owned());
                self.wrong(node, "a list of rows, `attributes-of` or `resource-types`", help);
            }
        }
    }

    fn row(&mut self, row: &Node) {
        const MADE_OF: &str = "a row id is text made of letters, digits, `-`, `.` and `_`";
        if !is_mapping(row) {
            self.wrong(row, "a row as a mapping", Some("write `{ id: name, … }`".to_owned()));
            return;
        }
        match row.get("id").map(|id| (id, id.text())) {
            Some((_, Some(id))) if is_row_id(id) => {}
            Some((id, Some(text))) => {
                let help = Some(MADE_OF.to_owned());
                self.problems.add_inside(id.at, text, 0..text.len(), format!("`{text}` is no id"), "row id", help);
            }
            Some((id, None)) => self.wrong(id, "a row id as text", super::quote_help(id)),
            None => self.problems.add(
                row.at,
                "a row lacks `id`",
                "missing key",
                Some("each row is a case and needs a name of its own".to_owned()),
            ),
        }
        for (key, shape) in [
            ("needs", Shape::List(&Shape::Need)),
            ("ruling", Shape::Ruling),
            ("shape", Shape::OneOrMany(&Shape::Recorded)),
            ("tier", TIERS),
        ] {
            if let Some(value) = row.get(key) {
                self.shape(value, &shape);
            }
        }
    }

    /// The attributes of a filter over definitions are known.
    fn where_clause(&mut self, table: &Node) {
        let (what, columns) = if table.get("resource-types").is_some() {
            ("resource types", &RESOURCE_TYPE_COLUMNS[..])
        } else {
            ("attribute definitions", &ATTRIBUTE_COLUMNS[..])
        };
        let Some(node) = table.get("where") else { return };
        let Some(text) = node.text().filter(|text| !is_row_placeholder(text)) else { return };
        let Ok(filter) = Filter::parse(text) else { return };
        for path in filter.paths() {
            let known = columns.iter().any(|column| column.eq_ignore_ascii_case(&path.name));
            if !known {
                let columns = columns.iter().copied().filter(|column| !column.contains('('));
                let help = did_you_mean(&path.name, columns.clone())
                    .unwrap_or_else(|| format!("there are {}", columns.collect::<Vec<_>>().join(", ")));
                let start = text.find(&path.name).unwrap_or(0);
                let message = format!("{what} have no `{}`", path.name);
                let part = start..start + path.name.len();
                self.problems.add_inside(node.at, text, part, message, "unknown attribute", Some(help));
            }
        }
    }
}

fn is_mapping(node: &Node) -> bool {
    matches!(node.kind, Kind::Map(_))
}

fn is_row_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}
