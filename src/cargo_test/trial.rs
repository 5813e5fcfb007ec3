//! One trial per case: its plan of one, its run, and what that came to.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use libtest_mimic::{Completion, Failed, Trial};

use super::started::Target;
use super::story;
use crate::plan::{Choice, Plan, PlanError, PlannedSuite, Selection};
use crate::report::{self, Report, Setting, baseline};
use crate::requirement::Catalogue;
use crate::run::{Options, marker, needs_entity_tags};
use crate::suite::{Suite, SuiteEntry};
use crate::target::config::Waiver;
use crate::verdict::Verdict;

/// Rows of a table that are run at the same time within their trial.
const ROWS_AT_ONCE: usize = 4;

/// What all trials share.
pub(super) struct Trials {
    pub(super) choice: Choice,
    pub(super) suites: Vec<Arc<Suite>>,
    pub(super) selection: Selection,
    pub(super) seed: u64,
    pub(super) fail_on_should: bool,
    /// Known failures, and the day on which they are looked at.
    pub(super) waivers: Vec<Waiver>,
    pub(super) today: Date,
    pub(super) target: Target,
}

impl Trials {
    /// The trials in the order of the suites. Nothing is started.
    pub(super) fn list(all: &Arc<Self>, catalogue: &'static Catalogue) -> Result<Vec<Trial>, PlanError> {
        let mut trials = Vec::new();
        for suite in &all.suites {
            for (at, entry) in suite.entries.iter().enumerate().filter(|(_, entry)| all.choice.takes(entry, catalogue))
            {
                let (all, suite) = (Arc::clone(all), Arc::clone(suite));
                trials.push(Trial::ignorable_test(name(entry), move || all.run(&suite, &suite.entries[at], catalogue)));
            }
        }
        if trials.is_empty() { Err(all.choice.nothing()) } else { Ok(trials) }
    }

    fn run(&self, suite: &Arc<Suite>, entry: &SuiteEntry, catalogue: &'static Catalogue) -> Result<Completion, Failed> {
        let started = self.target.started().map_err(story::unjudged)?;
        let name = name(entry);
        let report = started.block_on(async {
            let session = started.session(self.seed, needs_entity_tags(entry)).await;
            let cases = self.choice.cases(entry, session.target(), catalogue).map_err(|errors| {
                let errors: Vec<String> = errors.0.iter().map(|error| error.render(false)).collect();
                story::unjudged(&errors.join("\n\n"))
            })?;
            let options = Options {
                jobs: ROWS_AT_ONCE,
                seed: seed_of(self.seed, &name),
                selection: Selection { selectors: vec![name.clone()], ..self.selection.clone() },
                ..Options::default()
            };
            let setting = Setting { target: session.target().base.clone(), ..Setting::default() };
            let plan = Plan { suites: vec![PlannedSuite { suite: Arc::clone(suite), cases }] };
            let run = session.run_plan(&plan, &options, catalogue, &mut |_| {}).await;
            let mut report = report::assemble(&run, &options, &setting, &self.suites, catalogue);
            baseline::apply(&mut report, &self.waivers, self.today, &BTreeSet::new());
            Ok::<_, Failed>(report)
        });
        match report {
            Some(report) => outcome(&report?, self.fail_on_should, &name),
            None => Err(story::unjudged("the server is down already")),
        }
    }
}

/// The id of the case; all cases of a table are one trial.
fn name(entry: &SuiteEntry) -> String {
    match entry {
        SuiteEntry::Case(case) => case.id.clone(),
        SuiteEntry::Declared(table) => format!("{}[…]", table.id),
    }
}

/// Trials make the data of their suite each for itself, so that each needs names of its own for it.
fn seed_of(seed: u64, name: &str) -> u64 {
    marker(seed, name).bytes().fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

/// What the run of one trial comes to: its cases, and the standing checks on their answers.
fn outcome(report: &Report, fail_on_should: bool, name: &str) -> Result<Completion, Failed> {
    let fails = |verdict: Verdict| match verdict {
        Verdict::Fail | Verdict::Blocked | Verdict::Error => true,
        Verdict::Warn => fail_on_should,
        Verdict::Pass | Verdict::Note | Verdict::Skip => false,
    };
    if report.cases.iter().any(|case| fails(case.verdict) && !case.is_waived()) {
        return Err(story::story(report, &fails, name).into());
    }
    let waived = report.cases.iter().filter(|case| fails(case.verdict)).flat_map(|case| &case.findings);
    if let Some(waived) = waived.filter_map(|finding| finding.waived.as_ref()).next() {
        let reason = format!("fails, waived until {}: {}", waived.until, waived.reason);
        return Ok(Completion::ignored_with(report::one_line(&reason)));
    }
    let own: Vec<_> = report.cases.iter().filter(|case| !case.id.starts_with("standing/")).collect();
    if own.iter().any(|case| case.verdict != Verdict::Skip) {
        return Ok(Completion::Completed);
    }
    let reason =
        own.first().map_or(Some("the target declares no attribute of this kind"), |case| case.reason.as_deref());
    Ok(Completion::ignored_with(report::one_line(reason.unwrap_or("the target does not support it"))))
}
