//! `sample.Group with members = [...]`: a resource made from the target's schemas.

use serde_json::Value;

use super::node::Node;

/// What stands behind `sample.` in a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleCall {
    /// Resource type.
    pub resource_type: String,
    /// Attribute paths with their values, placeholders not filled in.
    pub values: Vec<(String, Value)>,
}

impl SampleCall {
    /// Reads `User`, or `Group with displayName = 'a', members = [{value: 'b'}]`; values are YAML.
    ///
    /// # Errors
    /// Says which part is no `path = value`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (kind, with) = match text.split_once(" with ") {
            Some((kind, with)) => (kind, Some(with)),
            None => (text, None),
        };
        let mut values = Vec::new();
        for part in with.map(assignments).unwrap_or_default() {
            let (path, value) =
                part.split_once('=').ok_or_else(|| format!("`{}` is no `path = value`", part.trim()))?;
            let value = Node::parse(value.trim()).map_err(|_| format!("`{}` is no value", value.trim()))?;
            values.push((path.trim().to_owned(), value.to_json()));
        }
        Ok(Self { resource_type: kind.trim().to_owned(), values })
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
    }

    #[test]
    fn a_part_that_assigns_nothing_is_named() {
        assert_eq!(SampleCall::parse("User with title").unwrap_err(), "`title` is no `path = value`");
        assert_eq!(SampleCall::parse("User with title = [1").unwrap_err(), "`[1` is no value");
    }
}
