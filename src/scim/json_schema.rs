//! A SCIM resource schema as JSON Schema 2020-12 for returned representations.
//!
//! It is lenient where RFC 7643 is: null stands for an absent value (§2.5), a projection may leave out what is
//! required, and members that the schema does not define are let through. JSON Schema compares names exactly, so a
//! resource goes through [`normalise`] first.

use serde_json::{Map, Value, json};

use super::core;
use super::resource_type::ResourceSchema;
use super::schema::{Attribute, Type};
use super::urn;

/// Format of an xsd:dateTime (RFC 7643 §2.3.5); wider than the `date-time` of JSON Schema, which demands a zone.
pub const DATE_TIME: &str = "scim-date-time";
/// Format of a Base64 text in either alphabet, with or without padding (RFC 7643 §2.3.6).
pub const BINARY: &str = "scim-binary";
/// Format of a URI reference (RFC 7643 §2.3.7).
pub const REFERENCE: &str = "scim-reference";
/// Keyword of numbers that are written without fraction and exponent (RFC 7643 §2.3.4); the `integer` of JSON Schema
/// also takes `1.0`.
pub const WHOLE_NUMBER: &str = "scimWholeNumber";

/// The JSON Schema of a returned resource. Only `schemas` and `id` are required.
#[must_use]
pub fn json_schema(schema: &ResourceSchema) -> Value {
    let mut properties = properties_of(core::common_attributes());
    // The common definitions win over those that a schema repeats (RFC 7643 §3.1).
    for (name, definition) in properties_of(&schema.core.attributes) {
        if !core::common_attributes().iter().any(|common| common.name.eq_ignore_ascii_case(&name)) {
            properties.insert(name, definition);
        }
    }
    for extension in &schema.extensions {
        let inner = properties_of(&extension.attributes);
        properties.insert(extension.id.clone(), json!({ "type": ["object", "null"], "properties": inner }));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": schema.name,
        "type": "object",
        "required": ["schemas", "id"],
        "properties": properties,
    })
}

/// The resource with every declared attribute under its declared name. Where two members name the same attribute,
/// the first is kept; members that nothing declares stay as they are.
#[must_use]
pub fn normalise(resource: &Value, schema: &ResourceSchema) -> Value {
    let Value::Object(members) = resource else { return resource.clone() };
    let mut out = Map::with_capacity(members.len());
    for (name, value) in members {
        if let Some(extension) = schema.extension(name) {
            put(&mut out, &extension.id, renamed(value, &extension.attributes));
        } else if let Some(attribute) = top_level(schema, name) {
            put(&mut out, &attribute.name, renamed(value, &attribute.sub_attributes));
        } else {
            put(&mut out, name, value.clone());
        }
    }
    Value::Object(out)
}

/// Whether [`normalise`] would leave the resource as it is; much cheaper than doing it.
#[must_use]
pub fn is_normal(resource: &Value, schema: &ResourceSchema) -> bool {
    let Value::Object(members) = resource else { return true };
    members.iter().all(|(name, value)| {
        if let Some(extension) = schema.extension(name) {
            extension.id == *name && has_names(value, &extension.attributes)
        } else {
            top_level(schema, name)
                .is_none_or(|attribute| attribute.name == *name && has_names(value, &attribute.sub_attributes))
        }
    })
}

/// The definition of a top-level member; a common attribute before one of the core schema.
pub(crate) fn top_level<'a>(schema: &'a ResourceSchema, name: &str) -> Option<&'a Attribute> {
    let common = core::common_attributes().iter().find(|common| common.name.eq_ignore_ascii_case(name));
    common.or_else(|| schema.core.attribute(name))
}

fn has_names(value: &Value, attributes: &[Attribute]) -> bool {
    match value {
        Value::Array(items) => items.iter().all(|item| has_names(item, attributes)),
        Value::Object(members) => members.iter().all(|(name, value)| {
            attributes
                .iter()
                .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
                .is_none_or(|attribute| attribute.name == *name && has_names(value, &attribute.sub_attributes))
        }),
        _ => true,
    }
}

fn renamed(value: &Value, attributes: &[Attribute]) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| renamed(item, attributes)).collect(),
        Value::Object(members) => {
            let mut out = Map::with_capacity(members.len());
            for (name, value) in members {
                match attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name)) {
                    Some(attribute) => put(&mut out, &attribute.name, renamed(value, &attribute.sub_attributes)),
                    None => put(&mut out, name, value.clone()),
                }
            }
            Value::Object(out)
        }
        other => other.clone(),
    }
}

fn put(out: &mut Map<String, Value>, name: &str, value: Value) {
    if !out.contains_key(name) {
        out.insert(name.to_owned(), value);
    }
}

fn properties_of(attributes: &[Attribute]) -> Map<String, Value> {
    let mut out = Map::new();
    for attribute in attributes {
        put(&mut out, &attribute.name, property(attribute));
    }
    out
}

fn property(attribute: &Attribute) -> Value {
    if attribute.multi_valued {
        return json!({ "type": ["array", "null"], "items": value_schema(attribute, &[]) });
    }
    value_schema(attribute, &["null"])
}

fn value_schema(attribute: &Attribute, also: &[&str]) -> Value {
    let of = |word: &str| {
        let mut types = vec![Value::from(word)];
        types.extend(also.iter().map(|word| Value::from(*word)));
        Value::from(types)
    };
    match attribute.kind {
        Type::String => json!({ "type": of("string") }),
        Type::Boolean => json!({ "type": of("boolean") }),
        Type::Decimal => json!({ "type": of("number") }),
        Type::Integer => json!({ "type": of("integer"), WHOLE_NUMBER: true }),
        Type::DateTime => json!({ "type": of("string"), "format": DATE_TIME }),
        Type::Binary => json!({ "type": of("string"), "format": BINARY }),
        Type::Reference => json!({ "type": of("string"), "format": REFERENCE }),
        Type::Complex => json!({ "type": of("object"), "properties": properties_of(&attribute.sub_attributes) }),
    }
}

/// Whether `key` is the name of an extension container rather than of an attribute.
#[must_use]
pub fn is_container_name(key: &str) -> bool {
    key.get(..4).is_some_and(|head| urn::same(head, "urn:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_follow_the_definitions() {
        let schema = json_schema(&core::resource_schema("User").unwrap());
        let at = |pointer: &str| schema.pointer(pointer).cloned().unwrap_or(Value::Null);
        assert_eq!(at("/required"), json!(["schemas", "id"]));
        assert_eq!(at("/properties/active/type"), json!(["boolean", "null"]));
        assert_eq!(at("/properties/emails/type"), json!(["array", "null"]));
        assert_eq!(at("/properties/emails/items/type"), json!(["object"]));
        assert_eq!(at("/properties/emails/items/properties/primary/type"), json!(["boolean", "null"]));
        assert_eq!(at("/properties/meta/properties/created/format"), json!(DATE_TIME));
        assert_eq!(at("/properties/x509Certificates/items/properties/value/format"), json!(BINARY));
        let extension = &schema["properties"][urn::ENTERPRISE_USER]["properties"];
        assert_eq!(extension["department"]["type"], json!(["string", "null"]));
    }

    #[test]
    fn names_become_the_declared_ones() {
        let schema = core::resource_schema("User").unwrap();
        let user = json!({
            "USERNAME": "ann",
            "username": "second",
            "Emails": [{ "VALUE": "a@x.example", "Odd": 1 }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:USER": { "DEPARTMENT": "R&D" },
            "whatever": { "A": 1 },
        });
        let normal = normalise(&user, &schema);
        assert!(!is_normal(&user, &schema) && is_normal(&normal, &schema));
        assert_eq!(normal["userName"], "ann");
        assert_eq!(normal["emails"], json!([{ "value": "a@x.example", "Odd": 1 }]));
        assert_eq!(normal[urn::ENTERPRISE_USER]["department"], "R&D");
        assert_eq!(normal["whatever"], json!({ "A": 1 }));
    }
}
