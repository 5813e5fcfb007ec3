//! One case as its template is given it: what is wrong, by which requirement, and the exchanges as evidence.

use std::borrow::Cow;
use std::collections::HashMap;

use minijinja::Value;
use serde::Serialize;

use super::escape::anchor;
use super::wire;
use crate::report::evidence::{path_and_query, write_before};
use crate::report::untrusted::shortened;
use crate::report::{Case, ExchangeInfo, RequirementInfo, RulingInfo};
use crate::requirement::Apart;
use crate::verdict::{Finding, Seen, Verdict, Waived};

/// A curl command that is longer than this helps nobody.
const LONGEST_COMMAND: usize = 16 * 1024;

/// A message or value that is longer than this is cut; the record has all of it.
const LONGEST_TEXT: usize = 2000;

/// A case.
#[derive(Serialize)]
pub(super) struct CaseView<'a> {
    id: &'a str,
    title: &'a str,
    why: &'a str,
    effect: Option<&'a str>,
    client: &'static str,
    verdict: Verdict,
    reason: Option<Cow<'a, str>>,
    /// What did not simply hold.
    findings: Vec<FindingView<'a>>,
    held: Vec<FindingView<'a>>,
    not_judged: usize,
    exchanges: Vec<ExchangeView<'a>>,
    source: Option<&'a str>,
    rerun: &'a str,
    script: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingView<'a> {
    verdict: Verdict,
    message: Cow<'a, str>,
    level: &'static str,
    requirement: &'a str,
    also: &'a [String],
    section: &'a str,
    text: &'a str,
    link: Option<&'a str>,
    expected: Option<Cow<'a, str>>,
    actual: Option<Cow<'a, str>>,
    hint: Option<&'a str>,
    /// What users of the client are likely to notice.
    effect: Option<&'a str>,
    apart: Option<&'a Apart>,
    ruling: Option<(&'a str, String, &'a str)>,
    waived: Option<&'a Waived>,
    /// Number of the exchange, from 1.
    exchange: Option<usize>,
    place: Option<&'a str>,
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct ExchangeView<'a> {
    number: usize,
    purpose: &'a str,
    method: &'a str,
    path: &'a str,
    status: String,
    bad: bool,
    ms: String,
    open: bool,
    request: Value,
    response: Value,
    curl: Option<&'a str>,
}

/// Arranges a case.
pub(super) fn view<'a>(
    case: &'a Case,
    requirements: &HashMap<&str, &'a RequirementInfo>,
    rulings: &'a [RulingInfo],
) -> CaseView<'a> {
    let show = |finding: &'a Finding| finding_view(case, finding, requirements, rulings);
    let of = |held: bool| {
        case.findings
            .iter()
            .filter(move |finding| finding.seen != Seen::NotJudged && (finding.verdict() == Verdict::Pass) == held)
    };
    let mut findings: Vec<&Finding> = of(false).collect();
    findings.sort_by_key(|finding| Verdict::ALL.iter().position(|verdict| *verdict == finding.verdict()));
    CaseView {
        id: &case.id,
        title: &case.title,
        why: &case.why,
        effect: case.effect.as_deref(),
        client: match case.profile.as_str() {
            "entra" => "Microsoft Entra ID",
            "okta" => "Okta",
            _ => "a client",
        },
        verdict: case.verdict,
        reason: case.reason.as_deref().map(|reason| shortened(reason, LONGEST_TEXT)),
        findings: findings.into_iter().map(show).collect(),
        held: of(true).map(show).collect(),
        not_judged: case.findings.iter().filter(|finding| finding.seen == Seen::NotJudged).count(),
        exchanges: exchanges(case),
        source: case.source.as_deref(),
        rerun: &case.rerun,
        script: case.script.as_deref(),
    }
}

fn finding_view<'a>(
    case: &Case,
    finding: &'a Finding,
    requirements: &HashMap<&str, &'a RequirementInfo>,
    rulings: &'a [RulingInfo],
) -> FindingView<'a> {
    let requirement = requirements.get(finding.requirement.as_str());
    let ruling = finding.ruling.as_deref().map(|id| {
        let verdict = rulings.iter().find(|ruling| ruling.id == id).map_or("", |ruling| ruling.verdict.as_str());
        (id, anchor("#ruling-", id), verdict)
    });
    FindingView {
        verdict: finding.verdict(),
        message: shortened(&finding.message, LONGEST_TEXT),
        level: finding.level.as_str(),
        requirement: &finding.requirement,
        also: &finding.also,
        section: requirement.map_or("", |requirement| &requirement.section),
        text: requirement.map_or("", |requirement| &requirement.text),
        effect: requirement.and_then(|one| one.effect.as_deref()).filter(|_| case.effect.is_none()),
        apart: finding.requirements().find_map(|id| requirements.get(id)?.apart.as_ref()),
        link: requirement.and_then(|requirement| web_link(&requirement.link)),
        expected: finding.expected.as_deref().map(|text| shortened(text, LONGEST_TEXT)),
        actual: finding.actual.as_deref().map(|text| shortened(text, LONGEST_TEXT)),
        hint: finding.hint.as_deref(),
        ruling,
        waived: finding.waived.as_ref(),
        exchange: finding.exchange.filter(|at| *at < case.exchanges.len()).map(|at| at + 1),
        place: finding.place.as_deref(),
        source: finding.source.as_deref(),
    }
}

/// The link, unless it would do something else than open a page: a report can be rendered from any file.
pub(super) fn web_link(link: &str) -> Option<&str> {
    (link.starts_with("https://") || link.starts_with("http://")).then_some(link)
}

/// The exchanges; those are open that a finding speaks of, with the write whose effect was read, or the last one when a
/// case stopped without a finding.
fn exchanges(case: &Case) -> Vec<ExchangeView<'_>> {
    let spoken_of = |at: usize| {
        case.findings.iter().any(|finding| finding.exchange == Some(at) && finding.verdict() != Verdict::Pass)
    };
    let any = (0..case.exchanges.len()).any(spoken_of);
    let deviating = case.findings.iter().filter(|finding| finding.verdict() != Verdict::Pass);
    let writes: Vec<usize> = deviating.filter_map(|finding| Some(write_before(case, finding)?.0)).collect();
    let stopped = matches!(case.verdict, Verdict::Error | Verdict::Blocked | Verdict::Fail) && !any;
    let show = |(at, exchange): (usize, &'_ ExchangeInfo)| -> bool {
        spoken_of(at)
            || writes.contains(&at)
            || (stopped && (exchange.error.is_some() || at + 1 == case.exchanges.len()))
    };
    case.exchanges
        .iter()
        .enumerate()
        .map(|(at, exchange)| {
            let findings: Vec<&Finding> = case.findings.iter().filter(|finding| finding.exchange == Some(at)).collect();
            ExchangeView {
                number: at + 1,
                purpose: &exchange.purpose,
                method: &exchange.method,
                path: path_and_query(&exchange.url),
                status: wire::status_text(exchange),
                bad: spoken_of(at),
                ms: format!("{:.0}", exchange.duration_ms),
                open: show((at, exchange)),
                request: Value::from_safe_string(wire::request(exchange)),
                response: Value::from_safe_string(wire::response(exchange, &findings)),
                curl: Some(exchange.curl.as_str()).filter(|curl| (1..=LONGEST_COMMAND).contains(&curl.len())),
            }
        })
        .collect()
}
