//! Where every requirement stands: judged or excused, and noticed by a fault where it can fail.
//!
//! `UPDATE_GENERATED=1 cargo test --test coverage` writes `suites/COVERAGE.md`, from the catalogue, the suites and
//! `tests/faults.tsv` (which `UPDATE_GENERATED=1 cargo test --test faults` writes).

#![cfg(feature = "reference")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use scimspec::plan::{Coverage, Standing};
use scimspec::reference;
use scimspec::requirement::{Catalogue, Document, Reason, Requirement};
use scimspec::suite::{self, Suite, SuiteEntry};
use scimspec::verdict::Level;

/// Share of requirements that can fail and that no fault breaks, in percent at most.
const UNNOTICED_REQUIREMENTS: usize = 2;
/// Share of cases that notice no fault, in percent at most.
const UNNOTICED_CASES: usize = 2;

static SUITES: LazyLock<Vec<Arc<Suite>>> = LazyLock::new(|| {
    let loaded = suite::load(suite::embedded(), Catalogue::embedded());
    loaded.unwrap_or_else(|errors| panic!("{errors}")).into_iter().map(Arc::new).collect()
});

static COVERAGE: LazyLock<Coverage> = LazyLock::new(|| Coverage::of(&SUITES));

/// What each fault breaks and who notices it, as a full run of the fault trials wrote it down.
struct Faults {
    /// Requirement → faults.
    of_requirement: BTreeMap<String, BTreeSet<String>>,
    /// Case, rows of tables of attributes taken together → faults.
    of_case: BTreeMap<String, BTreeSet<String>>,
    count: usize,
}

static FAULTS: LazyLock<Faults> = LazyLock::new(|| {
    let (mut of_requirement, mut of_case) = (BTreeMap::<_, BTreeSet<_>>::new(), BTreeMap::<_, BTreeSet<_>>::new());
    let lines: Vec<Vec<&str>> =
        include_str!("faults.tsv").lines().skip(1).map(|line| line.split('\t').collect()).collect();
    for line in &lines {
        let [fault, requirements, cases, others] = line[..] else { panic!("four columns: {line:?}") };
        for id in requirements.split(' ') {
            of_requirement.entry(id.to_owned()).or_default().insert(fault.to_owned());
        }
        for id in cases.split(' ').chain(others.split(' ')) {
            of_case.entry(id.to_owned()).or_default().insert(fault.to_owned());
            if let Some((table, _)) = id.split_once('[') {
                of_case.entry(table.to_owned()).or_default().insert(fault.to_owned());
            }
        }
    }
    // What a client wants beyond the RFCs is proven by legal providers that do not have it, too.
    for variant in reference::variants() {
        for id in variant.warns.iter().filter(|id| id.starts_with("entra-")) {
            of_requirement.entry((*id).to_owned()).or_default().insert(variant.id.to_owned());
        }
    }
    Faults { of_requirement, of_case, count: lines.len() }
});

fn all() -> impl Iterator<Item = &'static Requirement> {
    Catalogue::embedded().requirements()
}

/// Requirements that a check can fail: a MUST with a line whose consequence is not lowered as a whole, or with a
/// standing check.
fn can_fail() -> BTreeSet<&'static str> {
    let lowered_only = |id: &str| {
        let mut lines = SUITES.iter().flat_map(|suite| &suite.entries).flat_map(|entry| match entry {
            SuiteEntry::Case(case) => case.steps.as_slice(),
            SuiteEntry::Declared(_) => &[],
        });
        let mut named = lines
            .by_ref()
            .flat_map(suite::Step::checks)
            .filter(|check| check.requirement == id || check.also.iter().any(|also| also == id))
            .peekable();
        named.peek().is_some() && named.all(|check| check.broken.is_some())
    };
    let judged = all().filter(|one| one.level == Level::Must && !COVERAGE.judges(&one.id).is_empty());
    judged.map(|one| one.id.as_str()).filter(|id| !lowered_only(id)).collect()
}

/// Ids of cases and tables.
fn cases() -> Vec<&'static str> {
    let id = |entry: &'static SuiteEntry| match entry {
        SuiteEntry::Case(case) => case.id.as_str(),
        SuiteEntry::Declared(table) => table.id.as_str(),
    };
    SUITES.iter().flat_map(|suite| &suite.entries).map(id).collect()
}

#[test]
fn every_observable_requirement_is_judged_or_excused() {
    let open: Vec<String> = all()
        .filter(|one| COVERAGE.standing(one) == Standing::Open)
        .map(|one| format!("{} {} {}", one.id, one.level, one.text))
        .collect();
    assert!(open.is_empty(), "{} are neither judged nor excused:\n{}", open.len(), open.join("\n"));
}

#[test]
fn nothing_is_excused_that_is_judged() {
    let both: Vec<&str> = Catalogue::embedded()
        .requirements()
        .filter(|one| one.excuse.is_some() && !COVERAGE.judges(&one.id).is_empty())
        .map(|one| one.id.as_str())
        .collect();
    assert!(both.is_empty(), "judged, so that the excuse can go: {}", both.join(" "));
}

#[test]
fn faults_notice_what_can_fail() {
    let can_fail = can_fail();
    let unnoticed: Vec<&str> = can_fail.iter().copied().filter(|id| !FAULTS.of_requirement.contains_key(*id)).collect();
    assert!(
        unnoticed.len() * 100 <= can_fail.len() * UNNOTICED_REQUIREMENTS,
        "{} of {} requirements that can fail are broken by no fault: {}",
        unnoticed.len(),
        can_fail.len(),
        unnoticed.join(" ")
    );
}

#[test]
fn faults_are_noticed_by_every_case() {
    let cases = cases();
    let idle: Vec<&str> = cases.iter().copied().filter(|id| !FAULTS.of_case.contains_key(*id)).collect();
    assert!(
        idle.len() * 100 <= cases.len() * UNNOTICED_CASES,
        "{} of {} cases notice no fault:\n{}",
        idle.len(),
        cases.len(),
        idle.join("\n")
    );
}

#[test]
fn the_page_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites/COVERAGE.md");
    let fresh = page();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&file, &fresh).expect("the page can be written");
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        committed == fresh,
        "suites/COVERAGE.md is stale: refresh it with `UPDATE_GENERATED=1 cargo test --test coverage`"
    );
}

fn page() -> String {
    let mut page = String::from(
        "# Coverage\n\nGenerated by `UPDATE_GENERATED=1 cargo test --test coverage`. Which cases and standing checks judge each\n\
         requirement, and how many faults of the reference provider were seen to break it.\n\n",
    );
    summary(&mut page);
    unnoticed(&mut page);
    let mut document: Option<&Document> = None;
    let mut section: Option<&str> = None;
    for one in all() {
        if document.is_none_or(|known| known.name != one.document.name) {
            let name = one.document.rfc.map_or_else(|| one.document.name.clone(), |number| format!("RFC {number}"));
            let _ = write!(page, "\n## {name}: {}\n", one.document.title);
            (document, section) = (Some(one.document.as_ref()), None);
        }
        if section.is_none_or(|known| known != one.section) {
            let _ = write!(
                page,
                "\n### {} {}\n\n| requirement | level | judged by | faults |\n| --- | --- | --- | --- |\n",
                one.section, one.section_title
            );
            section = Some(&one.section);
        }
        let faults = FAULTS.of_requirement.get(&one.id).map_or(0, BTreeSet::len);
        let (judged, faults) = match COVERAGE.standing(one) {
            Standing::Judged(judges) => (summed(judges), faults.to_string()),
            Standing::Excused(excuse) => (format!("{}: {}", excuse.reason.as_str(), excuse.why), String::new()),
            Standing::Declared(name) => (format!("a person declares it: `{name}`"), String::new()),
            Standing::Unobservable => ("not observable from outside".to_owned(), String::new()),
            Standing::Open => ("**nothing**".to_owned(), String::new()),
        };
        let _ = writeln!(page, "| {}: {} | {} | {judged} | {faults} |", one.id, cell(&one.text), one.level);
    }
    page
}

fn summary(page: &mut String) {
    page.push_str(
        "| RFC or client | requirements | judged | excused | declared by people | not observable |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut by_document: Vec<(&str, [usize; 4])> = Vec::new();
    for one in all() {
        if by_document.last().is_none_or(|(name, _)| *name != one.document.name) {
            by_document.push((&one.document.name, [0; 4]));
        }
        let column = match COVERAGE.standing(one) {
            Standing::Judged(_) => 0,
            Standing::Excused(_) => 1,
            Standing::Declared(_) => 2,
            Standing::Unobservable | Standing::Open => 3,
        };
        if let Some((_, counts)) = by_document.last_mut() {
            counts[column] += 1;
        }
    }
    for (name, [judged, excused, declared, unobservable]) in by_document {
        let all = judged + excused + declared + unobservable;
        let _ = writeln!(page, "| {name} | {all} | {judged} | {excused} | {declared} | {unobservable} |");
    }
    page.push_str("\n| reason for an excuse | requirements |\n| --- | --- |\n");
    for reason in Reason::ALL {
        let excused =
            |one: &&Requirement| matches!(COVERAGE.standing(one), Standing::Excused(excuse) if excuse.reason == reason);
        let _ = writeln!(page, "| {} | {} |", reason.as_str(), all().filter(excused).count());
    }
    let _ = writeln!(page, "\n{} cases and tables of cases, {} faults.", cases().len(), FAULTS.count);
}

fn unnoticed(page: &mut String) {
    let can_fail = can_fail();
    let requirements: Vec<&str> =
        can_fail.iter().copied().filter(|id| !FAULTS.of_requirement.contains_key(*id)).collect();
    let cases: Vec<&str> = cases().into_iter().filter(|id| !FAULTS.of_case.contains_key(*id)).collect();
    let listed = |ids: &[&str]| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let _ = write!(
        page,
        "\n## What no fault was seen to break\n\n{} of {} requirements that can fail: {}.\n\n{} cases: {}.\n",
        requirements.len(),
        can_fail.len(),
        listed(&requirements),
        cases.len(),
        listed(&cases)
    );
}

/// Ids of cases, the rows of a table as one.
fn summed(judges: &[String]) -> String {
    let mut tables: Vec<(&str, usize)> = Vec::new();
    for id in judges {
        let table = id.split('[').next().unwrap_or(id);
        match tables.iter_mut().find(|(known, _)| *known == table) {
            Some((_, rows)) => *rows += 1,
            None => tables.push((table, 1)),
        }
    }
    let shown = tables.iter().map(|(id, rows)| match rows {
        1 => format!("`{id}`"),
        rows => format!("`{id}` ({rows} rows)"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
