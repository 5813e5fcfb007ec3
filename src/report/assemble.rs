//! From a finished run to its report.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Case, ExchangeInfo, FORMAT_VERSION, Report, RequirementInfo, RulingInfo, RunInfo, Suites, Summary, TargetInfo,
    Tool, WaitInfo, curl, profile, readiness::readiness, script::script,
};
use crate::check::standing;
use crate::exchange::Exchange;
use crate::plan::{Coverage, Selection};
use crate::requirement::{Catalogue, Observable};
use crate::run::{CaseRecord, Options, Run, StandingRecord};
use crate::suite::{self, Suite};
use crate::target::Target;
use crate::verdict::{Finding, Level, Seen, Verdict};

/// What a report says beside the run itself.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// How the target is called, mostly its URL.
    pub target: String,
    /// The command that makes such a run, without selectors and secrets.
    pub command: String,
    /// Version of the suites.
    pub suites: String,
    /// What a reader has to know before believing the verdicts, one sentence each.
    pub warnings: Vec<String>,
    /// What people say that no test can see, by its name.
    pub declarations: BTreeMap<String, bool>,
}

/// Makes the report of a run. `suites` are all that could have been run.
#[must_use]
pub fn assemble(
    run: &Run,
    options: &Options,
    setting: &Setting,
    suites: &[std::sync::Arc<Suite>],
    catalogue: &Catalogue,
) -> Report {
    let mut cases: Vec<Case> = run.cases.iter().map(|record| case(record, setting)).collect();
    cases.extend(run.standing.iter().filter_map(|record| standing_case(record, setting)));
    let selection = &options.selection;
    let is_judged = |case: &Case| selection.profiles.iter().any(|one| one.as_str() == case.profile);
    let beside = cases.iter_mut().filter(|case| !is_judged(case)).filter_map(told_beside).count();
    let mut summary = Summary::default();
    cases.iter().for_each(|case| summary.add(case.verdict));
    let entra = suite::Profile::Entra;
    let is_asked = selection.profiles.contains(&entra);
    let readiness = is_asked.then(|| readiness(entra.as_str(), &cases, catalogue, &setting.declarations));
    let judged = |one: suite::Profile| {
        let readiness = readiness.as_ref().filter(|readiness| readiness.profile == one.as_str());
        let incomplete = incomplete(one, run, selection, suites, catalogue);
        let mut profile = profile::judge(one.as_str(), one.title(), &cases, &incomplete, readiness);
        if beside > 0 {
            let rules =
                if beside == 1 { "1 rule of the RFC is".to_owned() } else { format!("{beside} rules of the RFC are") };
            profile.reasons.push(format!("beside it, {rules} {JUDGED_TOO}"));
        }
        profile
    };
    let profiles = selection.profiles.iter().map(|one| judged(*one)).collect();
    Report {
        format: FORMAT_VERSION.to_owned(),
        tool: Tool { name: "scimspec".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        suites: Suites { version: setting.suites.clone() },
        target: target_info(&run.target, setting),
        run: RunInfo {
            started: run.started.clone(),
            duration_ms: run.duration_ms,
            requests: run.requests,
            jobs: options.jobs,
            seed: options.seed,
            tier: selection.tier.as_str().to_owned(),
            selectors: selection.selectors.clone(),
            command: command_line(setting, &selection.selectors),
            complete: run.complete,
            left_behind: run.left_behind.clone(),
            warnings: setting.warnings.clone(),
        },
        requirements: requirements(&cases, catalogue),
        rulings: rulings(&cases, catalogue),
        profiles,
        readiness,
        summary,
        cases,
        waivers: Vec::new(),
    }
}

/// What judges the RFC in a run for a client alone.
const JUDGED_TOO: &str = "not followed, which `--profile rfc,entra` judges";

/// Every exchange is held against the rules of the RFC. Where a run is for a client alone, they are told and do not
/// count: whether the client works is another question.
fn told_beside(case: &mut Case) -> Option<()> {
    if !matches!(case.verdict, Verdict::Fail | Verdict::Warn) {
        return None;
    }
    case.verdict = Verdict::Note;
    case.reason = Some(format!("a rule of the RFC that is {JUDGED_TOO}"));
    for finding in case.findings.iter_mut().filter(|one| matches!(one.seen, Seen::Broken | Seen::Warned)) {
        finding.seen = Seen::Noted;
    }
    Some(())
}

fn target_info(target: &Target, setting: &Setting) -> TargetInfo {
    TargetInfo {
        url: setting.target.clone(),
        capabilities: target.capabilities.iter().cloned().collect(),
        resource_types: target.resource_types.iter().map(|kind| format!("{} ({})", kind.name, kind.endpoint)).collect(),
        discovery_notes: target.notes.clone(),
    }
}

fn case(record: &CaseRecord, setting: &Setting) -> Case {
    let case = &record.case;
    let exchanges: Vec<_> = record.exchanges.iter().map(exchange).collect();
    Case {
        id: case.id.clone(),
        title: case.title.clone(),
        why: case.why.clone(),
        effect: case.effect.clone(),
        profile: case.profile.as_str().to_owned(),
        tier: case.tier.as_str().to_owned(),
        tags: case.tags.clone(),
        verdict: record.verdict,
        reason: record.reason.clone(),
        requirements: case.requirements().into_iter().map(str::to_owned).collect(),
        findings: record.findings.clone(),
        script: matches!(record.verdict, Verdict::Fail | Verdict::Warn).then(|| script(&exchanges)).flatten(),
        exchanges,
        duration_ms: record.duration_ms,
        source: Some(case.place()),
        rerun: command_line(setting, std::slice::from_ref(&case.id)),
    }
}

fn standing_case(record: &StandingRecord, setting: &Setting) -> Option<Case> {
    let check = standing::named(record.name)?;
    let first = record.seen_in.iter().find(|id| !id.is_empty());
    let mut findings: Vec<Finding> = record.findings.clone();
    for finding in &mut findings {
        if let Some(id) = finding.exchange.and_then(|index| record.seen_in.get(index)).filter(|id| !id.is_empty()) {
            finding.message = format!("{}, first seen in {id}", finding.message);
        }
    }
    Some(Case {
        id: format!("standing/{}", record.name),
        title: check.title.to_owned(),
        why: check.why.to_owned(),
        effect: None,
        profile: suite::Profile::Rfc.as_str().to_owned(),
        tier: suite::Tier::Basic.as_str().to_owned(),
        tags: vec!["standing".to_owned()],
        verdict: record.verdict,
        reason: record.reason.clone(),
        requirements: check.decides().map(str::to_owned).collect(),
        findings,
        exchanges: record.exchanges.iter().map(exchange).collect(),
        duration_ms: 0,
        source: None,
        rerun: command_line(setting, &first.cloned().into_iter().collect::<Vec<_>>()),
        script: None,
    })
}

fn exchange(exchange: &Exchange) -> ExchangeInfo {
    let request = &exchange.request;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let body = request.body.as_deref().map(text);
    let response = exchange.response();
    ExchangeInfo {
        purpose: exchange.purpose.as_str().to_owned(),
        method: request.method.clone(),
        url: request.url.clone(),
        request_headers: request.headers.clone(),
        curl: curl::replay(&request.method, &request.url, &request.headers, body.as_deref()),
        request_body: body,
        status: response.map(|response| response.status),
        response_headers: response.map(|response| response.headers.clone()).unwrap_or_default(),
        response_body: response.map(|response| text(&response.body)).filter(|body| !body.is_empty()),
        response_body_truncated: response.is_some_and(|response| response.truncated),
        error: exchange.answer.as_ref().err().cloned(),
        duration_ms: thousandths(exchange.duration_ms),
        waits: exchange
            .waits
            .iter()
            .map(|wait| WaitInfo { status: wait.status, seconds: thousandths(wait.seconds) })
            .collect(),
    }
}

fn thousandths(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// What was left out or cut short, one sentence each.
fn incomplete(
    of: suite::Profile,
    run: &Run,
    selection: &Selection,
    suites: &[std::sync::Arc<Suite>],
    catalogue: &Catalogue,
) -> Vec<String> {
    let mut incomplete = Vec::new();
    if !run.complete {
        let why = run.stopped.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        incomplete.push(format!("the run was cut short{why}"));
    }
    if run.read_only {
        incomplete.push("the run was read-only, so that cases that write were left out".to_owned());
    }
    if selection.is_partial() {
        incomplete.push("only a part of the cases was selected".to_owned());
    }
    if of != suite::Profile::Rfc {
        incomplete.extend(uncovered_duties(of, suites, catalogue));
    }
    incomplete
}

/// Duties of a client profile that no case judges yet: without them the client's verdict would be a guess.
fn uncovered_duties(of: suite::Profile, suites: &[std::sync::Arc<Suite>], catalogue: &Catalogue) -> Option<String> {
    let coverage = Coverage::of(suites);
    let duties: Vec<_> = catalogue
        .requirements()
        .filter(|one| one.document.name == of.as_str() && one.level == Level::Must && one.observable == Observable::Yes)
        .collect();
    let missing: Vec<&str> =
        duties.iter().map(|one| one.id.as_str()).filter(|id| coverage.judges(id).is_empty()).collect();
    (!missing.is_empty()).then(|| {
        format!(
            "{} of {} duties of {} are not judged by these suites ({})",
            missing.len(),
            duties.len(),
            of.title(),
            missing.join(", ")
        )
    })
}

fn requirements(cases: &[Case], catalogue: &Catalogue) -> Vec<RequirementInfo> {
    let named: BTreeSet<&str> = cases
        .iter()
        .flat_map(|case| {
            case.findings.iter().flat_map(Finding::requirements).chain(case.requirements.iter().map(String::as_str))
        })
        .collect();
    let of = |id: &str| {
        let requirement = catalogue.requirement(id)?;
        Some(RequirementInfo {
            id: requirement.id.clone(),
            level: requirement.level,
            section: requirement.section_label(),
            text: requirement.text.clone(),
            link: requirement.link().unwrap_or_default(),
            effect: requirement.effect.clone(),
            note: requirement.note.clone(),
            apart: requirement.apart.clone(),
        })
    };
    named.into_iter().filter_map(of).collect()
}

fn rulings(cases: &[Case], catalogue: &Catalogue) -> Vec<RulingInfo> {
    let named: BTreeSet<&str> =
        cases.iter().flat_map(|case| &case.findings).filter_map(|finding| finding.ruling.as_deref()).collect();
    let of = |id: &str| {
        let ruling = catalogue.ruling(id)?;
        Some(RulingInfo {
            id: ruling.id.clone(),
            section: ruling.section.clone(),
            point: ruling.point.clone(),
            verdict: ruling.verdict.clone(),
        })
    };
    named.into_iter().filter_map(of).collect()
}

/// The command with selectors, quoted for a shell.
fn command_line(setting: &Setting, selectors: &[String]) -> String {
    let mut out = setting.command.clone();
    for selector in selectors {
        out.push(' ');
        out.push_str(&curl::quoted(selector));
    }
    out
}
