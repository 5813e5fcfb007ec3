//! Resource types say where their resources are and by which schemas (RFC 7643 §3.2, §6).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::schema_document::text;
use super::sight::{Item, key_of};
use super::{Context, Sight, Sighting, StandingCheck};
use crate::check::wording::{described, shown};
use crate::scim::schema::member;
use crate::scim::{core, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "resource-types",
    title: "Resource types are complete, and their schemas can be read",
    why: "A client that meets a resource type it does not know has nothing else to go by.",
    requirements: &[
        "7643-6-02",
        "7643-6-05",
        "7643-3.2-01",
        "7643-6-03",
        "7643-6-06",
        "7643-6-09",
        "7643-6-10",
        "7643-6-11",
        "7644-3.2-03",
    ],
    rulings: &["F5", "X12"],
    hint: "give each entry of /ResourceTypes a name, an endpoint and schemas that are listed under /Schemas",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let is_type = |item: &&Item<'_>| item.discovery == Some(urn::RESOURCE_TYPE) && item.value.is_object();
    for item in sight.items.iter().filter(is_type) {
        let at = |name: &str| format!("{}/{}", item.pointer, key_of(item.value, name));
        for name in ["name", "endpoint", "schema"] {
            let given = text(item.value, name).is_some_and(|text| !text.trim().is_empty());
            looks.judge("7643-6-02", given, || Breach::expected(at(name), "a text", described_at(item, name)));
        }
        let named = text(item.value, "name").is_some_and(|text| !text.trim().is_empty());
        looks.judge("7643-6-05", named, || Breach::expected(at("name"), "a text", described_at(item, "name")));
        for (name, requirement) in [("id", "7643-6-03"), ("description", "7643-6-06")] {
            looks.judge(requirement, text(item.value, name).is_some(), || {
                Breach::expected(at(name), "a text", described_at(item, name))
            });
        }
        if let Some(schema) = text(item.value, "schema") {
            is_listed("7643-3.2-01", schema, &at("schema"), sight.context, &mut looks);
        }
        if let (Some(name), Some(endpoint)) = (text(item.value, "name"), text(item.value, "endpoint")) {
            let singular = endpoint.trim_matches('/').eq_ignore_ascii_case(name);
            looks.judge("7644-3.2-03", !singular, || {
                Breach::expected(at("endpoint"), format!("the plural of {name}"), format!("`{endpoint}`")).noted("X12")
            });
        }
        extensions(item, sight.context, &mut looks);
    }
    looks.done()
}

fn described_at(item: &Item<'_>, name: &str) -> String {
    member(item.value, name).map_or_else(|| "none".to_owned(), shown)
}

fn extensions(item: &Item<'_>, context: &Context, looks: &mut Looks) {
    let place = format!("{}/{}", item.pointer, key_of(item.value, "schemaExtensions"));
    let given = member(item.value, "schemaExtensions").filter(|value| !value.is_null());
    looks.judge("7643-6-09", given.is_some(), || Breach::expected(&place, "the extensions of the type", "none"));
    let Some(given) = given else { return };
    let Some(listed) = given.as_array() else {
        looks.broken("7643-6-11", || Breach::expected(&place, "an array of objects", described(given)).ruled("F5"));
        return;
    };
    for (index, extension) in listed.iter().enumerate() {
        let place = format!("{place}/{index}");
        let required = member(extension, "required");
        looks.judge("7643-6-11", required.is_some_and(Value::is_boolean), || {
            let actual = required.map_or_else(|| "none".to_owned(), shown);
            Breach::expected(format!("{place}/required"), "true or false", actual)
        });
        let schema = text(extension, "schema");
        if !looks.judge("7643-6-10", schema.is_some(), || {
            Breach::expected(format!("{place}/schema"), "the URI of the extension", "none")
        }) {
            continue;
        }
        for requirement in ["7643-6-10", "7643-3.2-01"] {
            is_listed(requirement, schema.unwrap_or_default(), &format!("{place}/schema"), context, looks);
        }
    }
}

/// A provider whose `/Schemas` cannot be read at all is told so elsewhere. A standard schema may be there and too large
/// for us to use.
fn is_listed(requirement: &'static str, schema: &str, place: &str, context: &Context, looks: &mut Looks) {
    if context.schema_ids.is_empty() {
        return;
    }
    let listed = context.schema_ids.iter().any(|known| urn::same(known, schema));
    if !listed && core::schemas().iter().any(|standard| urn::same(&standard.id, schema)) {
        return;
    }
    looks.judge(requirement, listed, || {
        Breach::expected(place, "a schema that /Schemas lists", format!("`{schema}`, which it does not"))
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;

    fn of(key: &str, value: Value) -> Vec<Sighting> {
        let mut body = json!({
            "id": "User",
            "name": "User",
            "description": "d",
            "endpoint": "/Users",
            "schema": urn::USER,
            "schemaExtensions": [{ "schema": urn::ENTERPRISE_USER, "required": false }],
        });
        body[key] = value;
        see(&CHECK, &get("/ResourceTypes/User"), &reply(200, &body))
    }

    #[test]
    fn complete_entries_hold() {
        assert_held(&of("description", json!("people")));
        assert_held(&of("schemaExtensions", json!([])));
        assert_silent(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
    }

    #[test]
    fn what_is_missing_or_leads_nowhere_is_broken() {
        let told: Vec<&str> =
            of("name", Value::Null).iter().filter(|one| one.place.is_some()).map(|one| one.requirement).collect();
        assert_eq!(told, ["7643-6-02", "7643-6-05"]);
        assert_broken(&of("endpoint", json!("")), "7643-6-02");
        assert_broken(&of("schema", json!("urn:x:planet")), "7643-3.2-01");
        assert_broken(&of("id", Value::Null), "7643-6-03");
        assert_broken(&of("description", json!(5)), "7643-6-06");
        assert_broken(&of("schemaExtensions", Value::Null), "7643-6-09");
        assert_broken(&of("schemaExtensions", json!({ "schema": urn::ENTERPRISE_USER })), "7643-6-11");
        let text = json!([{ "schema": urn::ENTERPRISE_USER, "required": "false" }]);
        assert_broken(&of("schemaExtensions", text), "7643-6-11");
        assert_broken(&of("schemaExtensions", json!([{ "required": false }])), "7643-6-10");
        let seen = of("schemaExtensions", json!([{ "schema": "urn:x:badge", "required": false }]));
        assert!(seen.iter().any(|one| one.requirement == "7643-6-10" && one.place.is_some()));
        assert_one(&of("endpoint", json!("/User")), "7644-3.2-03", crate::verdict::Seen::Noted);
    }

    #[test]
    fn without_schemas_of_the_target_none_is_missed() {
        let body = json!({ "id": "A", "name": "A", "description": "d", "endpoint": "/As", "schema": "urn:x:a",
            "schemaExtensions": [] });
        assert_held(&see_in(&unknown(), &CHECK, &get("/ResourceTypes/A"), &reply(200, &body)));
    }
}
