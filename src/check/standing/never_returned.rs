//! What is never returned is in no answer (RFC 7643 §4.1.1, §7).

use serde_json::Value;

use super::context::Checked;
use super::looks::{Breach, Looks};
use super::sight::{Item, key_of};
use super::{Sight, Sighting, StandingCheck};
use crate::scim::schema::member;
use crate::scim::{Attribute, Mutability, ResourceSchema, Returned, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "never-returned",
    title: "No answer holds a password or another attribute that is never returned",
    why: "Whoever may read users would learn their passwords.",
    requirements: &["7643-4.1.1-21", "7643-7-28", "7643-7-26"],
    rulings: &[],
    hint: "leave the attribute out of every answer, also in hashed or masked form",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    for item in sight.resources() {
        let Some(kind) = item.kind else { continue };
        let schemas = [&kind.declared, &kind.standard].map(|checked| checked.as_ref().map(Checked::schema));
        let is_user = urn::same(&kind.kind.schema, urn::USER);
        let mut told = Vec::new();
        for schema in schemas.into_iter().flatten() {
            watch_schema(item, schema, is_user, &mut told, &mut looks);
        }
    }
    looks.done()
}

fn watch_schema(item: &Item<'_>, schema: &ResourceSchema, is_user: bool, told: &mut Vec<String>, looks: &mut Looks) {
    watch_members(item.value, &item.pointer, &schema.core.attributes, is_user, told, looks);
    for extension in &schema.extensions {
        if let Some(container) = member(item.value, &extension.id) {
            let pointer = format!("{}/{}", item.pointer, key_of(item.value, &extension.id));
            watch_members(container, &pointer, &extension.attributes, false, told, looks);
        }
    }
}

fn watch_members(
    object: &Value,
    pointer: &str,
    attributes: &[Attribute],
    is_user: bool,
    told: &mut Vec<String>,
    looks: &mut Looks,
) {
    for attribute in attributes {
        let given = member(object, &attribute.name).filter(|value| !is_nothing(value));
        if let Some(requirement) = rule(attribute, is_user) {
            let place = || format!("{pointer}/{}", key_of(object, &attribute.name));
            if given.is_none() {
                looks.held(requirement);
            } else if !told.contains(&place()) {
                told.push(place());
                // The value itself stays out of the message.
                looks.broken(requirement, || Breach::expected(place(), "no such member", "a value"));
            }
        } else if let Some(value) =
            given.filter(|_| attribute.sub_attributes.iter().any(|sub| rule(sub, false).is_some()))
        {
            let pointer = format!("{pointer}/{}", key_of(object, &attribute.name));
            match value {
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        let pointer = format!("{pointer}/{index}");
                        watch_members(item, &pointer, &attribute.sub_attributes, false, told, looks);
                    }
                }
                one => watch_members(one, &pointer, &attribute.sub_attributes, false, told, looks),
            }
        }
    }
}

/// The requirement that keeps the attribute out of answers.
fn rule(attribute: &Attribute, is_user: bool) -> Option<&'static str> {
    if is_user && attribute.name.eq_ignore_ascii_case("password") {
        Some("7643-4.1.1-21")
    } else if attribute.returned == Returned::Never {
        Some("7643-7-28")
    } else {
        (attribute.mutability == Mutability::WriteOnly).then_some("7643-7-26")
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;

    fn at(pointer: &str, value: Value) -> Vec<Sighting> {
        see(&CHECK, &get("/Users/1"), &reply(200, &ann_with(pointer, value)))
    }

    #[test]
    fn answers_without_it_hold() {
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        let mut null = ann();
        null["password"] = Value::Null;
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &null)));
        assert_silent(&see(&CHECK, &get("/Groups/1"), &reply(200, &json!({ "schemas": [urn::GROUP] }))));
    }

    #[test]
    fn a_password_is_broken_in_any_form() {
        for value in [json!("[masked]"), json!("********"), json!("$2b$10$hash"), json!("")] {
            assert_broken(&at("/password", value), "7643-4.1.1-21");
        }
        assert_broken(&at("/PASSWORD", json!("x")), "7643-4.1.1-21");
        let created = see(&CHECK, &request("POST", "/Users"), &reply(201, &ann_with("/password", json!("x"))));
        assert_broken(&created, "7643-4.1.1-21");
    }

    #[test]
    fn other_attributes_follow_their_definition() {
        let context = context_with(&json!({ "name": "pin", "returned": "never" }));
        let body = reply(200, &ann_with("/pin", json!("1234")));
        assert_broken(&see_in(&context, &CHECK, &get("/Users/1"), &body), "7643-7-28");
        let context = context_with(&json!({ "name": "pin", "mutability": "writeOnly" }));
        assert_broken(&see_in(&context, &CHECK, &get("/Users/1"), &body), "7643-7-26");
        let nested = json!({ "name": "keys", "type": "complex", "multiValued": true,
            "subAttributes": [{ "name": "value" }, { "name": "secret", "returned": "never" }] });
        let body = reply(200, &ann_with("/keys", json!([{ "value": "a" }, { "secret": "b" }])));
        let seen = see_in(&context_with(&nested), &CHECK, &get("/Users/1"), &body);
        assert_broken(&seen, "7643-7-28");
        assert!(seen.iter().any(|sighting| sighting.place.as_deref() == Some("/keys/1/secret")), "{seen:#?}");
    }
}
