//! What a provider may define beyond the RFC: an extension of users and a resource type, both nothing but schemas. They
//! have an attribute of every data type and characteristic of RFC 7643 §2 and §7.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::Provider;
use super::kind::Kind;
use super::write::Cause;
use crate::scim::{ResourceSchema, ResourceType, Schema, SchemaExtension};

/// The extension of users.
static BADGE: LazyLock<Schema> = LazyLock::new(|| embedded(include_str!("../../schemas/scim/custom-badge.json")));

/// The schema of the resource type.
static DEVICE: LazyLock<Schema> = LazyLock::new(|| embedded(include_str!("../../schemas/scim/custom-device.json")));

fn embedded(text: &str) -> Schema {
    let value: Value = serde_json::from_str(text).expect("embedded schema is JSON");
    Schema::from_json(&value).expect("embedded schema has an id")
}

impl Provider {
    /// Adds the extension `urn:example:params:scim:schemas:extension:badge:2.0:User` to users, with attributes of every
    /// data type and characteristic. Its readOnly `number` is given by the server to every new user.
    pub fn add_custom_extension(&mut self) {
        for kind in self.kinds.iter_mut().filter(|kind| kind.name() == "User") {
            kind.of.extensions.push(SchemaExtension { schema: BADGE.id.clone(), required: false });
            kind.schema.extensions.push(BADGE.clone());
        }
        self.seams.store.add(|change| {
            if let (Cause::Create, "User", Some(doc)) = (change.cause, change.kind.as_str(), &mut change.after) {
                let badge = doc.entry(&BADGE.id).or_insert_with(|| json!({}));
                badge["number"] = 4711.into();
                if let Some(schemas) = doc.get_mut("schemas").and_then(|schemas| schemas.as_array_mut())
                    && !schemas.contains(&BADGE.id.as_str().into())
                {
                    schemas.push(BADGE.id.clone().into());
                }
            }
        });
    }

    /// Adds the resource type `Device` at `/Devices`, with attributes of every data type and characteristic.
    pub fn add_custom_type(&mut self) {
        let of = ResourceType {
            id: DEVICE.name.clone(),
            name: DEVICE.name.clone(),
            endpoint: "/Devices".into(),
            schema: DEVICE.id.clone(),
            extensions: Vec::new(),
        };
        let schema = ResourceSchema::of(&of, [&*DEVICE]);
        self.kinds.push(Kind { of, schema });
    }

    /// Demands the custom extension of every user, and in it one attribute.
    pub(crate) fn require_of_custom_extension(&mut self, name: &str) {
        self.add_custom_extension();
        for kind in self.kinds.iter_mut().filter(|kind| kind.name() == "User") {
            kind.of.extensions.iter_mut().filter(|one| one.schema == BADGE.id).for_each(|one| one.required = true);
            let badges = kind.schema.extensions.iter_mut().filter(|one| one.id == BADGE.id);
            let attributes = badges.flat_map(|badge| &mut badge.attributes);
            attributes.filter(|one| one.name == name).for_each(|one| one.required = true);
        }
    }
}

#[cfg(test)]
mod tests;
