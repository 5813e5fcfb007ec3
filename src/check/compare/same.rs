//! Whether a value came back as it was written, given what a provider may do to it (RFC 7644 §3.1: clients do not
//! expect values exactly as they submitted them).

use jiff::SignedDuration;
use serde_json::Value;

use super::canonical::canonical;
use super::unmatched;
use crate::check::evaluate::is_present;
use crate::check::wording::shown;
use crate::scim::schema::member;
use crate::scim::{Attribute, Type, datetime};

/// How a returned value relates to the one that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// It is the same value.
    Same,
    /// The provider put it into a form of its own, as it may; the text says how.
    Canonicalised(String),
    /// It is another value.
    Different,
}

impl Sameness {
    fn canonicalised(how: &str) -> Self {
        Self::Canonicalised(how.to_owned())
    }

    /// The worse of two.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Different, _) | (_, Self::Different) => Self::Different,
            (Self::Same, other) => other,
            (Self::Canonicalised(how), Self::Same) => Self::Canonicalised(how),
            (Self::Canonicalised(a), Self::Canonicalised(b)) if a == b => Self::Canonicalised(a),
            (Self::Canonicalised(a), Self::Canonicalised(b)) => Self::Canonicalised(format!("{a}; {b}")),
        }
    }
}

/// Compares a written value with the returned one; `definition` is that of the attribute.
///
/// A provider may fold the case of values that are not case-exact, trim them, write instants, numbers, Base64, phone
/// numbers and references in another way, drop optional sub-attributes, and add some.
#[must_use]
pub fn same_value(expected: &Value, actual: &Value, definition: Option<&Attribute>) -> Sameness {
    let name = definition.map_or("", |definition| definition.name.as_str());
    if canonical(expected, name, definition) == canonical(actual, name, definition) {
        return Sameness::Same;
    }
    let multi_valued = definition.is_some_and(|definition| definition.multi_valued);
    match (expected, actual) {
        (Value::Array(expected), Value::Array(actual)) => same_list(expected, actual, definition),
        (one, Value::Array(actual)) if multi_valued => same_list(std::slice::from_ref(one), actual, definition),
        (Value::Object(_), Value::Object(_)) => same_object(expected, actual, definition),
        (Value::String(expected), Value::String(actual)) => same_text(expected, actual, definition),
        _ => Sameness::Different,
    }
}

fn same_list(expected: &[Value], actual: &[Value], definition: Option<&Attribute>) -> Sameness {
    let text = |item: &Value| canonical(item, "", definition).map(|item| item.to_string());
    let (lost, mut added) = unmatched(expected, actual, text);
    added.retain(is_present);
    if lost.len() != added.len() {
        return Sameness::Different;
    }
    let mut out = Sameness::Same;
    for value in lost {
        let partner =
            added.iter().enumerate().find_map(|(index, candidate)| match same_value(&value, candidate, definition) {
                Sameness::Different => None,
                same => Some((index, same)),
            });
        let Some((index, same)) = partner else { return Sameness::Different };
        added.swap_remove(index);
        out = out.and(same);
    }
    out
}

fn same_object(expected: &Value, actual: &Value, definition: Option<&Attribute>) -> Sameness {
    let mut out = Sameness::Same;
    for (name, value) in expected.as_object().into_iter().flatten() {
        if !is_present(value) {
            continue;
        }
        let sub = definition.and_then(|definition| definition.sub(name));
        out = out.and(match member(actual, name).filter(|value| is_present(value)) {
            Some(other) => same_value(value, other, sub),
            None if *value == Value::Bool(false) && name.eq_ignore_ascii_case("primary") => Sameness::Same,
            None if name.eq_ignore_ascii_case("value") || sub.is_some_and(|sub| sub.required) => Sameness::Different,
            None => Sameness::Canonicalised(format!("`{name}` was left out")),
        });
    }
    let added = actual.as_object().into_iter().flatten().find(|(name, value)| {
        let default = **value == Value::Bool(false) && name.eq_ignore_ascii_case("primary");
        is_present(value) && !default && member(expected, name).is_none_or(|value| !is_present(value))
    });
    match added {
        Some((name, _)) => out.and(Sameness::Canonicalised(format!("`{name}` was added"))),
        None => out,
    }
}

fn same_text(expected: &str, actual: &str, definition: Option<&Attribute>) -> Sameness {
    let kind = definition.map(|definition| definition.kind);
    if matches!(kind, None | Some(Type::DateTime))
        && let (Some(a), Some(b)) = (datetime::parse(expected), datetime::parse(actual))
    {
        // Stores with a coarse clock keep whole seconds.
        return match a.duration_since(b).abs() {
            SignedDuration::ZERO => Sameness::Same,
            gap if gap < SignedDuration::from_secs(1) => Sameness::canonicalised("the instant was rounded"),
            _ => Sameness::Different,
        };
    }
    if kind == Some(Type::Binary) {
        let plain = |text: &str| text.trim_end_matches('=').replace('-', "+").replace('_', "/");
        let same = plain(expected) == plain(actual);
        return if same { Sameness::canonicalised("another form of Base64") } else { Sameness::Different };
    }
    let (bare_expected, bare_actual) = (expected.trim(), actual.trim());
    if bare_expected == bare_actual {
        return Sameness::canonicalised("blanks at its ends were removed");
    }
    let exact = definition.is_some_and(|definition| definition.case_exact);
    if !exact && bare_expected.to_lowercase() == bare_actual.to_lowercase() {
        return Sameness::Canonicalised(format!("the case of letters was changed to {}", shown(&Value::from(actual))));
    }
    if kind == Some(Type::Reference) && leads_to_the_same(bare_expected, bare_actual) {
        return Sameness::canonicalised("another form of the reference");
    }
    if is_same_phone(bare_expected, bare_actual) {
        return Sameness::canonicalised("another form of the phone number");
    }
    Sameness::Different
}

/// Whether one reference is the end of the other, cut at a slash: `../Users/1` and `https://x.example/v2/Users/1`.
fn leads_to_the_same(a: &str, b: &str) -> bool {
    let path = |text: &str| {
        format!("/{}", text.trim_start_matches("../").trim_start_matches(['.', '/']).trim_end_matches('/'))
    };
    let (a, b) = (path(a), path(b));
    a.len() > 1 && b.len() > 1 && (a.ends_with(&b) || b.ends_with(&a))
}

/// Whether two texts are one phone number, of which one is written as a `tel:` URI (RFC 7643 §4.1.2).
fn is_same_phone(a: &str, b: &str) -> bool {
    let tel = |text: &str| text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("tel:"));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let has_no_words = |text: &str| !text.trim_start_matches("tel:").contains(|c: char| c.is_ascii_alphabetic());
    tel(a) != tel(b) && has_no_words(a) && has_no_words(b) && !digits(a).is_empty() && digits(a) == digits(b)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::{AttrPath, core};

    fn compare(path: &str, expected: &Value, actual: &Value) -> Sameness {
        let schema = core::resource_schema("User").unwrap();
        let definition = schema.find(&AttrPath::parse(path).unwrap()).unwrap().leaf();
        same_value(expected, actual, Some(definition))
    }

    #[test]
    fn equal_meaning_is_the_same() {
        for (path, expected, actual) in [
            ("title", json!("Boss"), json!("Boss")),
            ("title", json!(null), json!(null)),
            ("emails", json!([]), json!(null)),
            (
                "emails",
                json!([{ "value": "a" }, { "value": "b" }]),
                json!([{ "value": "b" }, { "VALUE": "a", "primary": false }]),
            ),
            ("meta.created", json!("2026-01-01T12:00:00Z"), json!("2026-01-01T12:00:00.000Z")),
        ] {
            assert_eq!(compare(path, &expected, &actual), Sameness::Same, "{path}: {expected} {actual}");
        }
    }

    #[test]
    fn legal_changes_of_form_are_named() {
        for (path, expected, actual, how) in [
            ("title", json!("Boss"), json!("boss"), "case"),
            ("title", json!(" Boss "), json!("Boss"), "blanks"),
            ("meta.created", json!("2026-01-01T12:00:00.4Z"), json!("2026-01-01T12:00:00Z"), "rounded"),
            ("emails", json!([{ "value": "A@x" }]), json!([{ "value": "a@x", "type": "work" }]), "`type` was added"),
            ("emails", json!([{ "value": "a", "display": "A" }]), json!([{ "value": "a" }]), "`display` was left out"),
            ("emails", json!({ "value": "A" }), json!([{ "value": "a" }]), "case"),
            ("photos.value", json!("../p/1"), json!("https://x.example/v2/p/1"), "reference"),
            ("phoneNumbers.value", json!("tel:+1-201-555"), json!("+1 (201) 555"), "phone"),
            ("x509Certificates.value", json!("TWE="), json!("TWE"), "Base64"),
        ] {
            match compare(path, &expected, &actual) {
                Sameness::Canonicalised(text) => assert!(text.contains(how), "{path}: {text}"),
                other => panic!("{path}: {expected} {actual}: {other:?}"),
            }
        }
    }

    #[test]
    fn other_values_differ() {
        for (path, expected, actual) in [
            ("title", json!("Boss"), json!("Clerk")),
            ("title", json!("Boss"), json!(null)),
            ("id", json!("aB"), json!("ab")),
            ("active", json!(true), json!("true")),
            ("active", json!(true), json!(false)),
            ("emails", json!([{ "value": "a" }]), json!([])),
            ("emails", json!([{ "value": "a" }]), json!([{ "value": "a" }, { "value": "b" }])),
            ("emails", json!([{ "value": "a", "type": "work" }]), json!([{ "type": "work" }])),
            ("meta.created", json!("2026-01-01T12:00:00Z"), json!("2026-01-01T12:00:02Z")),
            ("x509Certificates.value", json!("TWE="), json!("twe")),
        ] {
            assert_eq!(compare(path, &expected, &actual), Sameness::Different, "{path}: {expected} {actual}");
        }
    }
}
