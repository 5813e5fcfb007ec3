//! Findings that have one root cause: the same requirement, and messages of the same shape.

use std::collections::{HashMap, HashSet};

use super::evidence::exchange_of;
use super::model::Case;
use crate::verdict::{Finding, Level, Verdict};

/// Findings that one change of the target will probably settle.
#[derive(Clone, Debug)]
pub(crate) struct Cause<'a> {
    /// The finding to look at.
    pub(crate) finding: &'a Finding,
    /// The cases that have such a finding, in order; the first one holds `finding`.
    pub(crate) cases: Vec<&'a Case>,
}

impl Cause<'_> {
    /// Whether a case of the basic tier is among them.
    pub(crate) fn is_basic(&self) -> bool {
        self.cases.iter().any(|case| case.tier == "basic")
    }

    /// Whether it is accepted for now; all its findings are, or none.
    pub(crate) const fn is_waived(&self) -> bool {
        self.finding.waived.is_some()
    }

    /// Whether the target said yes and did the wrong thing, which nobody notices until the damage is done.
    fn is_silent(&self) -> bool {
        let answered = |case: &Case| exchange_of(case, self.finding).and_then(|exchange| exchange.status);
        self.finding.check != "status"
            && self.cases.first().and_then(|case| answered(case)).is_some_and(|status| (200..300).contains(&status))
    }
}

/// The causes of this verdict in these cases: those that are not waived first, then MUST first, the basic tier first,
/// silent damage before refusals, then by the number of cases.
pub(crate) fn causes<'a>(cases: impl IntoIterator<Item = &'a Case>, verdict: Verdict) -> Vec<Cause<'a>> {
    let mut causes: Vec<Cause<'a>> = Vec::new();
    let mut known: HashMap<(&str, String, bool), usize> = HashMap::new();
    for case in cases {
        // What one answer breaks of one requirement is one thing to mend, however many checks see it.
        let mut told: HashSet<(&str, Option<usize>, bool)> = HashSet::new();
        let of_case = case.findings.iter().filter(|finding| finding.verdict() == verdict);
        for finding in of_case.filter(|one| told.insert((&one.requirement, one.exchange, one.waived.is_some()))) {
            let at = *known
                .entry((&finding.requirement, shape(&finding.message), finding.waived.is_some()))
                .or_insert_with(|| {
                    causes.push(Cause { finding, cases: Vec::new() });
                    causes.len() - 1
                });
            let members = &mut causes[at].cases;
            if members.last().is_none_or(|last| last.id != case.id) {
                members.push(case);
            }
        }
    }
    causes.sort_by_key(|cause| {
        let level: Level = cause.finding.level;
        (cause.is_waived(), level, !cause.is_basic(), !cause.is_silent(), std::cmp::Reverse(cause.cases.len()))
    });
    causes
}

/// The causes of this verdict that are not waived.
pub(crate) fn open_causes<'a>(cases: impl IntoIterator<Item = &'a Case>, verdict: Verdict) -> Vec<Cause<'a>> {
    causes(cases, verdict).into_iter().filter(|cause| !cause.is_waived()).collect()
}

/// The causes that are waived, failures first.
pub(crate) fn waived_causes(cases: &[Case]) -> Vec<(Verdict, Cause<'_>)> {
    let of = |verdict| causes(cases, verdict).into_iter().map(move |cause| (verdict, cause));
    [Verdict::Fail, Verdict::Warn].into_iter().flat_map(of).filter(|(_, cause)| cause.is_waived()).collect()
}

/// The message without what differs from case to case: quoted values, generated identifiers, and numbers other than
/// a status (`expected 201, got 500` and `expected 201, got 200` are two defects).
pub(crate) fn shape(message: &str) -> String {
    let keep_numbers = message.starts_with("status");
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(c) = rest.chars().next() {
        if c == '"'
            && let Some(end) = rest[1..].find('"')
        {
            out.push('…');
            rest = &rest[end + 2..];
        } else if c.is_alphanumeric() {
            let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(rest.len());
            let word = &rest[..end];
            let digits = word.chars().filter(char::is_ascii_digit).count();
            let number = digits == word.len();
            if (number && !keep_numbers) || (!number && digits > 1) {
                out.push('#');
            } else {
                out.push_str(word);
            }
            rest = &rest[end..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{case, finding};

    #[test]
    fn values_and_indices_do_not_make_another_cause() {
        assert_eq!(
            shape(r#"/Resources/0/userName: expected "ann-4f2a", got "ANN""#),
            shape(r#"/Resources/12/userName: expected "bob", got """#)
        );
        assert_eq!(shape("ids: 2819c223-7f76 is missing"), shape("ids: 55ab1-00 is missing"));
    }

    #[test]
    fn what_one_answer_breaks_of_one_requirement_is_one_cause() {
        let seen = |message: &str, requirement: &str, at: usize| Finding {
            exchange: Some(at),
            ..finding(requirement, Level::Must, message)
        };
        let findings = vec![
            seen("message: expected `totalResults eq 1`", "R1", 2),
            seen("results: expected ann", "R1", 2),
            seen("status: expected 200, got 404", "R1", 3),
            seen("results: expected ann", "R2", 2),
        ];
        let cases = [case("a/b", Verdict::Fail, findings)];
        let causes = causes(&cases, Verdict::Fail);
        let told: Vec<&str> = causes.iter().map(|cause| cause.finding.message.as_str()).collect();
        assert_eq!(told.len(), 3);
        assert_eq!(told.iter().filter(|message| **message == "results: expected ann").count(), 1);
    }

    #[test]
    fn another_status_or_another_attribute_is_another_cause() {
        assert_ne!(shape("status: expected 201, got 200"), shape("status: expected 201, got 500"));
        assert_ne!(shape("userName: missing"), shape("displayName: missing"));
    }

    #[test]
    fn an_open_quote_and_letters_of_any_script_are_no_trouble() {
        assert_eq!(shape("name: got \"日本"), "name: got \"日本");
    }
}
