//! The tables of the page: verdicts, levels, topics and the requirements that were looked at.

use serde::Serialize;

use super::case::web_link;
use super::escape::anchor;
use crate::report::{Report, RequirementInfo, Summary};
use crate::verdict::{Finding, Level, Seen, Verdict};

/// Cases of one verdict, as a part of the bar.
#[derive(Serialize)]
pub(super) struct Count {
    verdict: Verdict,
    count: usize,
    /// Where its part of the bar begins and how long it is, in thousandths.
    from: usize,
    long: usize,
}

/// The verdicts that occurred, in the order of the bar.
pub(super) fn counts(summary: &Summary) -> Vec<Count> {
    let total: usize = Verdict::ALL.iter().map(|verdict| summary.of(*verdict)).sum();
    let mut before = 0;
    let mut counts = Vec::new();
    for verdict in Verdict::ALL {
        let count = summary.of(verdict);
        if count > 0 {
            let from = before * 1000 / total;
            before += count;
            counts.push(Count { verdict, count, from, long: before * 1000 / total - from });
        }
    }
    counts
}

/// Checks of one level.
#[derive(Serialize)]
pub(super) struct LevelRow {
    level: &'static str,
    requirements: usize,
    held: usize,
    broken: usize,
    lowered: usize,
    left_open: usize,
    not_offered: usize,
    not_judged: usize,
}

/// Checks per level and by what they saw.
pub(super) fn levels(report: &Report) -> Vec<LevelRow> {
    let row = |level: Level| {
        let own = || report.cases.iter().flat_map(|case| &case.findings).filter(move |finding| finding.level == level);
        let seen = |seen: Seen| own().filter(|finding| finding.seen == seen).count();
        let mut requirements: Vec<&str> = own().flat_map(Finding::requirements).collect();
        requirements.sort_unstable();
        requirements.dedup();
        LevelRow {
            level: level.as_str(),
            requirements: requirements.len(),
            held: seen(Seen::Held),
            broken: seen(Seen::Broken),
            lowered: seen(Seen::Warned),
            left_open: seen(Seen::Noted),
            not_offered: seen(Seen::Skipped),
            not_judged: seen(Seen::NotJudged),
        }
    };
    [Level::Must, Level::Should, Level::May].map(row).into()
}

/// Cases of one topic.
#[derive(Serialize)]
pub(super) struct TopicRow<'a> {
    topic: &'a str,
    total: usize,
    /// One per verdict, in the order of [`Verdict::ALL`].
    cells: Vec<(Verdict, usize)>,
}

/// Cases per topic and verdict, topics in the order of the run.
pub(super) fn topics(report: &Report) -> Vec<TopicRow<'_>> {
    let mut topics: Vec<(&str, Summary)> = Vec::new();
    for case in &report.cases {
        let topic = case.tags.first().map_or("other", String::as_str);
        let at = topics.iter().position(|(known, _)| *known == topic).unwrap_or_else(|| {
            topics.push((topic, Summary::default()));
            topics.len() - 1
        });
        topics[at].1.add(case.verdict);
    }
    let row = |(topic, counts)| {
        let cells: Vec<(Verdict, usize)> = Verdict::ALL.map(|verdict| (verdict, Summary::of(&counts, verdict))).into();
        TopicRow { topic, total: cells.iter().map(|(_, count)| count).sum(), cells }
    };
    topics.into_iter().map(row).collect()
}

/// The requirements of one section.
#[derive(Serialize)]
pub(super) struct Section<'a> {
    section: &'a str,
    short: String,
    link: Option<&'a str>,
    requirements: Vec<RequirementRow<'a>>,
}

#[derive(Serialize)]
struct RequirementRow<'a> {
    anchor: String,
    id: &'a str,
    level: &'static str,
    text: &'a str,
    checks: usize,
    /// The worst that a check saw.
    verdict: Option<Verdict>,
}

/// The requirements that this run names, by section, with the worst that was seen of each.
pub(super) fn sections(report: &Report) -> Vec<Section<'_>> {
    let mut findings: std::collections::HashMap<&str, Vec<&Finding>> = std::collections::HashMap::new();
    for finding in report.cases.iter().flat_map(|case| &case.findings) {
        for id in finding.requirements() {
            findings.entry(id).or_default().push(finding);
        }
    }
    let mut requirements: Vec<&RequirementInfo> = report.requirements.iter().collect();
    requirements.sort_by_key(|requirement| (section_order(&requirement.section), requirement.id.as_str()));
    let mut sections: Vec<Section<'_>> = Vec::new();
    for requirement in requirements {
        let own = findings.get(requirement.id.as_str()).map_or(&[][..], Vec::as_slice);
        let judged = own.iter().filter(|finding| finding.seen != Seen::NotJudged);
        let row = RequirementRow {
            anchor: anchor("requirement-", &requirement.id),
            id: &requirement.id,
            level: requirement.level.as_str(),
            text: &requirement.text,
            checks: judged.clone().count(),
            verdict: judged.map(|finding| finding.verdict_at(requirement.level)).min_by_key(|verdict| rank(*verdict)),
        };
        match sections.last_mut().filter(|section| section.section == requirement.section) {
            Some(section) => section.requirements.push(row),
            None => sections.push(Section {
                section: &requirement.section,
                short: short_section(&requirement.section),
                link: web_link(&requirement.link),
                requirements: vec![row],
            }),
        }
    }
    sections
}

fn rank(verdict: Verdict) -> usize {
    Verdict::ALL.iter().position(|known| *known == verdict).unwrap_or(usize::MAX)
}

/// `RFC 7644 section 3.5.2` as `7644/3.5.2`, which is what people type.
pub(super) fn short_section(section: &str) -> String {
    let mut numbers = section.split_whitespace().filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    match (numbers.next(), numbers.next()) {
        (Some(document), Some(section)) => format!("{document}/{section}"),
        _ => section.replace(' ', "-"),
    }
}

/// Sorts section 3.10 after section 3.9.
fn section_order(section: &str) -> Vec<u32> {
    section.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_written_short_and_sorted_by_number() {
        assert_eq!(short_section("RFC 7644 section 3.5.2"), "7644/3.5.2");
        assert_eq!(short_section("Entra docs"), "Entra-docs");
        assert!(section_order("RFC 7644 section 3.9") < section_order("RFC 7644 section 3.10"));
    }

    #[test]
    fn the_parts_of_the_bar_fill_it() {
        let counts = counts(&Summary { pass: 2, fail: 1, ..Summary::default() });
        let parts: Vec<(usize, usize)> = counts.iter().map(|count| (count.from, count.long)).collect();
        assert_eq!(parts, [(0, 333), (333, 667)]);
    }
}
