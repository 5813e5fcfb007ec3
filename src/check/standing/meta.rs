//! `meta` is complete and its values agree with each other (RFC 7643 §3.1).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::sight::Item;
use super::{Sight, Sighting, StandingCheck};
use crate::check::wording::{described, shown};
use crate::scim::schema::member;
use crate::scim::{datetime, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "meta",
    title: "The metadata of each resource is complete and agrees with itself",
    why: "Clients follow `location`, tell types apart by `resourceType` and fetch changes by `lastModified`.",
    requirements: &["7643-3.1-02", "7643-3.1-22", "7643-3.1-25", "7644-4-10"],
    rulings: &["B7", "F15", "F16"],
    hint: "set `meta` with `resourceType`, `created`, `lastModified` and `location` when a resource is created",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    for item in sight.items.iter().filter(|item| item.value.is_object()) {
        match item.discovery {
            Some(schema) => discovery(item, schema, &mut looks),
            None => resource(sight, item, &mut looks),
        }
    }
    looks.done()
}

fn resource(sight: &Sight<'_>, item: &Item<'_>, looks: &mut Looks) {
    let place = format!("{}/meta", item.pointer);
    let given = member(item.value, "meta").filter(|meta| !meta.is_null());
    // A value of another type is reported by `types`.
    let Some(meta) = given.filter(|meta| meta.is_object()) else {
        if given.is_none() && !sight.asked.projected {
            looks.broken("7643-3.1-02", || Breach::expected(place, "an object with the metadata", "none"));
        }
        return;
    };
    let part = |name: &str| member(meta, name).filter(|value| !value.is_null());
    if !sight.asked.projected {
        for name in ["resourceType", "created", "lastModified", "location"] {
            // On a 201 `location` is what the rule of that name looks at.
            if name == "location" && sight.response.status == 201 {
                continue;
            }
            let filled = part(name).is_some_and(|value| value.as_str() != Some(""));
            looks.judge("7643-3.1-02", filled, || Breach::expected(format!("{place}/{name}"), "a value", "none"));
        }
    }
    if let (Some(kind), Some(given)) = (item.kind, part("resourceType")) {
        looks.judge("7643-3.1-22", given.as_str() == Some(kind.kind.name.as_str()), || {
            let expected = format!("\"{}\", the name of the resource type, in this case of letters", kind.kind.name);
            Breach::expected(format!("{place}/resourceType"), expected, described(given))
        });
    }
    times(sight, item, part("created"), part("lastModified"), looks);
}

fn times(sight: &Sight<'_>, item: &Item<'_>, created: Option<&Value>, modified: Option<&Value>, looks: &mut Looks) {
    let instant = |value: Option<&Value>| value.and_then(Value::as_str).and_then(datetime::parse);
    let (Some(first), Some(last)) = (instant(created), instant(modified)) else { return };
    let place = || format!("{}/meta/lastModified", item.pointer);
    let text = |value: Option<&Value>| value.map_or_else(String::new, shown);
    if !looks.judge("7643-3.1-25", last >= first, || {
        let expected = format!("{} or later, when the resource was created", text(created));
        Breach::expected(place(), expected, text(modified)).hint("never set lastModified to a time before created")
    }) {
        return;
    }
    // Later on, side effects may have touched the resource; right after its creation nothing can have.
    let just_created = sight.response.status == 201 && item.pointer.is_empty();
    if just_created {
        looks.judge("7643-3.1-25", last == first, || {
            Breach::expected(
                place(),
                format!("{}, as created, right after the creation", text(created)),
                text(modified),
            )
            .ruled("B7")
            .hint("take the time once and use it for both when a resource is created")
        });
    }
}

fn discovery(item: &Item<'_>, schema: &'static str, looks: &mut Looks) {
    let name = schema.rsplit(':').next().unwrap_or_default();
    match member(item.value, "meta").filter(|meta| !meta.is_null()) {
        Some(meta) => {
            let given = member(meta, "resourceType");
            looks.judge("7644-4-10", given.and_then(Value::as_str) == Some(name), || {
                let actual = given.map_or_else(|| "none".to_owned(), described);
                Breach::expected(format!("{}/meta/resourceType", item.pointer), format!("\"{name}\""), actual)
                    .hint("give the entries of the discovery endpoints their own resource type name")
            });
        }
        // The configuration and the resource types are exempt from the common attributes.
        None if schema == urn::SCHEMA => looks.broken("7644-4-10", || {
            Breach::expected(format!("{}/meta", item.pointer), "an object with resourceType and location", "none")
                .ruled("F16")
        }),
        None => {}
    }
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
    fn sound_metadata_holds() {
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_held(&see(&CHECK, &request("POST", "/Users"), &reply(201, &ann())));
        assert_held(&at("/meta/lastModified", json!("2026-01-02T00:00:00Z")));
        assert_held(&at("/meta/version", json!("W/\"1\"")));
        assert_held(&at("/meta/lastModified", json!("2026-01-01T14:00:00+02:00")));
    }

    #[test]
    fn each_part_is_demanded() {
        assert_broken(&at("/meta", Value::Null), "7643-3.1-02");
        for name in ["resourceType", "created", "lastModified", "location"] {
            assert_broken(&at(&format!("/meta/{name}"), Value::Null), "7643-3.1-02");
        }
        assert_broken(&at("/meta/location", json!("")), "7643-3.1-02");
    }

    #[test]
    fn values_agree_with_each_other() {
        assert_broken(&at("/meta/resourceType", json!("user")), "7643-3.1-22");
        assert_broken(&at("/meta/resourceType", json!("Users")), "7643-3.1-22");
        assert_broken(&at("/meta/lastModified", json!("2025-01-01T00:00:00Z")), "7643-3.1-25");
        let later = ann_with("/meta/lastModified", json!("2026-01-01T12:00:01Z"));
        assert_broken(&see(&CHECK, &request("POST", "/Users"), &reply(201, &later)), "7643-3.1-25");
    }

    #[test]
    fn a_projection_may_leave_it_out_in_whole_or_in_part() {
        let bare = |body: &Value| see(&CHECK, &get("/Users/1?attributes=meta.created"), &reply(200, body));
        assert_silent(&bare(&json!({ "id": "1" })));
        assert_silent(&bare(&json!({ "id": "1", "meta": { "created": "2026-01-01T12:00:00Z" } })));
        assert_broken(&bare(&json!({ "id": "1", "meta": { "resourceType": "Group" } })), "7643-3.1-22");
    }

    #[test]
    fn discovery_entries_name_their_type() {
        let at = |path: &str, body: &Value| see(&CHECK, &get(path), &reply(200, body));
        assert_held(&at("/Schemas", &json!({ "Resources": [{ "meta": { "resourceType": "Schema" } }] })));
        assert_broken(&at("/Schemas", &json!({ "Resources": [{}] })), "7644-4-10");
        assert_broken(
            &at("/ResourceTypes", &json!({ "Resources": [{ "meta": { "resourceType": "User" } }] })),
            "7644-4-10",
        );
        assert_silent(&at("/ResourceTypes", &json!({ "Resources": [{}] })));
        assert_silent(&at("/ServiceProviderConfig", &json!({})));
    }
}
