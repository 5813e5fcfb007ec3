//! Why an observable requirement is left unjudged: a closed list of reasons, so that nothing is left out for comfort.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kinds of reason for which an observable requirement may be left unjudged; there are no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Two customers of one provider would have to be set up for it.
    NeedsTwoTenants,
    /// Minutes or hours would have to pass.
    NeedsRealTime,
    /// No answer tells whether it is kept.
    NotObservable,
    /// It asks for good prose.
    QualityOfText,
    /// An erratum takes it back or replaces it.
    SupersededByErratum,
}

impl Reason {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::NeedsTwoTenants,
        Self::NeedsRealTime,
        Self::NotObservable,
        Self::QualityOfText,
        Self::SupersededByErratum,
    ];

    /// The words for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeedsTwoTenants => "needs two tenants",
            Self::NeedsRealTime => "needs real time",
            Self::NotObservable => "not observable",
            Self::QualityOfText => "quality of text",
            Self::SupersededByErratum => "superseded by erratum",
        }
    }
}

/// Why no check judges a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excuse {
    /// The kind of reason.
    pub reason: Reason,
    /// The reason, in a sentence.
    pub why: String,
}
