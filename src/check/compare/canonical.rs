//! One form for each value, so that values that mean the same are equal.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use crate::scim::{Attribute, Type, datetime};

/// One form for all values that mean the same; `None` for no value. `name` is that of the attribute.
pub(super) fn canonical(value: &Value, name: &str, definition: Option<&Attribute>) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Bool(false) if name.eq_ignore_ascii_case("primary") => None,
        Value::Bool(_) => Some(value.clone()),
        Value::Number(number) => Some(canonical_number(number).unwrap_or_else(|| value.clone())),
        Value::String(text) => Some(canonical_text(text, name, definition)),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().filter_map(|item| canonical(item, name, definition)).collect();
            items.sort_by_cached_key(Value::to_string);
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(members) => {
            let mut sorted: BTreeMap<String, Value> = BTreeMap::new();
            for (key, value) in members {
                let inner = definition.and_then(|definition| definition.sub(key));
                if let Some(value) = canonical(value, key, inner) {
                    sorted.entry(key.to_ascii_lowercase()).or_insert(value);
                }
            }
            (!sorted.is_empty()).then(|| Value::Object(sorted.into_iter().collect::<Map<_, _>>()))
        }
    }
}

fn canonical_text(text: &str, name: &str, definition: Option<&Attribute>) -> Value {
    if name.eq_ignore_ascii_case("schemas") {
        return text.to_ascii_lowercase().into();
    }
    if definition.is_none_or(|definition| definition.kind == Type::DateTime)
        && let Some(instant) = datetime::parse(text)
    {
        return instant.to_string().into();
    }
    text.into()
}

/// `5.0` and `5` are one number.
fn canonical_number(number: &Number) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let value = number.as_f64().filter(|value| number.is_f64() && value.fract() == 0.0 && value.abs() < EXACT)?;
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, as checked above")]
    Some(Value::from(value as i64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_has_one_form() {
        for nothing in [json!(null), json!([]), json!({}), json!([null, {}]), json!({ "a": null, "primary": false })] {
            assert_eq!(canonical(&nothing, "a", None), None, "{nothing}");
        }
        assert_eq!(canonical(&json!(""), "a", None), Some(json!("")));
    }

    #[test]
    fn order_case_of_names_and_spelling_of_numbers_do_not_count() {
        let a = canonical(&json!([{ "B": 5.0, "a": 1 }, { "c": 2 }]), "x", None);
        assert_eq!(a, canonical(&json!([{ "C": 2 }, { "a": 1, "b": 5 }]), "x", None));
    }
}
