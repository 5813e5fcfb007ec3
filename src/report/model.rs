//! The finished run as data: what `report.json` holds and what every other format is made from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::requirement::Apart;
use crate::verdict::{Finding, Level, Verdict};

mod readiness;
mod waiver;

pub use readiness::{
    DialectCase, DialectPair, LineState, LoadInfo, OperationTimes, Quantiles, Readiness, ReadinessLine, ReadingInfo,
    TimePoint,
};
pub use waiver::{WaiverInfo, WaiverState};

/// Version of this shape. A removal or a change of meaning is a new major number.
pub const FORMAT_VERSION: &str = "1.0";

/// A finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Version of this format, `1.0`.
    pub format: String,
    /// The program that made it.
    pub tool: Tool,
    /// The suites that were run.
    pub suites: Suites,
    /// The provider under test.
    pub target: TargetInfo,
    /// How the run was made.
    pub run: RunInfo,
    /// One verdict per profile.
    pub profiles: Vec<Profile>,
    /// Cases per verdict, standing checks included.
    pub summary: Summary,
    /// The checklist of Microsoft Entra ID, where its profile was run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub readiness: Option<Readiness>,
    /// Every case, in the order of the suites; standing checks last.
    pub cases: Vec<Case>,
    /// The requirements that findings of this run name.
    pub requirements: Vec<RequirementInfo>,
    /// The rulings that findings of this run name.
    pub rulings: Vec<RulingInfo>,
    /// What became of each waiver that the run was given.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub waivers: Vec<WaiverInfo>,
}

impl Report {
    /// Where a client and an RFC pull apart in what a finding is about.
    #[must_use]
    pub fn apart(&self, finding: &Finding) -> Option<&Apart> {
        finding.requirements().find_map(|id| self.requirement(id)?.apart.as_ref())
    }

    /// What is known of a requirement.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&RequirementInfo> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }
}

/// The program that made a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name, `scimspec`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The suites of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suites {
    /// Version of the embedded suites, or a fingerprint when others were added.
    pub version: String,
}

/// The provider under test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetInfo {
    /// Base URL, or `embedded reference provider`.
    pub url: String,
    /// Capabilities that were declared or assumed, sorted.
    pub capabilities: Vec<String>,
    /// Resource types, as `name (endpoint)`.
    pub resource_types: Vec<String>,
    /// What discovery could not use, one sentence each.
    pub discovery_notes: Vec<String>,
}

/// How a run was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunInfo {
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// Wall time in milliseconds.
    pub duration_ms: u64,
    /// Requests that were sent.
    pub requests: usize,
    /// Cases at the same time.
    pub jobs: usize,
    /// Seed of the generated data.
    pub seed: u64,
    /// Highest tier that was run.
    pub tier: String,
    /// Selectors, empty for everything.
    pub selectors: Vec<String>,
    /// The command that repeats the run, without secrets.
    pub command: String,
    /// False when the run was cut short.
    pub complete: bool,
    /// Resources that could not be removed.
    pub left_behind: Vec<String>,
    /// What a reader has to know before believing the verdicts, one sentence each: TLS was not checked, for example.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub warnings: Vec<String>,
}

/// The verdict of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileVerdict {
    /// No MUST broken, nothing left out.
    Conformant,
    /// As conformant, with SHOULDs that were not followed.
    ConformantWithRemarks,
    /// At least one MUST broken.
    NotConformant,
    /// The client will work with this provider.
    Ready,
    /// As ready, once a person has declared what cannot be tested.
    ReadyWithDeclarations,
    /// The client will not work with this provider.
    NotReady,
    /// Something could not be judged or was left out.
    Withheld,
}

impl ProfileVerdict {
    /// The words as they stand in reports: `conformant-with-remarks`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conformant => "conformant",
            Self::ConformantWithRemarks => "conformant-with-remarks",
            Self::NotConformant => "not-conformant",
            Self::Ready => "ready",
            Self::ReadyWithDeclarations => "ready-with-declarations",
            Self::NotReady => "not-ready",
            Self::Withheld => "withheld",
        }
    }

    /// Whether it says that something is broken.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        matches!(self, Self::NotConformant | Self::NotReady)
    }
}

/// One profile and what it came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// `rfc`, `entra` or `okta`.
    pub id: String,
    /// Title for people: `RFC 7643 / RFC 7644`.
    pub title: String,
    /// The verdict.
    pub verdict: ProfileVerdict,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// What makes it negative, worst first.
    pub blockers: Vec<Blocker>,
}

/// A group of cases that fail by the same requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Blocker {
    /// Requirement id.
    pub requirement: String,
    /// One line: what is wrong.
    pub message: String,
    /// Ids of the cases, in order; the first one is the evidence to look at.
    pub cases: Vec<String>,
    /// Whether it is waived for now.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub waived: bool,
}

/// Cases per verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// pass
    pub pass: usize,
    /// fail
    pub fail: usize,
    /// warn
    pub warn: usize,
    /// note
    pub note: usize,
    /// skip
    pub skip: usize,
    /// blocked
    pub blocked: usize,
    /// error
    pub error: usize,
    /// Of those that fail: how many do so only by findings that are waived.
    #[serde(default)]
    pub waived: usize,
}

impl Summary {
    /// The count of one verdict.
    #[must_use]
    pub const fn of(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Pass => self.pass,
            Verdict::Fail => self.fail,
            Verdict::Warn => self.warn,
            Verdict::Note => self.note,
            Verdict::Skip => self.skip,
            Verdict::Blocked => self.blocked,
            Verdict::Error => self.error,
        }
    }

    /// Counts one more case.
    pub const fn add(&mut self, verdict: Verdict) {
        let count = match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Warn => &mut self.warn,
            Verdict::Note => &mut self.note,
            Verdict::Skip => &mut self.skip,
            Verdict::Blocked => &mut self.blocked,
            Verdict::Error => &mut self.error,
        };
        *count += 1;
    }
}

/// One case or standing check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// `suite/case` or `suite/case[row]`; standing checks have `standing/<name>`.
    pub id: String,
    /// One sentence: the behaviour.
    pub title: String,
    /// Why it matters to the people who use the target.
    pub why: String,
    /// Likely effect in the client whose profile this is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effect: Option<String>,
    /// `rfc`, `entra` or `okta`.
    pub profile: String,
    /// `basic`, `onboarding`, `full` or `edge`.
    pub tier: String,
    /// Tags, the topic first.
    pub tags: Vec<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it was skipped, blocked or could not be judged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Ids of the requirements that its checks name.
    pub requirements: Vec<String>,
    /// What its checks saw.
    pub findings: Vec<Finding>,
    /// What was sent and received, in order.
    pub exchanges: Vec<ExchangeInfo>,
    /// From the first request to the last, in milliseconds.
    pub duration_ms: u64,
    /// Place of the case: `suites/users/create.yaml:12:5`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// The command that runs this case alone.
    pub rerun: String,
    /// A case that fails or warns as a script for a POSIX shell: its requests in their order, with the ids that the
    /// target gives this time. Credentials are variables, as in `curl` of the exchanges.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub script: Option<String>,
}

impl Case {
    /// Whether every finding that gives it its verdict is waived.
    #[must_use]
    pub fn is_waived(&self) -> bool {
        let mut own = self.findings.iter().filter(|finding| finding.verdict() == self.verdict).peekable();
        matches!(self.verdict, Verdict::Fail | Verdict::Warn)
            && own.peek().is_some()
            && own.all(|finding| finding.waived.is_some())
    }
}

/// One request and its answer, secrets masked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeInfo {
    /// `discovery`, `set-up`, `step` or `clean-up`.
    pub purpose: String,
    /// Method.
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Request headers in order.
    pub request_headers: Vec<(String, String)>,
    /// Request body; bytes that are no UTF-8 are replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_body: Option<String>,
    /// Status of the answer; missing when there was none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u16>,
    /// Response headers in order.
    pub response_headers: Vec<(String, String)>,
    /// Response body; bytes that are no UTF-8 are replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub response_body: Option<String>,
    /// True where only the beginning of the response body was kept.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub response_body_truncated: bool,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// Duration in milliseconds.
    pub duration_ms: f64,
    /// Earlier attempts that the target put off; everything else here is about the last one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub waits: Vec<WaitInfo>,
    /// The same request for a POSIX shell; the credential is `$SCIM_TOKEN`.
    pub curl: String,
}

/// An attempt that the target did not carry out, and the wait before the next one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaitInfo {
    /// The status that it answered: 429 (too many requests), 503 with `Retry-After`, or 401 for a token that had
    /// expired.
    pub status: u16,
    /// Seconds until the request was sent again.
    pub seconds: f64,
}

/// What a reader needs to know of a requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementInfo {
    /// Its id, `7644-3.3-08`.
    pub id: String,
    /// Its level.
    pub level: Level,
    /// `RFC 7644 section 3.3`.
    pub section: String,
    /// Our paraphrase.
    pub text: String,
    /// Link to the section.
    pub link: String,
    /// What users of a client are likely to notice when it is broken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub effect: Option<String>,
    /// What else there is to know: contradictions between sources.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Where the client wants something else than an RFC does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub apart: Option<Apart>,
}

/// What a reader needs to know of a ruling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RulingInfo {
    /// Its id, `C8`.
    pub id: String,
    /// The sections that it is about.
    pub section: String,
    /// What is unclear.
    pub point: String,
    /// How it is judged here.
    pub verdict: String,
}
