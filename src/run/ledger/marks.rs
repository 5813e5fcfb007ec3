//! The values by which something that a run created is known again.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::scim::schema::member;

/// Length of a marker.
const LENGTH: usize = 26;

/// Attributes of a resource with values that carry a marker of the run.
///
/// Only the resource's own single texts count: a value inside `members` or `manager` stands in the resources of others
/// as well. Passwords are left out, they are nobody's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Marks(BTreeMap<String, String>);

impl Marks {
    /// The marks in a resource that is sent whole.
    pub(super) fn of_resource(body: &Value, markers: &HashSet<String>) -> Self {
        let texts = body.as_object().into_iter().flatten();
        Self(texts.filter_map(|(name, value)| mark(name, value, markers)).collect())
    }

    /// The marks that the operations of a PATCH write (RFC 7644 §3.5.2).
    pub(super) fn of_patch(body: &Value, markers: &HashSet<String>) -> Self {
        let operations = member(body, "Operations").and_then(Value::as_array).into_iter().flatten();
        let mut marks = BTreeMap::new();
        for operation in operations {
            let Some(value) = member(operation, "value") else { continue };
            match member(operation, "path").and_then(Value::as_str) {
                Some(path) => marks.extend(own_attribute(path).and_then(|name| mark(name, value, markers))),
                None => marks.extend(Self::of_resource(value, markers).0),
            }
        }
        Self(marks)
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Attributes and values, the ones that are best searched for first.
    pub(crate) fn by_worth(&self) -> Vec<(&str, &str)> {
        let worth = |name: &str| ["userName", "displayName", "externalId"].iter().position(|known| *known == name);
        let mut all: Vec<(&str, &str)> = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.sort_by_key(|(name, _)| worth(name).unwrap_or(usize::MAX));
        all
    }

    /// Whether a resource has one of these values, character by character, in the same attribute.
    pub(crate) fn are_in(&self, resource: &Value) -> bool {
        self.0.iter().any(|(name, value)| member(resource, name).and_then(Value::as_str) == Some(value))
    }
}

impl std::fmt::Display for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.by_worth().first() {
            Some((name, value)) => write!(f, "{name} {}", Value::from(*value)),
            None => f.write_str("something without a name"),
        }
    }
}

/// The attribute of a path that leads to a resource's own single value.
fn own_attribute(path: &str) -> Option<&str> {
    let name = if path.starts_with("urn:") { path.rsplit(':').next()? } else { path };
    (!name.contains(['.', '['])).then_some(name)
}

fn mark(name: &str, value: &Value, markers: &HashSet<String>) -> Option<(String, String)> {
    let text = value.as_str().filter(|text| carries(text, markers))?;
    (!name.eq_ignore_ascii_case("password")).then(|| (name.to_owned(), text.to_owned()))
}

/// Whether a text has one of the markers in it.
fn carries(text: &str, markers: &HashSet<String>) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let mut length = 0;
    text.bytes().enumerate().any(|(at, byte)| {
        length = if is_letter(byte) { length + 1 } else { 0 };
        length >= LENGTH && text.get(at + 1 - LENGTH..=at).is_some_and(|part| markers.contains(part))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::run::marker;

    #[test]
    fn the_resources_own_texts_are_marks_and_nothing_else_is() {
        let (ours, other) = (marker(1, "a"), marker(1, "b"));
        let markers = HashSet::from([ours.clone()]);
        let user = json!({
            "userName": format!("x{ours}@example.com"), "title": other, "password": format!("Pw1!{ours}"),
            "members": [{ "display": ours }], "manager": { "value": ours }, "active": true, "nickName": "Žofie🦊",
        });
        let marks = Marks::of_resource(&user, &markers);
        assert_eq!(marks.by_worth(), [("userName", format!("x{ours}@example.com").as_str())]);
        assert!(marks.are_in(&json!({ "USERNAME": format!("x{ours}@example.com") })));
        for near in [format!("x{ours}@example.com2"), format!("y{ours}@example.com"), ours.clone()] {
            assert!(!marks.are_in(&json!({ "userName": near })));
        }
        assert!(!marks.are_in(&json!({ "displayName": format!("x{ours}@example.com") })));
    }

    #[test]
    fn a_patch_marks_what_it_writes() {
        let ours = marker(1, "a");
        let markers = HashSet::from([ours.clone()]);
        let of = |operation: Value| {
            let marks = Marks::of_patch(&json!({ "Operations": [operation] }), &markers);
            marks.by_worth().into_iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of(json!({ "op": "replace", "path": "displayName", "value": ours })), ["displayName"]);
        let urn = "urn:ietf:params:scim:schemas:core:2.0:User:title";
        assert_eq!(of(json!({ "op": "replace", "path": urn, "value": ours })), ["title"]);
        assert_eq!(of(json!({ "op": "replace", "value": { "userName": ours, "active": false } })), ["userName"]);
        assert!(of(json!({ "op": "add", "path": "members[value eq \"x\"].display", "value": ours })).is_empty());
        assert!(of(json!({ "op": "replace", "path": "displayName", "value": "After" })).is_empty());
    }
}
