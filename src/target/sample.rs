//! Values for attributes, made from their definitions.

use serde_json::{Map, Value, json};

use super::usable::first_attributes;
use crate::scim::{AttrPath, Attribute, ResourceSchema, ResourceType, Schema, Type, Uniqueness};

/// A value that fits a definition. Different `n` (from 1) give different values where the definition allows it;
/// `marker` is in every text that is free, so that values are unique to a case.
///
/// Names that are known from RFC 7643 get values of their usual form (a language tag, a time zone, an address), since
/// providers check more than they declare.
#[must_use]
pub fn sample(attribute: &Attribute, marker: &str, n: usize) -> Value {
    let one = single(attribute, marker, n);
    if attribute.multi_valued { Value::Array(vec![one]) } else { one }
}

fn single(attribute: &Attribute, marker: &str, n: usize) -> Value {
    if attribute.kind == Type::String && !attribute.canonical_values.is_empty() {
        return attribute.canonical_values[(n - 1) % attribute.canonical_values.len()].clone().into();
    }
    match attribute.kind {
        Type::String => text(attribute, marker, n).into(),
        Type::Boolean => (n % 2 == 1).into(),
        Type::Integer => n.into(),
        #[expect(clippy::cast_precision_loss, reason = "sample numbers are small")]
        Type::Decimal => (n as f64 + 0.5).into(),
        Type::DateTime => format!("2026-01-{:02}T08:30:00Z", n.clamp(1, 28)).into(),
        Type::Binary => ["c2NpbXNwZWMtMQ==", "c2NpbXNwZWMtMg==", "c2NpbXNwZWMtMw=="][(n - 1) % 3].into(),
        Type::Reference => format!("https://scimspec.example/{marker}/{n}").into(),
        Type::Complex => complex(attribute, marker, n),
    }
}

fn complex(attribute: &Attribute, marker: &str, n: usize) -> Value {
    let writable = |sub: &&Attribute| sub.mutability != crate::scim::Mutability::ReadOnly;
    let wanted: Vec<&Attribute> = attribute.sub_attributes.iter().filter(writable).collect();
    let mut out = Map::new();
    // Where no kinds are recommended, any made-up one may be refused.
    let is_kind = |sub: &Attribute| sub.name == "type" && attribute.multi_valued && !sub.canonical_values.is_empty();
    for sub in &wanted {
        let is_reference = sub.name == "$ref"
            || sub.kind == Type::Reference
                && !sub.reference_types.iter().any(|kind| kind == "external" || kind == "uri");
        if sub.required || (sub.name == "value" && !is_reference) || is_kind(sub) {
            out.insert(sub.name.clone(), sample(&named_like_parent(sub, attribute), marker, n));
        }
    }
    if out.is_empty()
        && let Some(sub) = wanted.iter().find(|sub| sub.kind == Type::String).or(wanted.first())
    {
        out.insert(sub.name.clone(), sample(sub, marker, n));
    }
    Value::Object(out)
}

/// The `value` of `emails` takes the form of an e-mail address: it is sampled under the name of its parent.
fn named_like_parent(sub: &Attribute, parent: &Attribute) -> Attribute {
    let name = if sub.name == "value" { parent.name.clone() } else { sub.name.clone() };
    Attribute { name, ..sub.clone() }
}

fn text(attribute: &Attribute, marker: &str, n: usize) -> String {
    let pick = |values: [&str; 3]| values[(n - 1) % 3].to_owned();
    match attribute.name.as_str() {
        "userName" | "emails" => format!("{marker}.{n}@scimspec.example"),
        // Providers take blanks out of it and write it in small letters (RFC 7643 §4.1.2).
        "ims" => format!("{marker}.{n}"),
        "preferredLanguage" | "locale" => pick(["en-US", "de-DE", "fr-FR"]),
        "timezone" => pick(["Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo"]),
        "country" => pick(["US", "DE", "JP"]),
        "phoneNumbers" => pick(["tel:+1-201-555-0123", "tel:+1-201-555-0124", "tel:+1-201-555-0125"]),
        "password" => format!("Pw1!{marker}{n}"),
        _ if attribute.uniqueness != Uniqueness::None => format!("{marker}-{n}"),
        name => format!("{name} {n} {marker}"),
    }
}

/// One row per attribute definition of a resource type, extensions included: the definition itself, and `path`,
/// `sample(1)` and `sample(2)`. Of a schema with very many attributes, the first ones; an attribute whose name is none
/// (RFC 7643 section 2.1) has no row.
#[must_use]
pub fn attribute_rows(schema: &ResourceSchema) -> Vec<Map<String, Value>> {
    let of = |schema: &Schema, prefix: &str| -> Vec<Map<String, Value>> {
        let mut rows = Vec::new();
        for attribute in first_attributes(&schema.attributes) {
            rows.extend(row(attribute, &format!("{prefix}{}", attribute.name)));
            // The parts of a reference to another resource are only valid when that resource is there.
            let refers = attribute.sub("$ref").is_some();
            if attribute.kind == Type::Complex && !attribute.multi_valued && !refers {
                for sub in &attribute.sub_attributes {
                    rows.extend(row(sub, &format!("{prefix}{}.{}", attribute.name, sub.name)));
                }
            }
        }
        rows
    };
    let mut rows = of(&schema.core, "");
    for extension in &schema.extensions {
        rows.extend(of(extension, &format!("{}:", extension.id)));
    }
    rows
}

/// One row per resource type: its name, and its definition. Of very many, the first ones.
#[must_use]
pub fn resource_type_rows(kinds: &[ResourceType]) -> Vec<(String, Map<String, Value>)> {
    const MOST: usize = 50;
    let row = |kind: &ResourceType| {
        let extensions: Vec<Value> = kind
            .extensions
            .iter()
            .map(|extension| json!({ "schema": extension.schema, "required": extension.required }))
            .collect();
        let columns: [(&str, Value); 4] = [
            ("name", kind.name.as_str().into()),
            ("endpoint", kind.endpoint.as_str().into()),
            ("schema", kind.schema.as_str().into()),
            ("schemaExtensions", extensions.into()),
        ];
        (kind.name.clone(), columns.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
    };
    kinds.iter().filter(|kind| kind.is_named()).take(MOST).map(row).collect()
}

/// `None` for an attribute that cannot be spoken of: its name is none, or what the target says of it would be read as a
/// placeholder of a suite.
fn row(attribute: &Attribute, path: &str) -> Option<Map<String, Value>> {
    let definition = attribute.to_json();
    if AttrPath::parse(path).is_err() || definition.to_string().contains("${") {
        return None;
    }
    let Value::Object(mut row) = definition else { return None };
    row.insert("path".to_owned(), path.into());
    // `${run}` is filled in when the case runs.
    for n in [1, 2] {
        row.insert(format!("sample({n})"), sample(attribute, "${run}", n));
    }
    row.entry("caseExact").or_insert_with(|| json!(false));
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_target_declares_is_never_read_as_a_part_of_a_suite() {
        let names = ["plain", "$ref", "a b", "]]> | x", "${run}", ""];
        let mut attributes: Vec<Value> = names.map(|name| json!({ "name": name, "type": "string" })).to_vec();
        attributes.push(json!({ "name": "chosen", "type": "string", "canonicalValues": ["${ann.id}"] }));
        let schema = json!({ "id": "urn:example:2.0:Thing", "name": "Thing", "attributes": attributes });
        let core = Schema::from_json(&schema).expect("a schema");
        let rows = attribute_rows(&ResourceSchema { name: "Thing".into(), core, extensions: Vec::new() });
        let paths: Vec<&Value> = rows.iter().map(|row| &row["path"]).collect();
        assert_eq!(paths, ["plain", "$ref"]);
    }
}
