//! Characteristics of an attribute make sense together (RFC 7643 §2.3, §2.4, §7).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::schema_document::{Definition, documents};
use super::{Sight, Sighting, StandingCheck};
use crate::check::wording::shown;
use crate::scim::Type;
use crate::scim::schema::member;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "characteristics",
    title: "The characteristics of an attribute fit its type and each other",
    why: "A client that reads a characteristic which cannot be meant treats the attribute wrongly.",
    requirements: &[
        "7643-7-41",
        "7643-2.3.7-05",
        "7643-2.3.2-01",
        "7643-2.3.8-02",
        "7643-2.4-04",
        "7643-2.4-12",
        "7643-2.4-13",
        "7643-8.7.2-02",
    ],
    rulings: &["F5", "F9", "X9", "X10"],
    hint: "declare only the characteristics that RFC 7643 section 7 has for the type of the attribute",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    for document in documents(sight) {
        for definition in document.definitions() {
            references(&definition, sight, &mut looks);
            meaningless(&definition, &mut looks);
            parts(&definition, &mut looks);
        }
    }
    looks.done()
}

fn references(definition: &Definition<'_>, sight: &Sight<'_>, looks: &mut Looks) {
    let listed = definition.get("referenceTypes");
    if definition.kind() != Type::Reference {
        let none = listed.is_none_or(|listed| listed.as_array().is_some_and(Vec::is_empty));
        looks.judge("7643-7-41", none, || {
            let actual = listed.map_or_else(String::new, shown);
            Breach::expected(definition.at("referenceTypes"), "none, as the attribute is no reference", actual)
                .warned("X10")
        });
        return;
    }
    let targets = listed.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_single = listed.is_some_and(Value::is_string);
    looks.judge("7643-2.3.7-05", !targets.is_empty() || is_single, || {
        let actual = listed.map_or_else(|| "none".to_owned(), shown);
        Breach::expected(definition.at("referenceTypes"), "what the reference may point to", actual)
    });
    if let Some(listed) = listed {
        let texts = listed.as_array().is_some_and(|listed| listed.iter().all(Value::is_string));
        looks.judge("7643-7-41", texts, || {
            Breach::expected(definition.at("referenceTypes"), "an array of texts", shown(listed)).ruled("F5")
        });
    }
    if !sight.context.types_declared {
        return;
    }
    let known = |name: &str| {
        // A group may be named although the provider has none (ruling F9).
        ["external", "uri", "User", "Group"].iter().any(|word| word.eq_ignore_ascii_case(name))
            || sight.context.types.iter().any(|known| known.kind.name.eq_ignore_ascii_case(name))
    };
    for name in targets.iter().filter_map(Value::as_str) {
        looks.judge("7643-7-41", known(name), || {
            let expected = "`external`, `uri`, or a resource type of /ResourceTypes";
            Breach::expected(definition.at("referenceTypes"), expected, format!("`{name}`"))
        });
    }
}

/// Whether letters differ by case, and whether a value may occur twice, is no question for every type.
fn meaningless(definition: &Definition<'_>, looks: &mut Looks) {
    let requirement = match definition.kind() {
        Type::Boolean => "7643-2.3.2-01",
        Type::Complex => "7643-2.3.8-02",
        _ => return,
    };
    looks.judge(requirement, !definition.says("caseExact"), || {
        Breach::expected(definition.at("caseExact"), "none or false", "true").warned("X10")
    });
    let uniqueness = definition.text("uniqueness").unwrap_or("none");
    looks.judge(requirement, uniqueness.eq_ignore_ascii_case("none"), || {
        Breach::expected(definition.at("uniqueness"), "none", format!("`{uniqueness}`")).warned("X10")
    });
}

/// The sub-attributes that every multi-valued attribute may have.
fn parts(definition: &Definition<'_>, looks: &mut Looks) {
    if definition.is_part_of_many() {
        let wanted = match definition.name.to_ascii_lowercase().as_str() {
            "primary" => Some(Type::Boolean),
            "$ref" => Some(Type::Reference),
            "type" | "display" => Some(Type::String),
            _ => None,
        };
        if let Some(wanted) = wanted {
            looks.judge("7643-2.4-04", definition.kind() == wanted, || {
                let actual = definition.kind().as_str();
                Breach::expected(definition.at("type"), wanted.as_str(), actual)
            });
        }
        if definition.name.eq_ignore_ascii_case("type") {
            let listed = definition.get("canonicalValues").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
            let breach =
                || Breach::expected(definition.at("canonicalValues"), "the values that are recommended", "none");
            looks.judge("7643-2.4-13", listed, breach);
            looks.judge("7643-8.7.2-02", listed, || breach().noted("X9"));
        }
    }
    if definition.kind() == Type::Complex && definition.says("multiValued") {
        let named_type = |sub: &Value| {
            member(sub, "name").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case("type"))
        };
        looks.judge("7643-2.4-12", definition.subs().iter().any(named_type), || {
            Breach::expected(definition.at("subAttributes"), "a `type` that tells the values apart", "none")
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::scim::{Schema, core};
    use crate::verdict::Seen;

    fn of(attributes: Value) -> Vec<Sighting> {
        let body = json!({ "id": "urn:x:y", "name": "Y", "description": "d", "attributes": attributes });
        see(&CHECK, &get("/Schemas/urn:x:y"), &reply(200, &body))
    }

    #[test]
    fn the_schemas_of_the_rfc_break_nothing() {
        let list: Vec<Value> = core::schemas().iter().map(Schema::to_json).collect();
        let list = crate::scim::message::list_response(list.len(), 1, list);
        let seen = see(&CHECK, &get("/Schemas"), &reply(200, &list));
        let told: Vec<&str> = seen.iter().filter(|one| one.seen != Seen::Held).map(|one| one.requirement).collect();
        assert!(told.iter().all(|id| ["7643-2.4-13", "7643-8.7.2-02", "7643-2.4-12"].contains(id)), "{told:?}");
    }

    #[test]
    fn references_say_where_they_lead() {
        let one = |types: Value| of(json!([{ "name": "link", "type": "reference", "referenceTypes": types }]));
        for fine in [json!(["external"]), json!(["User", "uri"]), json!(["Group"])] {
            assert_held(&one(fine));
        }
        assert_broken(&one(json!([])), "7643-2.3.7-05");
        assert_broken(&one(json!("User")), "7643-7-41");
        assert_broken(&one(json!(["Planet"])), "7643-7-41");
        assert_broken(&of(json!([{ "name": "link", "type": "reference" }])), "7643-2.3.7-05");
        assert_warned(&of(json!([{ "name": "a", "referenceTypes": ["User"] }])), "7643-7-41");
    }

    #[test]
    fn characteristics_without_a_meaning_are_a_warning() {
        let one = |kind: &str, key: &str, value: Value| of(json!([{ "name": "a", "type": kind, key: value }]));
        assert_held(&one("boolean", "uniqueness", json!("none")));
        assert_warned(&one("boolean", "caseExact", json!(true)), "7643-2.3.2-01");
        assert_warned(&one("complex", "uniqueness", json!("server")), "7643-2.3.8-02");
        assert_held(&one("string", "caseExact", json!(true)));
    }

    #[test]
    fn well_known_parts_keep_their_types() {
        let one = |sub: Value| {
            let subs = json!([{ "name": "type", "type": "string", "canonicalValues": ["a"] }, sub]);
            of(json!([{ "name": "a", "type": "complex", "multiValued": true, "subAttributes": subs }]))
        };
        assert_held(&one(json!({ "name": "primary", "type": "boolean" })));
        assert_broken(&one(json!({ "name": "primary", "type": "string" })), "7643-2.4-04");
        assert_broken(&one(json!({ "name": "$ref", "type": "string" })), "7643-2.4-04");
        let bare = of(json!([{ "name": "a", "type": "complex", "multiValued": true, "subAttributes": [] }]));
        assert_broken(&bare, "7643-2.4-12");
    }
}
