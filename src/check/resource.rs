//! `resource`: the resource in the body matches, or does not match, SCIM filters.

use serde_json::{Map, Value};

use super::filters::{self, Expectation};
use super::judge::{Evidence, Saw, texts};
use crate::scim::Filter;
use crate::suite::Lowered;
use crate::verdict::Seen;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    if !response.is_success() {
        return Saw::not_judged(format!("the request was answered with {}", response.status));
    }
    match response.json() {
        Ok(body) if body.is_object() => {
            let saw =
                filters::judge(&Expectation { what: "resource", body, schema: evidence.schema, index }, arguments);
            match undeclared(arguments, evidence).filter(|_| saw.seen == Seen::Broken) {
                Some(path) => {
                    Saw { message: format!("the target does not declare `{path}`"), ..saw.lowered(Lowered::Skip) }
                }
                None => saw,
            }
        }
        Ok(_) => Saw::not_judged("the body is no JSON object"),
        Err(reason) => Saw::not_judged(reason),
    }
}

/// The first attribute of `has` that the target's own schema lacks: it need not keep what it does not know (ruling C13).
fn undeclared(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Option<String> {
    let schema = evidence.schema?;
    let filters = texts(arguments, "has").into_iter().filter_map(|text| Filter::parse(text).ok());
    let paths: Vec<_> =
        filters.flat_map(|filter| filter.outer_paths().into_iter().cloned().collect::<Vec<_>>()).collect();
    paths.iter().find(|path| schema.find(path).is_none() && !path.is_urn(&schema.core.id)).map(ToString::to_string)
}
