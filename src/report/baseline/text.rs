//! A baseline file as text: what fails in a report, ready to be given to the next run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;

use crate::report::cause::shape;
use crate::report::untrusted::{is_deceptive, one_line, shortened};
use crate::report::{Case, Report, WaiverInfo, WaiverState};
use crate::verdict::{Finding, Verdict};

const HEAD: &str = "\
# What is known to fail, so that only what is new turns a build red: scimspec run --baseline THIS-FILE
#
# Each waiver has a reason and the last day on which it holds; after that day the failure counts again.
# `requirement` narrows a waiver to one requirement; without it, everything that is broken in the case is waived.
# The id of a table without a row, such as \"filter/matrix/selects\", stands for each of its rows.
# A waiver never changes a verdict: the report shows what is waived, and says which waivers are of no use any more.
";

/// The baseline of a report: one waiver per case and requirement that fails, with `strict` also for recommendations
/// that are not followed.
///
/// Waivers that hold keep their reason and day, and so do those whose case was not judged; expired ones keep their
/// reason and hold until `until` again; those that are of no use are left out. What is new gets `reason` and `until`.
#[must_use]
pub fn text(report: &Report, until: Date, reason: &str, strict: bool) -> String {
    let mut broken: BTreeMap<(&str, &str), (&Case, &Finding)> = BTreeMap::new();
    for case in &report.cases {
        for finding in case.findings.iter().filter(|finding| counts(finding.verdict(), strict)) {
            broken.entry((&case.id, &finding.requirement)).or_insert((case, finding));
        }
    }
    let mut page = Page { out: HEAD.to_owned(), until, written: BTreeSet::new() };
    for (case, finding) in broken.into_values() {
        let is_expired = |waiver: &&WaiverInfo| waiver.state == WaiverState::Expired && is_of(waiver, case, finding);
        let (reason, until) = match (&finding.waived, report.waivers.iter().find(is_expired)) {
            (Some(waived), _) => (waived.reason.as_str(), waived.until.as_str()),
            (None, Some(expired)) => (expired.reason.as_str(), ""),
            (None, None) => (reason, ""),
        };
        // Without generated values, so that a baseline that is written anew differs only where it has to.
        page.push(&shape(&finding.message), &case.id, Some(&finding.requirement), reason, until);
    }
    for waiver in report.waivers.iter().filter(|waiver| waiver.state == WaiverState::NotJudged) {
        let WaiverInfo { case, requirement, reason, until, .. } = waiver;
        page.push("not judged in this run", case, requirement.as_deref(), reason, until);
    }
    if page.written.is_empty() {
        page.out.push_str("\nwaivers = []\n");
    }
    page.out
}

struct Page {
    out: String,
    /// The last day of what has none yet.
    until: Date,
    /// Case and requirement of each waiver.
    written: BTreeSet<(String, Option<String>)>,
}

impl Page {
    fn push(&mut self, comment: &str, case: &str, requirement: Option<&str>, reason: &str, until: &str) {
        if !self.written.insert((case.to_owned(), requirement.map(str::to_owned))) {
            return;
        }
        let day = Some(until).filter(|text| text.len() == 10).and_then(|text| text.parse().ok()).unwrap_or(self.until);
        let reason = if reason.trim().is_empty() { "no reason was recorded" } else { reason };
        let out = &mut self.out;
        let _ = writeln!(out, "\n# {}\n[[waivers]]\ncase = {}", one_line(&shortened(comment, 300)), quoted(case));
        if let Some(requirement) = requirement {
            let _ = writeln!(out, "requirement = {}", quoted(requirement));
        }
        let _ = writeln!(out, "reason = {}\nexpires = {day}", quoted(reason));
    }
}

fn counts(verdict: Verdict, strict: bool) -> bool {
    verdict == Verdict::Fail || (strict && verdict == Verdict::Warn)
}

fn is_of(waiver: &WaiverInfo, case: &Case, finding: &Finding) -> bool {
    let rest = case.id.strip_prefix(waiver.case.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
        && waiver.requirement.as_ref().is_none_or(|id| *id == finding.requirement)
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_deceptive(c) => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use crate::target::config::Baseline;

    #[test]
    fn any_text_is_read_back_as_it_was() {
        for text in ["plain", "\"quoted\" \\ back", "two\nlines\tand \u{1b}[31m \u{202e} \u{7f}", "日本 👍"] {
            let file = format!("[[waivers]]\ncase = 'a'\nreason = {}\nexpires = 2027-01-01\n", quoted(text));
            assert!(!file.replace('\n', "").contains(char::is_control), "{file}");
            assert_eq!(Baseline::parse("b.toml", &file).unwrap().waivers[0].reason, text);
        }
    }
}
