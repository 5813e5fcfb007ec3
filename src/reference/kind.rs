//! The resource types that a provider offers, each with its schemas.

use serde_json::Value;

use crate::scim::{Attribute, Mutability, ResourceSchema, ResourceType, Returned, Schema, Type, Uniqueness, core, urn};

/// One resource type and the schemas of its resources.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) of: ResourceType,
    pub(crate) schema: ResourceSchema,
}

/// The standard resource types. Two sub-attributes that the RFC uses in its examples but forgets in its schemas are
/// declared: `members.display` and `addresses.primary`. Names of groups are unique, as Entra ID wants them to be.
pub(crate) fn standard() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = core::resource_types()
        .into_iter()
        .map(|of| Kind { schema: ResourceSchema::of(&of, core::schemas()), of })
        .collect();
    let display = Attribute {
        name: "display".into(),
        description: "Label of the member, for people to read.".into(),
        mutability: Mutability::Immutable,
        ..Attribute::default()
    };
    let primary = Attribute {
        name: "primary".into(),
        kind: Type::Boolean,
        description: "Whether this is the preferred address; true once at most.".into(),
        ..Attribute::default()
    };
    for kind in &mut kinds {
        kind.declare("members", &display);
        kind.declare("addresses", &primary);
        kind.set_uniqueness("Group", "displayName", Uniqueness::Server);
    }
    kinds
}

impl Kind {
    pub(crate) fn name(&self) -> &str {
        &self.of.name
    }

    /// Declares how often a value of a core attribute may occur, if this is the type of that name.
    pub(crate) fn set_uniqueness(&mut self, type_name: &str, attribute: &str, uniqueness: Uniqueness) {
        if self.name() != type_name {
            return;
        }
        for known in self.schema.core.attributes.iter_mut().filter(|known| known.name == attribute) {
            known.uniqueness = uniqueness;
        }
    }

    fn declare(&mut self, attribute: &str, sub: &Attribute) {
        let listed = self.schema.core.attributes.iter_mut().find(|known| known.name == attribute);
        if let Some(listed) = listed
            && listed.sub(&sub.name).is_none()
        {
            listed.sub_attributes.push(sub.clone());
        }
    }

    /// Core and extension schemas, core first.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &Schema> {
        std::iter::once(&self.schema.core).chain(&self.schema.extensions)
    }

    /// The core or common attribute of this name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        let common = || core::common_attributes().iter().find(|common| common.name.eq_ignore_ascii_case(name));
        self.schema.core.attribute(name).or_else(common)
    }

    /// The extension whose URI is `key`.
    pub(crate) fn extension(&self, key: &str) -> Option<&Schema> {
        self.schema.extensions.iter().find(|schema| urn::same(&schema.id, key))
    }

    /// Every attribute with the extension that defines it.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (Option<&Schema>, &Attribute)> {
        let core = self.schema.core.attributes.iter().map(|attribute| (None, attribute));
        let extensions = self.schema.extensions.iter();
        core.chain(extensions.flat_map(|schema| schema.attributes.iter().map(move |known| (Some(schema), known))))
    }
}

/// Whether nobody may read the value: it is not shown, not found by a filter, and stored as a digest.
pub(crate) fn is_hidden(attribute: &Attribute) -> bool {
    attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly
}

/// What a value with `value` and `$ref` refers to, as a path below the base URL: `/Users/{id}`. `$ref` is never
/// stored: it follows from `value` and the type of what is referred to (RFC 7643 §2.4).
pub(crate) fn referred(attribute: &Attribute, value: &Value) -> Option<String> {
    let reference = attribute.sub("$ref")?;
    let id = value.get("value")?.as_str().filter(|id| !id.is_empty())?;
    let stated = value
        .get("type")
        .and_then(Value::as_str)
        .filter(|stated| reference.reference_types.iter().any(|r| r == stated));
    let kind = stated.or_else(|| reference.reference_types.first().map(String::as_str))?;
    Some(format!("/{kind}s/{id}"))
}
