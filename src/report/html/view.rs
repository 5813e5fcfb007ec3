//! What the templates are given: the report arranged in the order in which the page answers.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use minijinja::value::Serde;
use minijinja::{Environment, Error, Value, context};
use serde::Serialize;

use super::escape::anchor;
use super::island::Islands;
use super::waiver::{self, WaiverRow};
use super::{case, readiness, table};
use crate::report::cause::{Cause, open_causes, waived_causes};
use crate::report::untrusted::shortened;
use crate::report::{Blocker, Case, Profile, Report, RequirementInfo, counted, profile};
use crate::verdict::{Finding, Level, Verdict, Waived};

/// Evidence of cases other than passed ones and the first of each cause that is kept readable without a script, in
/// bytes; the rest is packed, so that a run in which everything goes wrong still gives a page that can be opened.
const IN_PLACE: usize = 1024 * 1024;

/// The page.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    title: String,
    report: Head<'a>,
    profiles: Vec<ProfileView<'a>>,
    readiness: Option<readiness::View<'a>>,
    causes: Vec<CauseView<'a>>,
    remarks: Vec<CauseView<'a>>,
    waived: Vec<CauseView<'a>>,
    waivers: Vec<WaiverRow<'a>>,
    unjudged: Vec<Group<'a>>,
    skipped: Vec<Group<'a>>,
    counts: Vec<table::Count>,
    levels: Vec<table::LevelRow>,
    topics: Vec<table::TopicRow<'a>>,
    requirements: Vec<table::Section<'a>>,
    slowest: Vec<Link<'a>>,
    rows: Vec<Row<'a>>,
    islands: Vec<String>,
}

/// The parts of the report that are shown as they are.
#[derive(Serialize)]
struct Head<'a> {
    tool: &'a crate::report::Tool,
    suites: &'a crate::report::Suites,
    target: &'a crate::report::TargetInfo,
    run: &'a crate::report::RunInfo,
    rulings: Vec<RulingView<'a>>,
    seconds: String,
}

#[derive(Serialize)]
struct RulingView<'a> {
    anchor: String,
    #[serde(flatten)]
    ruling: &'a crate::report::RulingInfo,
}

#[derive(Serialize)]
struct ProfileView<'a> {
    title: &'a str,
    words: String,
    /// `good`, `odd` or `bad`.
    mood: &'static str,
    must: usize,
    should: usize,
    reasons: Vec<Cow<'a, str>>,
    /// Numbers, messages and case titles of the first causes.
    first: Vec<(usize, Cow<'a, str>, &'a str)>,
    more: usize,
}

/// A root cause with the evidence of its first case.
#[derive(Serialize)]
struct CauseView<'a> {
    number: usize,
    verdict: Verdict,
    message: Cow<'a, str>,
    waived: Option<&'a Waived>,
    level: &'static str,
    section: &'a str,
    basic: bool,
    count: String,
    evidence: Link<'a>,
    html: Value,
    others: Vec<Link<'a>>,
}

/// Cases with the same reason.
#[derive(Serialize)]
struct Group<'a> {
    verdict: Verdict,
    reason: Cow<'a, str>,
    cases: Vec<Link<'a>>,
}

#[derive(Clone, Serialize)]
struct Link<'a> {
    id: &'a str,
    title: &'a str,
    anchor: String,
    ms: u64,
}

/// A case in the list of all cases.
#[derive(Serialize)]
struct Row<'a> {
    anchor: String,
    id: &'a str,
    title: &'a str,
    verdict: Verdict,
    level: &'static str,
    levels: String,
    sections: String,
    tags: String,
    profile: &'a str,
    tier: &'a str,
    ms: u64,
    /// Evidence in place, where it is neither packed nor shown above.
    html: Option<Value>,
    /// Place in the islands.
    packed: Option<String>,
    /// Number of the cause that shows the evidence.
    above: Option<usize>,
    waived: bool,
}

/// Arranges a report.
pub(super) fn page<'a>(report: &'a Report, templates: &Environment<'_>) -> Result<Page<'a>, Error> {
    let template = templates.get_template("case.html")?;
    let requirements: HashMap<&str, &RequirementInfo> =
        report.requirements.iter().map(|requirement| (requirement.id.as_str(), requirement)).collect();
    let evidence = |case: &Case| -> Result<String, Error> {
        template.render(context! { case => Serde(case::view(case, &requirements, &report.rulings)) })
    };
    let broken = open_causes(&report.cases, Verdict::Fail);
    let missed = open_causes(&report.cases, Verdict::Warn);
    let waived: Vec<Cause<'a>> = waived_causes(&report.cases).into_iter().map(|(_, cause)| cause).collect();

    let mut above: HashMap<&str, usize> = HashMap::new();
    let mut views = |causes: &[Cause<'a>], offset: usize| -> Result<Vec<CauseView<'a>>, Error> {
        let mut views = Vec::new();
        for (at, cause) in causes.iter().enumerate() {
            let Some(case) = cause.cases.first() else { continue };
            let number = offset + at + 1;
            // A case that breaks several requirements has its evidence once, under the worst of them.
            let html = match above.get(case.id.as_str()) {
                Some(first) => Value::from(*first),
                None => {
                    above.insert(&case.id, number);
                    Value::from_safe_string(evidence(case)?)
                }
            };
            views.push(CauseView {
                number,
                verdict: cause.finding.verdict(),
                waived: cause.finding.waived.as_ref(),
                message: shortened(&cause.finding.message, 300),
                level: cause.finding.level.as_str(),
                section: requirements.get(cause.finding.requirement.as_str()).map_or("", |info| &info.section),
                basic: cause.is_basic(),
                count: counted(cause.cases.len(), "case"),
                evidence: link(case),
                html,
                others: cause.cases.iter().skip(1).map(|case| link(case)).collect(),
            });
        }
        Ok(views)
    };
    let cause_views = views(&broken, 0)?;
    let remarks = views(&missed, broken.len())?;
    let waived = views(&waived, broken.len() + missed.len())?;

    let mut islands = Islands::default();
    let mut rows = Vec::with_capacity(report.cases.len());
    let mut in_place = 0;
    for case in &report.cases {
        let above = above.get(case.id.as_str()).copied();
        let (mut html, mut packed) = (None, None);
        if case.verdict == Verdict::Pass || (above.is_none() && in_place > IN_PLACE) {
            packed = Some(islands.add(evidence(case)?));
        } else if above.is_none() {
            let evidence = evidence(case)?;
            in_place += evidence.len();
            html = Some(Value::from_safe_string(evidence));
        }
        rows.push(row(case, &requirements, html, packed, above));
    }
    let mut slowest: Vec<Link<'a>> = report.cases.iter().map(link).collect();
    slowest.sort_by_key(|link| std::cmp::Reverse(link.ms));
    slowest.truncate(10);

    Ok(Page {
        title: title(report),
        report: Head {
            tool: &report.tool,
            suites: &report.suites,
            target: &report.target,
            run: &report.run,
            rulings: report
                .rulings
                .iter()
                .map(|ruling| RulingView { anchor: anchor("ruling-", &ruling.id), ruling })
                .collect(),
            seconds: format!("{:.1}", report.run.duration_ms as f64 / 1000.0),
        },
        profiles: report.profiles.iter().map(|profile| profile_view(report, profile, &broken)).collect(),
        readiness: readiness::view(report),
        causes: cause_views,
        remarks,
        waived,
        waivers: waiver::rows(report),
        unjudged: groups(report, &[Verdict::Error, Verdict::Blocked]),
        skipped: groups(report, &[Verdict::Skip]),
        counts: table::counts(&report.summary),
        levels: table::levels(report),
        topics: table::topics(report),
        requirements: table::sections(report),
        slowest,
        rows,
        islands: islands.finish(),
    })
}

fn title(report: &Report) -> String {
    let verdicts: Vec<String> = report.profiles.iter().map(words).collect();
    format!("{} — SCIM report for {}", verdicts.join(", "), report.target.url)
}

fn words(profile: &Profile) -> String {
    let words = profile.verdict.as_str().replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str())).unwrap_or_default()
}

fn profile_view<'a>(report: &'a Report, profile: &'a Profile, broken: &[Cause<'a>]) -> ProfileView<'a> {
    use crate::report::ProfileVerdict as Is;
    let mood = match profile.verdict {
        Is::Conformant | Is::Ready | Is::ReadyWithDeclarations => "good",
        Is::ConformantWithRemarks | Is::Withheld => "odd",
        Is::NotConformant | Is::NotReady => "bad",
    };
    let cause_of = |blocker: &Blocker| {
        let same = |cause: &Cause<'_>| {
            cause.finding.requirement == blocker.requirement
                && cause.finding.message == blocker.message
                && cause.cases.iter().any(|member| Some(&member.id) == blocker.cases.first())
        };
        let at = broken.iter().position(same)?;
        Some((at + 1, broken[at].cases.first()?.title.as_str()))
    };
    let first: Vec<(usize, Cow<'_, str>, &str)> = profile
        .blockers
        .iter()
        .filter(|blocker| !blocker.waived)
        .filter_map(|blocker| {
            cause_of(blocker).map(|(number, title)| (number, shortened(&blocker.message, 160), title))
        })
        .take(4)
        .collect();
    ProfileView {
        title: &profile.title,
        words: words(profile),
        mood,
        must: profile::broken(report, &profile.id, Level::Must),
        should: profile::broken(report, &profile.id, Level::Should),
        reasons: profile.reasons.iter().map(|reason| shortened(reason, 400)).collect(),
        more: profile.blockers.iter().filter(|blocker| !blocker.waived).count().saturating_sub(first.len()),
        first,
    }
}

fn link(case: &Case) -> Link<'_> {
    Link { id: &case.id, title: &case.title, anchor: anchor("case-", &case.id), ms: case.duration_ms }
}

fn groups<'a>(report: &'a Report, verdicts: &[Verdict]) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(Verdict, &str), Vec<Link<'a>>> = BTreeMap::new();
    for case in report.cases.iter().filter(|case| verdicts.contains(&case.verdict)) {
        let reason = case.reason.as_deref().unwrap_or("no reason was recorded");
        groups.entry((case.verdict, reason)).or_default().push(link(case));
    }
    groups
        .into_iter()
        .map(|((verdict, reason), cases)| Group { verdict, reason: shortened(reason, 400), cases })
        .collect()
}

fn row<'a>(
    case: &'a Case,
    requirements: &HashMap<&str, &RequirementInfo>,
    html: Option<Value>,
    packed: Option<String>,
    above: Option<usize>,
) -> Row<'a> {
    let own = || {
        let ids =
            case.requirements.iter().map(String::as_str).chain(case.findings.iter().flat_map(Finding::requirements));
        ids.filter_map(|id| requirements.get(id))
    };
    let mut sections: Vec<String> = own().map(|requirement| table::short_section(&requirement.section)).collect();
    sections.sort();
    sections.dedup();
    let worst = case.findings.iter().filter(|finding| finding.verdict() == case.verdict);
    let mut levels: Vec<Level> = own().map(|requirement| requirement.level).collect();
    levels.extend(case.findings.iter().map(|finding| finding.level));
    levels.sort();
    levels.dedup();
    let level = worst.map(|finding| finding.level).min().or_else(|| levels.first().copied());
    Row {
        anchor: anchor("case-", &case.id),
        id: &case.id,
        title: &case.title,
        verdict: case.verdict,
        level: level.map_or("", Level::as_str),
        levels: levels.iter().map(|level| level.as_str()).collect::<Vec<_>>().join(" ").to_lowercase(),
        sections: sections.join(" "),
        tags: case.tags.join(" "),
        profile: &case.profile,
        tier: &case.tier,
        ms: case.duration_ms,
        html,
        packed,
        above,
        waived: case.is_waived(),
    }
}
