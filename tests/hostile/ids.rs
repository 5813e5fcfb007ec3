//! Ids with a text before them.

use serde_json::Value;

use super::answer::Answer;

/// As a path segment.
pub(crate) fn percent(text: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

pub(crate) fn renamed(mut answer: Answer, prefix: &str) -> Answer {
    for (name, value) in &mut answer.headers {
        if name.ends_with("location") {
            address(value, prefix);
        }
    }
    let mut body = answer.json();
    walk(&mut body, prefix);
    if answer.body.is_empty() { answer } else { answer.with_body(body.to_string()) }
}

fn walk(value: &mut Value, prefix: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, prefix)),
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("id" | "value", Value::String(text)) if is_id(text) => text.insert_str(0, prefix),
                    ("location" | "$ref", Value::String(text)) => address(text, prefix),
                    (_, value) => walk(value, prefix),
                }
            }
        }
        _ => {}
    }
}

fn address(text: &mut String, prefix: &str) {
    if let Some(at) = text.rfind('/').filter(|at| is_id(&text[at + 1..])) {
        text.insert_str(at + 1, &percent(prefix));
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 36 && text.matches('-').count() == 4
}
