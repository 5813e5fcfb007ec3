//! No request makes the target answer with a server error (RFC 7644 §3.12).

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};
use crate::scim::schema::member;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "server-error",
    title: "No request makes the target answer with a server error",
    why: "A client cannot tell from a 500 whether to repeat a request, to correct it or to give it up.",
    requirements: &["7644-3.12-06", "7644-3.12-16"],
    rulings: &["G4"],
    hint: "look up this request in the log of the target, and answer what the client did wrong with a status from 400 \
           to 499 and a SCIM error",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let status = sight.response.status;
    match status {
        501 => {}
        502..=504 => looks.broken("7644-3.12-06", || {
            Breach::at("status", format!("{status} came from something in front of the target, or it is overloaded"))
                .noted("G4")
        }),
        500.. => {
            looks.broken("7644-3.12-06", || Breach::expected("status", "no server error", status.to_string()));
            let detail = sight.body().and_then(|body| member(body, "detail")).and_then(|detail| detail.as_str());
            looks.judge("7644-3.12-16", detail.is_some_and(|text| !text.trim().is_empty()), || {
                Breach::expected("/detail", "a text that helps to find the cause", "none")
                    .hint("give every 500 a SCIM error body with a `detail`")
            });
        }
        _ => looks.held("7644-3.12-06"),
    }
    looks.done()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::scim::{message, urn};
    use crate::verdict::Seen;

    #[test]
    fn other_statuses_hold() {
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(404, &message::error(404, None, "gone"))));
        assert_silent(&see(&CHECK, &request("PATCH", "/Users/1"), &reply(501, &json!({}))));
    }

    #[test]
    fn a_500_is_broken_and_lacks_advice_without_detail() {
        let seen = see(&CHECK, &get("/Users"), &reply(500, &message::error(500, None, "database is down: id 7")));
        assert_broken(&seen, "7644-3.12-06");
        let seen = see(&CHECK, &get("/Users"), &reply(500, &json!({ "schemas": [urn::ERROR] })));
        assert_eq!(seen.iter().filter(|sighting| sighting.seen == Seen::Broken).count(), 2);
    }

    #[test]
    fn a_gateway_is_noted() {
        assert_one(&see(&CHECK, &get("/Users"), &plain(503, &[], "")), "7644-3.12-06", Seen::Noted);
    }
}
