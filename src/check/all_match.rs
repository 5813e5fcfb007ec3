//! `all-match`: every resource of a list, also those of others, matches a filter by our own evaluation.

use serde_json::{Map, Value};

use super::evaluate;
use super::judge::{Evidence, Saw, shown, texts};
use crate::scim::Filter;
use crate::scim::schema::member;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some(listed) = evidence.listed() else { return Saw::not_judged("the answer is no list") };
    let last = evidence.answers.last().map_or(0, |answer| answer.index);
    for text in texts(arguments, "filter") {
        let filter = match Filter::parse_as_clients_send(text) {
            Ok(filter) => filter,
            Err(error) => return Saw::not_judged(format!("`{text}` is no filter with the values filled in: {error}")),
        };
        let wrong = listed.iter().find(|(_, resource)| !evaluate::matches(resource, &filter, evidence.schema));
        if let Some((index, resource)) = wrong {
            let id = member(resource, "id")
                .map_or_else(|| "one without id".to_owned(), |id| format!("the resource {}", shown(id)));
            return Saw::broken(*index, "/Resources", "results", format!("only resources with `{text}`"), id);
        }
    }
    Saw::held(last)
}
