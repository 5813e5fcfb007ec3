//! Answers of queries are list messages whose numbers agree (RFC 7644 §3.4.2, §3.4.2.4, RFC 9865 §2).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::sight::key_of;
use super::{Content, Sight, Sighting, StandingCheck};
use crate::check::wording::described;
use crate::scim::schema::member;
use crate::scim::{message, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "list-message",
    title: "Answers of queries are list messages whose numbers agree",
    why: "Clients walk through pages by these numbers; wrong ones make them stop early or never.",
    requirements: &[
        "7644-3.4.2-04",
        "7644-3.4.2-05",
        "7644-3.4.2-08",
        "7644-3.4.2-09",
        "7644-3.4.2-10",
        "7644-3.4.2.4-05",
        "7644-3.4.2.4-11",
        "7644-3.4.2.4-12",
        "7644-3.4.2.4-13",
        "7643-2.3.4-01",
    ],
    rulings: &["E11", "E12", "E13", "E31", "I3", "I8"],
    hint: "make the numbers of the ListResponse describe this very answer, as JSON numbers",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let Some(body) = sight.body().filter(|_| sight.content == Content::List) else { return looks.done() };
    let is_list = looks.judge("7644-3.4.2-04", message::has_schema(body, urn::LIST_RESPONSE), || {
        let actual = member(body, "schemas").map_or_else(|| described(body), ToString::to_string);
        Breach::expected(
            if body.is_object() { "/schemas" } else { "" },
            format!("`schemas` with {}", urn::LIST_RESPONSE),
            actual,
        )
        .hint("wrap the resources in a ListResponse message")
    });
    if !is_list && member(body, "Resources").is_none() && member(body, "totalResults").is_none() {
        return looks.done();
    }
    let list = List::of(sight, body);
    list.total(&mut looks);
    list.resources(&mut looks);
    list.page(&mut looks);
    looks.done()
}

struct List<'a> {
    sight: &'a Sight<'a>,
    body: &'a Value,
    total: Option<i64>,
    resources: Option<&'a Value>,
    returned: usize,
    cursor: bool,
}

impl<'a> List<'a> {
    fn of(sight: &'a Sight<'a>, body: &'a Value) -> Self {
        let given = |name: &str| member(body, name).filter(|value| !value.is_null());
        let resources = given("Resources");
        Self {
            sight,
            body,
            total: given("totalResults").and_then(whole),
            resources,
            returned: resources.and_then(Value::as_array).map_or(0, Vec::len),
            cursor: sight.asked.cursor || given("nextCursor").is_some() || given("previousCursor").is_some(),
        }
    }

    fn given(&self, name: &str) -> Option<&'a Value> {
        member(self.body, name).filter(|value| !value.is_null())
    }

    fn place(&self, name: &str) -> String {
        format!("/{}", key_of(self.body, name))
    }

    /// The value of a member that holds a count. A value of another type is a breach of `requirement`.
    fn number(&self, name: &str, requirement: &'static str, looks: &mut Looks) -> Option<i64> {
        let value = self.given(name)?;
        // A whole number that is too large for our integers is read as a float, too; what it was cannot be told.
        let has_fraction = value.is_f64() && value.as_f64().is_some_and(|number| number.abs() < 9e15);
        if has_fraction {
            looks.broken("7643-2.3.4-01", || Breach::expected(self.place(name), "a whole number", described(value)));
        } else {
            looks.judge(requirement, value.is_number(), || {
                Breach::expected(self.place(name), "a number", described(value))
                    .hint("write it as a JSON number, without quotes")
            });
        }
        whole(value)
    }

    fn total(&self, looks: &mut Looks) {
        if self.given("totalResults").is_none() {
            if !self.cursor {
                looks
                    .broken("7644-3.4.2-05", || Breach::expected("/totalResults", "the number of all matches", "none"));
            }
            return;
        }
        let Some(total) = self.number("totalResults", "7644-3.4.2-05", looks) else { return };
        if looks.judge("7644-3.4.2.4-12", total >= 0, || {
            Breach::expected(self.place("totalResults"), "a number that is not negative", total.to_string())
        }) {
            let enough = usize::try_from(total).is_ok_and(|total| total >= self.returned);
            looks.judge("7644-3.4.2.4-12", enough, || {
                Breach::expected(
                    self.place("totalResults"),
                    format!("at least {}, the number of resources in this answer", self.returned),
                    total.to_string(),
                )
                .hint("count all matches, not a page of them")
            });
        }
    }

    fn resources(&self, looks: &mut Looks) {
        match self.resources {
            Some(resources) => {
                looks.judge("7644-3.4.2-08", resources.is_array(), || {
                    Breach::expected(self.place("Resources"), "an array", described(resources))
                });
            }
            None => {
                let beyond = self.sight.asked.start_index.zip(self.total).is_some_and(|(start, total)| start > total);
                let may_be_left_out = self.sight.asked.count.is_some_and(|count| count <= 0) || beyond || self.cursor;
                if self.total.is_some_and(|total| total > 0) && !may_be_left_out {
                    looks.broken("7644-3.4.2-08", || {
                        Breach::expected("/Resources", "an array of the matches", "none").ruled("E11")
                    });
                }
            }
        }
        if let Some(count) = self.sight.asked.count.filter(|_| !self.is_discovery()) {
            let most = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
            looks.judge("7644-3.4.2.4-05", self.returned <= most, || {
                Breach::expected(
                    self.place("Resources"),
                    format!("at most {most} resources, as asked by count"),
                    self.returned.to_string(),
                )
            });
        }
    }

    fn page(&self, looks: &mut Looks) {
        let start = self.number("startIndex", "7644-3.4.2.4-13", looks);
        if let Some(start) = start.filter(|_| self.returned > 0) {
            looks.judge("7644-3.4.2.4-13", start >= 1, || {
                Breach::expected(self.place("startIndex"), "1 or more, as counting begins with 1", start.to_string())
            });
        }
        if let Some(per_page) = self.number("itemsPerPage", "7644-3.4.2.4-11", looks) {
            self.items_per_page(per_page, start, looks);
        }
        let partial = self.returned > 0
            && self.total.is_some_and(|total| usize::try_from(total).is_ok_and(|total| total > self.returned));
        if partial && !self.cursor {
            for (name, requirement) in [("startIndex", "7644-3.4.2-09"), ("itemsPerPage", "7644-3.4.2-10")] {
                looks.judge(requirement, self.given(name).is_some(), || {
                    Breach::expected(
                        format!("/{name}"),
                        format!("`{name}`, because this is only a part of the results"),
                        "none",
                    )
                    .ruled("E12")
                });
            }
        }
    }

    /// `itemsPerPage` is the number of resources in this answer; on the last page and on an empty one the size that
    /// a full page would have is often put there, as the RFC's own example does (ruling E31).
    fn items_per_page(&self, per_page: i64, start: Option<i64>, looks: &mut Looks) {
        let place = self.place("itemsPerPage");
        let same = usize::try_from(per_page).is_ok_and(|per_page| per_page == self.returned);
        let begin = start.or(self.sight.asked.start_index).unwrap_or(1).max(1);
        let end = begin.saturating_sub(1).saturating_add(i64::try_from(self.returned).unwrap_or(i64::MAX));
        let last_page = self.returned == 0 || self.total.is_none_or(|total| end >= total);
        looks.judge("7644-3.4.2.4-11", same, || {
            Breach::expected(
                place,
                format!("{}, the number of resources in this answer", self.returned),
                per_page.to_string(),
            )
            .warned_if(per_page >= 0 && last_page, "E31")
        });
    }

    fn is_discovery(&self) -> bool {
        // Paging parameters are ignored there (RFC 7644 §4).
        let first = self.sight.path.as_deref().and_then(<[String]>::first);
        first.is_some_and(|first| ["Schemas", "ResourceTypes"].iter().any(|name| first.eq_ignore_ascii_case(name)))
    }
}

/// A whole number, also where it is written with a fraction of zero.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let value = value.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0)?;
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, as checked above")]
        Some(value as i64)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;

    fn at(query: &str, change: impl Fn(&mut Value)) -> Vec<Sighting> {
        let mut list = json!({
            "schemas": [urn::LIST_RESPONSE], "totalResults": 5, "startIndex": 1, "itemsPerPage": 2,
            "Resources": [ann(), ann()],
        });
        change(&mut list);
        see(&CHECK, &get(&format!("/Users{query}")), &reply(200, &list))
    }

    fn set(key: &'static str, value: Value) -> impl Fn(&mut Value) {
        move |list| match &value {
            Value::Null => drop(list.as_object_mut().unwrap().remove(key)),
            value => list[key] = value.clone(),
        }
    }

    #[test]
    fn sound_pages_hold() {
        assert_held(&at("?count=2", |_| {}));
        assert_held(&at("", |list| *list = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 0 })));
        assert_held(&at(
            "",
            |list| *list = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 0, "Resources": [], "startIndex": 0, "itemsPerPage": 0 }),
        ));
        assert_held(&at("?count=0", |list| *list = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 5 })));
        assert_held(&at("?startIndex=9", |list| {
            *list = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 5, "startIndex": 9, "itemsPerPage": 0 });
        }));
        assert_held(&at("", |list| {
            *list = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 1, "Resources": [ann()] });
        }));
        assert_held(&at("?count=2&cursor", |list| {
            *list = json!({ "schemas": [urn::LIST_RESPONSE], "nextCursor": "x", "Resources": [ann()] });
        }));
        assert_held(&at("", |list| {
            *list =
                json!({ "schemas": [urn::LIST_RESPONSE], "nextCursor": "x", "totalResults": 9, "Resources": [ann()] });
        }));
        assert_silent(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
    }

    #[test]
    fn each_number_is_judged() {
        assert_broken(&at("", set("schemas", json!([]))), "7644-3.4.2-04");
        assert_broken(&at("", set("totalResults", Value::Null)), "7644-3.4.2-05");
        assert_broken(&at("", set("totalResults", json!("5"))), "7644-3.4.2-05");
        assert_broken(&at("", set("totalResults", json!(5.0))), "7643-2.3.4-01");
        assert_broken(&at("", set("totalResults", json!(-1))), "7644-3.4.2.4-12");
        assert_broken(&at("", |list| set("totalResults", json!(1))(list)), "7644-3.4.2.4-12");
        assert_broken(
            &at("", |list| {
                set("Resources", json!({}))(list);
                set("itemsPerPage", json!(0))(list);
            }),
            "7644-3.4.2-08",
        );
        assert_broken(
            &at("", |list| {
                set("Resources", Value::Null)(list);
                set("itemsPerPage", json!(0))(list);
            }),
            "7644-3.4.2-08",
        );
        assert_broken(&at("", set("startIndex", json!(0))), "7644-3.4.2.4-13");
        assert_broken(&at("", set("startIndex", json!("1"))), "7644-3.4.2.4-13");
        assert_broken(&at("", set("startIndex", Value::Null)), "7644-3.4.2-09");
        assert_broken(&at("", set("itemsPerPage", Value::Null)), "7644-3.4.2-10");
        assert_broken(&at("", set("itemsPerPage", json!(100))), "7644-3.4.2.4-11");
        assert_broken(&at("", set("itemsPerPage", json!("2"))), "7644-3.4.2.4-11");
        assert_broken(&at("?count=1", |_| {}), "7644-3.4.2.4-05");
    }

    #[test]
    fn the_page_size_on_the_last_page_is_a_warning() {
        let last = |list: &mut Value| {
            set("totalResults", json!(2))(list);
            set("itemsPerPage", json!(100))(list);
        };
        assert_warned(&at("", last), "7644-3.4.2.4-11");
    }

    #[test]
    fn a_bare_array_is_one_breach() {
        assert_broken(&at("", |list| *list = json!([ann()])), "7644-3.4.2-04");
        assert_broken(&at("", |list| *list = ann()), "7644-3.4.2-04");
    }

    #[test]
    fn count_is_not_held_against_discovery() {
        let list = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 2, "Resources": [{}, {}] });
        assert_held(&see(&CHECK, &get("/Schemas?count=1"), &reply(200, &list)));
    }
}
