//! Values of multi-valued attributes: which are the same, how they are joined, which one is primary (RFC 7643 §2.4).

use serde_json::Value;

use super::store::folded;

/// Whether two values are the same: equal `value` and `type`, or equal in all where there is no `value`. A type that
/// was not given is no difference.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(folded);
    match (text(a, "value"), text(b, "value")) {
        (Some(left), Some(right)) => {
            let (a, b) = (text(a, "type"), text(b, "type"));
            left == right && (a == b || a.is_none() || b.is_none())
        }
        _ => a == b,
    }
}

/// Appends values; one that is already there takes over what it did not have.
pub(crate) fn merge(mut values: Vec<Value>, added: Vec<Value>) -> Vec<Value> {
    // Long lists of members are told apart by their ids, not by comparing each with each.
    let mut known: std::collections::HashMap<String, Vec<usize>> = std::collections::HashMap::new();
    let key = |value: &Value| value.get("value").and_then(Value::as_str).map_or_else(String::new, folded);
    for (index, value) in values.iter().enumerate() {
        known.entry(key(value)).or_default().push(index);
    }
    for value in added {
        let places = known.entry(key(&value)).or_default();
        match places.iter().copied().find(|&index| same(&values[index], &value)) {
            Some(index) => fill(&mut values[index], value),
            None => {
                places.push(values.len());
                values.push(value);
            }
        }
    }
    values
}

fn fill(known: &mut Value, added: Value) {
    if let (Value::Object(known), Value::Object(added)) = (known, added) {
        for (key, value) in added {
            if key == "primary" || !known.contains_key(&key) {
                known.insert(key, value);
            }
        }
    }
}

/// Takes `primary` from every value but the one that has just got it.
pub(crate) fn move_primary(values: &mut [Value], to: usize) {
    for (index, value) in values.iter_mut().enumerate() {
        if index != to && value["primary"] == true {
            value["primary"] = false.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_same_value_is_kept_once() {
        let work = json!({ "value": "a@x", "type": "work" });
        let merged = merge(vec![work.clone()], vec![json!({ "value": "A@X", "type": "work", "display": "A" })]);
        assert_eq!(merged, [json!({ "value": "a@x", "type": "work", "display": "A" })]);
        assert_eq!(merge(vec![work], vec![json!({ "value": "a@x", "type": "home" })]).len(), 2);
    }
}
