//! `message`: the message in the body (list, error, bulk) matches SCIM filters and bounds.

use serde_json::{Map, Value};

use super::filters::{self, Expectation};
use super::judge::{Evidence, Saw, shown};
use crate::scim::schema::member;
use crate::verdict::Seen;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    let body = match response.json() {
        Ok(body) if body.is_object() => body,
        Ok(_) => return Saw::not_judged("the body is no JSON object"),
        // Where nothing has to be there, an empty body is as good as any.
        Err(_)
            if response.body.is_empty() && ["has", "most", "least"].iter().all(|key| !arguments.contains_key(*key)) =>
        {
            return Saw::held(index);
        }
        Err(reason) => return Saw::not_judged(reason),
    };
    let saw = filters::judge(&Expectation { what: "message", body, schema: None, index }, arguments);
    if saw.seen != Seen::Held {
        return saw;
    }
    for (word, is_fine) in [("most", usize::le as fn(&usize, &usize) -> bool), ("least", usize::ge)] {
        for (key, bound) in arguments.get(word).and_then(Value::as_object).into_iter().flatten() {
            let Some(bound) = bound.as_u64().and_then(|bound| usize::try_from(bound).ok()) else { continue };
            let value = member(body, key);
            let size = match value {
                None | Some(Value::Null) => 0,
                Some(Value::Array(items)) => items.len(),
                Some(Value::Number(number)) => {
                    number.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)
                }
                Some(other) => return Saw::broken(index, &format!("/{key}"), key, "a number or a list", shown(other)),
            };
            if !is_fine(&size, &bound) {
                let expected = format!("at {word} {bound}");
                return Saw::broken(index, &format!("/{key}"), key, expected, size.to_string());
            }
        }
    }
    saw
}
