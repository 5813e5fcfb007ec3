//! What became of the waivers of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A waiver, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverInfo {
    /// Id of a case or standing check, or of a table with all its rows.
    pub case: String,
    /// The requirement that is known to be broken there; every one when there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub requirement: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds, `2027-03-31`.
    pub until: String,
    /// Where it stands: `baseline.toml:3:1`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// What became of it.
    pub state: WaiverState,
    /// Findings that it is about.
    pub findings: usize,
    /// What is to be said of it: that it counts no longer, or does nothing. One sentence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

/// What became of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// Its findings are waived.
    Holds,
    /// Its last day is over: its findings count again.
    Expired,
    /// The case was judged, and nothing that it names is broken.
    Stale,
    /// The case was not judged in this run, which says nothing about the waiver.
    NotJudged,
    /// No case and no standing check has this id.
    Unknown,
}

impl WaiverState {
    /// The words as they stand in reports: `not-judged`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Expired => "expired",
            Self::Stale => "stale",
            Self::NotJudged => "not-judged",
            Self::Unknown => "unknown",
        }
    }

    /// Whether somebody has to look after it.
    #[must_use]
    pub const fn needs_care(self) -> bool {
        matches!(self, Self::Expired | Self::Stale | Self::Unknown)
    }
}
