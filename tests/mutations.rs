//! Every check line can break: the answers of a clean run are changed one at a time, and each line of each suite, and
//! each standing check, is broken by at least one of the changes. Nothing is sent for that.

mod embedded;
mod mutation;

use std::collections::{BTreeMap, BTreeSet};

use mutation::mutations;
use scimspec::check::standing::{self, Context, Sight, watch_all};
use scimspec::exchange::{Exchange, Purpose, Request, Response};
use scimspec::run::{CaseRecord, Run};
use scimspec::suite::{Step, SuiteEntry};
use scimspec::verdict::Seen;

/// Providers that reach what the clean one leaves out: each lacks or has something.
const UNUSUAL: [&str; 10] = [
    "etag/strong",
    "patch/unsupported",
    "bulk/unsupported",
    "filter/unsupported",
    "sort/unsupported",
    "me/redirects",
    "async/on-request",
    "extension/custom",
    "type/custom",
    "values/defaults",
];

/// A faulty provider that reaches what no conformant one does: what Entra likes and the RFC forbids.
const AGAINST_THE_RFC: &str = "patch/replace-makes-what-is-missing";

/// What only a network shows; `tests/cli/entra.rs` breaks it there.
const OVER_THE_NETWORK: [&str; 2] = ["https", "documentation"];

fn run_of(variant: Option<&str>) -> Run {
    let options = scimspec::run::Options { keep_judged: true, ..embedded::options() };
    let spoil = |provider: &mut scimspec::reference::Provider| match variant {
        Some(AGAINST_THE_RFC) => scimspec::reference::fault(AGAINST_THE_RFC).expect("a fault").apply(provider),
        Some(id) => scimspec::reference::variant(id).expect("a variant").apply(provider),
        None => {}
    };
    embedded::run_small_with(embedded::provider(spoil), &options).expect("the provider can be tested")
}

fn clean_run() -> Run {
    run_of(None)
}

/// A line of a suite: file, position, kind of check.
type Line = (String, String, &'static str);

#[test]
fn every_check_line_held_and_can_break() {
    let mut lines: BTreeMap<Line, (bool, bool)> = BTreeMap::new();
    for variant in [None, Some(AGAINST_THE_RFC)].into_iter().chain(UNUSUAL.map(Some)) {
        for record in &run_of(variant).cases {
            for judged in &record.judged {
                let line = (record.case.source.name.clone(), judged.at.to_string(), judged.kind.as_str());
                let (held, broke) = lines.entry(line).or_default();
                let holds = |saw: &scimspec::check::Saw| matches!(saw.seen, Seen::Held | Seen::Warned);
                *held = *held || judged.judge(&record.exchanges).iter().all(holds);
                *broke = *broke || can_break(judged, record);
            }
        }
    }
    let unreached: Vec<String> = written()
        .into_iter()
        .filter(|line| !lines.contains_key(line))
        .map(|(file, at, kind)| format!("{file}:{at} {kind}"))
        .collect();
    assert!(
        unreached.is_empty(),
        "{} check lines are reached on no provider:\n{}",
        unreached.len(),
        unreached.join("\n")
    );
    assert!(lines.len() > 300, "only {} check lines were judged", lines.len());
    let never_broke: Vec<&Line> = lines.iter().filter(|(_, (_, broke))| !broke).map(|(line, _)| line).collect();
    assert!(never_broke.is_empty(), "{} check lines cannot break:\n{never_broke:#?}", never_broke.len());
    let never_held: Vec<&Line> = lines.iter().filter(|(_, (held, _))| !held).map(|(line, _)| line).collect();
    assert!(never_held.is_empty(), "{} check lines never held:\n{never_held:#?}", never_held.len());
}

/// Every line of every suite. Left out are tables whose rows a target declares, and large cases, whose lines are
/// proven by faults of their own.
fn written() -> BTreeSet<Line> {
    let mut lines = BTreeSet::new();
    for entry in embedded::SMALL_SUITES.iter().flat_map(|suite| &suite.entries) {
        if let SuiteEntry::Case(case) = entry
            && !case.needs.iter().any(|need| OVER_THE_NETWORK.contains(&need.as_str()))
        {
            for check in case.steps.iter().flat_map(Step::checks) {
                lines.insert((case.source.name.clone(), check.at.to_string(), check.kind.as_str()));
            }
        }
    }
    lines
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
    let (bulk, later, abroad) = (bulk_exchange(&target.base), later_exchange(&target.base), abroad_exchange());
    let further = [&bulk, &later, &abroad];
    for exchange in run.cases.iter().flat_map(|record| &record.exchanges).chain(further) {
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

/// An answer that comes before the work is done; the reference provider works at once.
fn later_exchange(base: &str) -> Exchange {
    let headers = vec![("prefer".to_owned(), "respond-async".to_owned())];
    let request = Request { method: "POST".to_owned(), url: format!("{base}/Users"), headers, body: None };
    let headers = [("set-txn", "1"), ("preference-applied", "respond-async"), ("location", "/Users/1")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let response = Response::new(202, headers, Vec::new());
    Exchange { purpose: Purpose::Step, request, answer: Ok(response), duration_ms: 1.0, waits: Vec::new() }
}

/// An answer of another machine in clear text.
fn abroad_exchange() -> Exchange {
    let request =
        Request { method: "GET".to_owned(), url: "http://provider.example/Users".to_owned(), ..Request::default() };
    let response = Response::new(404, Vec::new(), Vec::new());
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
