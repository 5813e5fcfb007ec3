//! Walks the plan: discovery, fixtures, requests, checks, clean-up, several cases at a time.

mod case;
mod discover;
mod fixture;
mod gate;
mod halt;
mod keeper;
pub mod ledger;
mod load;
mod made;
mod marker;
mod names;
mod probe;
mod pulse;
mod record;
mod request;
mod stand_in;
mod step;
mod sweep;
mod walk;
mod watch;

use std::sync::Arc;

use url::Url;

pub use discover::Unusable;
use gate::Gate;
pub use gate::Safety;
pub use halt::{Halt, Stopped};
pub use keeper::{Keeper, Leftover};
pub use marker::marker;
pub(crate) use probe::needs_entity_tags;
pub use record::{CaseRecord, Run, StandingRecord};
pub use sweep::{Fate, Swept};
pub use watch::Watch;

use crate::client::Client;
use crate::plan::{Plan, PlanError, Selection};
use crate::requirement::Catalogue;
use crate::suite::Suite;
use crate::target::{Config, Target};
use crate::verdict::Verdict;

/// How a run is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Cases at the same time, at least 1.
    pub jobs: usize,
    /// Seed of the generated data; equal seeds give equal requests.
    pub seed: u64,
    /// What to run.
    pub selection: Selection,
    /// Keep every judged check with its evidence in the record of its case; costs memory, proves that checks can break.
    pub keep_judged: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { jobs: 4, seed: 0, selection: Selection::default(), keep_judged: false }
    }
}

/// What happens while a run is going on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The target was discovered and the plan is made: so many cases will run.
    Planned {
        /// The target.
        target: &'a Target,
        /// Cases, those to be skipped included.
        cases: usize,
    },
    /// A case begins.
    Started {
        /// Its id.
        id: &'a str,
    },
    /// A case is finished.
    Finished {
        /// Its id.
        id: &'a str,
        /// Its verdict.
        verdict: Verdict,
        /// The first thing that is wrong, or why it was not judged.
        message: Option<&'a str>,
    },
}

/// A run that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no SCIM endpoint at the URL, or it does not let us in.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// There is nothing to run.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// A target that was discovered, ready to run cases against.
#[derive(Debug)]
pub struct Session {
    gate: Arc<Gate>,
    pub(crate) target: Arc<Target>,
    pub(crate) watch: Arc<Watch>,
}

impl Session {
    /// Discovers a target.
    ///
    /// # Errors
    /// There is no access token for it; it cannot be reached, refuses the credential, or is no SCIM endpoint.
    pub async fn open(client: Arc<Client>, base: &Url, config: &Config) -> Result<Self, Unusable> {
        Self::open_with(client, base, config, Safety::default()).await
    }

    /// Discovers a target that is treated with care.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub async fn open_with(client: Arc<Client>, base: &Url, config: &Config, safety: Safety) -> Result<Self, Unusable> {
        client.log_in().await.map_err(Unusable::NoToken)?;
        let gate = Gate::new(client, base.as_str().trim_end_matches('/'), safety);
        let found = discover::discover(&gate, base, config).await?;
        let watch = Arc::new(Watch::new(&found.target, gate.client()));
        for exchange in &found.exchanges {
            watch.look("", exchange);
        }
        Ok(Self { gate: Arc::new(gate), target: Arc::new(found.target), watch })
    }

    /// The target as it was discovered.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// A session with the same target, whose standing checks have seen nothing yet.
    #[must_use]
    pub fn apart(&self) -> Self {
        let gate = Arc::new(self.gate.apart());
        let target = Arc::clone(&self.target);
        Self { watch: Arc::new(Watch::new(&target, gate.client())), gate, target }
    }

    /// Knows what this session wrote, and outlives it.
    #[must_use]
    pub fn keeper(&self) -> Keeper {
        Keeper::new(Arc::clone(&self.gate))
    }

    /// Names for a case or suite, with a marker of its own.
    fn names(&self, seed: u64, id: &str) -> names::Names {
        names::Names::new(Arc::clone(&self.target), self.gate.ledger.marker(seed, id))
    }

    /// Learns what a target does not declare, with a user that is made for it and removed: the kind of its entity
    /// tags (`etag.weak`, `etag.strong`).
    pub async fn probe(&mut self, seed: u64) {
        probe::entity_tags(self, seed).await;
    }

    /// Makes the plan for this target.
    ///
    /// # Errors
    /// A selector is not known, or nothing is selected.
    pub fn plan(&self, suites: &[Arc<Suite>], selection: &Selection, catalogue: &Catalogue) -> Result<Plan, PlanError> {
        let mut plan = crate::plan::plan(suites, &self.target, selection, catalogue)?;
        if self.gate.is_read_only() {
            plan.leave_out_writes();
        }
        Ok(plan)
    }

    /// Makes the plan, learns what it needs to know beside what is declared, and runs it. `on_event` is called on the calling task, in the order in which
    /// things happen.
    ///
    /// # Errors
    /// There is nothing to run.
    pub async fn run(
        mut self,
        suites: &[Arc<Suite>],
        options: &Options,
        catalogue: &'static Catalogue,
        on_event: &mut (dyn FnMut(Event<'_>) + Send),
    ) -> Result<Run, RunError> {
        let mut plan = self.plan(suites, &options.selection, catalogue)?;
        if !self.gate.is_read_only() && self.target.config.etag && plan.waits_for_entity_tags() {
            self.probe(options.seed).await;
            plan = self.plan(suites, &options.selection, catalogue)?;
        }
        Ok(self.run_plan(&plan, options, catalogue, on_event).await)
    }

    /// Runs a plan, which may be a single case. `on_event` as for [`Session::run`].
    pub async fn run_plan(
        self,
        plan: &Plan,
        options: &Options,
        catalogue: &'static Catalogue,
        on_event: &mut (dyn FnMut(Event<'_>) + Send),
    ) -> Run {
        let started = jiff::Timestamp::now();
        let clock = std::time::Instant::now();
        let cases = plan.suites.iter().map(|suite| suite.cases.len()).sum();
        on_event(Event::Planned { target: &self.target, cases });
        let walked = walk::walk(&self, plan, options, catalogue, on_event).await;
        let mut left_behind: Vec<String> = walked.cases.iter().flat_map(|case| case.left_behind.clone()).collect();
        left_behind.extend(walked.left_behind);
        let keeper = self.keeper();
        left_behind.extend(keeper.clean_up().await.into_iter().filter_map(Swept::left));
        left_behind.sort();
        left_behind.dedup();
        let stopped = self.gate.stopped();
        Run {
            standing: self.watch.records(catalogue),
            cases: walked.cases,
            started: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            duration_ms: u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX),
            requests: self.gate.client().sent(),
            complete: stopped.is_none(),
            stopped: stopped.as_ref().map(Stopped::to_string),
            read_only: self.gate.is_read_only(),
            left_behind,
            ledger: keeper.ledger(),
            target: Arc::unwrap_or_clone(self.target),
        }
    }
}
