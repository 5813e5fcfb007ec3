//! Standard attributes are declared as the RFC has them (RFC 7643 §8.7).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::schema_document::{Document, documents};
use super::{Sight, Sighting, StandingCheck};
use crate::scim::schema::member;
use crate::scim::{Attribute, Mutability, Schema, Type, core, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "standard-definitions",
    title: "Standard attributes are declared with the type and plurality of the RFC",
    why: "Clients send standard attributes in the form of the RFC, whatever a provider declares.",
    requirements: &["7643-8.7.1-02", "7643-8.7.1-03", "7643-8.7.1-04", "7643-8.7.1-05", "7643-8.7.2-01"],
    rulings: &["X11"],
    hint: "declare the attribute as RFC 7643 section 8.7 prints it, or put it into an extension of your own",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    for document in documents(sight) {
        let Some((requirement, schema)) = standard(document.id) else { continue };
        looks.held(requirement);
        let mut changed = Vec::new();
        let listed = members(document.value, "attributes");
        let place = document.at("attributes");
        let mut compare = Compare { requirement, looks: &mut looks, changed: &mut changed };
        compare.all(&schema.attributes, listed, &place, "", false);
        if requirement != SERVER {
            tell_changes(&document, &changed, &mut looks);
        }
    }
    looks.done()
}

const SERVER: &str = "7643-8.7.2-01";

fn standard(id: &str) -> Option<(&'static str, &'static Schema)> {
    let of = |schemas: &'static [Schema]| schemas.iter().find(|schema| urn::same(&schema.id, id));
    let requirement =
        [(urn::USER, "7643-8.7.1-02"), (urn::GROUP, "7643-8.7.1-03"), (urn::ENTERPRISE_USER, "7643-8.7.1-04")]
            .into_iter()
            .find_map(|(urn, requirement)| urn::same(urn, id).then_some(requirement));
    match requirement {
        Some(requirement) => of(core::schemas()).map(|schema| (requirement, schema)),
        None => of(core::server_schemas()).map(|schema| (SERVER, schema)),
    }
}

/// What a provider may change it may change; a client has to know of it.
fn tell_changes(document: &Document<'_>, changed: &[String], looks: &mut Looks) {
    looks.judge("7643-8.7.1-05", changed.is_empty(), || {
        const SHOWN: usize = 5;
        let some: Vec<&str> = changed.iter().take(SHOWN).map(String::as_str).collect();
        let more = changed.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let actual = format!("{}{more}", some.join(", "));
        Breach::expected(document.at("attributes"), "the attributes as the RFC prints them", actual)
    });
}

struct Compare<'a> {
    requirement: &'static str,
    looks: &'a mut Looks,
    changed: &'a mut Vec<String>,
}

impl Compare<'_> {
    fn all(&mut self, standard: &[Attribute], listed: &[Value], place: &str, prefix: &str, inside_read_only: bool) {
        for known in standard {
            let path = format!("{prefix}{}", known.name);
            let is_it = |value: &Value| {
                let name = member(value, "name").and_then(Value::as_str);
                name.is_some_and(|name| name.eq_ignore_ascii_case(&known.name))
            };
            match listed.iter().position(is_it) {
                None => self.changed.push(format!("no `{path}`")),
                Some(index) => {
                    let place = format!("{place}/{index}");
                    self.one(known, &listed[index], &place, &path, inside_read_only);
                    let inside = inside_read_only || known.mutability == Mutability::ReadOnly;
                    let subs = members(&listed[index], "subAttributes");
                    let place = format!("{place}/subAttributes");
                    self.all(&known.sub_attributes, subs, &place, &format!("{path}."), inside);
                }
            }
        }
    }

    fn one(&mut self, known: &Attribute, listed: &Value, place: &str, path: &str, inside_read_only: bool) {
        let Some(declared) = Attribute::from_json(listed) else { return };
        let breach = |key: &str, expected: &str, actual: &str| {
            Breach::expected(format!("{place}/{key}"), format!("`{path}` {expected}"), actual)
        };
        // What is a text in JSON either way breaks no client.
        let alike = is_text(known.kind) && is_text(declared.kind);
        self.looks.judge(self.requirement, declared.kind == known.kind, || {
            let expected = format!("of type {}", known.kind.as_str());
            breach("type", &expected, declared.kind.as_str()).warned_if(alike, "X11")
        });
        self.looks.judge(self.requirement, declared.multi_valued == known.multi_valued, || {
            let word = |many: bool| if many { "multi-valued" } else { "single-valued" };
            breach("multiValued", word(known.multi_valued), word(declared.multi_valued))
        });
        if !inside_read_only {
            // Who may not write an attribute of the directory's own must not be told that they may.
            let opens = known.mutability == Mutability::ReadOnly;
            self.looks.judge(self.requirement, declared.mutability == known.mutability, || {
                breach("mutability", known.mutability.as_str(), declared.mutability.as_str())
                    .warned_if(!opens || self.requirement == SERVER, "X11")
            });
        }
        let same = (declared.required, declared.case_exact, declared.returned, declared.uniqueness)
            == (known.required, known.case_exact, known.returned, known.uniqueness)
            && declared.canonical_values == known.canonical_values;
        if !same {
            self.changed.push(format!("`{path}` with other characteristics"));
        }
    }
}

const fn is_text(kind: Type) -> bool {
    matches!(kind, Type::String | Type::Reference | Type::Binary | Type::DateTime)
}

fn members<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    member(value, key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::verdict::Seen;

    /// A standard schema with one characteristic of one attribute changed.
    fn of(id: &str, path: &[&str], key: &str, value: Value) -> Vec<Sighting> {
        let all = core::schemas().iter().chain(core::server_schemas());
        let mut body = all.into_iter().find(|known| known.id == id).expect("a schema").to_json();
        let mut at = &mut body["attributes"];
        for (depth, name) in path.iter().enumerate() {
            let found = at.as_array_mut().expect("a list").iter_mut().find(|one| one["name"] == *name);
            let found = found.expect("an attribute");
            if depth + 1 == path.len() {
                found[key] = value;
                break;
            }
            at = &mut found["subAttributes"];
        }
        see(&CHECK, &get(&format!("/Schemas/{id}")), &reply(200, &body))
    }

    #[test]
    fn the_schemas_of_the_rfc_hold() {
        for schema in core::schemas().iter().chain(core::server_schemas()) {
            assert_held(&see(&CHECK, &get("/Schemas/x"), &reply(200, &schema.to_json())));
        }
        assert_silent(&see(&CHECK, &get("/Schemas/x"), &reply(200, &json!({ "id": "urn:x:y" }))));
    }

    #[test]
    fn other_forms_of_standard_attributes_are_broken() {
        assert_broken(&of(urn::USER, &["active"], "type", json!("string")), "7643-8.7.1-02");
        assert_broken(&of(urn::USER, &["emails"], "multiValued", json!(false)), "7643-8.7.1-02");
        assert_broken(&of(urn::USER, &["groups"], "mutability", json!("readWrite")), "7643-8.7.1-02");
        assert_broken(&of(urn::GROUP, &["members"], "type", json!("string")), "7643-8.7.1-03");
        let display = &["manager", "displayName"];
        assert_broken(&of(urn::ENTERPRISE_USER, display, "mutability", json!("readWrite")), "7643-8.7.1-04");
        assert_broken(&of(urn::RESOURCE_TYPE, &["schema"], "multiValued", json!(true)), SERVER);
    }

    #[test]
    fn what_harms_no_client_is_a_warning() {
        assert_warned(&of(urn::USER, &["active"], "mutability", json!("readOnly")), "7643-8.7.1-02");
        assert_warned(&of(urn::USER, &["profileUrl"], "type", json!("string")), "7643-8.7.1-02");
        assert_held(&of(urn::USER, &["groups", "value"], "mutability", json!("readWrite")));
    }

    #[test]
    fn what_may_be_changed_is_told() {
        let seen = of(urn::USER, &["title"], "required", json!(true));
        assert_one(&seen, "7643-8.7.1-05", Seen::Broken);
        assert_one(&of(urn::USER, &["title"], "name", json!("rank")), "7643-8.7.1-05", Seen::Broken);
    }
}
