//! `sample.Group with members = [...]`: a resource made from the target's schemas; `sample.User replacing ann` is one
//! that may take the place of another.

use serde_json::Value;

use super::node::Node;
use super::placeholder::holes;

/// What stands behind `sample.` in a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleCall {
    /// Resource type.
    pub resource_type: String,
    /// The resource whose place it takes by PUT: what is immutable there stays as it is (RFC 7644 §3.5.1).
    pub replacing: Option<String>,
    /// Attribute paths with their values, placeholders not filled in.
    pub values: Vec<(String, Value)>,
}

impl SampleCall {
    /// Reads `User`, `User replacing ann`, or `Group with displayName = 'a', members = [{value: 'b'}]`; values are YAML.
    ///
    /// # Errors
    /// Says which part is no `path = value`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (kind, with) = match text.split_once(" with ") {
            Some((kind, with)) => (kind, Some(with)),
            None => (text, None),
        };
        let (kind, replacing) = match kind.split_once(" replacing ") {
            Some((kind, name)) => (kind, Some(name.trim().to_owned())),
            None => (kind, None),
        };
        let mut values = Vec::new();
        for part in with.map(assignments).unwrap_or_default() {
            let (path, value) =
                part.split_once('=').ok_or_else(|| format!("`{}` is no `path = value`", part.trim()))?;
            let value = Node::parse(value.trim()).map_err(|_| format!("`{}` is no value", value.trim()))?;
            values.push((path.trim().to_owned(), value.to_json()));
        }
        Ok(Self { resource_type: kind.trim().to_owned(), replacing, values })
    }
}

/// Names of the resources that the samples in a value are to replace.
#[must_use]
pub fn replaced(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            let calls =
                holes(text).into_iter().filter_map(|hole| SampleCall::parse(hole.strip_prefix("sample.")?).ok());
            calls.filter_map(|call| call.replacing).collect()
        }
        Value::Array(items) => items.iter().flat_map(replaced).collect(),
        Value::Object(members) => members.values().flat_map(replaced).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Splits `a = 1, b = [2, 3]` at the commas that are outside of quotes and brackets.
fn assignments(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '{' | '(') => depth += 1,
            (None, ']' | '}' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_yaml_and_keep_their_commas() {
        let call = SampleCall::parse("Group with displayName = 'a, b', members = [{value: '${ann.id}'}, 2]").unwrap();
        assert_eq!(call.resource_type, "Group");
        assert_eq!(
            call.values,
            [("displayName".to_owned(), json!("a, b")), ("members".to_owned(), json!([{ "value": "${ann.id}" }, 2]))]
        );
        assert_eq!(SampleCall::parse("User").unwrap().values, []);
        let call = SampleCall::parse("User replacing ann with title = Boss").unwrap();
        assert_eq!((call.resource_type.as_str(), call.replacing.as_deref()), ("User", Some("ann")));
        assert_eq!(call.values, [("title".to_owned(), json!("Boss"))]);
    }

    #[test]
    fn replaced_resources_are_found_at_any_depth() {
        let body =
            json!({ "Operations": [{ "data": "${sample.User replacing ann with title = 'x'}" }, "${sample.User}"] });
        assert_eq!(replaced(&body), ["ann"]);
    }

    #[test]
    fn a_part_that_assigns_nothing_is_named() {
        assert_eq!(SampleCall::parse("User with title").unwrap_err(), "`title` is no `path = value`");
        assert_eq!(SampleCall::parse("User with title = [1").unwrap_err(), "`[1` is no value");
    }
}
