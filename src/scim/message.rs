//! Shapes of the SCIM messages (RFC 7644 §3.4.2, §3.5.2, §3.12).

use serde_json::{Value, json};

use super::urn;

/// The `scimType` keywords of RFC 7644 §3.12 (Table 9) and RFC 9865 §2.1.
pub const SCIM_TYPES: [&str; 13] = [
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
];

/// A PATCH body with the given operations.
#[must_use]
pub fn patch_op(operations: Value) -> Value {
    json!({ "schemas": [urn::PATCH_OP], "Operations": operations })
}

/// An error body. The status is a string there (RFC 7644 §3.12).
#[must_use]
pub fn error(status: u16, scim_type: Option<&str>, detail: &str) -> Value {
    let mut body = json!({ "schemas": [urn::ERROR], "status": status.to_string() });
    if let Some(scim_type) = scim_type {
        body["scimType"] = scim_type.into();
    }
    body["detail"] = detail.into();
    body
}

/// A list response of one page. `start` is the 1-based index of its first item.
#[must_use]
pub fn list_response(total: usize, start: usize, resources: Vec<Value>) -> Value {
    json!({
        "schemas": [urn::LIST_RESPONSE],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

/// Whether the message or resource lists `urn` in its `schemas`.
#[must_use]
pub fn has_schema(body: &Value, urn: &str) -> bool {
    body.get("schemas")
        .and_then(Value::as_array)
        .is_some_and(|schemas| schemas.iter().filter_map(Value::as_str).any(|schema| urn::same(schema, urn)))
}
