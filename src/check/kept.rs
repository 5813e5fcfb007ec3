//! `kept`: each parallel write that was accepted is visible in the resource, a refused one is not.

use serde_json::{Map, Value};

use super::compare::{Sameness, same_value};
use super::judge::{Evidence, Saw, shown, texts};
use super::lookup;
use crate::scim::AttrPath;
use crate::scim::resource_type::Found;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    let body = match response.json() {
        Ok(body) if response.is_success() => body,
        Ok(_) => return Saw::not_judged(format!("the request was answered with {}", response.status)),
        Err(reason) => return Saw::not_judged(reason),
    };
    let names = texts(arguments, "writes");
    for write in evidence.writes.iter().filter(|write| names.contains(&write.name.as_str())) {
        for (at, written) in &write.values {
            let Ok(path) = AttrPath::parse(at) else { continue };
            let definition = evidence.schema.and_then(|schema| schema.find(&path)).map(Found::leaf);
            let values = lookup::values(body, &path);
            let is_there = values.iter().any(|value| same_value(written, value, definition) != Sameness::Different);
            if is_there != write.accepted {
                let got = values.first().map_or_else(|| "no value".to_owned(), |value| shown(value));
                let expected = if write.accepted {
                    format!("{} of the accepted request `{}`", shown(written), write.name)
                } else {
                    format!("another value than {} of the refused request `{}`", shown(written), write.name)
                };
                return Saw::broken(index, &format!("/{}", at.replace('.', "/")), at, expected, got);
            }
        }
    }
    Saw::held(index)
}
