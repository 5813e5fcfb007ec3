//! Legal ways to describe resources, and to treat what is described.

use serde_json::{Value, json};

use super::super::Provider;
use super::super::discovery::About;
use super::super::problem::Problem;
use super::Variant;
use crate::scim::{Mutability, Returned, core, urn};

pub(super) static VARIANTS: [Variant; 10] = [
    variant!("discovery/defaults-left-out", "leaves out characteristics that have their default", |provider| {
        provider.seams.discovery.add(|document| {
            if document.about == About::Schema {
                without_defaults(&mut document.body["attributes"]);
            }
        });
    }),
    variant!("discovery/own-schemas-listed", "lists the schemas of its discovery documents, too", |provider| {
        provider.rules.further_schemas = core::server_schemas;
    }),
    variant!("discovery/bare-entries", "leaves out ids, names and descriptions that are optional", |provider| {
        provider.seams.discovery.add(|document| {
            let optional: &[&str] = match document.about {
                About::Config => &[],
                About::ResourceType => &["id", "description"],
                About::Schema => &["name", "description"],
            };
            let members = document.body.as_object_mut();
            members.into_iter().for_each(|members| members.retain(|name, _| !optional.contains(&name.as_str())));
        });
    }),
    variant!("discovery/no-types-suggested", "suggests no types of addresses and telephones", |provider| {
        for attribute in provider.kinds.iter_mut().flat_map(|kind| &mut kind.schema.core.attributes) {
            attribute.sub_attributes.iter_mut().for_each(|part| part.canonical_values.clear());
        }
    }),
    variant!("discovery/events-declared", "says which security events it sends", |provider| {
        provider.seams.discovery.add(|document| {
            if document.about == About::Config {
                let uris = json!(["urn:ietf:params:scim:event:prov:create:full"]);
                document.body["securityEvents"] = json!({ "asyncRequest": "None", "eventUris": uris });
            }
        });
    }),
    variant!("returned/always", "returns the cost centre whatever is asked for", |provider| {
        let extensions = provider.kinds.iter_mut().flat_map(|kind| &mut kind.schema.extensions);
        let attributes = extensions.flat_map(|one| &mut one.attributes).filter(|one| one.name == "costCenter");
        attributes.for_each(|one| one.returned = Returned::Always);
    }),
    variant!("schema/active-read-only", warns["7643-8.7.1-02"], "decides itself who is active", |provider| {
        let users = provider.kinds.iter_mut().filter(|kind| kind.name() == "User");
        let attributes = users.flat_map(|kind| &mut kind.schema.core.attributes).filter(|one| one.name == "active");
        attributes.for_each(|one| one.mutability = Mutability::ReadOnly);
        on_users(provider, |doc| {
            doc.insert("active".into(), true.into());
        });
    }),
    variant!("values/in-lower-case", "stores addresses and display names in lower case", |provider| {
        on_users(provider, |doc| {
            lower(doc.get_mut("displayName"));
            for email in doc.get_mut("emails").and_then(Value::as_array_mut).into_iter().flatten() {
                lower(email.get_mut("value"));
            }
        });
    }),
    variant!("values/no-references", "gives ids without the URLs that belong to them", |provider| {
        provider.seams.render.add(|rendered| {
            let values = rendered.shown.values_mut().filter_map(Value::as_array_mut).flatten();
            values.filter_map(Value::as_object_mut).for_each(|one| {
                one.shift_remove("$ref");
            });
            let manager = rendered.shown.get_mut(urn::ENTERPRISE_USER).and_then(|inner| inner.get_mut("manager"));
            manager.and_then(Value::as_object_mut).into_iter().for_each(|one| {
                one.shift_remove("$ref");
            });
        });
    }),
    variant!("canonical/nothing-else", "takes the recommended values and no others", |provider| {
        provider.add_custom_type();
        provider.rules.body = |body| match body["kind"].as_str() {
            Some(kind) if !["laptop", "phone", "badge reader"].contains(&kind) => {
                Err(Problem::invalid_value(format!("`kind` is {kind}, expected one of the recommended values")))
            }
            _ => Ok(()),
        };
    }),
];

/// What RFC 7643 §2.2 lets a definition leave out.
fn without_defaults(listed: &mut Value) {
    let defaults = [
        ("required", json!(false)),
        ("caseExact", json!(false)),
        ("mutability", json!("readWrite")),
        ("returned", json!("default")),
        ("uniqueness", json!("none")),
        ("type", json!("string")),
    ];
    for one in listed.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        one.retain(|name, value| !defaults.iter().any(|(known, default)| name == known && value == default));
        if let Some(subs) = one.get_mut("subAttributes") {
            without_defaults(subs);
        }
    }
}

fn lower(value: Option<&mut Value>) {
    if let Some(value) = value {
        *value = value.as_str().unwrap_or_default().to_lowercase().into();
    }
}

/// Puts a hand on each user before it is stored.
fn on_users(provider: &mut Provider, change: fn(&mut super::super::Object)) {
    provider.seams.store.add(move |made| {
        if let ("User", Some(doc)) = (made.kind.as_str(), &mut made.after) {
            change(doc);
        }
    });
}
