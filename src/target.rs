//! The provider under test: where it is, how to log in, what it declares, and what a resource for it looks like.
//!
//! Pure data. Asking the provider is the business of `run::discover`, which hands the answers to [`Target::learn`].

mod base;
mod client_credentials;
pub mod config;
mod credential;
mod immutable;
mod on_request;
mod onboarding;
mod rate;
mod sample;
mod template;
mod usable;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};
use url::Url;

pub use base::{BaseUrlError, WrongUrl, base_url, is_loopback, proxy_url, tenant_url};
pub use client_credentials::{ClientAuth, ClientCredentials};
pub use config::{Config, ConfigError};
pub use credential::Credential;
pub(crate) use credential::in_user_info;
pub use immutable::{has_immutable_attributes, immutable_values};
pub use on_request::{attributes_on_request, has_attributes_on_request};
pub use onboarding::{Federation, Load, Onboarding, SigningKey};
pub use rate::{NoRate, Rate};
pub use sample::{attribute_rows, resource_type_rows, sample};

use crate::scim::schema::member;
use crate::scim::{ResourceSchema, ResourceType, Schema, ServiceProviderConfig, core, urn};

/// What the three discovery endpoints answered; `None` where there was no usable answer.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Body of `/ServiceProviderConfig`.
    pub config: Option<Value>,
    /// Entries of `/ResourceTypes`.
    pub resource_types: Option<Vec<Value>>,
    /// Entries of `/Schemas`.
    pub schemas: Option<Vec<Value>>,
}

/// The provider under test.
#[derive(Clone, Debug)]
pub struct Target {
    /// Base URL, without a slash at its end.
    pub base: String,
    /// What `/ServiceProviderConfig` declares.
    pub config: ServiceProviderConfig,
    /// Words of `needs` that hold: declared, assumed or configured.
    pub capabilities: BTreeSet<String>,
    /// Resource types, its own or the standard ones.
    pub resource_types: Vec<ResourceType>,
    /// Schemas that it declares.
    pub schemas: Vec<Schema>,
    /// What discovery could not use, one sentence each.
    pub notes: Vec<String>,
    templates: Map<String, Value>,
    fixtures: std::collections::BTreeMap<String, String>,
    /// Schemas by resource type, put together when one is asked for first.
    by_type: OnceLock<Vec<(String, Arc<ResourceSchema>)>>,
}

impl Target {
    /// A target as its answers declare it.
    ///
    /// Without usable resource types the standard ones are taken; without a usable configuration nothing counts as
    /// supported but what `config` assumes. `notes` says so.
    #[must_use]
    pub fn learn(base: &Url, declared: &Declared, config: &Config) -> Self {
        let mut notes = Vec::new();
        let service = declared.config.as_ref().map(ServiceProviderConfig::from_json);
        if service.is_none() {
            notes.push("/ServiceProviderConfig gave no usable answer: nothing counts as supported unless `--assume` names it, for example `--assume patch,filter`".to_owned());
        }
        let noted = notes.len();
        let listed = usable::resource_types(base, declared.resource_types.as_deref().unwrap_or_default(), &mut notes);
        let resource_types = if listed.is_empty() && notes.len() == noted {
            notes.push(
                "/ResourceTypes gave no usable answer: User at /Users and Group at /Groups are assumed".to_owned(),
            );
            core::resource_types()
        } else {
            listed
        };
        let schemas = usable::schemas(declared.schemas.as_deref().unwrap_or_default(), &mut notes);
        let lacks = |kind: &&ResourceType| !schemas.iter().any(|schema| urn::same(&schema.id, &kind.schema));
        let missing = resource_types.iter().filter(lacks).map(|kind| {
            format!("/Schemas does not have the schema of {}: the RFC's is used where there is one", kind.name)
        });
        usable::push_some(&mut notes, missing.collect());
        let mut target = Self {
            base: base.as_str().trim_end_matches('/').to_owned(),
            config: service.unwrap_or_default(),
            capabilities: BTreeSet::new(),
            resource_types,
            schemas,
            notes,
            templates: config.template.clone(),
            fixtures: config.fixtures.clone(),
            by_type: OnceLock::new(),
        };
        target.capabilities = target.declared_capabilities();
        target.capabilities.extend(config.assume.iter().cloned());
        target
    }

    fn declared_capabilities(&self) -> BTreeSet<String> {
        let config = &self.config;
        let flags = [
            ("patch", config.patch),
            ("bulk", config.bulk),
            ("filter", config.filter),
            ("sort", config.sort),
            ("etag", config.etag),
            ("changePassword", config.change_password),
            ("cursor", config.cursor_pagination.unwrap_or(false)),
            ("index", config.index_pagination.unwrap_or(true)),
        ];
        let mut words: BTreeSet<String> =
            flags.into_iter().filter(|flag| flag.1).map(|flag| flag.0.to_owned()).collect();
        for kind in &self.resource_types {
            // The names of capabilities are words of their own, and no type is called like one.
            if !crate::suite::is_need(&kind.name) || kind.name.starts_with(|c: char| c.is_ascii_uppercase()) {
                words.insert(kind.name.clone());
            }
            if kind.extensions.iter().any(|extension| urn::same(&extension.schema, urn::ENTERPRISE_USER)) {
                words.insert("EnterpriseUser".to_owned());
            }
        }
        words
    }

    /// The resource type of this name.
    #[must_use]
    pub fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        self.resource_types.iter().find(|kind| kind.name.eq_ignore_ascii_case(name))
    }

    /// The schemas of a resource type: the target's own, and the RFC's where it does not declare them.
    #[must_use]
    pub fn resource_schema(&self, name: &str) -> Option<Arc<ResourceSchema>> {
        let kind = self.resource_type(name)?;
        let schema =
            |kind: &ResourceType| Arc::new(ResourceSchema::of(kind, self.schemas.iter().chain(core::schemas())));
        let all = || self.resource_types.iter().map(|kind| (kind.name.clone(), schema(kind))).collect();
        let known = self.by_type.get_or_init(all).iter().find(|(name, _)| *name == kind.name);
        // A type that came later is put together each time.
        Some(known.map_or_else(|| schema(kind), |(_, known)| Arc::clone(known)))
    }

    /// A minimal valid resource: its required attributes and what the configuration insists on, with `marker` in
    /// every value that has to be unique, and `values` on top.
    ///
    /// Gives `None` for a resource type that the target does not have.
    #[must_use]
    pub fn sample_resource(&self, name: &str, marker: &str, values: &Map<String, Value>) -> Option<Value> {
        let kind = self.resource_type(name)?;
        let schema = self.resource_schema(name)?;
        let configured = member_map(&self.templates, name);
        Some(template::resource(kind, &schema, marker, configured, values))
    }

    /// The attribute in which the marker of a case can be searched, as a filter: `userName sw "marker"`.
    #[must_use]
    pub fn own_filter(&self, name: &str, marker: &str) -> String {
        let attribute = match self.resource_type(name).map(|kind| kind.schema.as_str()) {
            Some(schema) if urn::same(schema, urn::USER) => "userName",
            Some(schema) if urn::same(schema, urn::GROUP) => "displayName",
            _ => "externalId",
        };
        format!("{attribute} sw {}", Value::from(marker))
    }

    /// The id of an existing resource that the configuration names for reading.
    #[must_use]
    pub fn existing(&self, name: &str) -> Option<&str> {
        self.fixtures.iter().find(|(kind, _)| kind.eq_ignore_ascii_case(name)).map(|(_, id)| id.as_str())
    }

    /// Whether the configuration pins the value of an attribute, so that it cannot be varied.
    #[must_use]
    pub fn pins(&self, name: &str, attribute: &str) -> bool {
        member_map(&self.templates, name)
            .is_some_and(|values| member(&Value::Object(values.clone()), attribute).is_some())
    }
}

fn member_map<'a>(templates: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    templates.get(name).and_then(Value::as_object)
}
