//! Points in time are written as xsd:dateTime (RFC 7643 §2.3.5).

use super::looks::Looks;
use super::types::{Looked, looked_at, report};
use super::{Sight, Sighting, StandingCheck};
use crate::scim::Type;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "date-time",
    title: "Points in time are written as xsd:dateTime",
    why: "A time that clients cannot parse breaks incremental synchronisation, or the whole answer.",
    requirements: &["7643-2.3.5-01", "7643-2.3.5-02", "7643-2.3.5-03"],
    rulings: &[],
    hint: "write times such as 2026-01-31T08:30:00Z: date, T, time, then Z or an offset with a colon",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    report(sight, &mut looks, |violation| violation.kind == Some(Type::DateTime));
    if looked_at(sight).contains(&Looked::DateTime) {
        CHECK.requirements.iter().for_each(|requirement| looks.held(requirement));
    }
    looks.done()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::*;
    use super::*;

    fn at(value: Value) -> Vec<Sighting> {
        see(&CHECK, &get("/Users/1"), &reply(200, &ann_with("/meta/created", value)))
    }

    #[test]
    fn every_form_of_xsd_date_time_holds() {
        for text in
            ["2026-01-01T12:00:00Z", "2026-01-01T12:00:00.123456+05:30", "2026-01-01T12:00:00", "2025-12-31T24:00:00Z"]
        {
            assert_held(&at(json!(text)));
        }
        assert_silent(&see(&CHECK, &get("/Users/1?attributes=userName"), &reply(200, &json!({ "id": "1" }))));
    }

    #[test]
    fn other_forms_are_broken() {
        assert_broken(&at(json!("2026-01-01 12:00:00")), "7643-2.3.5-02");
        assert_broken(&at(json!("2026-01-01")), "7643-2.3.5-02");
        assert_broken(&at(json!("2026-01-01T12:00:00+0100")), "7643-2.3.5-01");
        assert_broken(&at(json!(1_767_268_800_000_i64)), "7643-2.3.5-03");
    }
}
