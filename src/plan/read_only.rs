//! What a run may do that writes nothing.

use std::collections::BTreeSet;

use super::Plan;
use crate::suite::{Action, Case, CheckKind, Observed, Step};

/// Why a case cannot be run without writing; `None` when it only reads.
///
/// What it reads may be resources that others made, as long as the case asks nothing special of them: a fixture with
/// values of its own, two of one type, or a comparison of what a resource was with what it is need resources that are
/// the case's own.
pub(super) fn why_it_writes(case: &Case) -> Option<&'static str> {
    if case.steps.iter().any(writes) {
        return Some("it writes, and the run is read-only");
    }
    let mut types = BTreeSet::new();
    let needs_own = case.given.iter().any(|fixture| {
        !fixture.values.is_empty() || fixture.count.is_some() || !types.insert(fixture.resource_type.as_str())
    });
    if needs_own || (!case.given.is_empty() && case.steps.iter().any(needs_own_data)) {
        return Some("it needs resources of its own, and the run is read-only");
    }
    None
}

/// Whether a step sends anything but a safe method (RFC 9110 §9.2.1) or a query by POST (RFC 7644 §3.4.3).
pub(super) fn writes(step: &Step) -> bool {
    match &step.action {
        Action::Patch { .. } => true,
        Action::Observe { what } => *what == Observed::Load,
        Action::Read { .. }
        | Action::List { .. }
        | Action::Pages { .. }
        | Action::Unchanged { .. }
        | Action::Token { .. } => false,
        Action::Send { method, path, .. } => match method.as_str() {
            "GET" | "HEAD" | "OPTIONS" => false,
            "POST" => !path.split('?').next().unwrap_or_default().trim_end_matches('/').ends_with("/.search"),
            _ => true,
        },
        Action::Parallel { requests } => requests.iter().any(|(_, inner)| writes(inner)),
    }
}

fn needs_own_data(step: &Step) -> bool {
    let is_own = match &step.action {
        Action::List { own, .. } | Action::Pages { own, .. } => *own,
        Action::Unchanged { .. } => true,
        Action::Parallel { requests } => requests.iter().any(|(_, inner)| needs_own_data(inner)),
        Action::Patch { .. }
        | Action::Read { .. }
        | Action::Send { .. }
        | Action::Token { .. }
        | Action::Observe { .. } => false,
    };
    is_own || step.checks().any(|check| check.kind == CheckKind::ChangedOnly)
}

impl Plan {
    /// Leaves out every case that would write, with the reason.
    pub fn leave_out_writes(&mut self) {
        for suite in &mut self.suites {
            let is_seeded = !suite.suite.given.is_empty();
            for planned in suite.cases.iter_mut().filter(|planned| planned.skip.is_none()) {
                let why = why_it_writes(&planned.case);
                let seeds = is_seeded.then_some("it needs resources of its own, and the run is read-only");
                planned.skip = why.or(seeds).map(str::to_owned);
            }
        }
    }
}
