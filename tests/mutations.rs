//! Every check line can break: the answers of a clean run are changed one at a time, and each line of each suite, and
//! each standing check, is broken by at least one of the changes. Nothing is sent for that.

mod embedded;
mod mutation;

use std::collections::{BTreeMap, BTreeSet};

use mutation::mutations;
use scimspec::check::standing::{self, Context, Sight, watch_all};
use scimspec::exchange::{Exchange, Purpose, Request, Response};
use scimspec::run::{CaseRecord, Run};
use scimspec::verdict::Seen;

fn clean_run() -> Run {
    let options = scimspec::run::Options { keep_judged: true, ..embedded::options() };
    embedded::run_with(embedded::provider(|_| {}), &options).expect("the clean provider can be tested")
}

/// A line of a suite: file, position, kind of check.
type Line = (String, String, &'static str);

#[test]
fn every_check_line_held_and_can_break() {
    let run = clean_run();
    let mut lines: BTreeMap<Line, (bool, bool)> = BTreeMap::new();
    for record in &run.cases {
        for judged in &record.judged {
            let line = (record.case.source.name.clone(), judged.at.to_string(), judged.kind.as_str());
            let (held, broke) = lines.entry(line).or_default();
            *held |= judged.judge(&record.exchanges).iter().all(|saw| matches!(saw.seen, Seen::Held | Seen::Warned));
            if !*broke {
                *broke = can_break(judged, record);
            }
        }
    }
    assert!(lines.len() > 300, "only {} check lines were judged", lines.len());
    let never_broke: Vec<&Line> = lines.iter().filter(|(_, (_, broke))| !broke).map(|(line, _)| line).collect();
    assert!(never_broke.is_empty(), "{} check lines cannot break:\n{never_broke:#?}", never_broke.len());
    let never_held: Vec<&Line> = lines.iter().filter(|(_, (held, _))| !held).map(|(line, _)| line).collect();
    assert!(never_held.is_empty(), "{} check lines never held:\n{never_held:#?}", never_held.len());
}

fn can_break(judged: &scimspec::check::Judged, record: &CaseRecord) -> bool {
    let mut exchanges = record.exchanges.clone();
    for (_, index) in &judged.answers {
        let original = record.exchanges[*index].clone();
        for changed in mutations(&original, Some(judged), &record.exchanges) {
            exchanges[*index] = changed;
            if judged.judge(&exchanges).iter().any(|saw| !matches!(saw.seen, Seen::Held | Seen::NotJudged)) {
                return true;
            }
        }
        exchanges[*index] = original;
    }
    false
}

#[test]
fn every_standing_check_can_break() {
    let run = clean_run();
    let target = &run.target;
    let mut context = Context::new(&target.base, target.config.clone(), &target.resource_types, &target.schemas);
    context.secrets_are_distinctive = true;
    let mut broke: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut seen_shapes: BTreeSet<(String, u16, usize)> = BTreeSet::new();
    let bulk = bulk_exchange(&target.base);
    for exchange in run.cases.iter().flat_map(|record| &record.exchanges).chain([&bulk]) {
        let Some(response) = exchange.response() else { continue };
        // One exchange of a kind is enough.
        let path = exchange
            .request
            .path_and_query()
            .split(['?', '/'])
            .filter(|part| part.len() < 24)
            .collect::<Vec<_>>()
            .join("/");
        if !seen_shapes.insert((
            format!("{} {path}", exchange.request.method),
            response.status,
            response.body.len() / 400,
        )) {
            continue;
        }
        for changed in mutations(exchange, None, std::slice::from_ref(exchange)) {
            let Some(response) = changed.response() else { continue };
            let sight = Sight::of(&changed.request, response, &context);
            for (check, sighting) in watch_all(&sight, &[]) {
                if !matches!(sighting.seen, Seen::Held | Seen::NotJudged) {
                    broke.insert((check.name, sighting.requirement));
                }
            }
        }
    }
    let never: Vec<&str> = standing::ALL
        .iter()
        .map(|check| check.name)
        .filter(|name| !broke.iter().any(|(other, _)| other == name))
        .collect();
    assert!(never.is_empty(), "these standing checks cannot break: {never:?}");
}

/// A bulk answer; the reference provider has no bulk.
fn bulk_exchange(base: &str) -> Exchange {
    let request = Request { method: "POST".to_owned(), url: format!("{base}/Bulk"), ..Request::default() };
    let body = serde_json::json!({
        "schemas": [scimspec::scim::urn::BULK_RESPONSE],
        "Operations": [{ "method": "POST", "bulkId": "u", "location": format!("{base}/Users/1"), "status": "201" }],
    });
    let headers = vec![("content-type".to_owned(), scimspec::scim::urn::MEDIA_TYPE.to_owned())];
    let response = Response::new(200, headers, body.to_string().into_bytes());
    Exchange { purpose: Purpose::Step, request, answer: Ok(response), duration_ms: 1.0, waits: Vec::new() }
}

/// The mutations themselves change something.
#[test]
fn mutations_differ_from_the_original() {
    let run = clean_run();
    let exchange: &Exchange = run
        .cases
        .iter()
        .flat_map(|record| &record.exchanges)
        .find(|one| one.response().is_some())
        .expect("one was sent");
    let original = exchange.response().expect("it has an answer");
    let changed = mutations(exchange, None, std::slice::from_ref(exchange));
    assert!(changed.len() > 30, "{}", changed.len());
    for one in &changed {
        let response = one.response().expect("it still has an answer");
        let same = response.status == original.status
            && response.headers == original.headers
            && response.body == original.body;
        assert!(!same);
    }
}
