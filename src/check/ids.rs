//! `ids`: the ids of the results equal a saved list.

use serde_json::{Map, Value};

use super::judge::{Evidence, Saw, shown};
use crate::scim::schema::member;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some(listed) = evidence.listed() else { return Saw::not_judged("the answer is no list") };
    let Some(Value::Array(expected)) = arguments.get("equal") else {
        return Saw::not_judged("no list was saved to compare with");
    };
    let last = evidence.answers.last().map_or(0, |answer| answer.index);
    let mut wanted: Vec<&str> = expected.iter().filter_map(Value::as_str).collect();
    let mut actual: Vec<&str> = listed.iter().filter_map(|(_, one)| member(one, "id")?.as_str()).collect();
    let in_order = arguments.get("in-order").and_then(Value::as_bool) == Some(true);
    if !in_order {
        wanted.sort_unstable();
        actual.sort_unstable();
    }
    if wanted == actual {
        return Saw::held(last);
    }
    let what = if in_order { "ids in order" } else { "ids" };
    Saw::broken(last, "/Resources", what, shown(&Value::from(wanted)), shown(&Value::from(actual)))
}
