//! What a PUT has to leave as it is: a provider that keeps an immutable value refuses another one (RFC 7644 §3.5.1).

use serde_json::{Map, Value};

use crate::scim::schema::member;
use crate::scim::{Attribute, Mutability, ResourceSchema, Schema, Type};

/// Whether a resource of this type can hold values that a PUT may not change.
#[must_use]
pub fn has_immutable_attributes(schema: &ResourceSchema) -> bool {
    std::iter::once(&schema.core).chain(&schema.extensions).any(|schema| kept_by(schema).next().is_some())
}

/// The immutable values of a stored resource, by attribute path.
#[must_use]
pub fn immutable_values(schema: &ResourceSchema, stored: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    add(&mut out, &schema.core, "", stored);
    for extension in &schema.extensions {
        if let Some(inner) = member(stored, &extension.id) {
            add(&mut out, extension, &format!("{}:", extension.id), inner);
        }
    }
    out
}

fn add(out: &mut Map<String, Value>, schema: &Schema, prefix: &str, stored: &Value) {
    for (attribute, sub) in kept_by(schema) {
        let value = member(stored, &attribute.name);
        let (path, value) = match sub {
            None => (format!("{prefix}{}", attribute.name), value),
            Some(sub) => {
                let path = format!("{prefix}{}.{}", attribute.name, sub.name);
                (path, value.and_then(|value| member(value, &sub.name)))
            }
        };
        if let Some(value) = value.filter(|value| !value.is_null()) {
            out.insert(path, value.clone());
        }
    }
}

/// Immutable attributes, and immutable parts of those complex ones that every resource has.
fn kept_by(schema: &Schema) -> impl Iterator<Item = (&Attribute, Option<&Attribute>)> {
    let is_kept = |attribute: &Attribute| attribute.mutability == Mutability::Immutable;
    schema.attributes.iter().flat_map(move |attribute| {
        let whole = is_kept(attribute).then_some((attribute, None));
        let has_parts = whole.is_none() && attribute.required && attribute.kind == Type::Complex;
        let parts =
            attribute.sub_attributes.iter().filter(move |sub| has_parts && !attribute.multi_valued && is_kept(sub));
        whole.into_iter().chain(parts.map(move |sub| (attribute, Some(sub))))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::core;

    #[test]
    fn immutable_values_are_taken_from_where_they_stand() {
        let mut schema = core::resource_schema("User").unwrap();
        assert!(!has_immutable_attributes(&schema));
        assert_eq!(immutable_values(&schema, &json!({ "userName": "ann" })), Map::new());
        for attribute in schema.extensions[0].attributes.iter_mut().filter(|one| one.name == "costCenter") {
            attribute.mutability = Mutability::Immutable;
        }
        for attribute in schema.core.attributes.iter_mut().filter(|one| one.name == "name") {
            attribute.required = true;
            attribute.sub_attributes.iter_mut().for_each(|sub| sub.mutability = Mutability::Immutable);
        }
        assert!(has_immutable_attributes(&schema));
        let urn = schema.extensions[0].id.clone();
        let stored = json!({ "NAME": { "givenName": "Ann" }, urn.as_str(): { "costCenter": "7", "department": "x" } });
        let path = format!("{urn}:costCenter");
        assert_eq!(Value::Object(immutable_values(&schema, &stored)), json!({ "name.givenName": "Ann", path: "7" }));
    }
}
