//! From the cases of a client's profile to its checklist: what is known of each line, and by what evidence.

use std::collections::BTreeMap;

use super::model::{Case, DialectCase, DialectPair, LineState, LoadInfo, Readiness, ReadinessLine, ReadingInfo};
use crate::requirement::{Catalogue, Dialect, Observable, Requirement};
use crate::verdict::{Finding, Level, Seen, Verdict};

/// The case that loads the target.
const LOAD: &str = "entra/onboarding/load";

/// The checklist of the profile `id` over these cases. `declared` is what people say, by its name.
pub(super) fn readiness(
    id: &str,
    cases: &[Case],
    catalogue: &Catalogue,
    declared: &BTreeMap<String, bool>,
) -> Readiness {
    let own: Vec<&Case> = cases.iter().filter(|case| case.profile == id).collect();
    let asked: Vec<&Requirement> = catalogue.requirements().filter(|one| one.document.name == id).collect();
    let document = asked.first().map(|one| &one.document);
    Readiness {
        profile: id.to_owned(),
        title: document.map(|document| document.title.clone()).unwrap_or_default(),
        edition: document.and_then(|document| document.profile.clone()).unwrap_or_default(),
        lines: asked.iter().map(|one| line(one, &own, declared)).collect(),
        dialects: dialects(&own),
        load: own.iter().find(|case| case.id == LOAD).and_then(|case| load(case)),
    }
}

impl Readiness {
    /// The lines of this state.
    pub fn of(&self, state: LineState) -> impl Iterator<Item = &ReadinessLine> {
        self.lines.iter().filter(move |line| line.state == state)
    }

    /// The lines that only a person can settle as things are, binding ones: nobody has declared them yet.
    pub fn open(&self) -> impl Iterator<Item = &ReadinessLine> {
        self.of(LineState::Open).filter(|line| line.level == Level::Must && line.declaration.is_some())
    }

    /// Whether the verdict rests on what was not tested here.
    #[must_use]
    pub fn rests_on_declarations(&self) -> bool {
        self.open().next().is_some() || self.of(LineState::Declared).next().is_some()
    }
}

fn line(requirement: &Requirement, cases: &[&Case], declared: &BTreeMap<String, bool>) -> ReadinessLine {
    let about = |finding: &&Finding| finding.requirements().any(|id| id == requirement.id);
    let judging: Vec<&&Case> = cases.iter().filter(|case| case.requirements.contains(&requirement.id)).collect();
    let seen_in = |case: &Case, of: fn(Seen) -> bool| case.findings.iter().filter(about).any(|one| of(one.seen));
    // Cases that are about it come before those that settle it in passing.
    let in_passing = |case: &Case| !case.findings.iter().any(|one| one.requirement == requirement.id);
    let with = |of: &dyn Fn(&Case) -> bool| -> Vec<String> {
        let mut found: Vec<&&Case> = judging.iter().copied().filter(|case| of(case)).collect();
        found.sort_by_key(|case| in_passing(case));
        found.into_iter().map(|case| case.id.clone()).collect()
    };
    let broken = with(&|case| seen_in(case, |seen| matches!(seen, Seen::Broken)));
    let lowered = with(&|case| seen_in(case, |seen| matches!(seen, Seen::Warned)));
    let unjudged = with(&|case| matches!(case.verdict, Verdict::Error | Verdict::Blocked));
    let held = with(&|case| seen_in(case, |seen| matches!(seen, Seen::Held)));
    let said = requirement.declaration.as_ref().and_then(|name| declared.get(name));
    let (state, evidence) = match (broken.is_empty(), lowered.is_empty(), unjudged.is_empty(), held.is_empty()) {
        (false, ..) => (did_not_hold(requirement.level), [broken, lowered].concat()),
        // What a ruling lowers can be settled by a person: a token of this run need not be that of the validation.
        (true, false, ..) if said == Some(&true) => (LineState::Declared, lowered),
        (true, false, ..) => (LineState::Missed, lowered),
        (.., false, _) => (LineState::Unjudged, unjudged),
        (.., false) => (LineState::Holds, held),
        _ => match said {
            Some(true) => (LineState::Declared, Vec::new()),
            Some(false) => (LineState::Denied, Vec::new()),
            None => (LineState::Open, judging.iter().map(|case| case.id.clone()).collect()),
        },
    };
    let skipped = || judging.iter().find_map(|case| case.reason.clone());
    let untested = match requirement.observable {
        Observable::Yes => "no case that looks at it was selected",
        Observable::Partly => "nothing in this run shows it: whoever runs the app has to say",
        Observable::No => "no test can see it: whoever runs the app has to say",
    };
    let reason = match state {
        LineState::Open => skipped().or_else(|| Some(untested.to_owned())),
        LineState::Unjudged => evidence
            .first()
            .and_then(|id| judging.iter().find(|case| case.id == *id).and_then(|case| case.reason.clone())),
        _ => None,
    };
    let by = |level: Level| match state {
        LineState::Broken | LineState::Missed | LineState::Noted => did_not_hold(level),
        other => other,
    };
    ReadinessLine {
        requirement: requirement.id.clone(),
        section: format!("{}. {}", requirement.section, requirement.section_title),
        text: requirement.text.clone(),
        level: requirement.level,
        state,
        cases: evidence,
        reason,
        declaration: requirement.declaration.clone(),
        note: requirement.note.clone(),
        readings: requirement
            .readings
            .iter()
            .map(|one| ReadingInfo { source: one.source.clone(), level: one.level, state: by(one.level) })
            .collect(),
    }
}

const fn did_not_hold(level: Level) -> LineState {
    match level {
        Level::Must => LineState::Broken,
        Level::Should => LineState::Missed,
        Level::May => LineState::Noted,
    }
}

/// Cases with a row in each dialect. A row belongs to the dialect with whose name its id begins.
fn dialects(cases: &[&Case]) -> Vec<DialectPair> {
    let mut pairs: Vec<DialectPair> = Vec::new();
    for case in cases {
        let Some((base, row)) = case.id.strip_suffix(']').and_then(|id| id.rsplit_once('[')) else { continue };
        let Some(dialect) = Dialect::ALL.into_iter().find(|dialect| row.starts_with(dialect.as_str())) else {
            continue;
        };
        let at = pairs.iter().position(|pair| pair.id == base).unwrap_or_else(|| {
            pairs.push(DialectPair { id: base.to_owned(), legacy: Vec::new(), compliant: Vec::new() });
            pairs.len() - 1
        });
        let one = DialectCase { case: case.id.clone(), verdict: case.verdict };
        match dialect {
            Dialect::Legacy => pairs[at].legacy.push(one),
            Dialect::Compliant => pairs[at].compliant.push(one),
        }
    }
    pairs.retain(|pair| !pair.legacy.is_empty() && !pair.compliant.is_empty());
    pairs
}

fn load(case: &Case) -> Option<LoadInfo> {
    let measured = case.exchanges.iter().rev().find(|exchange| exchange.method == "LOAD")?;
    serde_json::from_str(measured.response_body.as_deref()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{case, finding};

    fn case_of(id: &str, verdict: Verdict, findings: &[Finding]) -> Case {
        let requirements = findings.iter().map(|finding| finding.requirement.clone()).collect();
        Case { profile: "entra".into(), requirements, ..case(id, verdict, findings.to_vec()) }
    }

    fn finding_of(requirement: &str, seen: Seen) -> Finding {
        Finding { seen, ..finding(requirement, Level::Must, "x") }
    }

    fn of(cases: &[Case], declared: &[(&str, bool)]) -> Readiness {
        let declared = declared.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        readiness("entra", cases, Catalogue::embedded(), &declared)
    }

    fn state(readiness: &Readiness, id: &str) -> LineState {
        readiness.lines.iter().find(|line| line.requirement == id).expect("a line").state
    }

    #[test]
    fn a_line_is_what_its_cases_saw_or_a_person_says() {
        let cases = [
            case_of(
                "entra/a",
                Verdict::Fail,
                &[finding_of("entra-A7", Seen::Broken), finding_of("entra-F4", Seen::Held)],
            ),
            case_of("entra/b", Verdict::Warn, &[finding_of("entra-A2", Seen::Broken)]),
            case_of("entra/c", Verdict::Skip, &[]),
            case_of("entra/d", Verdict::Warn, &[finding_of("entra-A23", Seen::Warned)]),
        ];
        let none = of(&cases, &[]);
        assert_eq!(state(&none, "entra-A7"), LineState::Broken);
        assert_eq!(state(&none, "entra-F4"), LineState::Holds);
        assert_eq!(state(&none, "entra-A20"), LineState::Open);
        let reason =
            |id: &str| none.lines.iter().find(|line| line.requirement == id).and_then(|line| line.reason.clone());
        assert_eq!(reason("entra-A1").as_deref(), Some("no case that looks at it was selected"));
        assert!(reason("entra-A20").is_some_and(|reason| reason.starts_with("no test can see it")));
        let group = none.lines.iter().find(|line| line.requirement == "entra-A2").expect("a line");
        let readings: Vec<LineState> = group.readings.iter().map(|reading| reading.state).collect();
        assert_eq!((group.state, readings), (LineState::Missed, vec![LineState::Missed, LineState::Broken]));
        let some = of(&cases, &[("contacts", true), ("validation-token", true), ("attestations", false)]);
        assert_eq!(state(&some, "entra-A20"), LineState::Declared);
        assert_eq!((state(&none, "entra-A23"), state(&some, "entra-A23")), (LineState::Missed, LineState::Declared));
        assert_eq!(state(&some, "entra-A24"), LineState::Denied);
        assert!(some.rests_on_declarations());
    }

    #[test]
    fn rows_of_both_dialects_stand_side_by_side() {
        let cases = ["x[legacy]", "x[legacy-boolean]", "x[compliant]", "y[legacy]", "z[a-row]"]
            .map(|id| case_of(&format!("entra/{id}"), Verdict::Pass, &[]));
        let pairs = of(&cases, &[]).dialects;
        assert_eq!(pairs.len(), 1);
        assert_eq!((pairs[0].id.as_str(), pairs[0].legacy.len(), pairs[0].compliant.len()), ("entra/x", 2, 1));
    }
}
