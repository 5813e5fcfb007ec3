//! Schemas define attributes in the form that clients read (RFC 7643 §1.2, §2.1, §2.3, §3.3, §7).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::schema_document::{Definition, Document, documents, text};
use super::{Sight, Sighting, StandingCheck};
use crate::check::wording::{described, shown};
use crate::scim::json_schema::top_level;
use crate::scim::schema::member;
use crate::scim::{ResourceSchema, Type, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "definitions",
    title: "Schemas define their attributes completely and in the form of the RFC",
    why: "Clients build mappings and forms from the definitions, and stop at the first one that they cannot read.",
    requirements: &[
        "7643-7-05",
        "7643-1.2-01",
        "7643-2.1-04",
        "7643-2.3-01",
        "7643-2.3.8-03",
        "7643-3.1-03",
        "7643-3.3-04",
        "7643-3.3-05",
        "7643-7-04",
        "7643-7-07",
        "7643-7-08",
        "7643-7-09",
        "7643-7-11",
        "7643-7-12",
        "7643-7-13",
    ],
    rulings: &["F12", "F14", "X9"],
    hint: "compare the definition with the schemas that RFC 7643 section 8.7 prints",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    for document in documents(sight) {
        head(&document, &mut looks);
        let definitions = document.definitions();
        let mut sound = true;
        for definition in &definitions {
            sound &= form(definition, &document, &mut looks);
            describe(definition, &mut looks);
        }
        common(&document, &definitions, &mut looks);
        let extended = document.extends(sight);
        if extended.is_empty() {
            continue;
        }
        looks.judge("7643-3.3-05", sound, || {
            Breach::at(document.pointer, format!("{} does not keep to the form of the core schemas", document.id))
        });
        let standard = extended.iter().filter_map(|known| known.standard.as_ref()).map(super::Checked::schema);
        redefined(&definitions, &standard.collect::<Vec<_>>(), &mut looks);
    }
    looks.done()
}

/// The schema itself: what it is called and that it has attributes.
fn head(document: &Document<'_>, looks: &mut Looks) {
    let is_uri = document.id.contains(':') && !document.id.contains(char::is_whitespace);
    looks.judge("7643-7-07", is_uri, || {
        let actual = member(document.value, "id").map_or_else(|| "none".to_owned(), shown);
        Breach::expected(document.at("id"), "the URI of the schema", actual)
    });
    let attributes = member(document.value, "attributes");
    looks.judge("7643-7-05", attributes.is_some_and(Value::is_array), || {
        let actual = attributes.map_or_else(|| "none".to_owned(), |value| described(value).to_owned());
        Breach::expected(document.at("attributes"), "an array of attribute definitions", actual)
    });
    for (name, requirement) in [("name", "7643-7-08"), ("description", "7643-7-09")] {
        looks.judge(requirement, text(document.value, name).is_some(), || {
            Breach::expected(document.at(name), "a text", "none")
        });
    }
}

/// One definition. Gives whether it can be read.
fn form(definition: &Definition<'_>, document: &Document<'_>, looks: &mut Looks) -> bool {
    let mut sound = looks.judge("7643-7-05", !definition.name.is_empty(), || {
        Breach::expected(definition.at("name"), "the name of the attribute", "none")
    });
    sound &= looks.judge("7643-2.1-04", is_name(definition.name), || {
        let expected = "a letter, then letters, digits, hyphens, underscores and dollar signs";
        Breach::expected(definition.at("name"), expected, format!("`{}`", definition.name))
    });
    for name in ["type", "multiValued"] {
        looks.judge("7643-7-05", definition.get(name).is_some(), || {
            Breach::expected(definition.at(name), "the characteristic written out", "none").noted("F14")
        });
    }
    if let Some(kind) = definition.get("type") {
        sound &= looks.judge("7643-2.3-01", kind.as_str().and_then(Type::named).is_some(), || {
            Breach::expected(definition.at("type"), "one of the eight data types of SCIM", shown(kind))
        });
    }
    if let Some(plurality) = definition.get("multiValued") {
        sound &= looks.judge("7643-7-12", plurality.is_boolean(), || {
            Breach::expected(definition.at("multiValued"), "true or false", shown(plurality))
        });
    }
    let is_complex = definition.kind() == Type::Complex;
    if !is_complex {
        sound &= looks.judge("7643-1.2-01", definition.subs().is_empty(), || {
            let actual = format!("{} of them", definition.subs().len());
            Breach::expected(definition.at("subAttributes"), "no sub-attributes, as the type is not complex", actual)
        });
        return sound;
    }
    // A definition of definitions goes as deep as it likes.
    let describes_itself = urn::same(document.id, urn::SCHEMA);
    if definition.parent.is_some() && !describes_itself {
        for requirement in ["7643-2.3.8-03", "7643-7-04"] {
            looks.broken(requirement, || {
                Breach::expected(definition.at("type"), "a sub-attribute of a simple type", "a complex one")
            });
        }
        sound = false;
    } else if definition.parent.is_none() {
        looks.held("7643-2.3.8-03");
        looks.held("7643-7-04");
        sound &= looks.judge("7643-7-11", !definition.subs().is_empty(), || {
            Breach::expected(definition.at("subAttributes"), "the sub-attributes of the complex attribute", "none")
        });
    }
    sound
}

fn describe(definition: &Definition<'_>, looks: &mut Looks) {
    let described = definition.text("description").is_some_and(|text| !text.trim().is_empty());
    looks.judge("7643-7-13", described, || {
        Breach::expected(definition.at("description"), "a description of the attribute", "none").noted("X9")
    });
}

/// Common attributes belong to every resource; a schema may list them all the same.
fn common(document: &Document<'_>, definitions: &[Definition<'_>], looks: &mut Looks) {
    if [urn::SCHEMA, urn::RESOURCE_TYPE, urn::SERVICE_PROVIDER_CONFIG].iter().any(|own| urn::same(own, document.id)) {
        return;
    }
    let listed = definitions.iter().find(|one| one.parent.is_none() && is_common(one.name));
    looks.judge("7643-3.1-03", listed.is_none(), || {
        let place = listed.map_or_else(String::new, |one| one.place.clone());
        Breach::expected(place, "the attributes that are not common to all resources", "a common one among them")
    });
}

fn redefined(definitions: &[Definition<'_>], standard: &[&ResourceSchema], looks: &mut Looks) {
    for definition in definitions.iter().filter(|one| one.parent.is_none() && !one.name.is_empty()) {
        let again = standard.iter().any(|schema| top_level(schema, definition.name).is_some());
        looks.judge("7643-3.3-04", !again, || {
            let actual = format!("`{}`, which the core schema has too", definition.name);
            Breach::expected(definition.at("name"), "an attribute that the core schema does not have", actual)
        });
    }
}

fn is_common(name: &str) -> bool {
    ["schemas", "id", "externalId", "meta"].iter().any(|common| common.eq_ignore_ascii_case(name))
}

/// Whether a name fits the grammar of RFC 7643 §2.1; `$ref` is exempt from it (ruling F18).
fn is_name(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || "-_$".contains(c);
    name == "$ref" || name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::scim::core;

    fn schema(id: &str, attribute: Value) -> Vec<Sighting> {
        let mut body = core::schemas().iter().find(|known| known.id == id).expect("a schema").to_json();
        body["attributes"].as_array_mut().expect("attributes").push(attribute);
        see(&CHECK, &get(&format!("/Schemas/{id}")), &reply(200, &body))
    }

    fn of(attribute: Value) -> Vec<Sighting> {
        schema(urn::USER, attribute)
    }

    #[test]
    fn the_schemas_of_the_rfc_hold() {
        let list: Vec<Value> = core::schemas().iter().map(crate::scim::Schema::to_json).collect();
        let list = crate::scim::message::list_response(list.len(), 1, list);
        assert_held(&see(&CHECK, &get("/Schemas"), &reply(200, &list)));
        assert_silent(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
    }

    #[test]
    fn definitions_that_cannot_be_read_are_told() {
        let sound = |name: &str| json!({ "name": name, "type": "string", "multiValued": false, "description": "d" });
        let with = |key: &str, value: Value| {
            let mut one = sound("favourite");
            one[key] = value;
            one
        };
        assert_held(&of(sound("favourite")));
        assert_broken(&of(sound("2nd")), "7643-2.1-04");
        assert_broken(&of(with("type", json!("money"))), "7643-2.3-01");
        assert_broken(&of(with("multiValued", json!("false"))), "7643-7-12");
        assert_broken(&of(with("subAttributes", json!([sound("inner")]))), "7643-1.2-01");
        assert_broken(&of(with("type", json!("complex"))), "7643-7-11");
        assert_broken(&of(sound("externalId")), "7643-3.1-03");
        assert_one(&of(with("description", json!(""))), "7643-7-13", crate::verdict::Seen::Noted);
        assert_one(&of(with("type", Value::Null)), "7643-7-05", crate::verdict::Seen::Noted);
    }

    #[test]
    fn complex_sub_attributes_are_told() {
        let inner = json!({ "name": "inner", "type": "complex", "multiValued": false, "description": "d" });
        let outer = json!({ "name": "outer", "type": "complex", "multiValued": false, "description": "d",
            "subAttributes": [inner] });
        let seen = of(outer);
        let told: Vec<&str> = seen.iter().filter(|one| one.place.is_some()).map(|one| one.requirement).collect();
        assert_eq!(told, ["7643-2.3.8-03", "7643-7-04"]);
    }

    #[test]
    fn an_extension_defines_what_the_core_lacks() {
        let one = |name: &str| json!({ "name": name, "type": "string", "multiValued": false, "description": "d" });
        assert_held(&schema(urn::ENTERPRISE_USER, one("badge")));
        assert_broken(&schema(urn::ENTERPRISE_USER, one("title")), "7643-3.3-04");
        let told = schema(urn::ENTERPRISE_USER, one("no name"));
        assert!(told.iter().any(|one| one.requirement == "7643-3.3-05" && one.place.is_some()));
    }

    #[test]
    fn a_schema_without_attributes_or_uri_is_told() {
        let at = |body: Value| see(&CHECK, &get("/Schemas/x"), &reply(200, &body));
        let body = json!({ "id": urn::USER, "name": "User", "description": "d", "attributes": {} });
        assert_broken(&at(body), "7643-7-05");
        let body = json!({ "id": "User", "name": "User", "description": "d", "attributes": [] });
        assert_broken(&at(body), "7643-7-07");
    }
}
