//! What a run came to, before it is a report.

use std::sync::Arc;

use crate::check::Judged;
use crate::exchange::Exchange;
use crate::suite::Case;
use crate::target::Target;
use crate::verdict::{Finding, Verdict};

/// A finished case.
#[derive(Clone, Debug)]
pub struct CaseRecord {
    /// The case.
    pub case: Arc<Case>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it was skipped, blocked or could not be judged.
    pub reason: Option<String>,
    /// What its checks saw.
    pub findings: Vec<Finding>,
    /// What was sent and received, in order.
    pub exchanges: Vec<Exchange>,
    /// From the first request to the last, in milliseconds.
    pub duration_ms: u64,
    /// Resources that could not be removed, as paths below the base URL.
    pub left_behind: Vec<String>,
    /// Every judged check with its evidence, where [`super::Options::keep_judged`] asks for it.
    pub judged: Vec<Judged>,
}

/// What a standing check saw over the whole run.
#[derive(Clone, Debug)]
pub struct StandingRecord {
    /// Name of the standing check.
    pub name: &'static str,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// One finding per way of breaking.
    pub findings: Vec<Finding>,
    /// The exchanges that the findings are about.
    pub exchanges: Vec<Exchange>,
    /// The case in which each exchange was, in the same order; empty for discovery.
    pub seen_in: Vec<String>,
    /// How many answers it looked at.
    pub looked_at: usize,
}

/// A finished run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The target as it was discovered.
    pub target: Target,
    /// The cases, in the order of the suites.
    pub cases: Vec<CaseRecord>,
    /// The standing checks.
    pub standing: Vec<StandingRecord>,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// Requests that were sent.
    pub requests: usize,
    /// False when it was cut short.
    pub complete: bool,
    /// Why it was cut short.
    pub stopped: Option<String>,
    /// Whether what writes was left out.
    pub read_only: bool,
    /// Resources that could not be removed.
    pub left_behind: Vec<String>,
    /// The ledger, kept because something may still be there.
    pub ledger: Option<std::path::PathBuf>,
}
