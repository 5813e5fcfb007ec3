//! From the cases of a profile to its verdict: the one place where that is decided.

use super::cause::{Cause, causes};
use super::{Blocker, Case, LineState, Profile, ProfileVerdict, Readiness, counted};
use crate::verdict::{Level, Seen, Verdict};

/// The verdict of the profile `id` over those of `cases` that belong to it.
///
/// A `fail` makes it negative. Without one, whatever could not be judged withholds it: a case that is blocked or an
/// error, nothing judged at all, or a sentence in `incomplete`, which tells what was left out or cut short. With a
/// checklist, what a person declares counts as well: a line that is declared not to hold makes it negative, and open ones
/// are named. Every reason is one sentence; blockers come worst first.
#[must_use]
pub fn judge(id: &str, title: &str, cases: &[Case], incomplete: &[String], readiness: Option<&Readiness>) -> Profile {
    let own: Vec<&Case> = cases.iter().filter(|case| case.profile == id).collect();
    let of = |verdict: Verdict| own.iter().copied().filter(move |case| case.verdict == verdict);
    let fails = of(Verdict::Fail).count();
    let broken = causes(own.iter().copied(), Verdict::Fail);
    let missed = causes(own.iter().copied(), Verdict::Warn);

    let mut reasons = Vec::new();
    if fails > 0 {
        let count = requirements(broken.iter().map(|cause| cause.finding.requirement.as_str()));
        reasons.push(format!("{} broken, in {}", counted(count, "MUST requirement"), counted(fails, "case")));
        let basic = of(Verdict::Fail).filter(|case| case.tier == "basic").count();
        if basic > 0 {
            reasons.push(format!(
                "{} of the basic tier among them: other cases may fail because of that",
                counted(basic, "case")
            ));
        }
    }
    let denied: Vec<&str> =
        readiness.into_iter().flat_map(|one| one.of(LineState::Denied)).map(|line| line.requirement.as_str()).collect();
    if !denied.is_empty() {
        reasons.push(format!("declared not to hold: {}", denied.join(", ")));
    }
    let is_negative = fails > 0 || !denied.is_empty();
    let unjudged = unjudged(&own, incomplete);
    let withheld = !unjudged.is_empty();
    reasons.extend(unjudged);
    if !missed.is_empty() {
        let count = requirements(missed.iter().map(|cause| cause.finding.requirement.as_str()));
        let cases = requirements(missed.iter().flat_map(|cause| cause.cases.iter().map(|case| case.id.as_str())));
        reasons.push(format!("{}, in {}", counted(count, "remark"), counted(cases, "case")));
    }
    let declared = readiness.is_some_and(Readiness::rests_on_declarations);
    if let Some(readiness) = readiness {
        reasons.extend(declarations(readiness));
    }
    if reasons.is_empty() {
        let judged = own.len() - of(Verdict::Skip).count();
        reasons.push(format!("{} judged, nothing broken", counted(judged, "case")));
    }

    let verdict = match (readiness.is_some(), is_negative, withheld) {
        (false, true, _) => ProfileVerdict::NotConformant,
        (true, true, _) => ProfileVerdict::NotReady,
        (_, false, true) => ProfileVerdict::Withheld,
        (false, false, false) if missed.is_empty() => ProfileVerdict::Conformant,
        (false, false, false) => ProfileVerdict::ConformantWithRemarks,
        (true, false, false) if declared => ProfileVerdict::ReadyWithDeclarations,
        (true, false, false) => ProfileVerdict::Ready,
    };
    Profile { id: id.to_owned(), title: title.to_owned(), verdict, reasons, blockers: blockers(broken) }
}

/// What rests on people, and what of it nobody has said yet.
fn declarations(readiness: &Readiness) -> Vec<String> {
    let mut reasons = Vec::new();
    let said = readiness.of(LineState::Declared).count();
    if said > 0 {
        reasons.push(format!(
            "{} by a person and not tested",
            if said == 1 { "1 line declared".to_owned() } else { format!("{said} lines declared") }
        ));
    }
    let open: Vec<&str> = readiness.open().filter_map(|line| line.declaration.as_deref()).collect();
    let names: std::collections::BTreeSet<&str> = open.iter().copied().collect();
    if !names.is_empty() {
        let names: Vec<&str> = names.into_iter().collect();
        reasons.push(format!(
            "{} tested here, for a person to declare ([entra.declarations] in scimspec.toml){}",
            if open.len() == 1 { "1 line not".to_owned() } else { format!("{} lines not", open.len()) },
            // The checklist has all of them.
            if names.len() <= 3 { format!(": {}", names.join(", ")) } else { String::new() }
        ));
    }
    reasons
}

/// What makes a profile negative, one per cause.
pub(super) fn blockers(broken: Vec<Cause<'_>>) -> Vec<Blocker> {
    let blocker = |cause: Cause<'_>| Blocker {
        requirement: cause.finding.requirement.clone(),
        message: cause.finding.message.clone(),
        cases: cause.cases.iter().map(|case| case.id.clone()).collect(),
        waived: cause.is_waived(),
    };
    broken.into_iter().map(blocker).collect()
}

/// Why a profile without a `fail` would not be judged, one sentence each.
fn unjudged(own: &[&Case], incomplete: &[String]) -> Vec<String> {
    let mut reasons = incomplete.to_vec();
    for (verdict, what) in [(Verdict::Error, "could not be judged"), (Verdict::Blocked, "blocked by the set-up")] {
        let cases: Vec<&&Case> = own.iter().filter(|case| case.verdict == verdict).collect();
        if let Some(first) = cases.first() {
            let why = first.reason.as_deref().unwrap_or("no reason was recorded");
            reasons.push(format!("{} {what}, first {}: {why}", counted(cases.len(), "case"), first.id));
        }
    }
    if own.iter().all(|case| case.verdict == Verdict::Skip) {
        reasons.push("no case of this profile was judged".to_owned());
    }
    reasons
}

fn requirements<'a>(ids: impl Iterator<Item = &'a str>) -> usize {
    ids.collect::<std::collections::BTreeSet<_>>().len()
}

/// How many requirements of a level are broken in the cases of a profile.
pub(crate) fn broken(report: &super::Report, profile: &str, level: Level) -> usize {
    let own = report.cases.iter().filter(|case| case.profile == profile);
    let findings = own.flat_map(|case| &case.findings);
    let broken = findings.filter(|finding| finding.level == level && finding.seen == Seen::Broken);
    requirements(broken.map(|finding| finding.requirement.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ReadinessLine;
    use crate::report::testing::{answer, case, finding};

    fn fail(id: &str, requirement: &str, message: &str) -> Case {
        case(id, Verdict::Fail, vec![finding(requirement, Level::Must, message)])
    }

    fn pass(id: &str) -> Case {
        case(id, Verdict::Pass, Vec::new())
    }

    fn of(cases: &[Case]) -> Profile {
        judge("rfc", "RFC 7644", cases, &[], None)
    }

    #[test]
    fn one_fail_is_enough_whatever_else_there_is() {
        let profile =
            of(&[pass("a/b"), fail("a/c", "R1", "status: expected 201, got 200"), case("a/d", Verdict::Error, vec![])]);
        assert_eq!(profile.verdict, ProfileVerdict::NotConformant);
        assert_eq!(
            profile.reasons,
            ["1 MUST requirement broken, in 1 case", "1 case could not be judged, first a/d: no connection"]
        );
        assert_eq!(profile.blockers[0].cases, ["a/c"]);
    }

    #[test]
    fn without_a_fail_whatever_was_not_judged_withholds_the_verdict() {
        assert_eq!(of(&[pass("a/b"), case("a/c", Verdict::Blocked, vec![])]).verdict, ProfileVerdict::Withheld);
        assert_eq!(of(&[case("a/b", Verdict::Skip, vec![])]).verdict, ProfileVerdict::Withheld);
        assert_eq!(of(&[]).verdict, ProfileVerdict::Withheld);
        let left_out = ["40 cases left out by selection: patch/".to_owned()];
        let profile = judge("rfc", "RFC 7644", &[pass("a/b")], &left_out, None);
        assert_eq!((profile.verdict, profile.reasons.as_slice()), (ProfileVerdict::Withheld, &left_out[..]));
    }

    #[test]
    fn recommendations_that_are_missed_are_remarks() {
        let warn = case("a/w", Verdict::Warn, vec![finding("R2", Level::Should, "ETag: missing")]);
        let profile = of(&[pass("a/b"), warn]);
        assert_eq!(profile.verdict, ProfileVerdict::ConformantWithRemarks);
        assert_eq!(profile.reasons, ["1 remark, in 1 case"]);
        assert_eq!(of(&[pass("a/b"), case("a/c", Verdict::Skip, vec![])]).verdict, ProfileVerdict::Conformant);
    }

    #[test]
    fn a_client_profile_has_its_own_words() {
        let mut ok = pass("entra/a");
        ok.profile = "entra".into();
        let mut bad = fail("entra/b", "R1", "status: expected 200, got 404");
        bad.profile = "entra".into();
        let verdict = |cases: &[Case], states: &[LineState]| {
            let readiness = checklist(states);
            judge("entra", "Microsoft Entra", cases, &[], Some(&readiness)).verdict
        };
        assert_eq!(verdict(&[ok.clone(), fail("a/c", "R1", "x")], &[LineState::Holds]), ProfileVerdict::Ready);
        for rests in [LineState::Open, LineState::Declared] {
            assert_eq!(verdict(std::slice::from_ref(&ok), &[rests]), ProfileVerdict::ReadyWithDeclarations);
        }
        assert_eq!(verdict(std::slice::from_ref(&ok), &[LineState::Denied]), ProfileVerdict::NotReady);
        assert_eq!(verdict(&[ok, bad], &[LineState::Declared]), ProfileVerdict::NotReady);
    }

    #[test]
    fn what_nobody_has_declared_is_named() {
        let mut ok = pass("entra/a");
        ok.profile = "entra".into();
        let readiness = checklist(&[LineState::Open, LineState::Declared]);
        let profile = judge("entra", "Microsoft Entra", &[ok], &[], Some(&readiness));
        assert_eq!(
            profile.reasons,
            [
                "1 line declared by a person and not tested",
                "1 line not tested here, for a person to declare ([entra.declarations] in scimspec.toml): contacts",
            ]
        );
    }

    fn checklist(states: &[LineState]) -> Readiness {
        let line = |state: &LineState| ReadinessLine {
            requirement: "entra-A20".into(),
            section: "A".into(),
            text: String::new(),
            level: Level::Must,
            state: *state,
            cases: Vec::new(),
            reason: None,
            declaration: Some("contacts".into()),
            readings: Vec::new(),
            note: None,
        };
        Readiness {
            profile: "entra".into(),
            title: String::new(),
            edition: String::new(),
            lines: states.iter().map(line).collect(),
            dialects: Vec::new(),
            load: None,
        }
    }

    #[test]
    fn blockers_are_grouped_by_cause_and_the_worst_comes_first() {
        let mut basic = fail("a/basic", "R3", "status: expected 201, got 500");
        basic.tier = "basic".into();
        let mut refused =
            [fail("a/r1", "R4", "status: expected 200, got 400"), fail("a/r2", "R4", "status: expected 200, got 400")];
        refused.iter_mut().for_each(|case| case.exchanges = vec![answer(400)]);
        let [first, second] = refused;
        let cases = [
            first,
            second,
            fail("a/s", "R5", "finds: expected 1 user, got 7"),
            fail("a/one", "R1", r#"/userName: expected "a", got "b""#),
            fail("a/two", "R1", r#"/userName: expected "c", got "d""#),
            basic,
        ];
        let profile = of(&cases);
        let order: Vec<(&str, usize)> =
            profile.blockers.iter().map(|blocker| (blocker.requirement.as_str(), blocker.cases.len())).collect();
        assert_eq!(order, [("R3", 1), ("R1", 2), ("R5", 1), ("R4", 2)]);
    }
}
