//! Each resource has an id, and the one that was asked for (RFC 7643 §3.1, RFC 7644 §3.4.1).

use std::collections::HashSet;

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::sight::key_of;
use super::{Content, Sight, Sighting, StandingCheck};
use crate::check::wording::{cut, described};
use crate::scim::schema::member;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "identity",
    title: "Each resource has an id of its own, whatever is asked for",
    why: "Clients keep the id as their only handle; a wrong one makes the next change hit somebody else.",
    requirements: &["7643-3.1-05", "7643-3.1-09", "7644-3.4.1-01", "7644-3.4.2.4-15"],
    rulings: &[],
    hint: "return `id` as a non-empty string in every representation, also when `attributes` does not name it",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let mut ids = HashSet::new();
    for item in sight.resources().filter(|item| item.value.is_object()) {
        let place = format!("{}/{}", item.pointer, key_of(item.value, "id"));
        let given = member(item.value, "id");
        let id = given.and_then(Value::as_str).filter(|id| !id.is_empty());
        looks.judge("7643-3.1-05", id.is_some(), || {
            Breach::expected(&place, "a string that is not empty", given.map_or_else(|| "none".to_owned(), described))
        });
        let Some(id) = id else { continue };
        looks.judge("7643-3.1-09", !id.contains("bulkId"), || {
            Breach::expected(&place, "an id without the reserved word bulkId", format!("`{}`", cut(id)))
                .hint("resolve references of the form bulkId:… before anything is stored, and give ids of another form")
        });
        if sight.content == Content::List {
            looks.judge("7644-3.4.2.4-15", ids.insert(id), || {
                Breach::expected(&place, "each resource once", format!("`{}` again", cut(id))).hint(
                    "select distinct resources: a join with a multi-valued attribute repeats those that match twice",
                )
            });
        }
        let asked = sight.id_in_path().filter(|_| sight.content == Content::Resource);
        if let Some(asked) = asked {
            // A slash at the end changes nothing, and `.scim` may name the format (RFC 7644 §3.8).
            let bare = asked.trim_end_matches('/');
            let bare = bare.strip_suffix(".scim").filter(|_| !id.ends_with(".scim")).unwrap_or(bare);
            looks.judge("7644-3.4.1-01", bare.eq_ignore_ascii_case(id) || asked.eq_ignore_ascii_case(id), || {
                Breach::expected(&place, format!("`{}`, which is in the URL", cut(asked)), format!("`{}`", cut(id)))
                    .hint("look the resource up by exactly the id in the URL")
            });
        }
    }
    looks.done()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;

    fn with_id(value: Value) -> Vec<Sighting> {
        see(&CHECK, &request("POST", "/Users"), &reply(201, &ann_with("/id", value)))
    }

    #[test]
    fn a_text_holds() {
        assert_held(&with_id(json!("any text / at all")));
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_held(&see(&CHECK, &get("/Users/a%2Fb"), &reply(200, &ann_with("/id", json!("a/b")))));
        assert_held(&see(&CHECK, &get("/Users/AB"), &reply(200, &ann_with("/id", json!("ab")))));
        assert_held(&see(&CHECK, &get("/Users/ab.scim"), &reply(200, &ann_with("/id", json!("ab")))));
        assert_held(&see(&CHECK, &get("/Users/ab%2F"), &reply(200, &ann_with("/id", json!("ab")))));
        assert_held(&see(&CHECK, &get("/Me"), &reply(200, &ann())));
        assert_silent(&see(&CHECK, &get("/ServiceProviderConfig"), &reply(200, &json!({}))));
    }

    #[test]
    fn anything_else_is_broken() {
        for value in [Value::Null, json!(""), json!(5), json!([])] {
            assert_broken(&with_id(value), "7643-3.1-05");
        }
        assert_broken(&with_id(json!("bulkId:qwerty")), "7643-3.1-09");
        assert_broken(&see(&CHECK, &get("/Users/2"), &reply(200, &ann())), "7644-3.4.1-01");
        assert_broken(&see(&CHECK, &request("PATCH", "/Users/2"), &reply(200, &ann())), "7644-3.4.1-01");
    }

    #[test]
    fn a_projection_does_not_take_it_away() {
        let seen = see(&CHECK, &get("/Users/1?attributes=userName"), &reply(200, &json!({ "userName": "ann" })));
        assert_broken(&seen, "7643-3.1-05");
    }

    #[test]
    fn a_resource_listed_twice_is_told() {
        let list = json!({ "Resources": [ann(), ann_with("/id", json!("2")), ann()] });
        let seen = see(&CHECK, &get("/Users"), &reply(200, &list));
        assert_broken(&seen, "7644-3.4.2.4-15");
    }
}
