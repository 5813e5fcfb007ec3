//! Resource types, the provider's configuration, and the schemas of one resource type taken together
//! (RFC 7643 §5, §6).

use serde_json::Value;

use super::core;
use super::path::AttrPath;
use super::schema::{Attribute, Schema, member};
use super::urn;

/// A `/ResourceTypes` entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceType {
    /// Identifier; the name where a provider gives none.
    pub id: String,
    /// Name, for example `User`.
    pub name: String,
    /// Path below the base URL, with its leading slash.
    pub endpoint: String,
    /// URI of the core schema.
    pub schema: String,
    /// The extensions.
    pub extensions: Vec<SchemaExtension>,
}

/// An extension of a resource type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SchemaExtension {
    /// URI of the extension schema.
    pub schema: String,
    /// Whether every resource has it.
    pub required: bool,
}

impl ResourceType {
    /// Whether its name is one that cases and placeholders can say: letters and digits, a capital first.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.name.starts_with(|c: char| c.is_ascii_uppercase()) && self.name.bytes().all(|b| b.is_ascii_alphanumeric())
    }

    /// Reads an entry. Gives `None` without a name, an endpoint or a schema, since nothing can be done with it then.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| member(value, key).and_then(Value::as_str).map(str::to_owned);
        let name = text("name").or_else(|| text("id"))?;
        let endpoint = text("endpoint")?;
        let extensions = member(value, "schemaExtensions").and_then(Value::as_array);
        Some(Self {
            id: text("id").unwrap_or_else(|| name.clone()),
            name,
            endpoint: format!("/{}", endpoint.trim_matches('/')),
            schema: text("schema")?,
            extensions: extensions
                .into_iter()
                .flatten()
                .filter_map(|extension| {
                    Some(SchemaExtension {
                        schema: member(extension, "schema")?.as_str()?.to_owned(),
                        required: member(extension, "required").and_then(Value::as_bool).unwrap_or(false),
                    })
                })
                .collect(),
        })
    }
}

/// What a provider declares in `/ServiceProviderConfig`; everything unsupported where it declares nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceProviderConfig {
    /// PATCH is supported.
    pub patch: bool,
    /// Bulk is supported.
    pub bulk: bool,
    /// Most operations in one bulk request.
    pub bulk_max_operations: Option<u64>,
    /// Largest bulk request in bytes.
    pub bulk_max_payload_size: Option<u64>,
    /// Filters are supported.
    pub filter: bool,
    /// Most resources in one response.
    pub filter_max_results: Option<u64>,
    /// Passwords can be changed.
    pub change_password: bool,
    /// Sorting is supported.
    pub sort: bool,
    /// Entity tags are supported.
    pub etag: bool,
    /// Cursor paging is supported (RFC 9865 §4); `None` where `pagination` is not declared.
    pub cursor_pagination: Option<bool>,
    /// Index paging is supported (RFC 9865 §4); `None` where `pagination` is not declared.
    pub index_pagination: Option<bool>,
}

impl ServiceProviderConfig {
    /// Reads the configuration; whatever is missing or of another type counts as not supported.
    #[must_use]
    pub fn from_json(value: &Value) -> Self {
        let inner = |key: &str, sub: &str| member(value, key).and_then(|object| member(object, sub));
        let supported = |key: &str| inner(key, "supported").and_then(Value::as_bool).unwrap_or(false);
        let number = |key: &str, sub: &str| inner(key, sub).and_then(Value::as_u64);
        Self {
            patch: supported("patch"),
            bulk: supported("bulk"),
            bulk_max_operations: number("bulk", "maxOperations"),
            bulk_max_payload_size: number("bulk", "maxPayloadSize"),
            filter: supported("filter"),
            filter_max_results: number("filter", "maxResults"),
            change_password: supported("changePassword"),
            sort: supported("sort"),
            etag: supported("etag"),
            cursor_pagination: inner("pagination", "cursor").and_then(Value::as_bool),
            index_pagination: inner("pagination", "index").and_then(Value::as_bool),
        }
    }
}

/// The schemas of one resource type together: common attributes, core schema, extensions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResourceSchema {
    /// Name of the resource type.
    pub name: String,
    /// Core schema.
    pub core: Schema,
    /// Extension schemas.
    pub extensions: Vec<Schema>,
}

/// Where an attribute path leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<'a> {
    /// The extension that defines the attribute; `None` for core and common attributes.
    pub extension: Option<&'a Schema>,
    /// The attribute.
    pub attribute: &'a Attribute,
    /// The sub-attribute, where the path names one.
    pub sub: Option<&'a Attribute>,
}

impl<'a> Found<'a> {
    /// The definition that the whole path names.
    #[must_use]
    pub fn leaf(self) -> &'a Attribute {
        self.sub.unwrap_or(self.attribute)
    }
}

impl ResourceSchema {
    /// The schemas of `kind`, picked from `schemas`, of which the first with an id counts; one that is missing there
    /// counts as empty.
    #[must_use]
    pub fn of<'a>(kind: &ResourceType, schemas: impl IntoIterator<Item = &'a Schema, IntoIter: Clone>) -> Self {
        let schemas = schemas.into_iter();
        let pick = |id: &str| {
            let known = schemas.clone().find(|schema| urn::same(&schema.id, id));
            known.cloned().unwrap_or_else(|| Schema { id: id.to_owned(), ..Schema::default() })
        };
        Self {
            name: kind.name.clone(),
            core: pick(&kind.schema),
            extensions: kind.extensions.iter().map(|extension| pick(&extension.schema)).collect(),
        }
    }

    /// The definition that a path leads to; common attributes (`id`, `meta.…`) included. Names are compared without
    /// regard to case (RFC 7643 §2.1), and a URN prefix may be that of the core schema (RFC 7644 §3.10).
    #[must_use]
    pub fn find(&self, path: &AttrPath) -> Option<Found<'_>> {
        let (extension, attribute) = match &path.schema {
            None => (None, self.core_or_common(&path.name)?),
            Some(urn) if urn::same(urn, &self.core.id) => (None, self.core_or_common(&path.name)?),
            Some(urn) => {
                let extension = self.extension(urn)?;
                (Some(extension), extension.attribute(&path.name)?)
            }
        };
        let sub = match &path.sub {
            None => None,
            Some(name) => Some(attribute.sub(name)?),
        };
        Some(Found { extension, attribute, sub })
    }

    /// The extension with this schema URI.
    #[must_use]
    pub fn extension(&self, urn: &str) -> Option<&Schema> {
        self.extensions.iter().find(|schema| urn::same(&schema.id, urn))
    }

    fn core_or_common(&self, name: &str) -> Option<&Attribute> {
        self.core
            .attribute(name)
            .or_else(|| core::common_attributes().iter().find(|common| common.name.eq_ignore_ascii_case(name)))
    }
}
