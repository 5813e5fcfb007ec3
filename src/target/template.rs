//! Minimal valid resources.

use serde_json::{Map, Value};

use super::sample;
use crate::scim::{Attribute, Mutability, ResourceSchema, ResourceType, urn};

/// A resource of a type: what is required by its schemas, then what the configuration insists on, then `values`.
///
/// Keys of `configured` and `values` may be attribute paths (`name.givenName`, `urn:…:User:department`).
pub(super) fn resource(
    kind: &ResourceType,
    schema: &ResourceSchema,
    marker: &str,
    configured: Option<&Map<String, Value>>,
    values: &Map<String, Value>,
) -> Value {
    let mut body = Map::new();
    body.insert("schemas".to_owned(), vec![kind.schema.clone()].into());
    fill_required(&mut body, &schema.core.attributes, marker);
    // The two attributes that RFC 7643 §4.1 and §4.2 demand, whatever the provider's schema says of them.
    if urn::same(&kind.schema, urn::USER) {
        body.insert("userName".to_owned(), format!("{marker}@scimspec.example").into());
    } else if urn::same(&kind.schema, urn::GROUP) {
        body.insert("displayName".to_owned(), format!("{marker} group").into());
    }
    for extension in &kind.extensions {
        let Some(definition) = schema.extension(&extension.schema) else { continue };
        let mut inner = Map::new();
        fill_required(&mut inner, &definition.attributes, marker);
        if extension.required || !inner.is_empty() {
            body.insert(extension.schema.clone(), Value::Object(inner));
        }
    }
    for (path, value) in configured.into_iter().flatten().chain(values) {
        set(&mut body, path, value.clone(), schema);
    }
    let used: Vec<String> =
        schema.extensions.iter().map(|one| one.id.clone()).filter(|id| body.contains_key(id)).collect();
    if let Some(Value::Array(schemas)) = body.get_mut("schemas") {
        for id in used {
            let known = schemas.iter().filter_map(Value::as_str).any(|one| urn::same(one, &id));
            if !known {
                schemas.push(id.into());
            }
        }
    }
    Value::Object(body)
}

fn fill_required(into: &mut Map<String, Value>, attributes: &[Attribute], marker: &str) {
    for attribute in attributes.iter().filter(|one| one.required && one.mutability != Mutability::ReadOnly) {
        into.insert(attribute.name.clone(), sample(attribute, marker, 1));
    }
}

/// Sets a value at a path, making the objects on the way.
fn set(body: &mut Map<String, Value>, path: &str, value: Value, schema: &ResourceSchema) {
    if let Some(extension) = schema.extensions.iter().find(|one| starts_with_urn(path, &one.id)) {
        let local = path[extension.id.len()..].trim_start_matches(':');
        if local.is_empty() {
            merge(body, &extension.id, value);
            return;
        }
        let container = body.entry(extension.id.clone()).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(inner) = container {
            set_local(inner, local, value);
        }
        return;
    }
    let local = if starts_with_urn(path, &schema.core.id) {
        path[schema.core.id.len()..].trim_start_matches(':')
    } else {
        path
    };
    if local.starts_with("urn:") {
        merge(body, local, value);
    } else {
        set_local(body, local, value);
    }
}

fn set_local(body: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            let name = body.keys().find(|name| name.eq_ignore_ascii_case(path)).cloned();
            body.insert(name.unwrap_or_else(|| path.to_owned()), value);
        }
        Some((name, sub)) => {
            let complex = body.entry(name.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = complex {
                inner.insert(sub.to_owned(), value);
            }
        }
    }
}

fn merge(body: &mut Map<String, Value>, key: &str, value: Value) {
    match (body.get_mut(key), value) {
        (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
        (_, value) => {
            body.insert(key.to_owned(), value);
        }
    }
}

fn starts_with_urn(path: &str, urn: &str) -> bool {
    path.get(..urn.len()).is_some_and(|head| urn::same(head, urn))
        && matches!(path[urn.len()..].chars().next(), None | Some(':'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::core;
    use crate::scim::schema::member;

    fn user(values: Value) -> Value {
        let kind = core::resource_types().remove(0);
        let schema = core::resource_schema("User").unwrap();
        resource(&kind, &schema, "m1", None, values.as_object().unwrap())
    }

    #[test]
    fn a_minimal_user_has_what_is_required() {
        assert_eq!(user(json!({})), json!({ "schemas": [urn::USER], "userName": "m1@scimspec.example" }));
    }

    #[test]
    fn paths_reach_sub_attributes_and_extensions() {
        let department = format!("{}:department", urn::ENTERPRISE_USER);
        let made = user(json!({ "name.givenName": "Ann", "USERNAME": "x", department: "R&D" }));
        assert_eq!(made["userName"], "x");
        assert_eq!(made["name"]["givenName"], "Ann");
        assert_eq!(made[urn::ENTERPRISE_USER]["department"], "R&D");
        assert_eq!(made["schemas"], json!([urn::USER, urn::ENTERPRISE_USER]));
        assert!(member(&made, "department").is_none());
    }
}
