//! Errors come as SCIM error messages (RFC 7644 §3.2, §3.12).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::sight::key_of;
use super::{Content, Sight, Sighting, StandingCheck};
use crate::check::wording::described;
use crate::scim::schema::member;
use crate::scim::{message, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "error-message",
    title: "Errors come as SCIM error messages with the matching status",
    why: "Clients log and react to `detail`, `scimType` and `status`; without them a failure stays unexplained.",
    requirements: &[
        "7644-3.12-02",
        "7644-3.12-01",
        "7644-3.12-03",
        "7644-3.12-04",
        "7644-3.12-05",
        "7644-3.2-11",
        "7644-3.2-12",
    ],
    rulings: &["G1", "G4"],
    hint: "answer errors with a JSON object of `schemas` (the Error URN), `status` (the HTTP status as a string), \
           `detail` and, where there is one, `scimType`",
    watch,
};

/// Whether the error may have been produced before the SCIM code was reached (ruling G4).
pub(super) fn may_come_from_a_gateway(sight: &Sight<'_>) -> bool {
    match sight.response.status {
        401 | 405 | 406 | 408 | 411 | 413 | 414 | 415 | 417 | 421 | 426 | 429 | 431 | 500.. => true,
        404 => !sight.is_at_resources(),
        _ => false,
    }
}

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let Some(body) = sight.body() else {
        no_json(sight, &mut looks);
        return looks.done();
    };
    let is_error = message::has_schema(body, urn::ERROR);
    if sight.content != Content::Error {
        if sight.response.is_success() {
            looks.judge("7644-3.2-11", !is_error, || {
                Breach::expected("status", "an error status with an error message", sight.response.status.to_string())
            });
        }
        return looks.done();
    }
    looks.held("7644-3.12-01");
    // What carries the Error URN was made by SCIM code, and is judged in full.
    let lenient = may_come_from_a_gateway(sight) && !is_error;
    looks.judge("7644-3.12-02", is_error, || {
        let actual = member(body, "schemas").map_or_else(|| "none".to_owned(), ToString::to_string);
        let expected = format!("`schemas` with {}", urn::ERROR);
        Breach::expected("/schemas", expected, actual).warned_if(lenient, "G4")
    });
    status(sight, body, is_error, &mut looks);
    for (name, requirement) in [("scimType", "7644-3.12-04"), ("detail", "7644-3.12-05")] {
        if let Some(value) = member(body, name).filter(|value| !value.is_null()) {
            looks.judge(requirement, value.is_string(), || {
                Breach::expected(format!("/{}", key_of(body, name)), "a string", described(value))
            });
        }
    }
    if let Some(Value::String(keyword)) = member(body, "scimType")
        && !message::SCIM_TYPES.contains(&keyword.as_str())
    {
        looks.broken("7644-3.12-04", || {
            Breach::expected(
                "/scimType",
                "one of the keywords of the RFC, such as invalidValue",
                format!("`{keyword}`"),
            )
        });
    }
    looks.done()
}

fn no_json(sight: &Sight<'_>, looks: &mut Looks) {
    let response = sight.response;
    if sight.content != Content::Error || sight.request.method == "HEAD" || response.truncated || response.is_unread() {
        return;
    }
    let lenient = may_come_from_a_gateway(sight);
    looks.broken("7644-3.12-01", || {
        let problem = response.json().err().unwrap_or("the body is no JSON");
        Breach::at("", format!("expected a SCIM error message, but {problem}")).warned_if(lenient, "G4")
    });
}

fn status(sight: &Sight<'_>, body: &Value, is_error: bool, looks: &mut Looks) {
    let http = sight.response.status.to_string();
    match member(body, "status").filter(|value| !value.is_null()) {
        Some(Value::String(text)) => {
            looks.held("7644-3.12-03");
            looks.judge("7644-3.2-12", *text == http, || {
                Breach::expected("/status", format!("\"{http}\", as the HTTP status"), format!("\"{text}\""))
            });
        }
        // A body of another kind is one defect already.
        None if !is_error => {}
        other => looks.broken("7644-3.12-03", || {
            let actual = other.map_or_else(|| "none".to_owned(), described);
            let lenient = !is_error && may_come_from_a_gateway(sight);
            let breach = Breach::expected("/status", format!("the string \"{http}\""), actual);
            let breach = breach.hint("write the status of an error message as a JSON string, in quotes");
            if lenient { breach.warned("G4") } else { breach.ruled("G1") }
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::verdict::Seen;

    fn at(status: u16, body: &Value) -> Vec<Sighting> {
        see(&CHECK, &get("/Users/1"), &reply(status, body))
    }

    #[test]
    fn sound_errors_hold() {
        assert_held(&at(404, &message::error(404, None, "no such user")));
        assert_held(&at(400, &message::error(400, Some("invalidValue"), "userName is missing")));
        assert_held(&at(
            400,
            &json!({ "SCHEMAS": [], "schemas": ["URN:ietf:params:scim:api:messages:2.0:error"], "status": "400" }),
        ));
        assert_held(&at(200, &ann()));
        assert_silent(&see(&CHECK, &request("DELETE", "/Users/1"), &plain(204, &[], "")));
    }

    #[test]
    fn each_part_of_the_message_is_judged() {
        assert_broken(&at(404, &json!({ "detail": "gone" })), "7644-3.12-02");
        assert_broken(&at(404, &json!({ "schemas": ["urn:x:Error"], "status": "404" })), "7644-3.12-02");
        assert_broken(&at(404, &json!({ "schemas": [urn::ERROR], "status": 404 })), "7644-3.12-03");
        assert_broken(&at(404, &json!({ "schemas": [urn::ERROR] })), "7644-3.12-03");
        assert_broken(&at(404, &json!({ "schemas": [urn::ERROR], "status": "400" })), "7644-3.2-12");
        let typed =
            |scim_type: Value| at(400, &json!({ "schemas": [urn::ERROR], "status": "400", "scimType": scim_type }));
        assert_broken(&typed(json!(5)), "7644-3.12-04");
        assert_broken(&typed(json!("wrong")), "7644-3.12-04");
        assert_held(&typed(Value::Null));
        assert_broken(&at(400, &json!({ "schemas": [urn::ERROR], "status": "400", "detail": [] })), "7644-3.12-05");
    }

    #[test]
    fn an_error_without_json_is_broken_on_resources_and_a_warning_elsewhere() {
        assert_broken(&see(&CHECK, &get("/Users/1"), &plain(404, &[], "")), "7644-3.12-01");
        assert_broken(&see(&CHECK, &get("/Users/1"), &plain(400, &[], "Bad Request")), "7644-3.12-01");
        for status in [401, 405, 413, 429, 500, 503] {
            assert_warned(&see(&CHECK, &get("/Users/1"), &plain(status, &[], "<html>")), "7644-3.12-01");
        }
        assert_warned(&see(&CHECK, &get("/nowhere"), &plain(404, &[], "")), "7644-3.12-01");
        assert_warned(&at(401, &json!({ "error": "invalid_token" })), "7644-3.12-02");
    }

    #[test]
    fn a_number_as_status_is_broken_even_where_a_gateway_may_answer() {
        assert_broken(&at(401, &json!({ "schemas": [urn::ERROR], "status": 401 })), "7644-3.12-03");
    }

    #[test]
    fn an_error_message_with_success_status_is_broken() {
        assert_one(&at(200, &message::error(404, None, "gone")), "7644-3.2-11", Seen::Broken);
    }
}
