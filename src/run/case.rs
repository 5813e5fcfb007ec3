//! Runs one case: fixtures, steps, checks, clean-up.

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;

use super::fixture;
use super::gate::Gate;
use super::made::Made;
use super::names::{Names, Resource};
use super::record::CaseRecord;
use super::stand_in;
use super::step::{self, Stop};
use crate::check::{Judged, Saw, Write};
use crate::exchange::{Exchange, limits};
use crate::requirement::Catalogue;
use crate::scim::ResourceSchema;
use crate::suite::{Action, Auth, Body, Case, Check, CheckKind, Position, Step, replaced};
use crate::target::{Target, has_immutable_attributes};
use crate::verdict::{Finding, Level, Seen, Verdict, judge};

/// Everything that a running case holds.
pub(super) struct CaseRunner<'a> {
    pub(super) gate: &'a Arc<Gate>,
    pub(super) catalogue: &'a Catalogue,
    pub(super) case: &'a Case,
    pub(super) names: Names,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) findings: Vec<Finding>,
    /// The token that was granted last.
    pub(super) granted: Option<SecretString>,
    /// Writes of the last parallel step.
    pub(super) writes: Vec<Write>,
    /// Paths of what was created.
    pub(super) made: Made,
    /// Existing resources that a read-only run reads instead of its own.
    pub(super) stand_ins: Vec<Resource>,
    /// Whether to keep every judged check with its evidence.
    pub(super) keeps_judged: bool,
    pub(super) judged: Vec<Judged>,
    /// Bytes of all bodies in `exchanges`.
    held: usize,
}

impl<'a> CaseRunner<'a> {
    pub(super) fn new(gate: &'a Arc<Gate>, catalogue: &'a Catalogue, case: &'a Case, names: Names) -> Self {
        Self {
            gate,
            catalogue,
            case,
            names: names.of_case(case),
            exchanges: Vec::new(),
            findings: Vec::new(),
            granted: None,
            writes: Vec::new(),
            made: Made::default(),
            stand_ins: Vec::new(),
            keeps_judged: false,
            judged: Vec::new(),
            held: 0,
        }
    }

    /// Whether every judged check is kept with its evidence.
    pub(super) fn keeping_judged(self, keeps_judged: bool) -> Self {
        Self { keeps_judged, ..self }
    }

    /// Notes what it makes where others see it, too.
    pub(super) fn making(self, made: Made) -> Self {
        Self { made, ..self }
    }

    pub(super) fn target(&self) -> &Target {
        &self.names.target
    }

    /// Runs the case from the first fixture to the last DELETE.
    pub(super) async fn run(mut self, case: &Arc<Case>) -> CaseRecord {
        let start = std::time::Instant::now();
        let stopped = self.walk().await.err();
        let (left_behind, removals) = self.made.remove(self.gate).await;
        self.exchanges.extend(removals);
        let (verdict, reason) = stand_in::fair(&self, self.conclude(stopped)).await;
        CaseRecord {
            case: Arc::clone(case),
            verdict,
            reason: reason.map(limits::message),
            findings: self.findings,
            exchanges: self.exchanges,
            duration_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            left_behind,
            judged: self.judged,
        }
    }

    async fn walk(&mut self) -> Result<(), Stop> {
        for fixture in &self.case.given {
            if self.gate.is_read_only() {
                stand_in::find(self, fixture).await?;
            } else {
                fixture::create(self, fixture).await?;
            }
        }
        for name in self.watched_names() {
            fixture::read_baseline(self, &name).await?;
        }
        for round in 1..=self.case.rounds {
            self.names.round = round;
            // Only the last round is reported; one that breaks ends the case.
            self.findings.clear();
            for step in &self.case.steps {
                step::run(self, step).await?;
            }
            if self.findings.iter().any(|finding| !matches!(finding.seen, Seen::Held)) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Resources whose state before the steps is compared later: they are read once, because the answer to a create
    /// need not be the whole resource.
    fn watched_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for step in &self.case.steps {
            if let Action::Unchanged { names: watched, .. } = &step.action {
                names.extend(watched.iter().cloned());
            }
            let from = step.checks().filter(|check| check.kind == CheckKind::ChangedOnly);
            names.extend(from.filter_map(|check| check.arguments.get("from")?.as_str().map(str::to_owned)));
            names.extend(bodies(step).flat_map(replaced).filter(|name| self.has_immutable_values(name)));
        }
        names.sort();
        names.dedup();
        names.retain(|name| self.names.resources.contains_key(name));
        names
    }

    fn has_immutable_values(&self, name: &str) -> bool {
        let resource = self.names.resource(name).ok();
        let schema = resource.and_then(|resource| self.schema(&resource.resource_type));
        schema.is_some_and(|schema| has_immutable_attributes(&schema))
    }

    fn conclude(&self, stopped: Option<Stop>) -> (Verdict, Option<String>) {
        let judged = judge(&self.findings);
        match stopped {
            Some(Stop::Halted(reason)) => match judged {
                Some(Verdict::Fail) => (Verdict::Fail, None),
                _ => (Verdict::Skip, Some(format!("not run to its end: {reason}"))),
            },
            Some(Stop::Error(reason)) => (Verdict::Error, Some(reason)),
            Some(Stop::Skipped(reason)) => match judged {
                Some(verdict @ (Verdict::Fail | Verdict::Warn)) => (verdict, None),
                _ => (Verdict::Skip, Some(reason)),
            },
            Some(Stop::Blocked(reason)) => match judged {
                Some(verdict @ (Verdict::Fail | Verdict::Warn)) => (verdict, None),
                _ => (Verdict::Blocked, Some(reason)),
            },
            Some(Stop::Ended) | None => match judged {
                Some(Verdict::Pass) | None => match self.not_judged() {
                    Some(reason) => (Verdict::Blocked, Some(reason)),
                    None if judged.is_none() => {
                        (Verdict::Error, Some("no check of this case judged anything".to_owned()))
                    }
                    None => (Verdict::Pass, None),
                },
                Some(Verdict::Skip) => (Verdict::Skip, self.reason_of(Seen::Skipped)),
                Some(verdict) => (verdict, None),
            },
        }
    }

    /// A case in which one check had nothing to look at does not pass: it did not show what it is there for. A check
    /// on a refusal that the case allows has nothing to look at by right.
    fn not_judged(&self) -> Option<String> {
        let blind = self.findings.iter().find(|finding| {
            finding.seen == Seen::NotJudged && !finding.exchange.is_some_and(|index| self.is_allowed_refusal(index))
        })?;
        Some(format!("a check had nothing to look at: {}", blind.message))
    }

    fn is_allowed_refusal(&self, index: usize) -> bool {
        let is_status = |finding: &&Finding| finding.check == CheckKind::Status.as_str();
        self.failed(index)
            && self
                .findings
                .iter()
                .filter(is_status)
                .any(|finding| finding.exchange == Some(index) && finding.seen == Seen::Held)
    }

    fn reason_of(&self, seen: Seen) -> Option<String> {
        self.findings.iter().find(|finding| finding.seen == seen).map(|finding| finding.message.clone())
    }

    /// Keeps an exchange; gives its index. An exchange without an answer stops the case.
    pub(super) fn keep(&mut self, mut exchange: Exchange) -> Result<usize, Stop> {
        let error = exchange
            .answer
            .as_ref()
            .err()
            .map(|reason| format!("{} {}: {reason}", exchange.request.method, exchange.request.path_and_query()));
        self.held += exchange.response().map_or(0, |response| limits::weight(&response.body));
        let is_too_much = self.held > limits::HELD_BY_CASE;
        if is_too_much {
            exchange.trim(&mut limits::Budget::of(limits::KEPT_OF_BODY));
        }
        self.exchanges.push(exchange);
        match error {
            Some(reason) => Err(match self.gate.stopped() {
                Some(stopped) => Stop::Halted(stopped.to_string()),
                None => Stop::Error(reason),
            }),
            None if is_too_much => Err(Stop::Error(format!(
                "the answers of this case are larger than {} MiB together, more than is held at a time",
                limits::HELD_BY_CASE / 1024 / 1024
            ))),
            None => Ok(self.exchanges.len() - 1),
        }
    }

    /// Remembers a created resource under a name, so that it is removed at the end.
    /// `auth` is the credential that made it.
    pub(super) fn remember(&mut self, name: &str, resource: Resource, auth: Auth) {
        self.made.add(&resource.path, auth);
        self.names.resources.entry(name.to_owned()).or_default().push(resource);
    }

    /// The schemas of a resource type.
    pub(super) fn schema(&self, resource_type: &str) -> Option<Arc<ResourceSchema>> {
        self.target().resource_schema(resource_type)
    }

    /// Makes findings of what a check saw. Gives whether the case goes on.
    pub(super) fn note(&mut self, check: &Check, saw: Vec<Saw>) -> Result<(), Stop> {
        let place = CheckPlace {
            name: check.kind.as_str(),
            requirement: &check.requirement,
            also: &check.also,
            ruling: check.ruling.as_deref(),
            at: check.at,
        };
        self.note_at(&place, saw, check.kind == CheckKind::Status)
    }

    pub(super) fn note_at(
        &mut self,
        place: &CheckPlace<'_>,
        saw: Vec<Saw>,
        ends_when_broken: bool,
    ) -> Result<(), Stop> {
        let mut ended = false;
        for one in saw {
            ended |= matches!(one.seen, Seen::Noted | Seen::Skipped)
                || (ends_when_broken
                    && matches!(one.seen, Seen::Broken | Seen::Warned)
                    && one.exchange.is_some_and(|index| self.failed(index)))
                || (ends_when_broken && one.seen == Seen::Broken);
            let finding = self.finding(place, one);
            self.findings.push(finding);
        }
        if ended { Err(Stop::Ended) } else { Ok(()) }
    }

    fn failed(&self, index: usize) -> bool {
        self.exchanges.get(index).and_then(Exchange::response).is_none_or(|response| !response.is_success())
    }

    fn finding(&self, place: &CheckPlace<'_>, saw: Saw) -> Finding {
        let level = self.catalogue.requirement(place.requirement).map_or(Level::Must, |requirement| requirement.level);
        let deviates = !matches!(saw.seen, Seen::Held | Seen::NotJudged);
        Finding {
            check: place.name.to_owned(),
            requirement: place.requirement.to_owned(),
            also: place.also.to_vec(),
            level,
            seen: saw.seen,
            message: limits::message(self.gate.client().mask(&saw.message)),
            expected: saw.expected.map(|text| limits::message(self.gate.client().mask(&text))),
            actual: saw.actual.map(|text| limits::message(self.gate.client().mask(&text))),
            hint: self.case.hint.clone().filter(|_| deviates),
            ruling: place.ruling.map(str::to_owned),
            exchange: saw.exchange,
            place: saw.place,
            source: Some(format!("{}:{}", self.case.source.name, place.at)),
            waived: None,
        }
    }
}

/// The bodies that a step sends.
fn bodies(step: &Step) -> impl Iterator<Item = &Value> {
    let requests: Vec<&Step> = match &step.action {
        Action::Parallel { requests } => requests.iter().map(|(_, inner)| inner).collect(),
        _ => vec![step],
    };
    requests.into_iter().filter_map(|request| match &request.action {
        Action::Send { body: Body::Json(body), .. } => Some(body),
        _ => None,
    })
}

/// Where a check stands and what it goes by.
pub(super) struct CheckPlace<'a> {
    pub(super) name: &'a str,
    pub(super) requirement: &'a str,
    pub(super) also: &'a [String],
    pub(super) ruling: Option<&'a str>,
    pub(super) at: Position,
}

/// The body of a response, where it is a JSON object.
pub(super) fn object(exchange: &Exchange) -> Option<&Value> {
    exchange.response()?.json().ok().filter(|body| body.is_object())
}
