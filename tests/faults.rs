//! The test of the tester: every fault of the reference provider is noticed on a requirement that it breaks, and
//! neither the clean provider nor any legal variant is blamed.
//!
//! A fault is tried on some of the cases that are known to notice it, one of which has to notice it again. With
//! `FAULTS=whole` it is tried on every case, and `tests/faults.tsv`, the table of which case notices what, is held against
//! that; `UPDATE_GENERATED=1` does the same and writes the table.

mod embedded;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use scimspec::reference::{self, Fault, Variant};
use scimspec::run::Run;
use scimspec::suite::Profile;
use scimspec::verdict::{Finding, Seen, Verdict};

/// What notices a fault.
#[derive(Default)]
struct Noticed {
    requirements: BTreeSet<String>,
    /// Cases that notice it on a requirement that it breaks.
    cases: BTreeSet<String>,
    /// Cases that notice it on others.
    others: BTreeSet<String>,
}

/// Fault → what notices it.
type Matrix = Arc<Mutex<BTreeMap<&'static str, Noticed>>>;

/// Cases and requirements that deviate on the clean provider, too: notes on what the RFC leaves open.
static OF_THE_CLEAN: LazyLock<BTreeSet<(String, String)>> = LazyLock::new(|| {
    let run = embedded::run_in_turn(embedded::provider(|_| {}), Vec::new()).expect("the clean provider can be judged");
    let deviating = findings(&run).into_iter().filter(|(.., finding)| deviates(finding));
    deviating.map(|(id, _, finding)| (id, finding.requirement.clone())).collect()
});

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let matrix = Matrix::default();
    let mut trials = vec![Trial::test("clean", clean)];
    for fault in reference::faults() {
        let matrix = Arc::clone(&matrix);
        trials.push(Trial::test(format!("fault/{}", fault.id), move || fault_is_noticed(fault, &matrix)));
    }
    for variant in reference::variants() {
        trials.push(Trial::test(format!("variant/{}", variant.id), move || variant_is_not_blamed(variant)));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    let all_ran = conclusion.num_filtered_out == 0 && conclusion.num_passed > 0 && !conclusion.has_failed();
    if is_whole()
        && let Err(stale) = matrix_is_fresh(&matrix, all_ran)
    {
        eprintln!("{stale}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

/// The clean provider takes the texts "True" and "False" for booleans, as Entra ID sends them; that is a remark (C12).
const REMARK_OF_THE_CLEAN: &str = "7643-2.3-03";

/// What a run says, finding by finding: id of the case, verdict of the finding, finding.
fn findings(run: &Run) -> Vec<(String, Verdict, &Finding)> {
    let of_cases = run.cases.iter().flat_map(|record| record.findings.iter().map(|one| (record.case.id.clone(), one)));
    let of_standing = run
        .standing
        .iter()
        .flat_map(|record| record.findings.iter().map(|one| (format!("standing/{}", record.name), one)));
    of_cases.chain(of_standing).map(|(id, finding)| (id, finding.verdict(), finding)).collect()
}

/// Whether a finding says that something is not as expected. That a feature is not there is no such thing.
fn deviates(finding: &Finding) -> bool {
    matches!(finding.seen, Seen::Broken | Seen::Warned | Seen::Noted)
}

fn line(id: &str, finding: &Finding) -> String {
    format!("{id} [{}] {}", finding.requirement, finding.message)
}

fn unjudged(run: &Run, of: Verdict) -> Vec<String> {
    let with = run.cases.iter().filter(|record| record.verdict == of);
    with.map(|record| format!("{}: {}", record.case.id, record.reason.as_deref().unwrap_or(""))).collect()
}

fn none(what: &str, lines: &[String]) -> Result<(), Failed> {
    if lines.is_empty() { Ok(()) } else { Err(format!("{} {what}:\n{}", lines.len(), lines.join("\n")).into()) }
}

fn clean() -> Result<(), Failed> {
    let run = embedded::run(embedded::provider(|_| {}))?;
    let deviations: Vec<String> = findings(&run)
        .into_iter()
        .filter(|(_, verdict, _)| matches!(verdict, Verdict::Fail | Verdict::Warn))
        .filter(|(_, verdict, finding)| *verdict == Verdict::Fail || finding.requirement != REMARK_OF_THE_CLEAN)
        .map(|(id, _, finding)| line(&id, finding))
        .collect();
    none("deviations of the clean provider", &deviations)?;
    none("errors", &unjudged(&run, Verdict::Error))?;
    none("blocked cases", &unjudged(&run, Verdict::Blocked))?;
    none("resources left behind", &run.left_behind)
}

/// Whether faults are tried on every case.
fn is_whole() -> bool {
    std::env::var_os("UPDATE_GENERATED").is_some() || std::env::var("FAULTS").is_ok_and(|what| what == "whole")
}

/// Cases that a fault is tried on, so that rules that watch every exchange have something to look at.
const EVERYDAY: [&str; 8] = [
    "auth/credentials",
    "discovery/requests",
    "errors/bodies",
    "etag/versions",
    "groups/lifecycle",
    "pagination/parameters",
    "users/create",
    "users/retrieve",
];

/// Some of the cases that notice a fault, by the committed table; none for one that is not in it.
fn known_cases(fault: &Fault) -> Vec<String> {
    const MOST: usize = 12;
    let Some(line) = include_str!("faults.tsv").lines().find(|line| line.split('\t').next() == Some(fault.id)) else {
        return Vec::new();
    };
    let cases = |column: usize| -> Vec<String> {
        let listed = line.split('\t').nth(column).unwrap_or_default().split(' ');
        let named: Vec<&str> = listed.filter(|id| embedded::has_case(id)).collect();
        named.iter().step_by(named.len().div_ceil(MOST).max(1)).map(|id| (*id).to_owned()).collect()
    };
    [cases(2), cases(3)].concat()
}

fn fault_is_noticed(fault: &'static Fault, matrix: &Matrix) -> Result<(), Failed> {
    let provider = embedded::provider(|provider| fault.apply(provider));
    let known = if is_whole() { Vec::new() } else { known_cases(fault) };
    let everyday = EVERYDAY.map(str::to_owned).to_vec();
    let run = if fault.id.starts_with("large/") {
        embedded::run(provider)?
    } else if fault.id.starts_with("load/") {
        // Every other case would wait for such a provider, or blame it.
        embedded::run_in_turn(provider, vec!["entra/onboarding/load".to_owned()])?
    } else if fault.id.starts_with("race/") {
        embedded::run_races(provider)?
    } else if known.is_empty() {
        embedded::run_in_turn(provider, Vec::new())?
    } else {
        embedded::run_in_turn(provider, [known, everyday].concat())?
    };
    let findings = findings(&run);
    let breaks = |finding: &Finding| finding.requirements().any(|id| fault.breaks.contains(&id));
    let new = findings.iter().filter(|(id, _, finding)| {
        deviates(finding) && !OF_THE_CLEAN.contains(&(id.clone(), finding.requirement.clone()))
    });
    let mut noticed = Noticed::default();
    let mut missed = true;
    for (id, _, finding) in new {
        noticed.requirements.extend(finding.requirements().map(str::to_owned));
        if breaks(finding) {
            missed = false;
            noticed.cases.insert(id.clone());
        } else {
            noticed.others.insert(id.clone());
        }
    }
    noticed.others.retain(|id| !noticed.cases.contains(id));
    let named: Vec<&str> = fault.breaks.iter().chain(fault.also).copied().collect();
    let others: BTreeSet<String> = findings
        .iter()
        .filter(|(_, verdict, finding)| {
            *verdict == Verdict::Fail && !finding.requirements().any(|id| named.contains(&id))
        })
        .map(|(id, _, finding)| line(id, finding))
        .collect();
    let others: Vec<String> = others.into_iter().collect();
    matrix.lock().map_err(|_| "another trial panicked")?.insert(fault.id, noticed);
    if missed {
        let seen: Vec<String> =
            findings.iter().filter(|(.., one)| deviates(one)).map(|(id, _, one)| line(id, one)).collect();
        return Err(format!(
            "nothing notices `{}` on {:?}; seen instead:\n{}",
            fault.title,
            fault.breaks,
            seen.join("\n")
        )
        .into());
    }
    none("fails on requirements that the fault does not name", &others)
}

fn variant_is_not_blamed(variant: &'static Variant) -> Result<(), Failed> {
    let run = embedded::run_in_turn(embedded::provider(|provider| variant.apply(provider)), Vec::new())?;
    let findings = findings(&run);
    let named = |finding: &Finding| variant.warns.contains(&finding.requirement.as_str());
    // A client may insist on what the RFC leaves open: its verdict is its own.
    let of_client: BTreeSet<&str> = run
        .cases
        .iter()
        .filter(|record| record.case.profile != Profile::Rfc)
        .map(|record| record.case.id.as_str())
        .collect();
    let lines = |of: Verdict| -> Vec<String> {
        let seen = findings.iter().filter(|(id, verdict, _)| *verdict == of && !of_client.contains(id.as_str()));
        seen.filter(|(.., finding)| {
            of == Verdict::Fail || !(named(finding) || finding.requirement == REMARK_OF_THE_CLEAN)
        })
        .map(|(id, _, finding)| line(id, finding))
        .collect()
    };
    none("fails of a legal provider", &lines(Verdict::Fail))?;
    none("warnings that the variant does not name", &lines(Verdict::Warn))?;
    none("errors", &unjudged(&run, Verdict::Error))?;
    // What the client cannot set up, it has blamed already.
    let mut blocked = unjudged(&run, Verdict::Blocked);
    if findings.iter().any(|(id, verdict, _)| *verdict == Verdict::Fail && of_client.contains(id.as_str())) {
        blocked.retain(|line| !line.split(": ").next().is_some_and(|id| of_client.contains(id)));
    }
    none("blocked cases", &blocked)
}

/// Holds the table against what was seen, or writes down what was seen; faults that were not tried keep their line.
fn matrix_is_fresh(matrix: &Matrix, all_ran: bool) -> Result<(), String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults.tsv");
    let committed = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    let id_of = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
    let mut lines: BTreeMap<String, String> =
        committed.lines().skip(1).map(|line| (id_of(line), line.to_owned())).collect();
    lines.retain(|id, _| reference::fault(id).is_some());
    let joined = |words: &BTreeSet<String>| words.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    for (fault, noticed) in matrix.lock().map_err(|_| "another trial panicked")?.iter() {
        let columns = [&noticed.requirements, &noticed.cases, &noticed.others].map(joined);
        lines.insert((*fault).to_owned(), format!("{fault}\t{}", columns.join("\t")));
    }
    let mut text =
        String::from("fault\trequirements that are seen broken\tcases that notice what it breaks\tother cases\n");
    for line in lines.values() {
        text.push_str(line);
        text.push('\n');
    }
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        return std::fs::write(path, text).map_err(|error| error.to_string());
    }
    if !all_ran || committed == text {
        return Ok(());
    }
    Err("tests/faults.tsv is stale: refresh it with `UPDATE_GENERATED=1 cargo test --test faults` and review the diff"
        .to_owned())
}
