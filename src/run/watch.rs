//! Lets the standing checks look at every exchange of a run, and keeps what they saw.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::record::StandingRecord;
use crate::check::standing::{ALL, Context, Sight, Sighting, StandingCheck, watch_all};
use crate::client::Client;
use crate::exchange::limits::{self, Budget};
use crate::exchange::{Exchange, Purpose};
use crate::requirement::Catalogue;
use crate::target::Target;
use crate::verdict::{Level, Seen, Verdict, judge};

/// Ways of breaking that are kept per standing check; further ones are only counted.
const MOST_WAYS: usize = 20;

/// What the standing checks saw so far.
#[derive(Debug)]
pub struct Watch {
    context: Context,
    seen: Mutex<BTreeMap<&'static str, Looks>>,
    evidence: Mutex<Budget>,
}

#[derive(Debug, Default)]
struct Looks {
    answers: usize,
    held: Vec<Sighting>,
    ways: Vec<Way>,
    more: usize,
}

/// One way of breaking a standing check.
#[derive(Debug)]
struct Way {
    sighting: Sighting,
    exchange: Exchange,
    case: String,
    times: usize,
}

impl Watch {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(target: &Target, client: &Client) -> Self {
        let mut context = Context::new(&target.base, target.config.clone(), &target.resource_types, &target.schemas);
        context.secrets_are_distinctive = client.secrets_are_distinctive();
        Self { context, seen: Mutex::new(BTreeMap::new()), evidence: Mutex::new(Budget::of(limits::KEPT_OF_RUN / 4)) }
    }

    /// Looks at an exchange of a case; an empty id means discovery.
    pub fn look(&self, case: &str, exchange: &Exchange) {
        let Some(response) = exchange.response().filter(|_| exchange.purpose != Purpose::Aside) else { return };
        let sight = Sight::of(&exchange.request, response, &self.context);
        let sightings = watch_all(&sight, &[]);
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut evidence = self.evidence.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut looked: Vec<&str> = Vec::new();
        for (check, sighting) in sightings {
            let looks = seen.entry(check.name).or_default();
            if !looked.contains(&check.name) {
                looked.push(check.name);
                looks.answers += 1;
            }
            looks.add(case, exchange, sighting, &mut evidence);
        }
    }

    /// What each standing check came to.
    #[must_use]
    pub fn records(&self, catalogue: &Catalogue) -> Vec<StandingRecord> {
        let seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let level = |id: &str| catalogue.requirement(id).map_or(Level::Must, |requirement| requirement.level);
        let nothing = Looks::default();
        ALL.iter().map(|check| seen.get(check.name).unwrap_or(&nothing).record(check, &level)).collect()
    }
}

impl Looks {
    fn add(&mut self, case: &str, exchange: &Exchange, sighting: Sighting, evidence: &mut Budget) {
        let cut = |text: Option<String>| text.map(limits::message);
        let sighting = Sighting {
            message: limits::message(sighting.message),
            expected: cut(sighting.expected),
            actual: cut(sighting.actual),
            place: cut(sighting.place),
            ..sighting
        };
        if matches!(sighting.seen, Seen::Held | Seen::NotJudged) {
            if !self.held.iter().any(|other| other.requirement == sighting.requirement) {
                self.held.push(sighting);
            }
            return;
        }
        let shape = shape_of(&sighting);
        if let Some(way) = self.ways.iter_mut().find(|way| shape_of(&way.sighting) == shape) {
            way.times += 1;
        } else if self.ways.len() < MOST_WAYS {
            let exchange = exchange.kept(evidence);
            self.ways.push(Way { sighting, exchange, case: case.to_owned(), times: 1 });
        } else {
            self.more += 1;
        }
    }

    fn record(&self, check: &'static StandingCheck, level: &dyn Fn(&str) -> Level) -> StandingRecord {
        // Equal plans give equal reports, whichever case was faster.
        let mut ways: Vec<&Way> = self.ways.iter().collect();
        ways.sort_by_key(|way| shape_of(&way.sighting));
        let mut findings = Vec::new();
        for (index, way) in ways.iter().enumerate() {
            let mut finding = way.sighting.clone().into_finding(check, Some(index), level);
            if way.times > 1 {
                finding.message = format!("{} ({} times)", finding.message, way.times);
            }
            findings.push(finding);
        }
        for held in &self.held {
            if !findings.iter().any(|finding| finding.requirement == held.requirement) {
                findings.push(held.clone().into_finding(check, None, level));
            }
        }
        let verdict = judge(&findings);
        StandingRecord {
            name: check.name,
            verdict: verdict.unwrap_or(Verdict::Skip),
            reason: verdict.is_none().then(|| "no answer of this run gave it anything to look at".to_owned()),
            findings,
            exchanges: ways.iter().map(|way| way.exchange.clone()).collect(),
            seen_in: ways.iter().map(|way| way.case.clone()).collect(),
            looked_at: self.answers,
        }
    }
}

/// What makes two breaches the same: numbers and ids do not count.
fn shape_of(sighting: &Sighting) -> (&'static str, String, String) {
    let blank = |text: Option<&str>| -> String {
        text.unwrap_or_default()
            .split(|c: char| !(c.is_ascii_alphabetic() || c == '/' || c == ':'))
            .filter(|word| word.len() < 20 || word.contains(':'))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let place: String = sighting
        .place
        .as_deref()
        .unwrap_or_default()
        .split('/')
        .map(|part| if part.parse::<usize>().is_ok() { "#" } else { part })
        .collect::<Vec<_>>()
        .join("/");
    (sighting.requirement, place, blank(sighting.expected.as_deref()))
}
