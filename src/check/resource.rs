//! `resource`: the resource in the body matches, or does not match, SCIM filters.

use serde_json::{Map, Value};

use super::filters::{self, Expectation};
use super::judge::{Evidence, Saw};

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    if !response.is_success() {
        return Saw::not_judged(format!("the request was answered with {}", response.status));
    }
    match response.json() {
        Ok(body) if body.is_object() => {
            filters::judge(&Expectation { what: "resource", body, schema: evidence.schema, index }, arguments)
        }
        Ok(_) => Saw::not_judged("the body is no JSON object"),
        Err(reason) => Saw::not_judged(reason),
    }
}
