//! Answers of bulk requests have one sound item per operation (RFC 7644 §3.7, §3.7.3).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::sight::{item_status, key_of};
use super::{Content, Sight, Sighting, StandingCheck};
use crate::check::wording::{described, shown};
use crate::scim::schema::member;
use crate::scim::{message, urn};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "bulk-message",
    title: "Answers of bulk requests say for each operation what came of it",
    why: "A client that cannot match items to its operations does not know which changes were made.",
    requirements: &[
        "7644-3.7-03",
        "7644-3.7-05",
        "7644-3.7-06",
        "7644-3.7-07",
        "7644-3.7-13",
        "7644-3.7-15",
        "7644-3.7-21",
        "7644-3.7.3-02",
        "7644-3.7.3-03",
    ],
    rulings: &["H1", "H7", "H11"],
    hint: "give each item `method`, `status` (a string), `location`, the `bulkId` of a POST, and the error as `response`",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let Some(body) = sight.body().filter(|_| sight.content == Content::Bulk) else { return looks.done() };
    looks.judge("7644-3.7-03", message::has_schema(body, urn::BULK_RESPONSE), || {
        let actual = member(body, "schemas").map_or_else(|| "none".to_owned(), shown);
        Breach::expected("/schemas", format!("`schemas` with {}", urn::BULK_RESPONSE), actual)
    });
    looks.judge("7644-3.7-05", member(body, "failOnErrors").is_none(), || {
        Breach::at("/failOnErrors", "belongs to requests only, yet it is in the answer").hint("leave it out")
    });
    let operations = member(body, "Operations");
    looks.judge("7644-3.7-06", operations.is_some_and(Value::is_array), || {
        Breach::expected("/Operations", "an array of items", operations.map_or_else(|| "none".to_owned(), described))
    });
    let key = key_of(body, "Operations");
    let sound_request = sight.request.json().is_none_or(|request| has_sound_operations(&request));
    for (index, item) in operations.and_then(Value::as_array).into_iter().flatten().enumerate() {
        // What a client left out of an operation, a failed item cannot repeat (RFC 7644 §3.7 binds the client there).
        let may_lack = !sound_request && item_status(item).is_some_and(|status| status >= 400);
        watch_item(item, may_lack, &format!("/{key}/{index}"), &mut looks);
    }
    looks.done()
}

/// Whether each operation of a request has a method of RFC 7644 §3.7 and a path.
fn has_sound_operations(request: &Value) -> bool {
    let sound = |operation: &Value| {
        let method = member(operation, "method").and_then(Value::as_str).unwrap_or_default();
        is_bulk_method(method) && member(operation, "path").is_some_and(Value::is_string)
    };
    member(request, "Operations").and_then(Value::as_array).is_none_or(|operations| operations.iter().all(sound))
}

fn is_bulk_method(method: &str) -> bool {
    ["POST", "PUT", "PATCH", "DELETE"].into_iter().any(|name| name.eq_ignore_ascii_case(method))
}

fn watch_item(item: &Value, may_lack: bool, place: &str, looks: &mut Looks) {
    let method = member(item, "method").and_then(Value::as_str).unwrap_or_default();
    let is = |name: &str| method.eq_ignore_ascii_case(name);
    looks.judge("7644-3.7-07", may_lack || is_bulk_method(method), || {
        let actual = member(item, "method").map_or_else(|| "none".to_owned(), described);
        Breach::expected(format!("{place}/method"), "POST, PUT, PATCH or DELETE", actual)
    });
    let number = item_status(item);
    watch_status(item, number, place, looks);
    let Some(status) = number else { return };
    let succeeded = (200..300).contains(&status);
    if is("POST") && succeeded {
        looks.judge("7644-3.7-21", member(item, "bulkId").is_some_and(Value::is_string), || {
            Breach::expected(format!("{place}/bulkId"), "the bulkId of the operation", "none").ruled("H7")
        });
    }
    if succeeded || !is("POST") {
        let location = member(item, "location").and_then(Value::as_str).unwrap_or_default();
        looks.judge("7644-3.7.3-02", may_lack || !location.is_empty(), || {
            Breach::expected(format!("{place}/location"), "the URL of the resource", "none")
                .warned_if(status == 404, "H11")
        });
    }
    if !succeeded && status >= 400 {
        let response = member(item, "response");
        let described_in_status = member(item, "status").and_then(|status| member(status, "description")).is_some();
        let has_error = response.is_some_and(Value::is_object);
        looks.judge("7644-3.7-13", has_error || described_in_status, || {
            Breach::expected(format!("{place}/response"), "the error message of the operation", "none").ruled("H1")
        });
        if let Some(response) = response.filter(|_| has_error) {
            looks.judge("7644-3.7-15", message::has_schema(response, urn::ERROR), || {
                let expected = format!("an error message, with `schemas` of {}", urn::ERROR);
                Breach::expected(format!("{place}/response"), expected, shown(response))
            });
        }
    }
}

fn watch_status(item: &Value, number: Option<u16>, place: &str, looks: &mut Looks) {
    let status = member(item, "status");
    let code = status.map(|status| member(status, "code").unwrap_or(status));
    let sound = number.is_some() && code.is_some_and(Value::is_string);
    looks.judge("7644-3.7.3-03", sound, || {
        let actual = status.map_or_else(|| "none".to_owned(), described);
        let breach =
            Breach::expected(format!("{place}/status"), "the HTTP status as a string, such as \"201\"", actual);
        breach.warned_if(number.is_some(), "H1")
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;

    fn items(items: &Value) -> Vec<Sighting> {
        answer(&json!({ "schemas": [urn::BULK_RESPONSE], "Operations": items }))
    }

    fn answer(body: &Value) -> Vec<Sighting> {
        see(&CHECK, &request("POST", "/Bulk"), &reply(200, body))
    }

    #[test]
    fn sound_items_hold_in_each_form_of_status() {
        assert_held(&items(&json!([
            { "method": "POST", "bulkId": "a", "location": "/Users/1", "status": "201" },
            { "method": "POST", "bulkId": "b", "location": "/Users/2", "status": { "code": "201" } },
            { "method": "POST", "bulkId": "c", "status": "409", "response": message::error(409, Some("uniqueness"), "taken") },
            { "method": "PUT", "location": "/Users/3", "status": "400", "response": message::error(400, None, "no") },
            { "method": "PATCH", "location": "/Users/3", "status": { "code": "400", "description": "no" } },
            { "method": "DELETE", "location": "/Users/4", "status": "204" },
        ])));
        assert_silent(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_silent(&see(&CHECK, &request("POST", "/Bulk"), &reply(501, &message::error(501, None, "no bulk"))));
    }

    #[test]
    fn each_part_is_judged() {
        assert_broken(&answer(&json!({ "schemas": ["urn:x:y"], "Operations": [] })), "7644-3.7-03");
        assert_broken(
            &answer(&json!({ "schemas": [urn::BULK_RESPONSE], "Operations": [], "failOnErrors": 1 })),
            "7644-3.7-05",
        );
        assert_broken(&answer(&json!({ "schemas": [urn::BULK_RESPONSE] })), "7644-3.7-06");
        for (item, requirement) in [
            (json!({ "status": "204", "location": "/Users/1" }), "7644-3.7-07"),
            (json!({ "method": "POST", "status": "201", "location": "/Users/1" }), "7644-3.7-21"),
            (json!({ "method": "POST", "status": "201", "bulkId": "a" }), "7644-3.7.3-02"),
            (json!({ "method": "PUT", "status": "409", "response": message::error(409, None, "") }), "7644-3.7.3-02"),
            (json!({ "method": "DELETE", "location": "/Users/1" }), "7644-3.7.3-03"),
            (json!({ "method": "DELETE", "location": "/Users/1", "status": "done" }), "7644-3.7.3-03"),
            (json!({ "method": "PUT", "location": "/Users/1", "status": "400" }), "7644-3.7-13"),
            (json!({ "method": "PUT", "location": "/Users/1", "status": "400", "response": {} }), "7644-3.7-15"),
        ] {
            assert_broken(&items(&json!([item])), requirement);
        }
    }

    #[test]
    fn a_failed_item_need_not_repeat_what_the_operation_lacked() {
        let item = json!({ "status": "400", "response": message::error(400, None, "no such method") });
        let answer = |operation: Value, item: &Value| {
            let mut request = request("POST", "/Bulk");
            let body = json!({ "schemas": [urn::BULK_REQUEST], "Operations": [operation] });
            request.body = Some(body.to_string().into_bytes());
            see(&CHECK, &request, &reply(200, &json!({ "schemas": [urn::BULK_RESPONSE], "Operations": [item] })))
        };
        assert_held(&answer(json!({ "method": "STEAL", "path": "/Users" }), &item));
        assert_held(&answer(json!({ "method": "DELETE" }), &item));
        let done = json!({ "status": "204", "location": "/Users/1" });
        assert_broken(&answer(json!({ "method": "STEAL", "path": "/Users" }), &done), "7644-3.7-07");
        let nameless = json!({ "status": "400", "location": "/Users/1", "response": message::error(400, None, "no") });
        assert_broken(&answer(json!({ "method": "DELETE", "path": "/Users/1" }), &nameless), "7644-3.7-07");
    }

    #[test]
    fn widely_read_otherwise_is_a_warning() {
        assert_warned(&items(&json!([{ "method": "DELETE", "location": "/Users/1", "status": 204 }])), "7644-3.7.3-03");
        let missing = json!([{ "method": "DELETE", "status": "404", "response": message::error(404, None, "gone") }]);
        assert_warned(&items(&missing), "7644-3.7.3-02");
    }
}
