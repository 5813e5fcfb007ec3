//! Answers hold declared attributes only, each where it belongs (RFC 7643 §3, §7).

use std::collections::HashSet;

use serde_json::Value;

use super::context::{Checked, KnownType};
use super::looks::{Breach, Looks};
use super::sight::Item;
use super::{Sight, Sighting, StandingCheck};
use crate::scim::json_schema::{is_container_name, top_level};
use crate::scim::{Attribute, ResourceSchema, Type, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "undeclared",
    title: "Answers hold declared attributes only, each where it belongs",
    why: "Clients that build their forms and mappings from /Schemas never see an attribute that is not declared there.",
    requirements: &["7643-7-01", "7643-3-10", "7643-3-11"],
    rulings: &["C8", "F10", "F19"],
    hint: "declare the attribute under /Schemas, or leave it out of the answers",
    watch,
};

/// Sub-attributes that any multi-valued attribute may have (RFC 7643 §2.4).
const DEFAULT_SUBS: [&str; 5] = ["value", "display", "type", "primary", "$ref"];

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let mut told = HashSet::new();
    for item in sight.resources() {
        let Some(kind) = item.kind else { continue };
        let Some(schema) = kind.schema() else { continue };
        looks.held("7643-7-01");
        let mut walk = Walk { kind, schema, item, looks: &mut looks, told: &mut told };
        for (name, value) in item.value.as_object().into_iter().flatten() {
            walk.member(name, value);
        }
    }
    looks.done()
}

struct Walk<'a, 'b> {
    kind: &'a KnownType,
    schema: &'a ResourceSchema,
    item: &'a Item<'a>,
    looks: &'b mut Looks,
    /// Names that were told before, of this or of another resource.
    told: &'b mut HashSet<String>,
}

impl Walk<'_, '_> {
    fn member(&mut self, name: &str, value: &Value) {
        if is_container_name(name) {
            self.container(name, value);
        } else if let Some(attribute) = top_level(self.schema, name) {
            self.subs(name, attribute, value);
        } else {
            let home = self.schema.extensions.iter().find(|extension| extension.attribute(name).is_some());
            match home {
                Some(extension) => self.tell("7643-3-11", name, || {
                    (format!("inside {}, which declares it", extension.id), "a top-level member".to_owned())
                }),
                None => self.stranger(name),
            }
        }
    }

    fn container(&mut self, name: &str, value: &Value) {
        if urn::same(name, &self.schema.core.id) {
            if self.told.insert(name.to_owned()) {
                let place = format!("{}/{name}", self.item.pointer);
                self.looks.broken("7643-3-10", || {
                    Breach::expected(
                        place,
                        "the attributes of the core schema at the top level",
                        "an object of their own",
                    )
                    .hint("put core attributes beside `id` and `schemas`; only extensions have an object of their own")
                });
            }
            return;
        }
        let Some(extension) = self.schema.extension(name) else {
            self.stranger(name);
            return;
        };
        // A schema that could not be found declares nothing that could be missed.
        if extension.attributes.is_empty() {
            return;
        }
        let members = value.as_object().into_iter().flatten();
        let strange: Vec<String> = members
            .clone()
            .filter(|(sub, _)| extension.attribute(sub).is_none())
            .map(|(sub, _)| format!("{name}/{sub}"))
            .collect();
        strange.iter().for_each(|path| self.stranger(path));
        for (sub, value) in members {
            if let Some(attribute) = extension.attribute(sub) {
                self.subs(&format!("{name}/{sub}"), attribute, value);
            }
        }
    }

    fn subs(&mut self, path: &str, attribute: &Attribute, value: &Value) {
        if attribute.kind != Type::Complex || attribute.sub_attributes.is_empty() {
            return;
        }
        let standard =
            self.kind.standard.as_ref().map(Checked::schema).and_then(|schema| top_level(schema, &attribute.name));
        let known = |sub: &str| {
            attribute.sub(sub).is_some()
                || (attribute.multi_valued && DEFAULT_SUBS.iter().any(|name| name.eq_ignore_ascii_case(sub)))
                || standard.is_some_and(|standard| standard.sub(sub).is_some())
        };
        let values = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for (index, value) in values.iter().enumerate() {
            for name in value.as_object().into_iter().flat_map(|members| members.keys()).filter(|name| !known(name)) {
                let path =
                    if attribute.multi_valued { format!("{path}/{index}/{name}") } else { format!("{path}/{name}") };
                self.stranger(&path);
            }
        }
    }

    fn stranger(&mut self, path: &str) {
        let by = if self.kind.declared.is_some() { "the target declares under /Schemas" } else { "the RFC defines" };
        self.tell("7643-7-01", path, || (format!("an attribute that {by}"), "one that is not".to_owned()));
    }

    /// Reports a name, the first time that it is met. Without schemas of the target itself it is only a note.
    fn tell(&mut self, requirement: &'static str, path: &str, parts: impl FnOnce() -> (String, String)) {
        if !self.told.insert(super::types::without_indexes(path)) {
            return;
        }
        let declared = self.kind.declared.is_some();
        let place = format!("{}/{path}", self.item.pointer);
        self.looks.broken(requirement, || {
            let (expected, actual) = parts();
            let breach = Breach::expected(place, expected, actual);
            if declared { breach.warned("C8") } else { breach.noted("C8") }
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::verdict::Seen;

    fn at(pointer: &str, value: Value) -> Vec<Sighting> {
        see(&CHECK, &get("/Users/1"), &reply(200, &ann_with(pointer, value)))
    }

    #[test]
    fn declared_attributes_hold_in_any_case() {
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_held(&at("/NICKNAME", json!("x")));
        assert_held(&at("/externalId", json!("x")));
        assert_held(&at("/addresses", json!([{ "primary": true, "display": "x" }])));
    }

    #[test]
    fn undeclared_attributes_are_a_warning() {
        assert_warned(&at("/favourite", json!("x")), "7643-7-01");
        assert_warned(&at("/name/suffix", json!("x")), "7643-7-01");
        assert_warned(&at("/emails/0/verified", json!(true)), "7643-7-01");
        assert_warned(&at("/meta/owner", json!("x")), "7643-7-01");
        assert_warned(&at("/urn:x:badge", json!({ "a": 1 })), "7643-7-01");
        assert_warned(&at(&format!("/{}/badge", urn::ENTERPRISE_USER), json!(1)), "7643-7-01");
    }

    #[test]
    fn attributes_in_the_wrong_place_are_told() {
        assert_warned(&at("/department", json!("R&D")), "7643-3-11");
        assert_broken(&at(&format!("/{}", urn::USER), json!({ "userName": "x" })), "7643-3-10");
    }

    #[test]
    fn each_name_is_told_once() {
        let list = json!({ "Resources": vec![ann_with("/favourite", json!("x")); 30] });
        assert_warned(&see(&CHECK, &get("/Users"), &reply(200, &list)), "7643-7-01");
    }

    #[test]
    fn without_schemas_of_the_target_it_is_a_note() {
        let body = ann_with("/favourite", json!("x"));
        assert_one(&see_in(&unknown(), &CHECK, &get("/Users/1"), &reply(200, &body)), "7643-7-01", Seen::Noted);
    }
}
