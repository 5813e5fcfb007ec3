//! Runs the cases of a plan, several at a time, each with its own data.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::case::CaseRunner;
use super::names::Names;
use super::record::CaseRecord;
use super::step::Stop;
use super::{Event, Options, Session, fixture, marker};
use crate::client::Client;
use crate::exchange::limits::{self, Budget};
use crate::plan::{Plan, Planned, PlannedSuite};
use crate::requirement::Catalogue;
use crate::suite::{Case, Profile, Tier};
use crate::target::Target;
use crate::verdict::{Finding, Seen, Verdict};

/// What a walk brings home.
pub(super) struct Walked {
    pub(super) cases: Vec<CaseRecord>,
    pub(super) left_behind: Vec<String>,
}

/// A case with its place in the report, its names, and the suite whose seeds it shares.
struct Job {
    position: usize,
    suite: usize,
    case: Arc<Case>,
    names: Names,
    blocked: Option<Stop>,
    keeps_judged: bool,
}

pub(super) async fn walk(
    session: &Session,
    plan: &Plan,
    options: &Options,
    catalogue: &'static Catalogue,
    on_event: &mut (dyn FnMut(Event<'_>) + Send),
) -> Walked {
    let mut walker = Walker {
        session,
        catalogue,
        on_event,
        done: Vec::new(),
        tasks: JoinSet::new(),
        jobs: options.jobs.max(1),
        keeps_judged: options.keep_judged,
        seeds: Vec::new(),
        left_behind: Vec::new(),
        evidence: Budget::of(limits::KEPT_OF_RUN),
    };
    let mut position = 0;
    for (number, planned) in plan.suites.iter().enumerate() {
        walker.seeds.push(None);
        let seeded = walker.seed(planned, options.seed, number).await;
        for one in &planned.cases {
            walker.start(one, position, number, &seeded, options.seed).await;
            position += 1;
        }
        walker.close_finished_suites(Some(number)).await;
    }
    while walker.finish_one().await {}
    walker.close_finished_suites(None).await;
    walker.done.sort_by_key(|(position, _)| *position);
    Walked { cases: walker.done.into_iter().map(|(_, record)| record).collect(), left_behind: walker.left_behind }
}

/// Data that a suite shares.
#[derive(Clone)]
struct Seeded {
    names: Option<Names>,
    blocked: Option<Stop>,
}

struct Walker<'a> {
    session: &'a Session,
    catalogue: &'static Catalogue,
    on_event: &'a mut (dyn FnMut(Event<'_>) + Send),
    done: Vec<(usize, CaseRecord)>,
    tasks: JoinSet<(usize, usize, CaseRecord)>,
    jobs: usize,
    keeps_judged: bool,
    /// Per suite: the case that holds its seeds, and how many cases still use them.
    seeds: Vec<Option<SeedHolder>>,
    left_behind: Vec<String>,
    /// How much of the exchanges may still be kept.
    evidence: Budget,
}

struct SeedHolder {
    made: Vec<String>,
    users: usize,
}

impl Walker<'_> {
    /// Makes the data that the cases of a suite share, if one of them will run.
    async fn seed(&mut self, planned: &PlannedSuite, seed: u64, number: usize) -> Seeded {
        let running = planned.cases.iter().filter(|one| one.skip.is_none()).count();
        if planned.suite.given.is_empty() || running == 0 {
            return Seeded { names: None, blocked: None };
        }
        let case = Arc::new(seed_case(planned));
        let names = Names::new(Arc::clone(&self.session.target), marker(seed, &planned.suite.id));
        let mut runner = CaseRunner::new(&self.session.client, self.catalogue, &case, names);
        let mut blocked = None;
        for one in &planned.suite.given {
            if let Err(stop) = fixture::create(&mut runner, one).await {
                blocked = Some(stop);
                break;
            }
        }
        for exchange in &runner.exchanges {
            self.session.watch.look(&planned.suite.id, exchange);
        }
        self.seeds[number] = Some(SeedHolder { made: std::mem::take(&mut runner.made), users: running });
        Seeded { names: Some(runner.names), blocked }
    }

    async fn start(&mut self, planned: &Planned, position: usize, suite: usize, seeded: &Seeded, seed: u64) {
        let case = Arc::clone(&planned.case);
        if let Some(reason) = &planned.skip {
            self.finished(position, unjudged(&case, Verdict::Skip, reason.clone()));
            return;
        }
        while self.tasks.len() >= self.jobs {
            self.finish_one().await;
        }
        (self.on_event)(Event::Started { id: &case.id });
        let mut names = Names::new(Arc::clone(&self.session.target), marker(seed, &case.id));
        if let Some(shared) = &seeded.names {
            // Shared data carries the marker of its suite, and so do the filters over it; what the case makes itself
            // keeps the marker of the case.
            names.run.clone_from(&shared.run);
            names.resources.clone_from(&shared.resources);
        }
        let job =
            Job { position, suite, case, names, blocked: seeded.blocked.clone(), keeps_judged: self.keeps_judged };
        let client = Arc::clone(&self.session.client);
        let catalogue = self.catalogue;
        self.tasks.spawn(async move {
            let (position, suite, case) = (job.position, job.suite, Arc::clone(&job.case));
            // A panic is a defect of ours: it is caught per case and shown as an error.
            let record = tokio::spawn(run_job(client, catalogue, job)).await.unwrap_or_else(|error| {
                let reason = format!("defect in scimspec, please report it: {error}");
                unjudged(&case, Verdict::Error, reason)
            });
            (position, suite, record)
        });
    }

    /// Waits for one case. Gives false when none is running.
    async fn finish_one(&mut self) -> bool {
        let Some(joined) = self.tasks.join_next().await else { return false };
        if let Ok((position, suite, mut record)) = joined {
            for exchange in &mut record.exchanges {
                self.session.watch.look(&record.case.id, exchange);
                // Whoever asked for the judged checks wants to judge them again.
                if !self.keeps_judged {
                    *exchange = exchange.kept(&mut self.evidence);
                }
            }
            if let Some(holder) = &mut self.seeds[suite] {
                holder.users -= 1;
            }
            self.finished(position, record);
        }
        true
    }

    fn finished(&mut self, position: usize, record: CaseRecord) {
        let message = record.reason.as_deref().or_else(|| first_deviation(&record.findings));
        (self.on_event)(Event::Finished { id: &record.case.id, verdict: record.verdict, message });
        self.done.push((position, record));
    }

    /// Removes the data of suites none of whose cases is left.
    async fn close_finished_suites(&mut self, but: Option<usize>) {
        let closed: Vec<usize> = (0..self.seeds.len())
            .filter(|number| but.is_none_or(|but| *number != but))
            .filter(|number| self.seeds[*number].as_ref().is_some_and(|holder| holder.users == 0))
            .collect();
        for number in closed {
            if let Some(holder) = self.seeds[number].take() {
                let left = remove(&self.session.client, &self.session.target, holder.made).await;
                self.left_behind.extend(left);
            }
        }
    }
}

async fn run_job(client: Arc<Client>, catalogue: &'static Catalogue, job: Job) -> CaseRecord {
    match job.blocked {
        Some(Stop::Error(reason)) => unjudged(&job.case, Verdict::Error, reason),
        Some(Stop::Blocked(reason)) => unjudged(&job.case, Verdict::Blocked, reason),
        Some(Stop::Ended) | None => {
            let runner = CaseRunner::new(&client, catalogue, &job.case, job.names);
            runner.keeping_judged(job.keeps_judged).run(&job.case).await
        }
    }
}

/// Removes what the suites seeded, last first.
async fn remove(client: &Client, target: &Target, made: Vec<String>) -> Vec<String> {
    let mut left = Vec::new();
    for path in made.into_iter().rev() {
        let request = super::request::delete(&target.base, &path);
        let exchange = client.send(crate::exchange::Purpose::CleanUp, request).await;
        if !exchange.response().is_some_and(|response| response.is_success() || matches!(response.status, 404 | 410)) {
            left.push(path);
        }
    }
    left
}

/// The case that stands for the seeding of a suite.
fn seed_case(planned: &PlannedSuite) -> Case {
    let suite = &planned.suite;
    Case {
        id: suite.id.clone(),
        title: suite.title.clone(),
        why: String::new(),
        effect: None,
        hint: None,
        shape: None,
        profile: Profile::Rfc,
        tier: Tier::Full,
        tags: Vec::new(),
        needs: Vec::new(),
        given: suite.given.clone(),
        rounds: 1,
        steps: Vec::new(),
        source: Arc::clone(&suite.source),
        at: crate::suite::Position::default(),
    }
}

fn unjudged(case: &Arc<Case>, verdict: Verdict, reason: String) -> CaseRecord {
    CaseRecord {
        case: Arc::clone(case),
        verdict,
        reason: Some(reason),
        findings: Vec::new(),
        exchanges: Vec::new(),
        duration_ms: 0,
        left_behind: Vec::new(),
        judged: Vec::new(),
    }
}

fn first_deviation(findings: &[Finding]) -> Option<&str> {
    let deviates = |finding: &&Finding| !matches!(finding.seen, Seen::Held | Seen::NotJudged);
    findings.iter().find(deviates).map(|finding| finding.message.as_str())
}
