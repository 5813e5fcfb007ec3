//! What `resource` and `message` share: filters that match and filters that do not.

use serde_json::{Map, Value};

use super::judge::{Saw, shown, texts};
use super::{evaluate, lookup};
use crate::scim::schema::member;
use crate::scim::{Filter, ResourceSchema};

/// What is looked at.
pub(super) struct Expectation<'a> {
    pub(super) what: &'a str,
    pub(super) body: &'a Value,
    pub(super) schema: Option<&'a ResourceSchema>,
    pub(super) index: usize,
}

/// Judges `has` and `lacks`, and the alternatives of `warn`, `note` and `skip`.
pub(super) fn judge(on: &Expectation<'_>, arguments: &Map<String, Value>) -> Saw {
    for (key, wanted) in [("has", true), ("lacks", false)] {
        for text in texts(arguments, key) {
            let filter = match Filter::parse(text) {
                Ok(filter) => filter,
                Err(error) => {
                    return Saw::not_judged(format!("`{text}` is no filter with the values filled in: {error}"));
                }
            };
            if evaluate::matches(on.body, &filter, on.schema) != wanted {
                let expected = if wanted { format!("`{text}`") } else { format!("no match of `{text}`") };
                let saw = Saw::broken(on.index, &place(on.body, &filter), on.what, expected, actual(on.body, &filter));
                return saw.lowered_where(arguments, |listed| {
                    let alternative = listed.as_str().and_then(|text| Filter::parse(text).ok());
                    alternative.is_some_and(|alternative| evaluate::matches(on.body, &alternative, on.schema))
                });
            }
        }
    }
    Saw::held(on.index)
}

/// What the body has at the paths of the filter.
fn actual(body: &Value, filter: &Filter) -> String {
    let mut seen: Vec<String> = Vec::new();
    for path in filter.outer_paths() {
        let values = lookup::values(body, path);
        let text = match values.as_slice() {
            [] => format!("no {path}"),
            [one] => format!("{path} = {}", shown(one)),
            many => format!("{path} = {}", shown(&Value::Array(many.iter().map(|&value| value.clone()).collect()))),
        };
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen.join(", ")
}

/// JSON Pointer of the first attribute of the filter that the body has; of the whole body otherwise.
fn place(body: &Value, filter: &Filter) -> String {
    for path in filter.outer_paths() {
        let container = path.schema.as_deref().filter(|urn| member(body, urn).is_some());
        let object = container.and_then(|urn| member(body, urn)).unwrap_or(body);
        let Some(name) = object.as_object().and_then(|o| o.keys().find(|key| key.eq_ignore_ascii_case(&path.name)))
        else {
            continue;
        };
        let head = container.map_or_else(String::new, |urn| format!("/{urn}"));
        let sub = path.sub.as_deref().filter(|sub| member(&object[name.as_str()], sub).is_some());
        return sub.map_or_else(|| format!("{head}/{name}"), |sub| format!("{head}/{name}/{sub}"));
    }
    String::new()
}
