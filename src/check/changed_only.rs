//! `changed-only`: compared with the last known state, nothing but the named attributes changed.

use serde_json::{Map, Value};

use super::compare::{differences, provider_owned};
use super::judge::{Evidence, Saw, shown, texts};
use crate::scim::AttrPath;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    let Some(before) = evidence.before else { return Saw::not_judged("the state before is not known") };
    if !response.is_success() {
        return Saw::not_judged(format!("the request was answered with {}", response.status));
    }
    let after = match response.json() {
        Ok(after) => after,
        Err(reason) => return Saw::not_judged(reason),
    };
    unchanged_but(before, after, &texts(arguments, "paths"), index, evidence)
}

/// Compares two states of a resource; what the provider owns and what follows from the named paths is left out.
fn unchanged_but(before: &Value, after: &Value, paths: &[&str], index: usize, evidence: &Evidence<'_>) -> Saw {
    let mut ignore = provider_owned(evidence.schema);
    // An extension attribute that is the first of its schema adds that schema.
    ignore.push(AttrPath::core("schemas"));
    for path in paths.iter().filter_map(|path| AttrPath::parse(path).ok()) {
        // A provider may compose the formatted name, or the display name, from the parts.
        if path.schema.is_none() && path.name.eq_ignore_ascii_case("name") {
            ignore.push(AttrPath { sub: Some("formatted".to_owned()), ..AttrPath::core("name") });
            ignore.push(AttrPath::core("displayName"));
        }
        ignore.push(path);
    }
    match differences(before, after, evidence.schema, &ignore).first() {
        None => Saw::held(index),
        Some(difference) => {
            let text = |value: &Option<Value>| value.as_ref().map_or_else(|| "no value".to_owned(), shown);
            let expected = format!("{} as before", text(&difference.before));
            let place = format!("/{}", difference.path.replace('.', "/"));
            Saw::broken(index, &place, &difference.path, expected, text(&difference.after))
        }
    }
}

/// Compares a resource with its last known state, for the step `unchanged`.
#[must_use]
pub fn unchanged(evidence: &Evidence<'_>) -> Saw {
    if let Some((index, response)) = evidence.last()
        && matches!(response.status, 404 | 410)
    {
        return Saw::broken(index, "status", "status", "the resource as before", response.status.to_string());
    }
    judge(&Map::new(), evidence)
}
