//! Runs the cases of a plan, several at a time, each with its own data.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};

use super::case::CaseRunner;
use super::gate::Gate;
use super::halt::Stopped;
use super::made::Made;
use super::names::Names;
use super::record::CaseRecord;
use super::step::{Stop, whole};
use super::watch::Watch;
use super::{Event, Options, Session, fixture};
use crate::exchange::Purpose;
use crate::exchange::limits::{self, Budget};
use crate::plan::{Plan, Planned, PlannedSuite};
use crate::requirement::Catalogue;
use crate::suite::{Case, Profile, Tier};
use crate::verdict::{Finding, Seen, Verdict};

/// What a walk brings home.
pub(super) struct Walked {
    pub(super) cases: Vec<CaseRecord>,
    pub(super) left_behind: Vec<String>,
}

/// A case that is to be run.
struct Job {
    case: Arc<Case>,
    names: Names,
    blocked: Option<Stop>,
    keeps_judged: bool,
    made: Made,
    /// Who looks at every exchange of it.
    watch: Arc<Watch>,
}

/// A running case: its place in the report, the suite whose seeds it shares, and what it made so far.
struct Running {
    position: usize,
    suite: usize,
    case: Arc<Case>,
    made: Made,
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
        running: HashMap::new(),
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
    walker.forget_outage();
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
    tasks: JoinSet<CaseRecord>,
    running: HashMap<Id, Running>,
    jobs: usize,
    keeps_judged: bool,
    /// Per suite: the case that holds its seeds, and how many cases still use them.
    seeds: Vec<Option<SeedHolder>>,
    left_behind: Vec<String>,
    /// How much of the exchanges may still be kept.
    evidence: Budget,
}

struct SeedHolder {
    made: Made,
    users: usize,
}

impl Walker<'_> {
    /// Makes the data that the cases of a suite share, if one of them will run.
    async fn seed(&mut self, planned: &PlannedSuite, seed: u64, number: usize) -> Seeded {
        let running = planned.cases.iter().filter(|one| one.skip.is_none()).count();
        if planned.suite.given.is_empty() || running == 0 || self.session.gate.stopped().is_some() {
            return Seeded { names: None, blocked: None };
        }
        let case = Arc::new(seed_case(planned));
        let names = self.session.names(seed, &planned.suite.id);
        let mut runner = CaseRunner::new(&self.session.gate, self.catalogue, &case, names);
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
        self.seeds[number] = Some(SeedHolder { made: runner.made.clone(), users: running });
        Seeded { names: Some(runner.names), blocked }
    }

    async fn start(&mut self, planned: &Planned, position: usize, suite: usize, seeded: &Seeded, seed: u64) {
        let case = Arc::clone(&planned.case);
        if let Some(reason) = &planned.skip {
            self.finished(position, unjudged(&case, Verdict::Skip, reason.clone()));
            return;
        }
        // Others would be measured with it, and slow it down.
        let is_load = case.needs.iter().any(|need| need == "load");
        let is_alone = is_load || whole::is_read_by(&case, &self.session.target);
        let beside = if is_alone { 1 } else { self.jobs };
        while self.tasks.len() >= beside {
            self.finish_one().await;
        }
        if let Some(why) = self.session.gate.stopped() {
            self.finished(position, unjudged(&case, Verdict::Skip, not_run(&why)));
            self.release(suite);
            return;
        }
        (self.on_event)(Event::Started { id: &case.id });
        let mut names = self.session.names(seed, &case.id);
        if let Some(shared) = &seeded.names {
            // Shared data carries the marker of its suite, and so do the filters over it; what the case makes itself
            // keeps the marker of the case.
            names.run.clone_from(&shared.run);
            names.resources.clone_from(&shared.resources);
        }
        let made = Made::default();
        let running = Running { position, suite, case: Arc::clone(&case), made: made.clone() };
        let (blocked, watch) = (seeded.blocked.clone(), Arc::clone(&self.session.watch));
        let job = Job { case, names, blocked, keeps_judged: self.keeps_judged, made, watch };
        let task = self.tasks.spawn(run_job(Arc::clone(&self.session.gate), self.catalogue, job));
        self.running.insert(task.id(), running);
        while is_alone && self.finish_one().await {}
    }

    /// Waits for one case. Gives false when none is running.
    async fn finish_one(&mut self) -> bool {
        let Some(joined) = self.tasks.join_next_with_id().await else { return false };
        let (id, record) = match joined {
            Ok((id, record)) => (id, Ok(record)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(Running { position, suite, case, made }) = self.running.remove(&id) else { return true };
        let mut record = match record {
            Ok(record) => record,
            // A panic is a defect of ours: it is caught per case and shown as an error.
            Err(error) => {
                let (left_behind, exchanges) = made.remove(&self.session.gate).await;
                let reason = format!("defect in scimspec, please report it: {error}");
                CaseRecord { left_behind, exchanges, ..unjudged(&case, Verdict::Error, reason) }
            }
        };
        // Whoever asked for the judged checks wants to judge them again.
        if !self.keeps_judged {
            for exchange in &mut record.exchanges {
                exchange.trim(&mut self.evidence);
            }
        }
        self.release(suite);
        self.finished(position, record);
        true
    }

    /// One case less that uses the seeds of a suite.
    fn release(&mut self, suite: usize) {
        if let Some(holder) = &mut self.seeds[suite] {
            holder.users -= 1;
        }
    }

    fn finished(&mut self, position: usize, record: CaseRecord) {
        let message = record.reason.as_deref().or_else(|| first_deviation(&record.findings));
        (self.on_event)(Event::Finished { id: &record.case.id, verdict: record.verdict, message });
        self.done.push((position, record));
    }

    /// When the target died, the last cases ended without an answer before this was known: they were not run, like
    /// those behind them.
    fn forget_outage(&mut self) {
        let Some(why) = self.session.gate.stopped().filter(Stopped::is_outage) else { return };
        // Cases end side by side: as many as there are lanes may have had their last answer and be told of later.
        let mut answered = 0;
        for (_, record) in self.done.iter_mut().rev() {
            let is_silent = |record: &CaseRecord| {
                let steps = record.exchanges.iter().rev().find(|one| one.purpose != Purpose::CleanUp);
                // Without any step it was the data of its suite that could not be made.
                record.verdict == Verdict::Error && steps.is_none_or(|exchange| exchange.answer.is_err())
            };
            if is_silent(record) {
                (record.verdict, record.reason) = (Verdict::Skip, Some(not_run(&why)));
            } else if record.verdict != Verdict::Skip {
                answered += 1;
                if answered > self.jobs {
                    return;
                }
            }
        }
    }

    /// Removes the data of suites none of whose cases is left.
    async fn close_finished_suites(&mut self, but: Option<usize>) {
        let closed: Vec<usize> = (0..self.seeds.len())
            .filter(|number| but.is_none_or(|but| *number != but))
            .filter(|number| self.seeds[*number].as_ref().is_some_and(|holder| holder.users == 0))
            .collect();
        for number in closed {
            if let Some(holder) = self.seeds[number].take() {
                self.left_behind.extend(holder.made.remove(&self.session.gate).await.0);
            }
        }
    }
}

async fn run_job(gate: Arc<Gate>, catalogue: &'static Catalogue, job: Job) -> CaseRecord {
    match job.blocked {
        Some(Stop::Error(reason)) => unjudged(&job.case, Verdict::Error, reason),
        Some(Stop::Blocked(reason)) => unjudged(&job.case, Verdict::Blocked, reason),
        Some(Stop::Halted(reason)) => unjudged(&job.case, Verdict::Skip, format!("not run: {reason}")),
        Some(Stop::Skipped(reason)) => unjudged(&job.case, Verdict::Skip, reason),
        Some(Stop::Ended) | None => {
            let runner = CaseRunner::new(&gate, catalogue, &job.case, job.names);
            let record = runner.keeping_judged(job.keeps_judged).making(job.made).run(&job.case).await;
            for exchange in &record.exchanges {
                job.watch.look(&record.case.id, exchange);
            }
            record
        }
    }
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
        shapes: Vec::new(),
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

fn not_run(why: &Stopped) -> String {
    format!("not run: {why}")
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
