//! `scimspec explain`: what an id means.

use clap::Args;

use super::suites::SuiteArgs;
use super::{Exit, Failure};
use crate::check::standing::{self, StandingCheck};
use crate::requirement::{Catalogue, RequestShape, Requirement, Ruling};
use crate::suggest::nearest;
use crate::suite::{Case, DeclaredTable, SuiteEntry};

/// Explain a case, requirement, recorded request, ruling, standing check, fault or variant.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Examples:\n  scimspec explain 7644-3.3-08\n  scimspec explain C8\n  scimspec explain entra-B4\n  scimspec explain disable-user\n  scimspec explain patch/members/remove-one-leaves-the-others\n  scimspec explain standing/media-type\n  scimspec explain filter/and-is-or"
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
    let entries: Vec<&SuiteEntry> = loaded.suites.iter().flat_map(|suite| &suite.entries).collect();
    let id = args.id.as_str();
    let mut found = false;
    if let Some(requirement) = catalogue.requirement(id) {
        found = true;
        explain_requirement(requirement, &entries);
    }
    if let Some(shape) = catalogue.shape(id) {
        found = true;
        explain_shape(shape, &entries);
    }
    if let Some(ruling) = catalogue.ruling(id) {
        found = true;
        explain_ruling(ruling);
    }
    for entry in &entries {
        match entry {
            SuiteEntry::Case(case) if case.id == id || case.id.split('[').next() == Some(id) => {
                found = true;
                explain_case(case, catalogue);
            }
            SuiteEntry::Declared(table) if id.split('[').next() == Some(&table.id) => {
                found = true;
                explain_table(table, catalogue);
            }
            _ => {}
        }
    }
    if let Some(check) = standing::named(id.strip_prefix("standing/").unwrap_or(id)) {
        found = true;
        explain_standing(check);
    }
    found |= explain_behaviour(id);
    if found {
        return Ok(Exit::Conformant);
    }
    let mut known: Vec<&str> = catalogue.requirements().map(|one| one.id.as_str()).collect();
    known.extend(catalogue.rulings().map(|one| one.id.as_str()));
    known.extend(catalogue.shapes().map(|one| one.id.as_str()));
    known.extend(entries.iter().map(|entry| id_and_requirements(entry).0));
    known.extend(standing::ALL.iter().map(|check| check.name));
    known.extend(behaviours().map(|id| -> &str { id }));
    let advice = nearest(id, known)
        .map_or_else(|| "`scimspec list` shows the cases".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(Failure::usage(format!("nothing is known as `{id}`: {advice}")))
}

fn id_and_requirements(entry: &SuiteEntry) -> (&str, Vec<&str>) {
    match entry {
        SuiteEntry::Case(case) => (&case.id, case.requirements()),
        SuiteEntry::Declared(table) => (&table.id, table.requirements.iter().map(String::as_str).collect()),
    }
}

fn explain_requirement(requirement: &Requirement, entries: &[&SuiteEntry]) {
    anstream::println!("{}  {}, {}", requirement.id, requirement.level, requirement.section_label());
    anstream::println!("  {}", requirement.text);
    anstream::println!("  how it is tested: {}", requirement.probe);
    if let Some(needs) = &requirement.needs {
        anstream::println!("  applies when: {needs}");
    }
    if let Some(effect) = &requirement.effect {
        anstream::println!("  effect: {effect}");
    }
    if let Some(note) = &requirement.note {
        anstream::println!("  note: {note}");
    }
    for reading in &requirement.readings {
        anstream::println!("  {} in \u{201c}{}\u{201d}", reading.level, reading.source);
    }
    if let Some(apart) = &requirement.apart {
        anstream::println!("  {} wants: {}", apart.section, apart.rfc);
        anstream::println!("  {} wants: {}", requirement.document.title, apart.client);
        anstream::println!("  to satisfy both: {}", apart.both);
    }
    if let Some(name) = &requirement.declaration {
        anstream::println!("  can be declared: `{name} = true` below [entra.declarations] in scimspec.toml");
    }
    if let Some(link) = requirement.link() {
        anstream::println!("  {link}");
    }
    for (id, requirements) in entries.iter().map(|entry| id_and_requirements(entry)) {
        if requirements.contains(&requirement.id.as_str()) {
            anstream::println!("  judged by {id}");
        }
    }
    for check in standing::ALL.iter().filter(|check| check.decides().any(|id| id == requirement.id)) {
        anstream::println!("  judged by standing/{}", check.name);
    }
}

fn explain_shape(shape: &RequestShape, entries: &[&SuiteEntry]) {
    let dialect = shape.dialect.map_or("both dialects", crate::requirement::Dialect::as_str);
    anstream::println!("{}  a request of the {}, {dialect}", shape.id, shape.client);
    let query: Vec<String> = shape.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    anstream::println!("  {} {}{query}", shape.method, shape.path);
    if let Some(kind) = &shape.content_type {
        anstream::println!("  Content-Type: {kind}");
    }
    if let Some(body) = shape.body.as_ref().map(|body| format!("{body:#}")).as_ref().or(shape.form.as_ref()) {
        body.lines().for_each(|line| anstream::println!("  {line}"));
    }
    anstream::println!("  known from: {}", shape.sources.join("; "));
    for entry in entries {
        if let SuiteEntry::Case(case) = entry
            && case.shapes.contains(&shape.id)
        {
            anstream::println!("  sent by {}", case.id);
        }
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
    list_requirements(case.requirements(), catalogue);
}

fn explain_table(table: &DeclaredTable, catalogue: &Catalogue) {
    anstream::println!("{}  ({}, {})", table.id, table.tier.as_str(), table.profile.as_str());
    anstream::println!("  {}", table.title);
    anstream::println!("  why: {}", table.why);
    anstream::println!("  one case for each {} that the target declares and that fits", table.rows);
    if !table.needs.is_empty() {
        anstream::println!("  needs: {}", table.needs.join(", "));
    }
    anstream::println!("  at {}:{}", table.source.name, table.at);
    list_requirements(table.requirements.iter().map(String::as_str), catalogue);
}

fn list_requirements<'a>(ids: impl IntoIterator<Item = &'a str>, catalogue: &Catalogue) {
    for requirement in ids.into_iter().filter_map(|id| catalogue.requirement(id)) {
        anstream::println!("  {}  {}  {}", requirement.id, requirement.level, requirement.text);
    }
}

fn explain_standing(check: &StandingCheck) {
    anstream::println!("standing/{}  looks at every answer", check.name);
    anstream::println!("  {}", check.title);
    anstream::println!("  why: {}", check.why);
    anstream::println!("  hint: {}", check.hint);
    anstream::println!("  requirements: {}", check.decides().collect::<Vec<_>>().join(", "));
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

/// Ids of the faults and variants.
#[cfg(feature = "reference")]
fn behaviours() -> impl Iterator<Item = &'static str> {
    crate::reference::faults().map(|one| one.id).chain(crate::reference::variants().map(|one| one.id))
}

#[cfg(not(feature = "reference"))]
fn behaviours() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}

#[cfg(not(feature = "reference"))]
fn explain_behaviour(_: &str) -> bool {
    false
}
