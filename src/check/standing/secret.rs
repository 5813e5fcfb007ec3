//! No answer repeats a credential or a password that was sent (RFC 7643 §4.1.1).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};
use crate::exchange::MASK;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "secret",
    title: "No answer repeats a credential or a password that was sent",
    why: "Answers are logged and cached; a secret in them ends where nobody protects it.",
    requirements: &["7643-4.1.1-21"],
    rulings: &[],
    hint: "leave sent values out of error texts, and keep passwords and tokens out of every attribute",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    // A secret such as `test` is masked wherever the word occurs, which says nothing about the target.
    if !sight.context.secrets_are_distinctive || sight.response.body.is_empty() {
        return looks.done();
    }
    let text = sight.response.text();
    if !text.contains(MASK) {
        looks.held(CHECK.requirement());
        return looks.done();
    }
    let places = sight.body().map_or_else(|| vec![String::new()], masked_places);
    for place in places {
        looks.broken(CHECK.requirement(), || {
            Breach::expected(
                place,
                "a text without secrets",
                "one that repeats a credential or password of the requests",
            )
        });
    }
    looks.done()
}

/// Where a masked secret stands. Members named `password` are left to `never-returned`.
fn masked_places(body: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = vec![(String::new(), body)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::String(text) if text.contains(MASK) => out.push(pointer),
            Value::Array(items) => {
                open.extend(items.iter().enumerate().rev().map(|(index, item)| (format!("{pointer}/{index}"), item)));
            }
            Value::Object(members) => {
                for (name, value) in members.iter().rev().filter(|(name, _)| !name.eq_ignore_ascii_case("password")) {
                    open.push((format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), value));
                }
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::scim::message;

    #[test]
    fn answers_without_secrets_hold() {
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_silent(&see(&CHECK, &request("DELETE", "/Users/1"), &plain(204, &[], "")));
    }

    #[test]
    fn a_secret_is_broken_wherever_it_stands() {
        let error = message::error(400, Some("invalidValue"), "password `[masked]` is too short");
        let seen = see(&CHECK, &request("POST", "/Users"), &reply(400, &error));
        assert_broken(&seen, "7643-4.1.1-21");
        assert_eq!(seen[0].place.as_deref(), Some("/detail"));
        assert_broken(&see(&CHECK, &get("/Users/1"), &plain(500, &[], "<p>Bearer [masked]</p>")), "7643-4.1.1-21");
    }

    #[test]
    fn a_password_member_is_told_elsewhere_and_weak_secrets_say_nothing() {
        assert_silent(&see(&CHECK, &get("/Users/1"), &reply(200, &ann_with("/password", json!("[masked]")))));
        let body = reply(200, &ann_with("/title", json!("[masked]")));
        assert_silent(&see_in(&unknown(), &CHECK, &get("/Users/1"), &body));
    }
}
