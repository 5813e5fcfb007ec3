//! Values have their declared types (RFC 7643 §2.3, §2.4).

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::sight::Item;
use super::{Sight, Sighting, StandingCheck};
use crate::check::schema_check::Violation;
use crate::scim::json_schema::top_level;
use crate::scim::{Attribute, ResourceSchema, Type};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "types",
    title: "Values in answers have the types that their schema declares",
    why: "Typed clients fail on the whole answer when one value has another type.",
    requirements: &[
        "7643-2.3-02",
        "7643-2.3-03",
        "7643-2.3-04",
        "7643-2.3-05",
        "7643-2.3-06",
        "7643-2.3.4-01",
        "7643-2.3.6-01",
        "7643-2.3.7-02",
        "7643-2.4-01",
        "7643-3-01",
        "7643-3-11",
    ],
    rulings: &[],
    hint: "write the value with the JSON type that its schema declares, or declare the type that it has",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    report(sight, &mut looks, |violation| violation.kind != Some(Type::DateTime));
    for requirement in looked_at(sight).into_iter().filter_map(requirement_of) {
        looks.held(requirement);
    }
    looks.done()
}

/// Reports the violations that `wanted` picks, each attribute once.
pub(super) fn report(sight: &Sight<'_>, looks: &mut Looks, wanted: impl Fn(&Violation) -> bool) {
    let mut told = HashSet::new();
    for violation in sight.violations().iter().filter(|violation| wanted(violation)) {
        if told.insert(without_indexes(&violation.pointer)) {
            looks.broken(violation.requirement, || {
                Breach::expected(&violation.pointer, &violation.expected, &violation.actual)
            });
        }
    }
}

/// What kinds of values the resources hold; the first ones of a list speak for the others.
pub(super) fn looked_at(sight: &Sight<'_>) -> BTreeSet<Looked> {
    const ENOUGH: usize = 20;
    let mut out = BTreeSet::new();
    for item in sight.resources().take(ENOUGH) {
        if let Some(schema) = item.kind.and_then(super::KnownType::schema) {
            collect(item, schema, &mut out);
        }
    }
    out
}

/// A kind of value that was there to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Looked {
    Array,
    Text,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Binary,
    Reference,
    Complex,
}

fn collect(item: &Item<'_>, schema: &ResourceSchema, out: &mut BTreeSet<Looked>) {
    for (name, value) in item.value.as_object().into_iter().flatten() {
        if let Some(extension) = schema.extension(name) {
            for (name, value) in value.as_object().into_iter().flatten() {
                if let Some(attribute) = extension.attribute(name) {
                    collect_value(attribute, value, out);
                }
            }
        } else if let Some(attribute) = top_level(schema, name) {
            collect_value(attribute, value, out);
        }
    }
}

fn collect_value(attribute: &Attribute, value: &Value, out: &mut BTreeSet<Looked>) {
    let value = if attribute.multi_valued {
        out.insert(Looked::Array);
        value.as_array().and_then(|items| items.first())
    } else {
        Some(value)
    };
    let Some(value) = value.filter(|value| !value.is_null()) else { return };
    out.insert(match attribute.kind {
        Type::String => Looked::Text,
        Type::Boolean => Looked::Boolean,
        Type::Decimal => Looked::Decimal,
        Type::Integer => Looked::Integer,
        Type::DateTime => Looked::DateTime,
        Type::Binary => Looked::Binary,
        Type::Reference => Looked::Reference,
        Type::Complex => Looked::Complex,
    });
    for (name, value) in value.as_object().into_iter().flatten() {
        if let Some(sub) = attribute.sub(name) {
            collect_value(sub, value, out);
        }
    }
}

const fn requirement_of(looked: Looked) -> Option<&'static str> {
    Some(match looked {
        Looked::Array => "7643-2.4-01",
        Looked::Text => "7643-2.3-02",
        Looked::Boolean => "7643-2.3-03",
        Looked::Decimal => "7643-2.3-04",
        Looked::Integer => "7643-2.3-05",
        Looked::Binary => "7643-2.3.6-01",
        Looked::Reference => "7643-2.3.7-02",
        Looked::Complex => "7643-2.3-06",
        Looked::DateTime => return None,
    })
}

/// The pointer without array indexes, which names the attribute.
pub(super) fn without_indexes(pointer: &str) -> String {
    let named = |part: &&str| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit());
    pointer.split('/').filter(named).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::scim::urn;

    fn at(pointer: &str, value: Value) -> Vec<Sighting> {
        see(&CHECK, &get("/Users/1"), &reply(200, &ann_with(pointer, value)))
    }

    #[test]
    fn declared_types_hold() {
        let seen = see(&CHECK, &get("/Users/1"), &reply(200, &ann()));
        assert_held(&seen);
        for requirement in ["7643-2.3-02", "7643-2.3-03", "7643-2.3-06", "7643-2.4-01", "7643-2.3.7-02"] {
            assert!(seen.iter().any(|sighting| sighting.requirement == requirement), "{requirement}");
        }
        assert!(!seen.iter().any(|sighting| sighting.requirement == "7643-2.3.6-01"), "no binary value was there");
    }

    #[test]
    fn legal_forms_of_nothing_hold() {
        let mut body = ann();
        body["nickName"] = Value::Null;
        body["phoneNumbers"] = json!([]);
        body["groups"] = Value::Null;
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &body)));
    }

    #[test]
    fn other_types_are_broken_by_the_requirement_of_the_type() {
        assert_broken(&at("/active", json!("true")), "7643-2.3-03");
        assert_broken(&at("/userName", json!(5)), "7643-2.3-02");
        assert_broken(&at("/emails", json!({ "value": "a" })), "7643-2.4-01");
        assert_broken(&at("/name", json!("Ann")), "7643-2.3-06");
        assert_broken(&at("/profileUrl", json!("no url")), "7643-2.3.7-02");
        assert_broken(&at("/x509Certificates", json!([{ "value": "#" }])), "7643-2.3.6-01");
        assert_broken(&at(&format!("/{}", urn::ENTERPRISE_USER), json!("x")), "7643-3-11");
    }

    #[test]
    fn every_attribute_is_told_once_per_answer() {
        let list = json!({ "Resources": vec![ann_with("/active", json!("true")); 40] });
        let seen = see(&CHECK, &get("/Users"), &reply(200, &list));
        assert_broken(&seen, "7643-2.3-03");
        assert!(seen.iter().any(|sighting| sighting.place.as_deref() == Some("/Resources/0/active")));
        assert_broken(&see(&CHECK, &get("/Users"), &reply(200, &json!({ "Resources": ["text"] }))), "7643-3-01");
    }

    #[test]
    fn form_is_judged_by_the_targets_own_schema_and_type_by_the_rfc_too() {
        let context = context_with(&json!({ "name": "profileUrl", "type": "string" }));
        let free = ann_with("/profileUrl", json!("no url"));
        assert_held(&see_in(&context, &CHECK, &get("/Users/1"), &reply(200, &free)));
        let context = context_with(&json!({ "name": "active", "type": "string" }));
        let text = ann_with("/active", json!("true"));
        assert_broken(&see_in(&context, &CHECK, &get("/Users/1"), &reply(200, &text)), "7643-2.3-03");
        let context = context_with(&json!({ "name": "rank", "type": "integer" }));
        let fraction = ann_with("/rank", json!(1.5));
        assert_broken(&see_in(&context, &CHECK, &get("/Users/1"), &reply(200, &fraction)), "7643-2.3.4-01");
    }

    #[test]
    fn a_target_without_schemas_is_judged_by_the_rfc() {
        let text = ann_with("/active", json!("true"));
        assert_broken(&see_in(&unknown(), &CHECK, &get("/Users/1"), &reply(200, &text)), "7643-2.3-03");
    }
}
