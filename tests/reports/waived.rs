//! Waivers in every format, baselines as text, and two reports compared.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use scimspec::report::diff::{diff, schema as diff_schema, write as write_diff};
use scimspec::report::{Format, Report, WaiverState, baseline, read_json};
use scimspec::target::config::Baseline;
use scimspec::verdict::Verdict;

use super::hostile::{self, ATTACK};
use super::{on_terminal, sample, written};

const TODAY: Date = date(2026, 11, 21);

/// A waiver of each state; the reasons are attacks.
fn waivers() -> Baseline {
    let entry = |case: &str, requirement: &str, expires: &str| {
        let requirement =
            if requirement.is_empty() { String::new() } else { format!("requirement = '{requirement}'\n") };
        // A JSON text is a text of TOML, too.
        let reason = serde_json::Value::from(format!("ticket 7 {ATTACK}").replace('\u{9b}', ""));
        format!("[[waivers]]\ncase = '{case}'\n{requirement}reason = {reason}\nexpires = {expires}\n")
    };
    let text = [
        entry("users/create/keeps-values", "7644-3.3-09", "2026-11-21"),
        entry("users/create/answers-201", "7644-3.3-08", "2026-11-20"),
        entry("etag/versions/has-etag", "", "2999-12-31"),
        entry("discovery/schemas/lists-all", "", "2027-01-01"),
        entry("users/create/answers-201", "7644-4-05", "2027-01-01"),
        entry("filter/matrix/selects[eq]", "", "2027-01-01"),
        entry("patch/not-selected", "", "2027-01-01"),
        entry("users/create/answer-201", "", "2027-01-01"),
    ];
    Baseline::parse("baseline.toml", &text.concat()).unwrap_or_else(|error| panic!("{error}"))
}

/// Holds a text against the snapshot beside those of the other reports.
fn shot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(format!("reports__{name}"), text));
}

fn waived() -> Report {
    let mut report = hostile::every_verdict();
    let mut known: BTreeSet<String> = report.cases.iter().map(|case| case.id.clone()).collect();
    known.insert("patch/not-selected".to_owned());
    baseline::apply(&mut report, &waivers().waivers, TODAY, &known);
    report
}

#[test]
fn each_format_says_what_is_waived() {
    let report = waived();
    for format in [Format::Junit, Format::Markdown, Format::Github] {
        shot(&format!("waived_{format}"), &written(format, &report));
    }
    shot("waived_terminal", &on_terminal(&report, false, false));
    for format in Format::ALL {
        let text = written(format, &report);
        assert!(text.contains("ticket 7"), "{format} keeps the reason to itself");
        assert!(text.contains("1 of 2 failing cases is waived"), "{format} does not say how many are waived");
        assert!(text.contains("expired on 2026-11-20"), "{format} does not say what expired");
        let is_data = matches!(format, Format::Json | Format::Ndjson);
        let bad = |c: char| !is_data && ((c.is_control() && c != '\n') || c == '\u{202e}');
        assert_eq!(text.find(bad), None, "{format}");
    }
    let page = written(Format::Html, &report);
    assert!(page.contains("waived until 2026-11-21") && page.contains("What became of the waivers"));
}

#[test]
fn a_waiver_is_a_mark_and_changes_no_verdict() {
    let (before, after) = (hostile::every_verdict(), waived());
    let verdicts = |report: &Report| report.cases.iter().map(|case| case.verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(&before), verdicts(&after));
    assert_eq!(before.profiles[0].verdict, after.profiles[0].verdict);
    assert_eq!((after.summary.fail, after.summary.waived), (2, 1));
    let waived: Vec<&str> = after.cases.iter().filter(|case| case.is_waived()).map(|case| case.id.as_str()).collect();
    // The waiver of a table stands for its row; the failure with three findings stays, one of them is not enough.
    assert_eq!(waived, ["users/create/keeps-values[two words]", "etag/versions/has-etag"]);
}

#[test]
fn each_waiver_is_told_what_became_of_it() {
    use WaiverState::{Expired, Holds, NotJudged, Stale, Unknown};
    let report = waived();
    let states: Vec<WaiverState> = report.waivers.iter().map(|waiver| waiver.state).collect();
    // On its last day a waiver holds.
    assert_eq!(states, [Holds, Expired, Holds, Stale, Stale, NotJudged, NotJudged, Unknown]);
    let note = |at: usize| report.waivers[at].note.as_deref().unwrap_or_default();
    assert_eq!(note(1), "the waiver expired on 2026-11-20: its finding counts again; mend it, or give it a new day");
    assert_eq!(note(3), "nothing is broken there any more: delete the waiver");
    assert!(note(4).starts_with("what is broken there is 7643-3.1-01, 7644-3.3-08, 7644-3.3-09, which"), "{}", note(4));
    assert!(note(7).ends_with("did you mean `users/create/answers-201`?"), "{}", note(7));
    assert_eq!(report.waivers[1].source.as_deref(), Some("baseline.toml:6:1"));
}

#[test]
fn a_waived_failure_is_skipped_in_junit_so_that_a_job_stays_green() {
    let junit = quick_junit::Report::deserialize_from_str(&written(Format::Junit, &waived())).expect("JUnit XML");
    assert_eq!((junit.tests, junit.failures, junit.errors, junit.skipped), (9, 1, 2, 2));
}

#[test]
fn what_was_waived_is_read_back() {
    let report = waived();
    assert_eq!(read_json(&written(Format::Json, &report)).expect("a report"), report);
}

#[test]
fn a_written_baseline_waives_all_that_fails() {
    for (report, strict) in [(hostile::every_verdict(), false), (sample::typical(), true), (waived(), false)] {
        let text = baseline::text(&report, date(2027, 2, 19), "known", strict);
        let read = Baseline::parse("baseline.toml", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let mut again = report.clone();
        baseline::apply(&mut again, &read.waivers, TODAY, &BTreeSet::new());
        let counts = |verdict| verdict == Verdict::Fail || (strict && verdict == Verdict::Warn);
        assert!(again.cases.iter().any(|case| counts(case.verdict)));
        assert!(
            again.cases.iter().filter(|case| counts(case.verdict)).all(scimspec::report::Case::is_waived),
            "{text}"
        );
        assert!(!text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text}");
    }
}

#[test]
fn a_baseline_that_is_written_anew_keeps_what_holds_and_drops_what_is_of_no_use() {
    let text = baseline::text(&waived(), date(2027, 2, 19), "new", false);
    let read = Baseline::parse("baseline.toml", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let of = |case: &str, requirement: Option<&str>| {
        let mut all = read.waivers.iter();
        all.find(|one| one.case == case && one.requirement.as_deref() == requirement)
            .map(|one| (one.expires, one.reason.starts_with("ticket 7")))
    };
    assert_eq!(of("users/create/keeps-values[two words]", Some("7644-3.3-09")), Some((date(2026, 11, 21), true)));
    assert_eq!(of("users/create/answers-201", Some("7644-3.3-08")), Some((date(2027, 2, 19), true)), "renewed");
    assert_eq!(of("users/create/answers-201", Some("7643-3.1-01")), Some((date(2027, 2, 19), false)), "new");
    assert_eq!(of("patch/not-selected", None), Some((date(2027, 1, 1), true)), "not judged, kept");
    assert_eq!(of("discovery/schemas/lists-all", None), None, "stale");
    assert_eq!(of("users/create/answer-201", None), None, "unknown");
}

#[test]
fn without_failures_the_baseline_is_empty_and_can_be_read() {
    let mut report = hostile::every_verdict();
    report.cases.retain(|case| case.verdict == Verdict::Pass);
    let text = baseline::text(&report, TODAY, "known", true);
    assert!(text.ends_with("\nwaivers = []\n"), "{text}");
    assert_eq!(Baseline::parse("b.toml", &text).expect("a baseline").waivers, []);
}

/// The newer run: one failure fixed, one that fails otherwise, one that is not judged, one new.
fn later() -> Report {
    let mut report = hostile::every_verdict();
    for case in &mut report.cases {
        match case.id.as_str() {
            "users/create/answers-201" => {
                case.findings.retain(|finding| finding.requirement == "7644-3.3-08");
                case.findings[0].requirement = "7644-3.1-01".into();
            }
            "users/create/keeps-values[two words]" => {
                case.verdict = Verdict::Error;
                case.reason = Some(format!("no answer {ATTACK}"));
            }
            "discovery/schemas/lists-all" => {
                case.verdict = Verdict::Fail;
                case.findings[0].seen = scimspec::verdict::Seen::Broken;
            }
            "entra/cycle/initial" => case.id = "entra/cycle/first".into(),
            _ => {}
        }
    }
    report
}

#[test]
fn two_runs_are_compared_by_what_is_broken_where() {
    let (old, new) = (hostile::every_verdict(), later());
    let difference = diff(&old, &new);
    let names = |list: &[scimspec::report::diff::Failure]| -> Vec<String> {
        list.iter().map(|one| format!("{} {}", one.case, one.requirement.as_deref().unwrap_or("-"))).collect()
    };
    assert_eq!(
        names(&difference.new_failures),
        ["discovery/schemas/lists-all 7644-4-05", "users/create/answers-201 7644-3.1-01"]
    );
    assert_eq!(
        names(&difference.fixed),
        [
            "users/create/answers-201 7643-3.1-01",
            "users/create/answers-201 7644-3.3-08",
            "users/create/answers-201 7644-3.3-09"
        ]
    );
    // What was not judged again is not fixed.
    assert_eq!(difference.changed.len(), 1);
    assert_eq!((difference.changed[0].old, difference.changed[0].new), (Verdict::Fail, Verdict::Error));
    assert_eq!(
        (difference.added.as_slice(), difference.gone.as_slice()),
        (&["entra/cycle/first".to_owned()][..], &["entra/cycle/initial".to_owned()][..])
    );
    assert!(difference.is_worse() && !diff(&new, &new).is_worse());
    let mut text = Vec::new();
    write_diff(&difference, false, &mut text).expect("memory");
    let text = String::from_utf8(text).expect("UTF-8");
    assert!(!text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text}");
    shot("difference", &text);
}

#[test]
fn a_new_failure_that_is_waived_is_not_worse() {
    let (old, mut new) = (hostile::every_verdict(), later());
    let baseline = baseline::text(&new, date(2027, 2, 19), "known", false);
    let waivers = Baseline::parse("b.toml", &baseline).expect("a baseline").waivers;
    baseline::apply(&mut new, &waivers, TODAY, &BTreeSet::new());
    let difference = diff(&old, &new);
    assert!(difference.new_failures.len() == 2 && !difference.is_worse());
}

#[test]
fn runs_that_cannot_be_compared_are_said_to_be_so() {
    let (old, mut new) = (hostile::every_verdict(), later());
    new.target.url = "https://other.example".into();
    new.run.selectors = vec!["patch/".into()];
    new.run.complete = false;
    new.cases.retain(|case| case.verdict != Verdict::Fail);
    let notes = diff(&old, &new).notes;
    assert_eq!(
        notes,
        [
            "the runs had different targets: https://scim.example.com/v2, then https://other.example",
            "the runs had different selections: everything, then patch/",
            "the newer run was cut short",
            "1 failure of the older run is not in the newer one, which is no proof that it was fixed",
        ]
    );
}

#[test]
fn the_difference_follows_its_schema() {
    let validator = jsonschema::validator_for(&diff_schema()).expect("a valid schema");
    let difference = serde_json::to_value(diff(&hostile::every_verdict(), &later())).expect("JSON");
    let errors: Vec<String> = validator.iter_errors(&difference).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}
