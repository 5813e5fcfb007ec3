//! `status`: the HTTP status is one of those listed.

use serde_json::{Map, Value};

use super::judge::{Evidence, Saw, one_or_many, shorten, texts};
use crate::exchange::Response;
use crate::scim::schema::member;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Vec<Saw> {
    let of = texts(arguments, "of");
    let right = arguments.get("is").map(one_or_many).unwrap_or_default();
    let looked_at: Vec<_> =
        evidence.answers.iter().filter(|answer| of.is_empty() || of.contains(&answer.name)).collect();
    if looked_at.is_empty() {
        return vec![Saw::not_judged("there is no answer")];
    }
    looked_at
        .into_iter()
        .map(|answer| {
            let Some(response) = answer.response() else { return Saw::not_judged("there is no answer") };
            let is = |listed: &Value| listed.as_u64() == Some(u64::from(response.status));
            if right.iter().any(is) {
                return Saw::held(answer.index);
            }
            let expected = right.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ");
            Saw::broken(answer.index, "status", "status", expected, described(response)).lowered_where(arguments, is)
        })
        .collect()
}

/// The status with what the error body says: `400 (invalidValue: userName is missing)`.
fn described(response: &Response) -> String {
    let body = response.json().ok().filter(|_| response.status >= 400);
    let word =
        |key: &str| body.and_then(|body| member(body, key)).and_then(Value::as_str).filter(|text| !text.is_empty());
    match (word("scimType"), word("detail")) {
        (Some(kind), Some(detail)) => format!("{} ({kind}: {})", response.status, shorten(detail, 160)),
        (Some(only), None) | (None, Some(only)) => format!("{} ({})", response.status, shorten(only, 160)),
        (None, None) => response.status.to_string(),
    }
}
