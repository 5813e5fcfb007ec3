//! Capabilities that are observed instead of declared: which kind of entity tag the target sends.

use std::sync::Arc;

use super::{Session, fixture, request};
use crate::exchange::Purpose;
use crate::suite::SuiteEntry;
use crate::target::Target;
use serde_json::Map;

/// Whether an entry needs to know which kind of entity tag the target sends.
pub(crate) fn needs_entity_tags(entry: &SuiteEntry) -> bool {
    let needs = match entry {
        SuiteEntry::Case(case) => &case.needs,
        SuiteEntry::Declared(table) => &table.needs,
    };
    needs.iter().any(|need| need.starts_with("etag."))
}

/// Creates a user, looks at the entity tag of a GET, and removes the user.
pub(super) async fn entity_tags(session: &mut Session, seed: u64) {
    let target = &session.target;
    if !target.config.etag || session.gate.is_read_only() {
        return;
    }
    let Some(kind) = target.resource_type("User").cloned() else { return };
    let Some(body) =
        target.sample_resource("User", &session.gate.ledger.marker(seed, "probe/entity-tags"), &Map::new())
    else {
        return;
    };
    let base = target.base.clone();
    let exchange = session.gate.send(Purpose::Discovery, request::post(&base, &kind.endpoint, &body)).await;
    session.watch.look("", &exchange);
    let Some(resource) = fixture::created(&exchange, &kind.name, &kind.endpoint) else { return };
    let read = session.gate.send(Purpose::Discovery, request::get(&base, &resource.path)).await;
    session.watch.look("", &read);
    let tag = read.response().and_then(|response| response.header("etag")).map(str::to_owned);
    session.gate.send(Purpose::CleanUp, request::delete(&base, &resource.path)).await;
    if let Some(tag) = tag {
        let word = if tag.starts_with("W/") { "etag.weak" } else { "etag.strong" };
        let mut learnt: Target = (*session.target).clone();
        learnt.capabilities.insert(word.to_owned());
        session.target = Arc::new(learnt);
    }
}
