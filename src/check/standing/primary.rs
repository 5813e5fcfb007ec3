//! At most one value of a multi-valued attribute is primary (RFC 7643 §2.4).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};
use crate::scim::json_schema::is_container_name;
use crate::scim::schema::member;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "primary",
    title: "At most one value of a multi-valued attribute is primary",
    why: "Clients take the primary value as the one to use; two of them make the choice a matter of chance.",
    requirements: &["7643-2.4-05"],
    rulings: &["C10"],
    hint: "set `primary` of the other values to false when one becomes primary, or refuse a request that sets two",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    for item in sight.resources() {
        for (name, value) in item.value.as_object().into_iter().flatten() {
            if is_container_name(name) {
                for (sub, value) in value.as_object().into_iter().flatten() {
                    watch_attribute(&format!("{}/{name}/{sub}", item.pointer), value, &mut looks);
                }
            } else {
                watch_attribute(&format!("{}/{name}", item.pointer), value, &mut looks);
            }
        }
    }
    looks.done()
}

fn watch_attribute(place: &str, value: &Value, looks: &mut Looks) {
    let flags = value.as_array().into_iter().flatten().filter_map(|item| member(item, "primary"));
    let (given, set) =
        flags.fold((0, 0), |(given, set), flag| (given + 1, set + usize::from(*flag == Value::Bool(true))));
    if given > 0 {
        looks.judge(CHECK.requirement(), set <= 1, || {
            Breach::expected(place, "at most one value with primary true", set.to_string()).ruled("C10")
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;

    fn emails(value: Value) -> Vec<Sighting> {
        see(&CHECK, &get("/Users/1"), &reply(200, &ann_with("/emails", value)))
    }

    #[test]
    fn one_or_none_holds() {
        assert_held(&emails(json!([{ "value": "a", "primary": true }, { "value": "b", "primary": false }])));
        assert_held(&emails(json!([{ "value": "a", "primary": false }])));
        assert_silent(&emails(json!([{ "value": "a" }, { "value": "b" }])));
    }

    #[test]
    fn two_are_broken_also_in_extensions_and_lists() {
        let twice = json!([{ "value": "a", "primary": true }, { "value": "b", "Primary": true }]);
        assert_broken(&emails(twice.clone()), "7643-2.4-05");
        let list = json!({ "Resources": [ann(), { "id": "2", "urn:x:y": { "places": twice } }] });
        let seen = see(&CHECK, &get("/Users"), &reply(200, &list));
        assert_broken(&seen, "7643-2.4-05");
    }
}
