//! Standing checks: they watch every exchange without being written in a case.
//!
//! Each rule is one file and one entry of [`ALL`]. A rule sees one exchange with what is known of the target, and
//! says per requirement whether it held. It looks at a body once, whatever its size, and reports a bounded number of
//! breaches of each requirement.

use crate::verdict::{Finding, Level, Seen};

mod accepted;
mod address;
mod allow;
mod along;
mod asked;
mod attribute_names;
mod bulk_message;
mod challenge;
mod characteristics;
mod configuration;
mod context;
mod date_time;
mod definitions;
mod empty_answer;
mod error_message;
mod etag;
mod identity;
mod internals;
mod json_body;
mod list_message;
mod location;
mod looks;
mod media_type;
mod meta;
mod never_returned;
mod primary;
mod resource_types;
mod schema_document;
mod schemas;
mod secret;
mod server_error;
mod sight;
mod standard_definitions;
#[cfg(test)]
mod testing;
mod transport;
mod types;
mod undeclared;

pub use asked::Asked;
pub use attribute_names::{Repeated, repeated_names};
pub use context::{Checked, Context, KnownType};
pub use sight::{Content, Item, Sight};

/// One rule that watches every exchange.
#[derive(Debug)]
pub struct StandingCheck {
    /// Name; findings carry it as `standing/NAME`.
    pub name: &'static str,
    /// The behaviour, in the present tense.
    pub title: &'static str,
    /// Why it matters to a client.
    pub why: &'static str,
    /// Ids of the requirements that it judges; the first one is what the rule is about.
    pub requirements: &'static [&'static str],
    /// Ids of the rulings by which it reads ambiguous texts or lowers the consequence.
    pub rulings: &'static [&'static str],
    /// What to change in a target that breaks it, where a breach says nothing more precise.
    pub hint: &'static str,
    /// Looks at one exchange. No sightings: it had nothing to look at.
    pub watch: fn(&Sight<'_>) -> Vec<Sighting>,
}

impl StandingCheck {
    /// The requirement that the rule is about.
    #[must_use]
    pub const fn requirement(&self) -> &'static str {
        self.requirements[0]
    }

    /// Every requirement that it decides: those that it judges, and those that are decided along with them.
    pub fn decides(&self) -> impl Iterator<Item = &'static str> {
        let judged = self.requirements.iter().copied();
        judged.flat_map(|id| std::iter::once(id).chain(along::with(id).iter().copied()))
    }
}

/// What a standing check saw of one requirement in one exchange.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// Id of the requirement.
    pub requirement: &'static str,
    /// Ruling by which it is judged.
    pub ruling: Option<&'static str>,
    /// What was seen.
    pub seen: Seen,
    /// One line that begins with the place; empty where it held.
    pub message: String,
    /// What would have been right.
    pub expected: Option<String>,
    /// What came.
    pub actual: Option<String>,
    /// What to change in the target.
    pub hint: Option<String>,
    /// A JSON Pointer into the body, `status`, or `header NAME`.
    pub place: Option<String>,
}

impl Sighting {
    /// The finding of `check`; `level` looks the requirement up in the catalogue.
    #[must_use]
    pub fn into_finding(
        self,
        check: &StandingCheck,
        exchange: Option<usize>,
        level: &dyn Fn(&str) -> Level,
    ) -> Finding {
        let hint = if matches!(self.seen, Seen::Held | Seen::NotJudged) {
            None
        } else {
            self.hint.or_else(|| (!check.hint.is_empty()).then(|| check.hint.to_owned()))
        };
        Finding {
            check: format!("standing/{}", check.name),
            requirement: self.requirement.to_owned(),
            level: level(self.requirement),
            seen: self.seen,
            message: self.message,
            expected: self.expected,
            actual: self.actual,
            hint,
            ruling: self.ruling.map(str::to_owned),
            exchange,
            place: self.place,
            source: None,
            also: along::with(self.requirement).iter().map(|id| (*id).to_owned()).collect(),
            waived: None,
        }
    }
}

/// Every standing check, in the order in which reports show them.
pub static ALL: &[&StandingCheck] = &[
    &server_error::CHECK,
    &internals::CHECK,
    &transport::CHECK,
    &media_type::CHECK,
    &json_body::CHECK,
    &empty_answer::CHECK,
    &error_message::CHECK,
    &challenge::CHECK,
    &allow::CHECK,
    &accepted::CHECK,
    &list_message::CHECK,
    &bulk_message::CHECK,
    &schemas::CHECK,
    &identity::CHECK,
    &meta::CHECK,
    &location::CHECK,
    &etag::CHECK,
    &types::CHECK,
    &date_time::CHECK,
    &primary::CHECK,
    &attribute_names::CHECK,
    &undeclared::CHECK,
    &never_returned::CHECK,
    &secret::CHECK,
    &configuration::CHECK,
    &resource_types::CHECK,
    &definitions::CHECK,
    &characteristics::CHECK,
    &standard_definitions::CHECK,
];

/// The standing check of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static StandingCheck> {
    ALL.iter().copied().find(|check| check.name == name)
}

/// Lets every standing check whose name is not in `skip` look at one exchange.
///
/// Requirements that held are in the result too, so that a check that held can be told from one that never had
/// anything to look at.
#[must_use]
pub fn watch_all(sight: &Sight<'_>, skip: &[&str]) -> Vec<(&'static StandingCheck, Sighting)> {
    let watching = ALL.iter().copied().filter(|check| !skip.contains(&check.name));
    watching.flat_map(|check| (check.watch)(sight).into_iter().map(move |sighting| (check, sighting))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::testing::{ann, context, get, reply, request, with};
    use super::*;
    use crate::scim::urn;

    #[test]
    fn the_table_is_sound() {
        let names: HashSet<&str> = ALL.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), ALL.len());
        for check in ALL {
            let parts = [check.title, check.why, check.hint, check.requirement()];
            assert!(parts.iter().all(|part| !part.is_empty()), "{}", check.name);
            assert!(check.title.chars().count() <= 80, "{}", check.title);
            assert!(["must", "should"].iter().all(|word| !check.title.contains(word)), "{}", check.title);
            assert_eq!(named(check.name).map(|found| found.name), Some(check.name));
        }
    }

    #[test]
    fn a_sound_answer_breaks_nothing_and_many_rules_hold() {
        let context = context();
        let (request, response) = (get("/Users/1"), reply(200, &ann()));
        let sight = Sight::of(&request, &response, &context);
        let seen = watch_all(&sight, &[]);
        assert!(seen.iter().all(|(_, sighting)| sighting.seen == Seen::Held), "{seen:#?}");
        let held: HashSet<&str> = seen.iter().map(|(check, _)| check.name).collect();
        for name in ["media-type", "schemas", "identity", "meta", "types", "attribute-names", "never-returned"] {
            assert!(held.contains(name), "{name} had nothing to look at");
        }
        assert!(!held.contains("list-message") && !held.contains("bulk-message"));
    }

    #[test]
    fn skipped_checks_do_not_look() {
        let context = context();
        let (request, response) = (get("/Users/1"), reply(200, &json!({})));
        let sight = Sight::of(&request, &response, &context);
        assert!(watch_all(&sight, &[]).iter().any(|(check, _)| check.name == "identity"));
        assert!(watch_all(&sight, &["identity"]).iter().all(|(check, _)| check.name != "identity"));
    }

    #[test]
    fn a_sighting_becomes_a_finding_with_the_level_of_its_requirement() {
        let context = context();
        let (request, response) = (get("/Users/1"), reply(200, &json!({ "schemas": ["a:b"], "id": 5 })));
        let sight = Sight::of(&request, &response, &context);
        let check = named("identity").unwrap();
        let sighting = (check.watch)(&sight).into_iter().find(|one| one.seen == Seen::Broken).unwrap();
        let finding = sighting.into_finding(check, Some(3), &|_| Level::Must);
        assert_eq!((finding.check.as_str(), finding.exchange), ("standing/identity", Some(3)));
        assert!(finding.hint.is_some() && finding.message.starts_with("/id: "), "{finding:?}");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let text =
            prop::sample::select(vec!["", "1", "User", "[masked]", "200", "/x", "2026-01-01", "urn:x:y", urn::USER]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e20..1e20_f64).prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        let name = prop::sample::select(vec![
            "schemas",
            "id",
            "ID",
            "meta",
            "location",
            "version",
            "resourceType",
            "created",
            "lastModified",
            "emails",
            "primary",
            "value",
            "Resources",
            "totalResults",
            "startIndex",
            "itemsPerPage",
            "Operations",
            "status",
            "code",
            "response",
            "method",
            "password",
            "name",
            "a/b~",
            urn::USER,
            urn::ENTERPRISE_USER,
        ]);
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::from),
                vec((name.clone(), inner), 0..6)
                    .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_answer_makes_a_check_panic(
            body in any_json(),
            status in prop::sample::select(vec![200_u16, 201, 204, 304, 400, 401, 404, 405, 500]),
            method in prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE"]),
            path in prop::sample::select(vec!["", "/Users", "/Users/1?count=1", "/Users/.search", "/Bulk", "/Me", "/Schemas"]),
            header in "[ -~]{0,12}",
        ) {
            let response = ["etag", "location", "content-location", "allow", "content-length"]
                .into_iter()
                .fold(reply(status, &body), |response, name| with(response, name, &header));
            for context in [context(), testing::unknown()] {
                for (check, sighting) in watch_all(&Sight::of(&request(method, path), &response, &context), &[]) {
                    prop_assert!(check.requirements.contains(&sighting.requirement), "{}", sighting.requirement);
                    prop_assert!(sighting.ruling.is_none_or(|ruling| check.rulings.contains(&ruling)));
                }
            }
        }
    }

    #[test]
    fn the_cost_of_a_long_list_is_bounded() {
        let context = context();
        let broken = json!({ "schemas": [], "id": "", "userName": 5, "emails": {} });
        let list = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 5000, "Resources": vec![broken; 5000] });
        let (request, response) = (get("/Users"), reply(200, &list));
        let seen = watch_all(&Sight::of(&request, &response, &context), &[]);
        assert!(seen.iter().any(|(_, sighting)| sighting.seen == Seen::Broken));
        assert!(seen.len() < 300, "{}", seen.len());
    }
}
