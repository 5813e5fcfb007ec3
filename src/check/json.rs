//! `json`: a place in the body, by JSON Pointer, where SCIM paths do not reach.

use serde_json::{Map, Value};

use super::judge::{Evidence, Saw, shown, texts};

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    let body = match response.json() {
        Ok(body) => body,
        Err(reason) => return Saw::not_judged(reason),
    };
    let at = texts(arguments, "at").first().copied().unwrap_or_default();
    let actual = body.pointer(at);
    let types = texts(arguments, "type");
    let (holds, expected) = if let Some(wanted) = arguments.get("is") {
        (actual == Some(wanted), shown(wanted))
    } else if types.is_empty() {
        let absent = arguments.get("absent").and_then(Value::as_bool) == Some(true);
        (actual.is_none() == absent, if absent { "nothing there" } else { "a value" }.to_owned())
    } else {
        (
            actual.is_some_and(|value| types.iter().any(|word| is_of(value, word))),
            format!("type {}", types.join(" or ")),
        )
    };
    if holds {
        return Saw::held(index);
    }
    let way = if actual.is_none() { "absent" } else { "other" };
    let got = actual.map_or_else(|| "nothing there".to_owned(), shown);
    Saw::broken(index, at, if at.is_empty() { "body" } else { at }, expected, got)
        .lowered_where(arguments, |listed| listed == way)
}

fn is_of(value: &Value, word: &str) -> bool {
    match word {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}
