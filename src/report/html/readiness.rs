//! The checklist of a client as its template is given it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::escape::anchor;
use crate::report::{
    DialectCase, LineState, LoadInfo, Quantiles, Readiness, ReadinessLine, Report, TimePoint, counted,
};
use crate::verdict::Verdict;

/// The checklist.
#[derive(Serialize)]
pub(super) struct View<'a> {
    title: &'a str,
    edition: &'a str,
    /// Number of lines in each state, the most pressing first.
    tally: String,
    open: Vec<LineView<'a>>,
    sections: Vec<SectionView<'a>>,
    dialects: Vec<PairView<'a>>,
    dialects_tally: String,
    /// Whether a request fails in one of them.
    dialects_open: bool,
    load: Option<LoadView>,
}

#[derive(Serialize)]
struct SectionView<'a> {
    title: &'a str,
    tally: String,
    /// Whether something in it is to be done.
    open: bool,
    lines: Vec<LineView<'a>>,
}

#[derive(Serialize)]
struct LineView<'a> {
    requirement: &'a str,
    text: &'a str,
    level: &'static str,
    word: &'static str,
    like: Verdict,
    first: Option<Link<'a>>,
    others: Vec<Link<'a>>,
    reason: Option<&'a str>,
    declaration: Option<&'a str>,
    readings: Vec<ReadingView<'a>>,
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct ReadingView<'a> {
    source: &'a str,
    level: &'static str,
    word: &'static str,
}

#[derive(Serialize)]
struct Link<'a> {
    id: &'a str,
    anchor: String,
}

#[derive(Serialize)]
struct PairView<'a> {
    id: &'a str,
    /// What the first of its cases is about.
    title: Option<&'a str>,
    legacy: Vec<OutcomeLink>,
    compliant: Vec<OutcomeLink>,
}

#[derive(Serialize)]
struct OutcomeLink {
    anchor: String,
    verdict: Verdict,
}

#[derive(Serialize)]
struct LoadView {
    summary: String,
    p50: String,
    p99: String,
    /// Place and width of seconds in which something went wrong.
    faults: Vec<(f64, f64)>,
    /// Place and label of lines across.
    grid: Vec<(f64, String)>,
    last: u64,
    rows: Vec<(String, Vec<String>)>,
}

/// The order in which states are told.
const ORDER: [LineState; 8] = [
    LineState::Broken,
    LineState::Denied,
    LineState::Unjudged,
    LineState::Missed,
    LineState::Open,
    LineState::Noted,
    LineState::Declared,
    LineState::Holds,
];

/// Arranges the checklist of a report, where it has one.
pub(super) fn view(report: &Report) -> Option<View<'_>> {
    let readiness = report.readiness.as_ref()?;
    let mut sections: BTreeMap<&str, Vec<&ReadinessLine>> = BTreeMap::new();
    for line in &readiness.lines {
        sections.entry(&line.section).or_default().push(line);
    }
    let titles: HashMap<&str, &str> = report.cases.iter().map(|case| (case.id.as_str(), case.title.as_str())).collect();
    let is_bad = |line: &ReadinessLine| matches!(line.state, LineState::Broken | LineState::Denied);
    Some(View {
        title: &readiness.title,
        edition: &readiness.edition,
        tally: tally(readiness.lines.iter()),
        open: readiness.open().map(line_view).collect(),
        sections: sections
            .into_iter()
            .map(|(title, lines)| SectionView {
                title,
                tally: tally(lines.iter().copied()),
                open: lines.iter().any(|line| is_bad(line)) || title.starts_with('A'),
                lines: lines.into_iter().map(line_view).collect(),
            })
            .collect(),
        dialects_tally: dialects_tally(readiness),
        dialects_open: readiness.dialects.iter().any(|pair| has_failed(&pair.legacy) || has_failed(&pair.compliant)),
        dialects: readiness
            .dialects
            .iter()
            .map(|pair| PairView {
                id: &pair.id,
                title: pair.legacy.first().and_then(|first| titles.get(first.case.as_str()).copied()),
                legacy: pair.legacy.iter().map(outcome_link).collect(),
                compliant: pair.compliant.iter().map(outcome_link).collect(),
            })
            .collect(),
        load: readiness.load.as_ref().map(load_view),
    })
}

fn tally<'a>(lines: impl Iterator<Item = &'a ReadinessLine> + Clone) -> String {
    let of = |state: LineState| (state, lines.clone().filter(|line| line.state == state).count());
    let told = ORDER.into_iter().map(of).filter(|(_, count)| *count > 0);
    told.map(|(state, count)| state.counted(count)).collect::<Vec<_>>().join(", ")
}

fn dialects_tally(readiness: &Readiness) -> String {
    let legacy = readiness.dialects.iter().filter(|pair| has_failed(&pair.legacy)).count();
    let compliant = readiness.dialects.iter().filter(|pair| has_failed(&pair.compliant)).count();
    let all = counted(readiness.dialects.len(), "request");
    format!("{all}, {legacy} fail in the legacy dialect, {compliant} in the compliant one")
}

fn has_failed(cases: &[DialectCase]) -> bool {
    cases.iter().any(|case| case.verdict == Verdict::Fail)
}

fn line_view(line: &ReadinessLine) -> LineView<'_> {
    let mut links = line.cases.iter().map(|id| Link { id, anchor: anchor("case-", id) });
    LineView {
        requirement: &line.requirement,
        text: &line.text,
        level: line.level.as_str(),
        word: line.state.as_str(),
        like: line.state.like(),
        first: links.next(),
        others: links.collect(),
        reason: line.reason.as_deref(),
        declaration: line.declaration.as_deref(),
        note: line.note.as_deref(),
        readings: line
            .readings
            .iter()
            .map(|one| ReadingView { source: &one.source, level: one.level.as_str(), word: one.state.as_str() })
            .collect(),
    }
}

fn outcome_link(case: &DialectCase) -> OutcomeLink {
    OutcomeLink { anchor: anchor("case-", &case.case), verdict: case.verdict }
}

/// The plane of the chart, in its own units: left, right, top, bottom.
const PLANE: (f64, f64, f64, f64) = (48.0, 712.0, 10.0, 150.0);

fn load_view(load: &LoadInfo) -> LoadView {
    let (left, right, top, bottom) = PLANE;
    let last = load.timeline.last().map_or(0, |point| point.second);
    let highest = load.timeline.iter().map(|point| point.p99).fold(1.0_f64, f64::max);
    let step = step_below(highest);
    let ceiling = (highest / step).ceil() * step;
    #[expect(clippy::cast_precision_loss, reason = "an hour has 3 600 seconds")]
    let x = |second: u64| left + (right - left) * second as f64 / (last.max(1)) as f64;
    let y = |milliseconds: f64| bottom - (bottom - top) * milliseconds / ceiling;
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    let points = |of: fn(&TimePoint) -> f64| {
        let place = |point: &TimePoint| format!("{},{}", tenth(x(point.second)), tenth(y(of(point))));
        load.timeline.iter().map(place).collect::<Vec<_>>().join(" ")
    };
    let faults = load.timeline.iter().filter(|point| point.faults > 0);
    let rows = std::iter::once(("all", load.sent, load.latency))
        .chain(load.operations.iter().map(|one| (one.operation.as_str(), one.count, one.times)));
    let mut grid = Vec::new();
    let mut line = 0.0;
    while line <= ceiling + step / 2.0 {
        grid.push((tenth(y(line)), format!("{line}")));
        line += step;
    }
    LoadView {
        summary: format!(
            "{} requests a second for {} s: {} answered a second, {} throttled, {} failed, {} without an answer, {} not sent; sent at most {} ms late in 99 of 100",
            load.rate,
            load.seconds,
            load.achieved,
            load.throttled,
            load.server_errors,
            load.unanswered,
            load.unsent,
            load.lag.p99
        ),
        p50: points(|point| point.p50),
        p99: points(|point| point.p99),
        faults: faults.map(|point| (tenth(x(point.second)), 5.0)).collect(),
        grid,
        last,
        rows: rows.map(|(name, count, times)| (name.to_owned(), cells(count, times))).collect(),
    }
}

/// 1, 2 or 5 times a power of ten, so that two to five of them reach this number.
fn step_below(highest: f64) -> f64 {
    let power = 10_f64.powf((highest / 2.0).log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|factor| factor * power).find(|step| highest / step >= 2.0).unwrap_or(power)
}

fn cells(count: u64, times: Quantiles) -> Vec<String> {
    let shown = |milliseconds: f64| format!("{milliseconds:.1}");
    vec![count.to_string(), shown(times.p50), shown(times.p90), shown(times.p99), shown(times.max)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_across_have_round_numbers() {
        for (highest, step) in [(1.0, 0.5), (4.0, 2.0), (9.9, 2.0), (10.0, 5.0), (47.0, 20.0), (1000.0, 500.0)] {
            assert_eq!(step_below(highest), step, "{highest}");
        }
    }
}
