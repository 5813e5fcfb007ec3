//! Two runs compared: what fails now and did not before, what was fixed, and what changed otherwise.

mod text;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Case, ProfileVerdict, Report, counted};
use crate::verdict::{Finding, Verdict, Waived};

pub use text::write;

/// Version of the shape of [`Difference`].
const FORMAT_VERSION: &str = "1.0";

/// What differs between two reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Version of this format, `1.0`.
    pub format: String,
    /// The older run.
    pub old: Side,
    /// The newer run.
    pub new: Side,
    /// Why the two runs may not be comparable, one sentence each.
    pub notes: Vec<String>,
    /// Profiles whose verdict is another one.
    pub profiles: Vec<ProfileChange>,
    /// What fails in the newer run and did not fail in the older one.
    pub new_failures: Vec<Failure>,
    /// What failed in the older run and was judged again without failing.
    pub fixed: Vec<Failure>,
    /// Other cases whose verdict is another one; among them failures that the newer run could not judge.
    pub changed: Vec<Change>,
    /// Failures of both runs.
    pub still_failing: usize,
    /// Cases that only the newer run has, without those that fail.
    pub added: Vec<String>,
    /// Cases that only the older run has.
    pub gone: Vec<String>,
}

/// One of the two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// Base URL of the target.
    pub target: String,
    /// When the run began.
    pub started: String,
    /// Version of the suites.
    pub suites: String,
    /// Cases that fail.
    pub fail: usize,
}

/// A profile whose verdict is another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileChange {
    /// `rfc`, `entra` or `okta`.
    pub id: String,
    /// Its verdict in the older run.
    pub old: ProfileVerdict,
    /// Its verdict in the newer run.
    pub new: ProfileVerdict,
}

/// A requirement that is broken in a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Id of the case.
    pub case: String,
    /// Its title.
    pub title: String,
    /// Id of the requirement; missing when the case failed without a finding.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub requirement: Option<String>,
    /// What is wrong, in the run in which it fails.
    pub message: String,
    /// Verdict of the case in the other run; missing when that run does not have it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub other: Option<Verdict>,
    /// The waiver that accepts it for now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub waived: Option<Waived>,
    /// The command that runs the case alone.
    pub rerun: String,
}

/// A case whose verdict is another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Id of the case.
    pub case: String,
    /// Its title.
    pub title: String,
    /// Its verdict in the older run.
    pub old: Verdict,
    /// Its verdict in the newer run.
    pub new: Verdict,
    /// Why the newer one was not judged, where it was not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

impl Difference {
    /// Whether something fails that did not before, waivers apart.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.new_failures.iter().any(|failure| failure.waived.is_none())
    }
}

/// Compares two reports. A failure is a case and a requirement, so that a case that fails for another reason than
/// before is a new failure.
#[must_use]
pub fn diff(old: &Report, new: &Report) -> Difference {
    let (old_cases, new_cases) = (by_id(old), by_id(new));
    let (old_failures, new_failures) = (failures(old), failures(new));
    let verdict = |cases: &HashMap<&str, &Case>, id: &str| cases.get(id).map(|case| case.verdict);
    let only = |these: &Failures<'_>, those: &Failures<'_>, other: &HashMap<&str, &Case>| -> Vec<Failure> {
        let missing = these.iter().filter(|(key, _)| !those.contains_key(*key));
        missing.map(|(key, (case, finding))| failure(case, *finding, verdict(other, key.0))).collect()
    };
    let worse = only(&new_failures, &old_failures, &old_cases);
    let mut fixed = only(&old_failures, &new_failures, &new_cases);
    fixed.retain(|failure| failure.other.is_some_and(is_judged));

    let told: BTreeSet<&str> = worse.iter().chain(&fixed).map(|failure| failure.case.as_str()).collect();
    let mut changed = Vec::new();
    let mut added = Vec::new();
    for case in new.cases.iter().filter(|case| !told.contains(case.id.as_str())) {
        match verdict(&old_cases, &case.id) {
            Some(before) if before != case.verdict => changed.push(Change {
                case: case.id.clone(),
                title: case.title.clone(),
                old: before,
                new: case.verdict,
                reason: case.reason.clone().filter(|_| !is_judged(case.verdict)),
            }),
            Some(_) => {}
            None => added.push(case.id.clone()),
        }
    }
    let gone = old.cases.iter().filter(|case| !new_cases.contains_key(case.id.as_str()));
    Difference {
        format: FORMAT_VERSION.to_owned(),
        old: side(old),
        new: side(new),
        notes: notes(old, new),
        profiles: profiles(old, new),
        still_failing: new_failures.keys().filter(|key| old_failures.contains_key(*key)).count(),
        new_failures: worse,
        fixed,
        changed,
        added,
        gone: gone.map(|case| case.id.clone()).collect(),
    }
}

/// The JSON Schema of what `scimspec diff --format json` writes.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Difference).to_value();
    if let Some(members) = schema.as_object_mut() {
        members.insert("title".into(), "scimspec difference of two reports".into());
    }
    schema
}

/// Case and requirement of each failure.
type Failures<'a> = BTreeMap<(&'a str, &'a str), (&'a Case, Option<&'a Finding>)>;

fn failures(report: &Report) -> Failures<'_> {
    let mut found = Failures::new();
    for case in report.cases.iter().filter(|case| case.verdict == Verdict::Fail) {
        let mut own = case.findings.iter().filter(|finding| finding.verdict() == Verdict::Fail).peekable();
        if own.peek().is_none() {
            found.insert((&case.id, ""), (case, None));
        }
        for finding in own {
            found.entry((&case.id, &finding.requirement)).or_insert((case, Some(finding)));
        }
    }
    found
}

fn failure(case: &Case, finding: Option<&Finding>, other: Option<Verdict>) -> Failure {
    let without = || case.reason.clone().unwrap_or_else(|| "it fails without a finding".to_owned());
    Failure {
        case: case.id.clone(),
        title: case.title.clone(),
        requirement: finding.map(|finding| finding.requirement.clone()),
        message: finding.map_or_else(without, |finding| finding.message.clone()),
        other,
        waived: finding.and_then(|finding| finding.waived.clone()),
        rerun: case.rerun.clone(),
    }
}

fn by_id(report: &Report) -> HashMap<&str, &Case> {
    report.cases.iter().map(|case| (case.id.as_str(), case)).collect()
}

const fn is_judged(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Skip | Verdict::Blocked | Verdict::Error)
}

fn side(report: &Report) -> Side {
    Side {
        target: report.target.url.clone(),
        started: report.run.started.clone(),
        suites: report.suites.version.clone(),
        fail: report.summary.fail,
    }
}

fn profiles(old: &Report, new: &Report) -> Vec<ProfileChange> {
    let change = |new: &super::Profile| {
        let before = old.profiles.iter().find(|old| old.id == new.id)?.verdict;
        (before != new.verdict).then(|| ProfileChange { id: new.id.clone(), old: before, new: new.verdict })
    };
    new.profiles.iter().filter_map(change).collect()
}

fn notes(old: &Report, new: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    let mut differ = |what: &str, old: &str, new: &str| {
        if old != new {
            notes.push(format!("{what}: {old}, then {new}"));
        }
    };
    differ("the runs had different targets", &old.target.url, &new.target.url);
    differ("the runs had different suites", &old.suites.version, &new.suites.version);
    differ("the runs had different tiers", &old.run.tier, &new.run.tier);
    let selection = |report: &Report| match report.run.selectors.as_slice() {
        [] => "everything".to_owned(),
        selectors => selectors.join(" "),
    };
    differ("the runs had different selections", &selection(old), &selection(new));
    for (report, which) in [(old, "older"), (new, "newer")] {
        if !report.run.complete {
            notes.push(format!("the {which} run was cut short"));
        }
    }
    let gone = old.cases.iter().filter(|case| case.verdict == Verdict::Fail);
    let kept: BTreeSet<&str> = new.cases.iter().map(|case| case.id.as_str()).collect();
    let lost = gone.filter(|case| !kept.contains(case.id.as_str())).count();
    if lost > 0 {
        notes.push(format!(
            "{} of the older run is not in the newer one, which is no proof that it was fixed",
            counted(lost, "failure")
        ));
    }
    notes
}
