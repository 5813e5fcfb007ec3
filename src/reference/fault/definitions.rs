//! Faults of what the schemas say.

use serde_json::{Value, json};

use super::super::Provider;
use super::super::discovery::About;
use super::Fault;
use crate::scim::urn::{ENTERPRISE_USER, GROUP, SERVICE_PROVIDER_CONFIG, USER};
use crate::scim::{Attribute, core};

pub(super) static FAULTS: [Fault; 17] = [
    fault!(
        "definitions/sub-attributes-of-a-text",
        breaks["7643-1.2-01"],
        "copies the sub-attributes of a name to a plain text",
        |provider| {
            define(provider, USER, "title", |title| title["subAttributes"] = json!([plain("formatted")]));
        },
    ),
    fault!("definitions/labels-for-names", breaks ["7643-2.1-04", "7643-3.3-05"], also ["7643-7-01", "7644-3.5.2.2-02", "7644-3.3-08", "7644-3.5.2.3-05", "7644-3.5.1-04", "7643-7-30", "7644-3.9-04"],
        "writes the label of a column in the place of its name",
        |provider| define(provider, ENTERPRISE_USER, "costCenter", |one| one["name"] = "Cost Center".into()),
    ),
    fault!(
        "definitions/types-of-the-database",
        breaks["7643-2.3-01"],
        also["7643-7-10"],
        "writes the type of the column",
        |provider| define(provider, USER, "title", |title| title["type"] = "varchar".into()),
    ),
    fault!("definitions/one-template-for-all", breaks ["7643-2.3.2-01", "7643-2.3.8-02"],
        "fills in the same template for each attribute",
        |provider| {
            each(provider, |one| {
                if ["boolean", "complex"].iter().any(|kind| one["type"] == *kind) {
                    one["caseExact"] = true.into();
                    one["uniqueness"] = "server".into();
                }
            });
        },
    ),
    fault!("definitions/no-reference-types", breaks["7643-2.3.7-05"], "has no column for referenceTypes", |provider| {
        each(provider, |one| {
            one.as_object_mut().map(|one| one.shift_remove("referenceTypes"));
        });
    },),
    fault!(
        "definitions/references-to-classes",
        breaks["7643-7-41"],
        "names the class of its own code in the place of the resource type",
        |provider| define(provider, USER, "profileUrl", |one| one["referenceTypes"] = json!(["WebPageEntity"])),
    ),
    fault!("definitions/nested-objects", breaks ["7643-2.3.8-03"], also ["7643-7-04", "7643-3.3-05"],
        "declares an object inside of an object",
        |provider| {
            define(provider, ENTERPRISE_USER, "manager", |manager| {
                let mut office = plain("office");
                office["type"] = "complex".into();
                office["subAttributes"] = json!([plain("room")]);
                manager["subAttributes"].as_array_mut().map(|subs| subs.push(office)).unwrap_or_default();
            });
        },
    ),
    fault!("definitions/primary-as-a-text", breaks ["7643-2.4-04"], also ["7643-8.7.1-02", "7643-2.3-02"],
        "declares primary as a text",
        |provider| {
            define(provider, USER, "ims", |ims| {
                let subs = ims["subAttributes"].as_array_mut().into_iter().flatten();
                subs.filter(|sub| sub["name"] == "primary").for_each(|sub| sub["type"] = "string".into());
            });
        },
    ),
    fault!(
        "definitions/no-sub-attributes",
        breaks["7643-7-11"],
        "says of an address that it is complex and no more",
        |provider| {
            define(provider, USER, "ims", |ims| {
                ims.as_object_mut().map(|ims| ims.shift_remove("subAttributes"));
            });
        },
    ),
    fault!("definitions/plurality-as-a-text", breaks["7643-7-12"], "writes booleans as texts", |provider| define(
        provider,
        USER,
        "title",
        |title| title["multiValued"] = "false".into()
    ),),
    fault!("definitions/no-names", breaks ["7643-7-05"], also ["7643-2.1-04", "7643-7-01"],
        "writes `attributeName` for `name`",
        |provider| {
            define(provider, USER, "timezone", |one| {
                let name = one["name"].take();
                one.as_object_mut().map(|one| one.shift_remove("name"));
                one["attributeName"] = name;
            });
        },
    ),
    fault!("definitions/id-is-no-uri", breaks ["7643-7-07"],
        also ["7643-6-10", "7643-3.2-01", "7644-4-03", "7644-4-04", "7643-7-06", "7643-7-01", "7643-4.3-01"],
        "numbers its schemas",
        |provider| {
            provider.seams.discovery.add(|document| {
                if document.about == About::Schema && document.body["id"] == ENTERPRISE_USER {
                    document.body["id"] = "3".into();
                }
            });
        },
    ),
    fault!("definitions/no-descriptions", breaks ["7643-7-13", "7643-7-08", "7643-7-09"],
        "describes nothing",
        |provider| {
            each(provider, |one| {
                one.as_object_mut().map(|one| one.shift_remove("description"));
            });
            provider.seams.discovery.add(|document| {
                if let (About::Schema, Some(schema)) = (document.about, document.body.as_object_mut()) {
                    schema.shift_remove("description");
                    schema.shift_remove("name");
                }
            });
        },
    ),
    fault!(
        "definitions/extension-repeats-the-core",
        breaks["7643-3.3-04"],
        "has a title in the extension, too",
        |provider| {
            let title =
                Attribute { name: "title".into(), description: "Title at work.".into(), ..Attribute::default() };
            let extensions = provider.kinds.iter_mut().flat_map(|kind| &mut kind.schema.extensions);
            extensions.filter(|one| one.id == ENTERPRISE_USER).for_each(|one| one.attributes.push(title.clone()));
        },
    ),
    fault!(
        "definitions/groups-look-writable",
        breaks["7643-8.7.1-02"],
        also ["7643-7-21", "7644-3.5.1-04", "7644-3.5.2.2-03", "7644-3.5.2.2-04", "entra-E12", "7644-3.6-06", "7644-3.5.2.3-11", "entra-E11", "entra-E9"],
        "declares the groups of a user as readWrite",
        |provider| define(provider, USER, "groups", |groups| groups["mutability"] = "readWrite".into()),
    ),
    fault!(
        "definitions/manager-name-looks-writable",
        breaks["7643-8.7.1-04"],
        "declares the name of the manager as readWrite",
        |provider| {
            define(provider, ENTERPRISE_USER, "manager", |manager| {
                let subs = manager["subAttributes"].as_array_mut().into_iter().flatten();
                subs.filter(|sub| sub["name"] == "displayName").for_each(|sub| sub["mutability"] = "readWrite".into());
            });
        },
    ),
    fault!(
        "definitions/own-configuration-schema",
        breaks["7643-8.7.2-01"],
        "declares the features of the configuration as plain flags",
        |provider| {
            provider.rules.further_schemas = core::server_schemas;
            define(provider, SERVICE_PROVIDER_CONFIG, "patch", |patch| {
                patch["type"] = "boolean".into();
                patch.as_object_mut().map(|patch| patch.shift_remove("subAttributes"));
            });
        },
    ),
];

/// The definition of a text.
fn plain(name: &str) -> Value {
    Attribute { name: name.into(), description: "A text.".into(), ..Attribute::default() }.to_json()
}

/// Changes one definition of a schema as it is shown.
fn define(provider: &mut Provider, schema: &'static str, name: &'static str, change: fn(&mut Value)) {
    provider.seams.discovery.add(move |document| {
        if document.about == About::Schema && document.body["id"] == schema {
            let listed = document.body["attributes"].as_array_mut().into_iter().flatten();
            listed.filter(|one| one["name"] == name).for_each(change);
        }
    });
}

/// Changes each definition, as it is shown, of what users and groups have.
fn each(provider: &mut Provider, change: fn(&mut Value)) {
    provider.seams.discovery.add(move |document| {
        if document.about == About::Schema && [USER, GROUP, ENTERPRISE_USER].iter().any(|id| document.body["id"] == *id)
        {
            walk(&mut document.body["attributes"], change);
        }
    });
}

fn walk(listed: &mut Value, change: fn(&mut Value)) {
    for one in listed.as_array_mut().into_iter().flatten() {
        change(one);
        if let Some(subs) = one.get_mut("subAttributes") {
            walk(subs, change);
        }
    }
}
