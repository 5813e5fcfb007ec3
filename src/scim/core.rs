//! The schemas of RFC 7643 as data (§4, §8.7.1, verified errata applied), and the common attributes (§3.1).

use std::sync::LazyLock;

use serde_json::Value;

use super::resource_type::{ResourceSchema, ResourceType, SchemaExtension};
use super::schema::{Attribute, Mutability, Returned, Schema, Type};
use super::urn;

static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    [
        include_str!("../../schemas/scim/user.json"),
        include_str!("../../schemas/scim/group.json"),
        include_str!("../../schemas/scim/enterprise-user.json"),
    ]
    .into_iter()
    .map(embedded)
    .collect()
});

static SERVER_SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    [
        include_str!("../../schemas/scim/service-provider-config.json"),
        include_str!("../../schemas/scim/resource-type.json"),
        include_str!("../../schemas/scim/schema.json"),
    ]
    .into_iter()
    .map(embedded)
    .collect()
});

fn embedded(text: &str) -> Schema {
    let value: Value = serde_json::from_str(text).expect("embedded schema is JSON");
    Schema::from_json(&value).expect("embedded schema has an id")
}

static COMMON: LazyLock<Vec<Attribute>> = LazyLock::new(|| {
    let text = |name: &str| Attribute { name: name.to_owned(), case_exact: true, ..Attribute::default() };
    let read_only = |attribute: Attribute| Attribute { mutability: Mutability::ReadOnly, ..attribute };
    let of = |name: &str, kind: Type| Attribute { kind, ..read_only(text(name)) };
    vec![
        Attribute {
            multi_valued: true,
            kind: Type::Reference,
            reference_types: vec!["uri".into()],
            case_exact: false,
            required: true,
            returned: Returned::Always,
            ..text("schemas")
        },
        Attribute { returned: Returned::Always, ..read_only(text("id")) },
        text("externalId"),
        Attribute {
            kind: Type::Complex,
            case_exact: false,
            sub_attributes: vec![
                of("resourceType", Type::String),
                of("created", Type::DateTime),
                of("lastModified", Type::DateTime),
                of("location", Type::Reference),
                of("version", Type::String),
            ],
            ..read_only(text("meta"))
        },
    ]
});

/// ServiceProviderConfig, ResourceType and Schema.
#[must_use]
pub fn server_schemas() -> &'static [Schema] {
    &SERVER_SCHEMAS
}

/// User, Group and EnterpriseUser.
#[must_use]
pub fn schemas() -> &'static [Schema] {
    &SCHEMAS
}

/// The core schema with this URI.
#[must_use]
pub fn schema(urn: &str) -> Option<&'static Schema> {
    SCHEMAS.iter().find(|schema| urn::same(&schema.id, urn))
}

/// `schemas`, `id`, `externalId` and `meta`, which every resource has (RFC 7643 §3.1).
#[must_use]
pub fn common_attributes() -> &'static [Attribute] {
    &COMMON
}

/// The resource types that RFC 7643 §8.6 shows: User with the enterprise extension, and Group.
#[must_use]
pub fn resource_types() -> Vec<ResourceType> {
    let of = |name: &str, schema: &str, extensions: Vec<SchemaExtension>| ResourceType {
        id: name.to_owned(),
        name: name.to_owned(),
        endpoint: format!("/{name}s"),
        schema: schema.to_owned(),
        extensions,
    };
    vec![
        of("User", urn::USER, vec![SchemaExtension { schema: urn::ENTERPRISE_USER.to_owned(), required: false }]),
        of("Group", urn::GROUP, Vec::new()),
    ]
}

/// The standard schemas of a standard resource type (`User`, `Group`).
#[must_use]
pub fn resource_schema(name: &str) -> Option<ResourceSchema> {
    let kind = resource_types().into_iter().find(|kind| kind.name.eq_ignore_ascii_case(name))?;
    Some(ResourceSchema::of(&kind, schemas()))
}
