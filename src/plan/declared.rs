//! Tables whose rows are what the target declares: one case per attribute definition or resource type.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Planned, missing_need};
use crate::check::evaluate;
use crate::requirement::Catalogue;
use crate::suite::{DeclaredRows, DeclaredTable, SuiteErrors};
use crate::target::{Target, attribute_rows, resource_type_rows};

/// The cases of a table for a target.
pub(super) fn cases(
    table: &DeclaredTable,
    target: &Target,
    catalogue: &Catalogue,
) -> Result<Vec<Planned>, SuiteErrors> {
    let mut out = Vec::new();
    for Row { id, values, pinned } in rows(&table.rows, target) {
        let definition = Value::Object(values);
        if table.filter.as_ref().is_some_and(|filter| !evaluate::matches(&definition, filter, None)) {
            continue;
        }
        let Value::Object(values) = definition else { continue };
        let case = Arc::new(table.case(&id, &values, catalogue)?);
        let skip =
            missing_need(&case.needs, target).or_else(|| pinned.then(|| format!("`{id}` is pinned by scimspec.toml")));
        out.push(Planned { case, skip });
    }
    Ok(out)
}

/// Resource types whose attributes are tried at most.
const MOST_TYPES: usize = 50;

struct Row {
    id: String,
    values: Map<String, Value>,
    /// The user's template says the value, so that a case may not choose one.
    pinned: bool,
}

fn rows(of: &DeclaredRows, target: &Target) -> Vec<Row> {
    match of {
        DeclaredRows::Attributes { of: Some(kind) } => attributes(kind, target, std::borrow::ToOwned::to_owned),
        DeclaredRows::Attributes { of: None } => {
            let kinds = target.resource_types.iter().filter(|kind| kind.is_named()).take(MOST_TYPES);
            let kinds = kinds.map(|kind| kind.name.as_str());
            kinds.flat_map(|kind| attributes(kind, target, |path| format!("{kind}.{path}"))).collect()
        }
        DeclaredRows::ResourceTypes => {
            let row = |(id, values)| Row { id, values, pinned: false };
            resource_type_rows(&target.resource_types).into_iter().map(row).collect()
        }
    }
}

fn attributes(kind: &str, target: &Target, id: impl Fn(&str) -> String) -> Vec<Row> {
    let (Some(schema), Some(of)) = (target.resource_schema(kind), target.resource_type(kind)) else {
        return Vec::new();
    };
    // What an extension or a complex attribute requires is only required of those who have it.
    let is_demanded = |path: &str| {
        let inside = of.extensions.iter().find(|one| path.starts_with(&format!("{}:", one.schema)));
        let local = inside.map_or(path, |one| &path[one.schema.len()..]);
        inside.is_none_or(|one| one.required) && !local.contains('.')
    };
    let row = |mut values: Map<String, Value>| {
        let path = values.get("path").and_then(Value::as_str).unwrap_or_default().to_owned();
        values.insert("resource".to_owned(), kind.into());
        values.insert("endpoint".to_owned(), of.endpoint.as_str().into());
        let required = values.get("required").and_then(Value::as_bool).unwrap_or(false);
        values.insert("demanded".to_owned(), (required && is_demanded(&path)).into());
        Row { id: id(&path), pinned: target.pins(kind, &path), values }
    };
    attribute_rows(&schema).into_iter().map(row).collect()
}
