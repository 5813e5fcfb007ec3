//! What a run would do: shown for a dry run, and said where it needs consent.

use std::collections::BTreeMap;

use crate::plan::{Outline, Plan};
use crate::report::one_line;
use crate::target::Target;

/// Shows what a run would do.
pub(super) fn print(target: &Target, plan: &Plan, read_only: bool) {
    let outline = Outline::of(plan, read_only);
    let (runs, left_out) = outline.cases();
    anstream::println!("{}: {runs} cases would run, {left_out} are left out", one_line(&target.base));
    for note in &target.notes {
        anstream::println!("  discovery: {}", one_line(note));
    }
    anstream::println!("\n{:<14}{:>6}{:>10}", "topic", "run", "left out");
    for (topic, (runs, left_out)) in &outline.topics {
        anstream::println!("{:<14}{runs:>6}{left_out:>10}", one_line(topic));
    }
    anstream::println!("\nrequests, at least: {}", list(&outline.requests));
    anstream::println!("would create, and remove at the end: {}", creates(&outline));
    if !outline.left_out.is_empty() {
        anstream::println!("\nleft out");
    }
    let mut reasons: Vec<(&String, &usize)> = outline.left_out.iter().collect();
    reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(**count), (*reason).clone()));
    for (reason, count) in reasons {
        anstream::println!("{count:>6}  {}", one_line(reason));
    }
    let cases = plan.suites.iter().flat_map(|suite| &suite.cases);
    let probed = cases.filter(|planned| planned.waits_for_entity_tags()).count();
    if probed > 0 && !read_only && target.config.etag {
        anstream::println!(
            "\n{probed} of these need to know the kind of entity tags: a run first creates one user to learn it, and runs those that fit"
        );
    }
    anstream::println!("\nnothing was written: this was a dry run");
}

/// What a run writes, in one sentence; `None` when it only reads.
pub(super) fn writes(plan: &Plan, read_only: bool) -> Option<String> {
    let outline = Outline::of(plan, read_only);
    // The kind of entity tags is learnt with a user that is made for it.
    let writes = outline.writes() || (plan.waits_for_entity_tags() && !read_only);
    writes.then(|| {
        format!(
            "the run would create {}, change them, and remove them at the end ({})",
            creates(&outline),
            list(&outline.requests)
        )
    })
}

fn creates(outline: &Outline) -> String {
    if outline.creates.is_empty() {
        return "nothing but what the steps of its cases create".to_owned();
    }
    format!("{}, and what the steps of its cases create", list(&outline.creates))
}

fn list(counts: &BTreeMap<String, usize>) -> String {
    counts.iter().map(|(name, count)| format!("{count} {}", one_line(name))).collect::<Vec<_>>().join(", ")
}
