//! A checklist with a line of every state.

use scimspec::report::{
    Case, DialectCase, DialectPair, LineState, LoadInfo, OperationTimes, Quantiles, Readiness, ReadinessLine,
    ReadingInfo, TimePoint,
};
use scimspec::verdict::{Level, Verdict};

/// The checklist; `text` stands wherever a text of others can stand.
pub(crate) fn checklist(cases: &[Case], text: &str) -> Readiness {
    let states = [
        ("entra-A7", LineState::Holds, None),
        ("entra-B4", LineState::Broken, None),
        ("entra-A2", LineState::Missed, None),
        ("entra-G7", LineState::Noted, None),
        ("entra-A12", LineState::Unjudged, Some("workload-identity")),
        ("entra-A3", LineState::Open, Some("load")),
        ("entra-A20", LineState::Declared, Some("contacts")),
        ("entra-A24", LineState::Denied, Some("attestations")),
    ];
    let evidence = || cases.first().map(|case| case.id.clone()).into_iter().collect();
    let line = |(id, state, declaration): (&str, LineState, Option<&str>)| ReadinessLine {
        requirement: id.into(),
        section: if id.starts_with("entra-A") { "A. Requirements".into() } else { "B. Duties".into() },
        text: format!("What is asked for by {id}{text}."),
        level: if id == "entra-A2" { Level::Should } else { Level::Must },
        state,
        cases: if declaration.is_none() { evidence() } else { Vec::new() },
        reason: matches!(state, LineState::Open | LineState::Unjudged).then(|| format!("it was not asked for{text}")),
        declaration: declaration.map(Into::into),
        note: (id == "entra-A2").then(|| format!("counted as recommended{text}")),
        readings: if id == "entra-A2" {
            vec![
                ReadingInfo { source: "the text".into(), level: Level::Should, state: LineState::Missed },
                ReadingInfo { source: format!("the test{text}"), level: Level::Must, state: LineState::Broken },
            ]
        } else {
            Vec::new()
        },
    };
    let row = |verdict| DialectCase { case: cases.first().map(|case| case.id.clone()).unwrap_or_default(), verdict };
    Readiness {
        profile: "entra".into(),
        title: "Microsoft Entra ID app gallery".into(),
        edition: "entra@2026-08".into(),
        lines: states.into_iter().map(line).collect(),
        dialects: vec![DialectPair {
            id: "entra/disable".into(),
            legacy: vec![row(Verdict::Fail)],
            compliant: vec![row(Verdict::Pass)],
        }],
        load: Some(load()),
    }
}

fn load() -> LoadInfo {
    let times = |p50| Quantiles { p50, p90: p50 * 2.0, p99: p50 * 4.0, max: p50 * 5.0 };
    let point = |second, p50, faults| TimePoint { second, count: 25, p50, p99: p50 * 4.0, faults };
    LoadInfo {
        rate: 25.0,
        seconds: 4.0,
        achieved: 24.8,
        sent: 100,
        unsent: 0,
        unanswered: 0,
        throttled: 3,
        server_errors: 1,
        refused: 0,
        lag: times(0.1),
        latency: times(4.0),
        operations: vec![OperationTimes { operation: "look up".into(), count: 25, times: times(2.5) }],
        timeline: vec![point(0, 4.0, 0), point(1, 5.0, 0), point(2, 12.0, 4), point(3, 4.5, 0)],
    }
}
