//! Parts of a report, with the values that most tests do not care about.

use super::readiness;
use scimspec::report::{Case, ExchangeInfo, Report, RequirementInfo, RunInfo, Suites, Summary, TargetInfo, Tool, curl};
use scimspec::report::{FORMAT_VERSION, profile};
use scimspec::verdict::{Finding, Level, Seen, Verdict};

/// A report of these cases, judged.
pub(crate) fn report(url: &str, cases: Vec<Case>, requirements: Vec<RequirementInfo>) -> Report {
    let readiness = readiness::checklist(&cases, "");
    let mut summary = Summary::default();
    cases.iter().for_each(|case| summary.add(case.verdict));
    Report {
        format: FORMAT_VERSION.into(),
        tool: Tool { name: "scimspec".into(), version: "0.1.0".into() },
        suites: Suites { version: "2026.1".into() },
        target: TargetInfo {
            url: url.into(),
            capabilities: ["bulk", "etag", "filter", "patch"].map(String::from).into(),
            resource_types: vec!["User (/Users)".into(), "Group (/Groups)".into()],
            discovery_notes: Vec::new(),
        },
        run: RunInfo {
            started: "2026-03-14T09:26:53Z".into(),
            duration_ms: 2417,
            requests: cases.iter().map(|case| case.exchanges.len()).sum(),
            jobs: 8,
            seed: 42,
            tier: "full".into(),
            selectors: Vec::new(),
            command: format!("scimspec run --url {url} --profile rfc,entra"),
            complete: true,
            left_behind: Vec::new(),
            warnings: Vec::new(),
        },
        profiles: vec![
            profile::judge("rfc", "RFC 7643 and RFC 7644", &cases, &[], None),
            profile::judge("entra", "Microsoft Entra ID provisioning", &cases, &[], Some(&readiness)),
        ],
        readiness: Some(readiness),
        summary,
        cases,
        requirements,
        rulings: Vec::new(),
        waivers: Vec::new(),
    }
}

/// A case of the full tier and the RFC profile.
pub(crate) fn case(id: &str, title: &str, verdict: Verdict) -> Case {
    let suite = id.rsplit_once('/').map_or(id, |(suite, _)| suite);
    Case {
        id: id.into(),
        title: title.into(),
        why: String::new(),
        effect: None,
        profile: "rfc".into(),
        tier: "full".into(),
        tags: vec![id.split('/').next().unwrap_or("other").into()],
        verdict,
        reason: None,
        requirements: Vec::new(),
        findings: Vec::new(),
        exchanges: Vec::new(),
        duration_ms: 12,
        source: Some(format!("suites/{suite}.yaml:12:5")),
        script: None,
        rerun: format!("scimspec run {id}"),
    }
}

/// A finding about the first exchange.
pub(crate) fn finding(requirement: &str, level: Level, seen: Seen, message: &str) -> Finding {
    Finding {
        check: message.split(':').next().unwrap_or("status").into(),
        requirement: requirement.into(),
        level,
        seen,
        message: message.into(),
        expected: None,
        actual: None,
        hint: None,
        ruling: None,
        exchange: Some(0),
        place: None,
        source: Some("suites/users/create.yaml:16:11".into()),
        also: Vec::new(),
        waived: None,
    }
}

/// A request to `https://scim.example.com/v2` and its answer.
pub(crate) fn exchange(
    purpose: &str,
    method: &str,
    path: &str,
    request: Option<&str>,
    status: u16,
    body: &str,
) -> ExchangeInfo {
    let url = format!("https://scim.example.com/v2{path}");
    let mut headers: Vec<(String, String)> =
        vec![("accept".into(), "application/scim+json".into()), ("authorization".into(), "Bearer [masked]".into())];
    if request.is_some() {
        headers.push(("content-type".into(), "application/scim+json".into()));
    }
    ExchangeInfo {
        purpose: purpose.into(),
        curl: curl::line(method, &url, &headers, request),
        method: method.into(),
        url,
        request_headers: headers,
        request_body: request.map(String::from),
        status: Some(status),
        response_headers: vec![
            ("content-type".into(), "application/scim+json; charset=utf-8".into()),
            ("date".into(), "Sat, 14 Mar 2026 09:26:53 GMT".into()),
        ],
        response_body: (!body.is_empty()).then(|| body.into()),
        response_body_truncated: false,
        error: None,
        duration_ms: 11.6,
        waits: Vec::new(),
    }
}

/// A requirement of RFC 7644.
pub(crate) fn requirement(id: &str, level: Level, section: &str, text: &str) -> RequirementInfo {
    RequirementInfo {
        id: id.into(),
        level,
        section: format!("RFC 7644 section {section}"),
        text: text.into(),
        link: format!("https://www.rfc-editor.org/rfc/rfc7644#section-{section}"),
        effect: None,
        note: None,
        apart: None,
    }
}
