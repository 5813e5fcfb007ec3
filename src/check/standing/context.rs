//! What the standing checks know of the target.

use crate::check::schema_check::SchemaCheck;
use crate::scim::{ResourceSchema, ResourceType, Schema, ServiceProviderConfig, core, urn};

/// What is known of the target, made once after discovery.
#[derive(Debug)]
pub struct Context {
    /// Base URL, without a slash at its end.
    pub base_url: String,
    /// What `/ServiceProviderConfig` declares.
    pub config: ServiceProviderConfig,
    /// The resource types.
    pub types: Vec<KnownType>,
    /// Ids of the schemas that `/Schemas` lists; none where it could not be read.
    pub schema_ids: Vec<String>,
    /// Whether the resource types are the target's own, and not the standard ones for want of a usable answer.
    pub types_declared: bool,
    /// Whether every secret that is masked is so long that it does not occur in a body by accident.
    pub secrets_are_distinctive: bool,
}

/// A resource type with its schemas.
#[derive(Debug)]
pub struct KnownType {
    /// The resource type.
    pub kind: ResourceType,
    /// The schemas as the target declares them; `None` where its `/Schemas` has none for this type.
    pub declared: Option<Checked>,
    /// The schemas of the RFC; `None` where the type is no standard one.
    pub standard: Option<Checked>,
}

/// A resource schema, ready for checking.
#[derive(Debug)]
pub struct Checked {
    /// The compiled check, which also gives the schema.
    pub check: SchemaCheck,
}

impl Checked {
    fn of(kind: &ResourceType, schemas: &[Schema]) -> Option<Self> {
        schemas.iter().find(|schema| urn::same(&schema.id, &kind.schema))?;
        // A schema that cannot be compiled is a defect of ours; nothing can be judged by it.
        let check = SchemaCheck::compile(&ResourceSchema::of(kind, schemas)).ok()?;
        Some(Self { check })
    }

    /// The schema.
    #[must_use]
    pub const fn schema(&self) -> &ResourceSchema {
        self.check.schema()
    }
}

impl KnownType {
    /// A type with the schemas that the target declares for it.
    #[must_use]
    pub fn new(kind: ResourceType, declared: &[Schema]) -> Self {
        let declared = Checked::of(&kind, declared);
        let standard = Checked::of(&kind, core::schemas());
        Self { kind, declared, standard }
    }

    /// The schema to judge by: that of the target before that of the RFC.
    #[must_use]
    pub fn schema(&self) -> Option<&ResourceSchema> {
        self.declared.as_ref().or(self.standard.as_ref()).map(Checked::schema)
    }
}

impl Context {
    /// What is known after discovery. Where the target has no usable resource types, the standard ones are taken.
    #[must_use]
    pub fn new(base_url: &str, config: ServiceProviderConfig, types: &[ResourceType], schemas: &[Schema]) -> Self {
        let types_declared = !types.is_empty();
        let types = if types_declared { types.to_vec() } else { core::resource_types() };
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            config,
            types: types.into_iter().map(|kind| KnownType::new(kind, schemas)).collect(),
            schema_ids: schemas.iter().map(|schema| schema.id.clone()).collect(),
            types_declared,
            secrets_are_distinctive: false,
        }
    }

    /// The resource type of this name.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<&KnownType> {
        self.types.iter().find(|known| known.kind.name == name)
    }
}
