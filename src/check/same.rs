//! `same`: a value came back as it was sent, allowing for canonicalisation.

use serde_json::{Map, Value};

use super::compare::{Sameness, same_value};
use super::judge::{Evidence, Saw, shown, texts};
use super::lookup;
use crate::scim::resource_type::Found;
use crate::scim::{AttrPath, Attribute};
use crate::suite::Lowered;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    if !response.is_success() {
        return Saw::not_judged(format!("the request was answered with {}", response.status));
    }
    let body = match response.json() {
        Ok(body) => body,
        Err(reason) => return Saw::not_judged(reason),
    };
    let at = texts(arguments, "at").first().copied().unwrap_or_default();
    let Ok(path) = AttrPath::parse(at) else { return Saw::not_judged(format!("`{at}` is no attribute path")) };
    let declared = arguments.get("as-declared").and_then(Attribute::from_json);
    let definition = declared.as_ref().or_else(|| evidence.schema?.find(&path).map(Found::leaf));
    let expected = &spread(arguments.get("as").unwrap_or(&Value::Null));
    let values = lookup::values(body, &path);
    let actual = match values.as_slice() {
        [one] if !expected.is_array() => (*one).clone(),
        [] => Value::Null,
        many => Value::Array(many.iter().map(|&value| value.clone()).collect()),
    };
    match same_value(expected, &actual, definition) {
        Sameness::Same | Sameness::Canonicalised(_) => Saw::held(index),
        Sameness::Different => {
            let got = if values.is_empty() { "no value".to_owned() } else { shown(&actual) };
            let saw = Saw::broken(index, &format!("/{}", at.replace('.', "/")), at, shown(expected), got);
            // The target need not keep what it does not know (ruling C13).
            if definition.is_none() && evidence.schema.is_some() {
                return Saw { message: format!("the target does not declare `{at}`"), ..saw.lowered(Lowered::Skip) };
            }
            saw
        }
    }
}

/// Lists in a list are spread out: two samples of a multi-valued attribute are the values of both.
fn spread(expected: &Value) -> Value {
    let Value::Array(items) = expected else { return expected.clone() };
    let flat = items.iter().flat_map(|item| match item {
        Value::Array(inner) => inner.as_slice(),
        one => std::slice::from_ref(one),
    });
    flat.cloned().collect()
}
