//! `header`: a header is there, is not there, or has a value.

use serde_json::{Map, Value};

use super::judge::{Evidence, Saw};
use super::lookup;
use crate::scim::AttrPath;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    let text = |key: &str| arguments.get(key).and_then(Value::as_str);
    let name = text("name").unwrap_or_default();
    let actual = response.header(name);
    let place = format!("header {name}");
    let (holds, expected) = if arguments.get("absent").and_then(Value::as_bool) == Some(true) {
        (actual.is_none(), "no such header".to_owned())
    } else if let Some(value) = text("is") {
        (actual == Some(value), format!("`{value}`"))
    } else if let Some(pattern) = text("matches") {
        let matches = regex::Regex::new(pattern).is_ok_and(|regex| actual.is_some_and(|value| regex.is_match(value)));
        (matches, format!("a value that matches `{pattern}`"))
    } else if let Some(path) = text("same-as") {
        let body = response.json().ok();
        let same = AttrPath::parse(path).ok().and_then(|path| lookup::first_text(body?, &path));
        match same {
            Some(same) => (actual == Some(same), format!("`{same}`, as in `{path}` of the body")),
            None if actual.is_none() => (false, "the header to be there".to_owned()),
            None => return Saw::not_judged(format!("the body has no `{path}` to compare with")),
        }
    } else {
        (actual.is_some(), "the header to be there".to_owned())
    };
    if holds {
        return Saw::held(index);
    }
    let way = if actual.is_none() { "absent" } else { "other" };
    let got = actual.map_or_else(|| "no such header".to_owned(), |value| format!("`{value}`"));
    Saw::broken(index, &place, &place, expected, got).lowered_where(arguments, |listed| listed == way)
}
