//! What a client's checklist came to, line by line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verdict::{Level, Verdict};

/// The checklist of a client, with what is known of each line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Readiness {
    /// The profile that it belongs to: `entra`.
    pub profile: String,
    /// Title for people: `Microsoft Entra ID app gallery`.
    pub title: String,
    /// Client and edition of the facts: `entra@2026-08`.
    pub edition: String,
    /// The lines, in the order of the checklist.
    pub lines: Vec<ReadinessLine>,
    /// Cases that were run in both dialects of the client, side by side.
    pub dialects: Vec<DialectPair>,
    /// What was measured under load, where that was asked for; times in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub load: Option<LoadInfo>,
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReadinessLine {
    /// Requirement id: `entra-A7`.
    pub requirement: String,
    /// Letter and title of the part of the checklist.
    pub section: String,
    /// What is asked for.
    pub text: String,
    /// How binding it is.
    pub level: Level,
    /// What is known of it.
    pub state: LineState,
    /// Cases that are the evidence, those that broke it first.
    pub cases: Vec<String>,
    /// Why nothing is known, or what has to be done to know it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Name under which a person can declare it: `[entra.declarations]` in `scimspec.toml`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub declaration: Option<String>,
    /// What each source makes of it, where they differ.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub readings: Vec<ReadingInfo>,
    /// What has to be known beside it: an alternative, how it is counted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

/// What is known of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineState {
    /// It was tested and held.
    Holds,
    /// It is binding, was tested, and did not hold.
    Broken,
    /// It is recommended, was tested, and did not hold.
    Missed,
    /// It is neither, was tested, and did not hold.
    Noted,
    /// Its test could not be judged.
    Unjudged,
    /// It was not tested, and nobody has declared it.
    Open,
    /// A person declares that it holds.
    Declared,
    /// A person declares that it does not hold.
    Denied,
}

impl LineState {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Broken => "broken",
            Self::Missed => "missed",
            Self::Noted => "noted",
            Self::Unjudged => "not judged",
            Self::Open => "open",
            Self::Declared => "declared",
            Self::Denied => "declared not",
        }
    }

    /// A number of lines in this state: `1 holds`, `93 hold`.
    #[must_use]
    pub fn counted(self, count: usize) -> String {
        let word = if self == Self::Holds && count != 1 { "hold" } else { self.as_str() };
        format!("{count} {word}")
    }

    /// The outcome of a case that looks the same.
    #[must_use]
    pub const fn like(self) -> Verdict {
        match self {
            Self::Holds | Self::Declared => Verdict::Pass,
            Self::Broken | Self::Denied => Verdict::Fail,
            Self::Missed => Verdict::Warn,
            Self::Noted => Verdict::Note,
            Self::Unjudged => Verdict::Error,
            Self::Open => Verdict::Skip,
        }
    }
}

/// How one source reads a line, and what that comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReadingInfo {
    /// Title of the source.
    pub source: String,
    /// How binding it is there.
    pub level: Level,
    /// What is known, by this reading.
    pub state: LineState,
}

/// A case in both dialects of a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DialectPair {
    /// Id of the case without its row.
    pub id: String,
    /// Its rows in the usual dialect.
    pub legacy: Vec<DialectCase>,
    /// Its rows in the compliant dialect.
    pub compliant: Vec<DialectCase>,
}

/// One row of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DialectCase {
    /// Id of the case.
    pub case: String,
    /// Its verdict.
    pub verdict: Verdict,
}

/// What was measured under load. Times are in milliseconds, from the moment that a request was due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoadInfo {
    /// Requests in a second that were asked for.
    pub rate: f64,
    /// For so many seconds.
    pub seconds: f64,
    /// Answers in a second.
    pub achieved: f64,
    /// Requests that were sent.
    pub sent: u64,
    /// Requests that were due while too many others were under way.
    pub unsent: u64,
    /// Requests without an answer.
    pub unanswered: u64,
    /// Answers with status 429.
    pub throttled: u64,
    /// Answers with a status of 500 and above.
    pub server_errors: u64,
    /// Other answers with a status of 400 and above.
    pub refused: u64,
    /// How late requests were sent.
    pub lag: Quantiles,
    /// How long they took.
    pub latency: Quantiles,
    /// The same for each kind of request.
    pub operations: Vec<OperationTimes>,
    /// The same over time.
    pub timeline: Vec<TimePoint>,
}

/// Values that half, nine in ten, 99 in 100, and all of them are not above.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantiles {
    /// 50 %
    pub p50: f64,
    /// 90 %
    pub p90: f64,
    /// 99 %
    pub p99: f64,
    /// 100 %
    pub max: f64,
}

/// Times of one kind of request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationTimes {
    /// The kind.
    pub operation: String,
    /// How many.
    pub count: u64,
    /// How long they took.
    #[serde(flatten)]
    pub times: Quantiles,
}

/// Times of one second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimePoint {
    /// Seconds from the start.
    pub second: u64,
    /// Requests that were due then.
    pub count: u64,
    /// Half of them took no longer.
    pub p50: f64,
    /// 99 in 100 took no longer.
    pub p99: f64,
    /// How many were throttled, failed, or had no answer.
    pub faults: u64,
}
