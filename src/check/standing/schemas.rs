//! `schemas` names the schemas that a resource uses (RFC 7643 §2.1, §3, §3.3).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::sight::{Item, key_of};
use super::{Sight, Sighting, StandingCheck};
use crate::check::evaluate::is_present;
use crate::check::wording::{described, shown};
use crate::scim::json_schema::is_container_name;
use crate::scim::schema::member;
use crate::scim::urn;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "schemas",
    title: "Each resource lists in schemas exactly the schemas that it uses",
    why: "Clients tell by `schemas` what they have before them; without it they ignore the resource or its extensions.",
    requirements: &[
        "7643-2.1-01",
        "7643-3-03",
        "7643-3-05",
        "7643-3-06",
        "7643-3-07",
        "7643-3-04",
        "7643-3.3-02",
        "7643-6-12",
        "7643-5-01",
        "7643-6-01",
        "7643-7-03",
    ],
    rulings: &["E23", "F2", "F21"],
    hint: "set `schemas` to the URN of the resource type's schema and of each extension that the resource holds",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    for item in sight.items.iter().filter(|item| item.value.is_object()) {
        match item.discovery {
            Some(expected) => discovery(item, expected, &mut looks),
            None => resource(sight, item, &mut looks),
        }
    }
    looks.done()
}

fn resource(sight: &Sight<'_>, item: &Item<'_>, looks: &mut Looks) {
    let place = format!("{}/{}", item.pointer, key_of(item.value, "schemas"));
    let Some(given) = member(item.value, "schemas").filter(|value| !value.is_null()) else {
        looks.broken("7643-2.1-01", || {
            Breach::expected(place, "an array of schema URNs", "none").warned_if(sight.asked.projected, "E23")
        });
        return;
    };
    looks.held("7643-2.1-01");
    let Some(listed) = urns(given, &place, looks) else { return };
    if !looks.judge("7643-3-05", !listed.is_empty(), || {
        Breach::expected(&place, "at least the URN of the resource type's schema", "an empty array")
    }) {
        return;
    }
    let repeated =
        listed.iter().enumerate().find(|(index, one)| listed[..*index].iter().any(|other| urn::same(one, other)));
    looks.judge("7643-3-07", repeated.is_none(), || {
        let twice = repeated.map_or("", |(_, urn)| urn);
        Breach::expected(&place, "each URN once", format!("{twice} twice")).ruled("F21")
    });
    used(item, &listed, &place, looks);
    declared(sight, item, &listed, &place, looks);
}

/// The URNs in `schemas`, or nothing where it is no list of URIs.
fn urns<'a>(given: &'a Value, place: &str, looks: &mut Looks) -> Option<Vec<&'a str>> {
    let is_uri = |text: &&str| text.contains(':') && !text.contains(char::is_whitespace);
    let listed: Option<Vec<&str>> =
        given.as_array().and_then(|items| items.iter().map(|item| item.as_str().filter(is_uri)).collect());
    looks.judge("7643-3-03", listed.is_some(), || {
        let actual = if given.is_array() { shown(given) } else { described(given) };
        Breach::expected(place, "an array of schema URNs", actual)
    });
    listed
}

/// Every extension that has values in the resource is listed.
fn used(item: &Item<'_>, listed: &[&str], place: &str, looks: &mut Looks) {
    for (key, value) in item.value.as_object().into_iter().flatten() {
        if is_container_name(key) && is_present(value) {
            looks.judge("7643-3-05", listed.iter().any(|urn| urn::same(urn, key)), || {
                Breach::expected(place, format!("{key}, because the resource holds its attributes"), shown_list(listed))
            });
        }
    }
}

/// The list agrees with the resource type.
fn declared(sight: &Sight<'_>, item: &Item<'_>, listed: &[&str], place: &str, looks: &mut Looks) {
    let Some(kind) = item.kind.map(|known| &known.kind) else { return };
    let lists = |wanted: &str| listed.iter().any(|urn| urn::same(urn, wanted));
    looks.judge("7643-3.3-02", lists(&kind.schema), || {
        Breach::expected(place, format!("{}, the schema of {}", kind.schema, kind.name), shown_list(listed))
    });
    if !sight.context.types_declared {
        return;
    }
    let known = |urn: &str| {
        urn::same(urn, &kind.schema) || kind.extensions.iter().any(|extension| urn::same(&extension.schema, urn))
    };
    let stranger = listed.iter().find(|urn| !known(urn));
    looks.judge("7643-3-06", stranger.is_none(), || {
        let actual = stranger.copied().unwrap_or_default();
        Breach::expected(place, format!("only the schemas that the resource type {} declares", kind.name), actual)
            .hint("list the extension in schemaExtensions of the resource type, or leave its URN out")
    });
    if sight.asked.projected {
        return;
    }
    for extension in kind.extensions.iter().filter(|extension| extension.required) {
        looks.judge("7643-6-12", lists(&extension.schema), || {
            let expected = format!("{}, because the resource type {} requires it", extension.schema, kind.name);
            Breach::expected(place, expected, shown_list(listed))
        });
    }
}

fn discovery(item: &Item<'_>, expected: &'static str, looks: &mut Looks) {
    let requirement = match expected {
        urn::SERVICE_PROVIDER_CONFIG => "7643-5-01",
        urn::RESOURCE_TYPE => "7643-6-01",
        _ => "7643-7-03",
    };
    let given = member(item.value, "schemas").filter(|value| !value.is_null());
    let listed = given.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    looks.judge(requirement, listed.into_iter().any(|urn| urn::same(urn, expected)), || {
        let actual = given.map_or_else(|| "none".to_owned(), shown);
        // The schemas that RFC 7643 prints have no `schemas` themselves.
        let lenient = given.is_none() && expected == urn::SCHEMA;
        Breach::expected(format!("{}/schemas", item.pointer), format!("[\"{expected}\"]"), actual)
            .warned_if(lenient, "F2")
            .hint(format!("set `schemas` of the entry to [\"{expected}\"]"))
    });
}

fn shown_list(listed: &[&str]) -> String {
    match listed {
        [] => "an empty array".to_owned(),
        [one] => (*one).to_owned(),
        many => format!("{} URNs without it", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Context;
    use super::super::testing::*;
    use super::*;
    use crate::scim::{ResourceType, SchemaExtension, ServiceProviderConfig, core};

    fn with_schemas(value: Value) -> Vec<Sighting> {
        see(&CHECK, &get("/Users/1"), &reply(200, &ann_with("/schemas", value)))
    }

    #[test]
    fn sound_lists_hold_in_any_order_and_case() {
        assert_held(&with_schemas(json!([urn::ENTERPRISE_USER, urn::USER])));
        assert_held(&with_schemas(json!([urn::USER.to_uppercase(), urn::ENTERPRISE_USER])));
        let without_data = ann_with(&format!("/{}", urn::ENTERPRISE_USER), Value::Null);
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &without_data)));
        let group = json!({ "schemas": [urn::GROUP], "id": "1" });
        assert_held(&see(&CHECK, &get("/Groups/1"), &reply(200, &group)));
    }

    #[test]
    fn each_way_of_breaking_it_is_told() {
        assert_broken(&with_schemas(Value::Null), "7643-2.1-01");
        assert_broken(&with_schemas(json!(urn::USER)), "7643-3-03");
        assert_broken(&with_schemas(json!([5])), "7643-3-03");
        assert_broken(&with_schemas(json!(["User"])), "7643-3-03");
        assert_broken(&with_schemas(json!([])), "7643-3-05");
        assert_broken(&with_schemas(json!([urn::USER])), "7643-3-05");
        assert_broken(&with_schemas(json!([urn::ENTERPRISE_USER])), "7643-3.3-02");
        assert_broken(&with_schemas(json!([urn::USER, urn::ENTERPRISE_USER, urn::USER.to_lowercase()])), "7643-3-07");
        assert_broken(&with_schemas(json!([urn::USER, urn::ENTERPRISE_USER, "urn:x:other"])), "7643-3-06");
    }

    #[test]
    fn a_projection_may_lose_it_with_a_warning() {
        let bare = json!({ "id": "1", "userName": "ann" });
        let seen = see(&CHECK, &get("/Users/1?attributes=userName"), &reply(200, &bare));
        assert_warned(&seen, "7643-2.1-01");
    }

    #[test]
    fn items_of_lists_are_looked_at() {
        let list = json!({ "schemas": [urn::LIST_RESPONSE], "Resources": [ann(), { "id": "2" }] });
        let seen = see(&CHECK, &get("/Users"), &reply(200, &list));
        assert_broken(&seen, "7643-2.1-01");
        assert!(seen.iter().any(|sighting| sighting.place.as_deref() == Some("/Resources/1/schemas")));
    }

    #[test]
    fn strangers_are_not_judged_when_the_types_are_not_known() {
        let body = ann_with("/schemas", json!([urn::USER, urn::ENTERPRISE_USER, "urn:x:other"]));
        assert_held(&see_in(&unknown(), &CHECK, &get("/Users/1"), &reply(200, &body)));
    }

    #[test]
    fn a_required_extension_is_demanded() {
        let extensions = vec![SchemaExtension { schema: "urn:x:badge".into(), required: true }];
        let mut kind: ResourceType = core::resource_types().remove(0);
        kind.extensions.extend(extensions);
        let context = Context::new(BASE, ServiceProviderConfig::default(), &[kind], core::schemas());
        assert_broken(&see_in(&context, &CHECK, &get("/Users/1"), &reply(200, &ann())), "7643-6-12");
        let seen = see_in(&context, &CHECK, &get("/Users/1?excludedAttributes=emails"), &reply(200, &ann()));
        assert_held(&seen);
    }

    #[test]
    fn discovery_entries_have_schemas_of_their_own() {
        let at = |path: &str, body: &Value| see(&CHECK, &get(path), &reply(200, body));
        assert_held(&at("/ServiceProviderConfig", &json!({ "schemas": [urn::SERVICE_PROVIDER_CONFIG] })));
        assert_held(&at("/Schemas", &json!({ "Resources": [{ "schemas": [urn::SCHEMA] }] })));
        assert_broken(&at("/ServiceProviderConfig", &json!({})), "7643-5-01");
        assert_broken(&at("/ResourceTypes/User", &json!({ "schemas": ["urn:x:y"] })), "7643-6-01");
        assert_broken(&at("/Schemas", &json!({ "Resources": [{ "schemas": ["urn:x:y"] }] })), "7643-7-03");
        assert_warned(&at("/Schemas", &json!({ "Resources": [{}] })), "7643-7-03");
    }
}
