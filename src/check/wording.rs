//! How JSON values are named in messages.

use serde_json::Value;

/// Longest text of a value that is put into a message.
const LIMIT: usize = 80;

/// A value as a message names it: `the string "true"`, `the number 5`, `an array of 3`.
pub(crate) fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("the boolean {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => format!("the string {}", shown(value)),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A value as compact JSON, cut where it is long.
pub(crate) fn shown(value: &Value) -> String {
    // Cut before printing, so that a body of many megabytes is not printed first.
    if let Value::String(text) = value
        && let Some((end, _)) = text.char_indices().nth(LIMIT)
    {
        return format!("{}…", Value::from(&text[..end]));
    }
    if let Value::Array(items) = value
        && items.len() > 20
    {
        return format!("an array of {}", items.len());
    }
    cut(&value.to_string())
}

/// A text, cut where it is long.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_named_with_their_type() {
        assert_eq!(described(&json!("true")), "the string \"true\"");
        assert_eq!(described(&json!([1, 2])), "an array of 2");
        assert_eq!(described(&json!(null)), "null");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let text = "ü".repeat(500);
        assert_eq!(shown(&json!(text)).chars().filter(|c| *c == 'ü').count(), LIMIT);
        assert!(cut(&text).ends_with('…'));
    }
}
