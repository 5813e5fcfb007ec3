//! Known failures: waivers put their marks on findings, and the report says what became of each waiver.
//!
//! A waiver never changes a verdict. What changes is who is bothered: the exit code, and how loud a format is.

use std::collections::BTreeSet;

use jiff::civil::Date;

mod text;

pub use text::text;

use super::cause::causes;
use super::{Case, Report, WaiverInfo, WaiverState, counted, profile};
use crate::suggest;
use crate::target::config::Waiver;
use crate::verdict::{Finding, Verdict, Waived};

/// Marks the findings that waivers are about, and notes what became of each waiver.
///
/// `today` is a day of the caller, since nothing here sees a clock; a waiver holds on its last day. `known` are the
/// ids of all cases, whether they were run or not, so that a waiver of a case that was not selected is not called
/// mistaken.
pub fn apply(report: &mut Report, waivers: &[Waiver], today: Date, known: &BTreeSet<String>) {
    let mut infos = Vec::with_capacity(waivers.len());
    for waiver in waivers {
        let holds = today <= waiver.expires;
        let mut findings = 0;
        for case in report.cases.iter_mut().filter(|case| waiver.covers(&case.id)) {
            for finding in case.findings.iter_mut().filter(|finding| is_about(waiver, finding)) {
                findings += 1;
                if holds && finding.waived.is_none() {
                    finding.waived = Some(Waived { reason: waiver.reason.clone(), until: waiver.expires.to_string() });
                }
            }
        }
        let (state, note) = match findings {
            0 => without_findings(report, waiver, known),
            _ if holds => (WaiverState::Holds, None),
            _ => {
                let again = if findings == 1 { "its finding counts again" } else { "its findings count again" };
                let note = format!("the waiver expired on {}: {again}; mend it, or give it a new day", waiver.expires);
                (WaiverState::Expired, Some(note))
            }
        };
        infos.push(WaiverInfo {
            case: waiver.case.clone(),
            requirement: waiver.requirement.clone(),
            reason: waiver.reason.clone(),
            until: waiver.expires.to_string(),
            source: Some(waiver.source.clone()).filter(|source| !source.is_empty()),
            state,
            findings,
            note,
        });
    }
    report.waivers = infos;
    tell(report);
}

/// Whether a finding is one that the waiver may mark: broken, by the requirement that it names.
fn is_about(waiver: &Waiver, finding: &Finding) -> bool {
    matches!(finding.verdict(), Verdict::Fail | Verdict::Warn)
        && waiver.requirement.as_ref().is_none_or(|id| *id == finding.requirement)
}

/// What is to be said of a waiver that is about nothing in this run.
fn without_findings(report: &Report, waiver: &Waiver, known: &BTreeSet<String>) -> (WaiverState, Option<String>) {
    let own: Vec<&Case> = report.cases.iter().filter(|case| waiver.covers(&case.id)).collect();
    if own.is_empty() && !known.iter().any(|id| waiver.covers(id) || table_of(id) == table_of(&waiver.case)) {
        let near = suggest::nearest(&waiver.case, known.iter().map(String::as_str));
        let advice =
            near.map_or("`scimspec list` shows the cases".to_owned(), |near| format!("did you mean `{near}`?"));
        return (WaiverState::Unknown, Some(format!("no case and no standing check has this id: {advice}")));
    }
    let judged = |case: &&Case| !matches!(case.verdict, Verdict::Skip | Verdict::Blocked | Verdict::Error);
    if !own.iter().any(judged) {
        return (WaiverState::NotJudged, Some("the case was not judged in this run".to_owned()));
    }
    let others: BTreeSet<&str> = own
        .iter()
        .flat_map(|case| &case.findings)
        .filter(|finding| matches!(finding.verdict(), Verdict::Fail | Verdict::Warn))
        .map(|finding| finding.requirement.as_str())
        .collect();
    let note = if others.is_empty() {
        "nothing is broken there any more: delete the waiver".to_owned()
    } else {
        let others: Vec<&str> = others.into_iter().collect();
        format!("what is broken there is {}, which the waiver does not name: correct or delete it", others.join(", "))
    };
    (WaiverState::Stale, Some(note))
}

/// The id of a case without its row.
fn table_of(id: &str) -> &str {
    id.split('[').next().unwrap_or(id)
}

/// Brings the summary and the profiles up to date with the marks. Verdicts stay as they are.
fn tell(report: &mut Report) {
    let is_waived = |case: &&Case| case.verdict == Verdict::Fail && case.is_waived();
    report.summary.waived = report.cases.iter().filter(is_waived).count();
    for profile in &mut report.profiles {
        let own = || report.cases.iter().filter(|case| case.profile == profile.id);
        let fails = own().filter(|case| case.verdict == Verdict::Fail).count();
        if let Some(sentence) = sentence(own().filter(is_waived).count(), fails) {
            profile.reasons.insert(profile.reasons.len().min(1), sentence);
            profile.blockers = profile::blockers(causes(own(), Verdict::Fail));
        }
    }
}

/// `2 of 3 failing cases are waived`; nothing where none is.
pub(super) fn sentence(waived: usize, fails: usize) -> Option<String> {
    let verb = if waived == 1 { "is" } else { "are" };
    (waived > 0).then(|| format!("{waived} of {} {verb} waived for now", counted(fails, "failing case")))
}
