//! Finding the values that an attribute path leads to, in resources and messages alike.
//!
//! Names and schema URIs are compared without regard to case (RFC 7643 §2.1, RFC 7644 §3.10), arrays are flattened,
//! and null is no value (RFC 7643 §2.5).

use serde_json::Value;

use super::evaluate;
use crate::scim::schema::member;
use crate::scim::{AttrPath, PatchPath, ResourceSchema, urn};

/// Every value that the path leads to; arrays are flattened and null is left out.
#[must_use]
pub fn values<'a>(resource: &'a Value, path: &AttrPath) -> Vec<&'a Value> {
    values_by(resource, path, None)
}

/// The first value that the path leads to, where it is a text.
#[must_use]
pub fn first_text<'a>(resource: &'a Value, path: &AttrPath) -> Option<&'a str> {
    values(resource, path).first()?.as_str()
}

/// Every value that a PATCH path leads to: those of the attribute that match the filter, or their sub-attribute.
#[must_use]
pub fn value_path<'a>(resource: &'a Value, path: &PatchPath, schema: Option<&ResourceSchema>) -> Vec<&'a Value> {
    let all = values_by(resource, &path.attr, schema);
    let Some(filter) = &path.filter else { return all };
    let definition =
        schema.and_then(|schema| schema.find(&path.attr)).map(super::super::scim::resource_type::Found::leaf);
    let matching = all.into_iter().filter(|value| evaluate::value_matches(value, filter, definition));
    match &path.sub {
        None => matching.collect(),
        Some(sub) => matching.filter_map(|value| member(value, sub)).flat_map(flat).collect(),
    }
}

/// Like [`values`]; the schema tells which URN is that of the core schema.
pub(super) fn values_by<'a>(resource: &'a Value, path: &AttrPath, schema: Option<&ResourceSchema>) -> Vec<&'a Value> {
    let Some(attribute) = attribute(resource, path, schema) else { return Vec::new() };
    match &path.sub {
        None => flat(attribute).collect(),
        Some(sub) => flat(attribute).filter_map(|value| member(value, sub)).flat_map(flat).collect(),
    }
}

fn attribute<'a>(resource: &'a Value, path: &AttrPath, schema: Option<&ResourceSchema>) -> Option<&'a Value> {
    let Some(prefix) = &path.schema else { return member(resource, &path.name) };
    if path.sub.is_none()
        && let Some(container) = member(resource, &path.to_string())
    {
        return Some(container);
    }
    if let Some(container) = member(resource, prefix) {
        return member(container, &path.name);
    }
    is_core(prefix, resource, schema).then(|| member(resource, &path.name)).flatten()
}

/// Whether attributes of this schema stand at the top level of the resource.
///
/// Without a schema at hand a URN counts as core when it is a registered core one, or the only one of the resource.
fn is_core(prefix: &str, resource: &Value, schema: Option<&ResourceSchema>) -> bool {
    if let Some(schema) = schema {
        return urn::same(prefix, &schema.core.id);
    }
    let listed = member(resource, "schemas").and_then(Value::as_array);
    let only = listed.is_some_and(|list| list.len() == 1 && list[0].as_str().is_some_and(|one| urn::same(one, prefix)));
    only || prefix.to_ascii_lowercase().contains(":schemas:core:")
}

fn flat(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter().filter(|item| !item.is_null())),
        Value::Null => Box::new(std::iter::empty()),
        one => Box::new(std::iter::once(one)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(resource: &Value, path: &str) -> Vec<Value> {
        values(resource, &AttrPath::parse(path).unwrap()).into_iter().cloned().collect()
    }

    #[test]
    fn arrays_are_flattened_and_names_fold() {
        let user = json!({ "Emails": [{ "VALUE": "a" }, { "value": null }, { "value": "b" }], "nickName": null });
        assert_eq!(found(&user, "emails.value"), [json!("a"), json!("b")]);
        assert!(found(&user, "nickName").is_empty() && found(&user, "title").is_empty());
    }

    #[test]
    fn a_urn_prefix_leads_into_the_extension_or_to_the_top() {
        let user = json!({
            "schemas": [urn::ENTERPRISE_USER, urn::USER],
            "userName": "ann",
            "urn:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:User": { "manager": { "value": "7" } },
        });
        assert_eq!(found(&user, &format!("{}:manager.value", urn::ENTERPRISE_USER)), [json!("7")]);
        assert_eq!(found(&user, &format!("{}:userName", urn::USER)), [json!("ann")]);
        assert!(found(&user, "urn:example:other:userName").is_empty());
        assert_eq!(found(&user, urn::ENTERPRISE_USER).len(), 1);
    }

    #[test]
    fn an_extension_attribute_that_stands_at_the_top_is_not_found() {
        let flattened = json!({ "schemas": [urn::USER, urn::ENTERPRISE_USER], "department": "R&D" });
        assert!(found(&flattened, &format!("{}:department", urn::ENTERPRISE_USER)).is_empty());
    }

    #[test]
    fn a_value_path_selects_and_descends() {
        let message = json!({ "Operations": [{ "bulkId": "g", "location": "/Groups/1" }, { "bulkId": "u" }] });
        let path = PatchPath::parse(r#"operations[bulkId eq "G"].location"#).unwrap();
        assert_eq!(value_path(&message, &path, None), [&json!("/Groups/1")]);
        let path = PatchPath::parse(r#"operations[bulkId eq "x"]"#).unwrap();
        assert!(value_path(&message, &path, None).is_empty());
    }

    #[test]
    fn the_first_text_is_given_only_where_it_is_text() {
        let path = AttrPath::parse("a.b").unwrap();
        assert_eq!(first_text(&json!({ "a": [{ "b": "x" }, { "b": "y" }] }), &path), Some("x"));
        assert_eq!(first_text(&json!({ "a": { "b": 1 } }), &path), None);
    }
}
