//! Lists of a target without filters: they cannot be narrowed to the resources of a case, so they are read as a whole,
//! while no other case changes them.

use serde_json::Value;

use super::Stop;
use crate::exchange::limits::MOST_LISTED;
use crate::run::case::{CaseRunner, object};
use crate::scim::schema::member;
use crate::suite::{Action, Case, Step};
use crate::target::Target;

/// Whether a case asks for its own resources where the target cannot select them.
pub(in crate::run) fn is_read_by(case: &Case, target: &Target) -> bool {
    case.steps.iter().any(|step| is_read(step, target))
}

/// Whether the list of a step is a whole one in the place of the case's own resources.
pub(super) fn is_read(step: &Step, target: &Target) -> bool {
    matches!(step.action, Action::List { own: true, .. } | Action::Pages { own: true, .. }) && !filters(target)
}

/// Whether queries can be narrowed by a filter.
pub(in crate::run) fn filters(target: &Target) -> bool {
    target.capabilities.contains("filter")
}

/// Says why pages of a whole list tell nothing: it is too long, or others changed it in between.
pub(super) fn check(runner: &CaseRunner<'_>, indices: &[usize], complete: bool) -> Result<(), Stop> {
    let mut totals: Vec<&Value> =
        indices.iter().filter_map(|&index| member(object(&runner.exchanges[index])?, "totalResults")).collect();
    totals.dedup();
    let unjudged = |why: String| Err(Stop::Skipped(format!("the target declares no filter, and {why}")));
    if totals.len() > 1 {
        return unjudged("others changed the list while it was read".to_owned());
    }
    let long = totals.first().and_then(|total| total.as_u64()).is_some_and(|total| total > MOST_LISTED);
    if long && !complete {
        return unjudged(format!("the list is longer than the {MOST_LISTED} resources that are read of one"));
    }
    Ok(())
}
