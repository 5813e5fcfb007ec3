//! `scimspec explain`: what an id means.

use clap::Args;

use super::suites::SuiteArgs;
use super::{Exit, Failure};
use crate::check::standing::{self, StandingCheck};
use crate::requirement::{Catalogue, Requirement, Ruling};
use crate::suggest::nearest;
use crate::suite::{Case, Suite, SuiteEntry};

/// Explain a case, requirement, ruling, standing check, fault or variant.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  scimspec explain 7644-3.3-08\n  scimspec explain C8\n  scimspec explain patch/members/remove-one-leaves-the-others\n  scimspec explain standing/media-type\n  scimspec explain filter/and-is-or"
)]
pub(super) struct ExplainArgs {
    /// The id, as reports and lists show it
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    suites: SuiteArgs,
}

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let catalogue = Catalogue::embedded();
    let loaded = args.suites.load()?;
    let cases: Vec<&Case> = loaded.suites.iter().flat_map(|suite: &std::sync::Arc<Suite>| cases_of(suite)).collect();
    let id = args.id.as_str();
    let mut found = false;
    if let Some(requirement) = catalogue.requirement(id) {
        found = true;
        explain_requirement(requirement, &cases);
    }
    if let Some(ruling) = catalogue.ruling(id) {
        found = true;
        explain_ruling(ruling);
    }
    for case in cases.iter().filter(|case| case.id == id || case.id.split('[').next() == Some(id)) {
        found = true;
        explain_case(case, catalogue);
    }
    if let Some(check) = standing::named(id.strip_prefix("standing/").unwrap_or(id)) {
        found = true;
        explain_standing(check);
    }
    found |= explain_behaviour(id);
    if found {
        return Ok(Exit::Conformant);
    }
    let known =
        catalogue.requirements().map(|one| one.id.as_str()).chain(catalogue.rulings().map(|one| one.id.as_str()));
    let known =
        known.chain(cases.iter().map(|case| case.id.as_str())).chain(standing::ALL.iter().map(|check| check.name));
    let advice = nearest(id, known)
        .map_or_else(|| "`scimspec list` shows the cases".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(Failure::usage(format!("nothing is known as `{id}`: {advice}")))
}

fn cases_of(suite: &Suite) -> impl Iterator<Item = &Case> {
    suite.entries.iter().filter_map(|entry| match entry {
        SuiteEntry::Case(case) => Some(case.as_ref()),
        SuiteEntry::PerAttribute(_) => None,
    })
}

fn explain_requirement(requirement: &Requirement, cases: &[&Case]) {
    anstream::println!("{}  {}, {}", requirement.id, requirement.level, requirement.section_label());
    anstream::println!("  {}", requirement.text);
    anstream::println!("  how it is tested: {}", requirement.probe);
    if let Some(needs) = &requirement.needs {
        anstream::println!("  applies when: {needs}");
    }
    if let Some(effect) = &requirement.effect {
        anstream::println!("  effect: {effect}");
    }
    if let Some(link) = requirement.link() {
        anstream::println!("  {link}");
    }
    for case in cases.iter().filter(|case| case.requirements().contains(&requirement.id.as_str())) {
        anstream::println!("  judged by {}", case.id);
    }
    for check in standing::ALL.iter().filter(|check| check.requirements.contains(&requirement.id.as_str())) {
        anstream::println!("  judged by standing/{}", check.name);
    }
}

fn explain_ruling(ruling: &Ruling) {
    anstream::println!("{}  ruling on {}", ruling.id, ruling.section);
    anstream::println!("  unclear: {}", ruling.point);
    anstream::println!("  judged: {}", ruling.verdict);
}

fn explain_case(case: &Case, catalogue: &Catalogue) {
    anstream::println!("{}  ({}, {})", case.id, case.tier.as_str(), case.profile.as_str());
    anstream::println!("  {}", case.title);
    anstream::println!("  why: {}", case.why);
    for (label, text) in [("effect", &case.effect), ("hint", &case.hint)] {
        if let Some(text) = text {
            anstream::println!("  {label}: {text}");
        }
    }
    if !case.needs.is_empty() {
        anstream::println!("  needs: {}", case.needs.join(", "));
    }
    anstream::println!("  at {}", case.place());
    for id in case.requirements() {
        if let Some(requirement) = catalogue.requirement(id) {
            anstream::println!("  {}  {}  {}", requirement.id, requirement.level, requirement.text);
        }
    }
}

fn explain_standing(check: &StandingCheck) {
    anstream::println!("standing/{}  looks at every answer", check.name);
    anstream::println!("  {}", check.title);
    anstream::println!("  why: {}", check.why);
    anstream::println!("  hint: {}", check.hint);
    anstream::println!("  requirements: {}", check.requirements.join(", "));
    if !check.rulings.is_empty() {
        anstream::println!("  rulings: {}", check.rulings.join(", "));
    }
}

#[cfg(feature = "reference")]
fn explain_behaviour(id: &str) -> bool {
    if let Some(fault) = crate::reference::fault(id) {
        anstream::println!("{}  fault of the reference provider (`scimspec serve --fault {id}`)", fault.id);
        anstream::println!("  {}", fault.title);
        anstream::println!("  breaks: {}", fault.breaks.join(", "));
    }
    if let Some(variant) = crate::reference::variant(id) {
        anstream::println!("{}  legal variant of the reference provider (`scimspec serve --variant {id}`)", variant.id);
        anstream::println!("  {}", variant.title);
    }
    crate::reference::fault(id).is_some() || crate::reference::variant(id).is_some()
}

#[cfg(not(feature = "reference"))]
fn explain_behaviour(_: &str) -> bool {
    false
}
