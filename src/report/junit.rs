//! JUnit XML: a `fail` is a failure, `error` and `blocked` are errors, a `skip` is skipped with its reason, and so is a
//! failure that is waived, so that CI systems stay green and still show it. `warn` and `note` are passed tests whose text stands in their output, because JUnit has no word between passed and failed.

use std::io;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::evidence::{exchange_of, told, write_before};
use super::{Case, Report, Reporter, untrusted};
use crate::verdict::{Finding, Verdict};

pub(super) struct Junit;

impl Reporter for Junit {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let mut junit = quick_junit::Report::new("scimspec");
        junit.timestamp = report.run.started.parse().ok();
        junit.set_time(Duration::from_millis(report.run.duration_ms));
        let mut suites: Vec<TestSuite> = Vec::new();
        for case in &report.cases {
            let name = suite_of(&case.id).replace('/', ".");
            let at = suites.iter().position(|suite| suite.name.as_str() == name).unwrap_or_else(|| {
                let mut suite = TestSuite::new(name.as_str());
                suite.add_property(Property::new("target", text(&report.target.url)));
                for warning in &report.run.warnings {
                    suite.add_property(Property::new("warning", text(warning)));
                }
                suites.push(suite);
                suites.len() - 1
            });
            suites[at].add_test_case(test_case(report, case));
        }
        for suite in &mut suites {
            let times = suite.test_cases.iter().filter_map(|case| case.time);
            let time = times.fold(Duration::ZERO, Duration::saturating_add);
            suite.set_time(time);
        }
        let waived = super::baseline::sentence(report.summary.waived, report.summary.fail);
        if let (Some(waived), Some(suite)) = (waived, suites.first_mut()) {
            suite.add_property(Property::new("waived", waived));
        }
        // Waivers that need care belong to no test case.
        for waiver in report.waivers.iter().filter(|waiver| waiver.state.needs_care()) {
            let name = text(&format!("waiver of {} is {}", waiver.case, waiver.state.as_str()));
            let note = text(waiver.note.as_deref().unwrap_or_default());
            if let Some(suite) = suites.first_mut() {
                suite.add_property(Property::new(name, note));
            }
        }
        junit.add_test_suites(suites);
        junit.serialize(&mut *out).map_err(io::Error::other)
    }
}

/// The id without its last part; the row of a table stays with the case.
fn suite_of(id: &str) -> &str {
    let end = id.find('[').unwrap_or(id.len());
    id[..end].rfind('/').map_or("scimspec", |at| &id[..at])
}

fn test_case(report: &Report, case: &Case) -> TestCase {
    let mut test = TestCase::new(text(&format!("{} ({})", case.title, case.id)), status(report, case));
    test.set_classname(suite_of(&case.id).replace('/', "."));
    test.set_time(Duration::from_millis(case.duration_ms));
    test.set_assertions(case.findings.len());
    if let Some(source) = &case.source {
        test.add_property(Property::new("source", text(source)));
        let file = source.rsplitn(3, ':').last().unwrap_or(source);
        test.extra.insert("file".into(), text(file).into());
    }
    for requirement in &case.requirements {
        test.add_property(Property::new("requirement", text(requirement)));
    }
    if case.is_waived() {
        test.add_property(Property::new("waived", "true"));
    }
    if matches!(case.verdict, Verdict::Warn | Verdict::Note) {
        test.set_system_out(format!("{}: {}", case.verdict, full_text(report, case)));
    }
    test
}

fn status(report: &Report, case: &Case) -> TestCaseStatus {
    let kind = match case.verdict {
        Verdict::Pass | Verdict::Warn | Verdict::Note => return TestCaseStatus::success(),
        Verdict::Skip => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(untrusted::one_line(case.reason.as_deref().unwrap_or("no reason was recorded")));
            return status;
        }
        Verdict::Fail if case.is_waived() => {
            let mut status = TestCaseStatus::skipped();
            let waived = case.findings.iter().find_map(|finding| finding.waived.as_ref());
            let why = waived.map(|waived| format!(" until {}: {}", waived.until, waived.reason)).unwrap_or_default();
            status.set_message(untrusted::one_line(&format!("fails, waived{why}")));
            status.set_type("waived");
            status.set_description(full_text(report, case));
            return status;
        }
        Verdict::Fail => NonSuccessKind::Failure,
        Verdict::Error | Verdict::Blocked => NonSuccessKind::Error,
    };
    let mut status = TestCaseStatus::non_success(kind);
    let worst = case.findings.iter().find(|finding| finding.verdict() == case.verdict);
    let message = worst.map(|finding| finding.message.as_str()).or(case.reason.as_deref()).unwrap_or(&case.title);
    status.set_message(untrusted::one_line(message));
    status.set_type(case.verdict.as_str());
    status.set_description(full_text(report, case));
    status
}

/// All that the console would say about a case.
fn full_text(report: &Report, case: &Case) -> String {
    let mut lines = vec![case.title.clone()];
    lines.extend(case.reason.clone());
    for finding in case.findings.iter().filter(|finding| finding.verdict() != Verdict::Pass) {
        lines.push(String::new());
        lines.extend(finding_lines(report, case, finding));
    }
    if !case.rerun.is_empty() {
        lines.extend([String::new(), format!("run again: {}", case.rerun)]);
    }
    text(&lines.join("\n"))
}

fn finding_lines(report: &Report, case: &Case, finding: &Finding) -> Vec<String> {
    let mut lines = vec![format!("x {}", finding.message)];
    let mut add = |label: &str, value: Option<&str>| lines.extend(value.map(|value| format!("{label}: {value}")));
    add("expected", finding.expected.as_deref());
    add("actual", finding.actual.as_deref());
    match report.requirement(&finding.requirement) {
        Some(info) => {
            let rule = format!("{} {} ({}): {}\n  {}", info.section, finding.level, info.id, info.text, info.link);
            add("requirement", Some(&rule));
        }
        None => add("requirement", Some(&format!("{} {}", finding.level, finding.requirement))),
    }
    let waived = finding.waived.as_ref().map(|waived| format!("until {}: {}", waived.until, waived.reason));
    add("waived", waived.as_deref());
    add("ruling", finding.ruling.as_deref());
    add("hint", finding.hint.as_deref());
    add("suite", finding.source.as_deref());
    if let Some((_, write)) = write_before(case, finding) {
        add("after", Some(&untrusted::shortened(&told(write), 4000)));
    }
    if let Some(exchange) = exchange_of(case, finding) {
        add("exchange", Some(&untrusted::shortened(&told(exchange), 4000)));
        add("response body", exchange.response_body.as_deref().map(|body| untrusted::shortened(body, 4000)).as_deref());
        add("replay", Some(&exchange.curl));
    }
    lines
}

/// Text that XML can hold: what would be dropped without a word is spelled out instead.
fn text(raw: &str) -> String {
    untrusted::visible(raw).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::suite_of;

    #[test]
    fn the_row_of_a_table_is_no_suite() {
        assert_eq!(suite_of("filter/matrix/selects[a/b]"), "filter/matrix");
        assert_eq!(suite_of("alone"), "scimspec");
    }
}
