//! What is expected of an answer.

use serde_json::{Map, Value};

use crate::suite::node::Position;

/// One expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What is looked at.
    pub kind: CheckKind,
    /// Its keys with placeholders, without `req`, `ruling` and `broken`.
    pub arguments: Map<String, Value>,
    /// The requirement.
    pub requirement: String,
    /// Further requirements that it decides, none more binding.
    pub also: Vec<String>,
    /// The ruling.
    pub ruling: Option<String>,
    /// What it means when it is broken, where that is less than the level says.
    pub broken: Option<Lowered>,
    /// Its place.
    pub at: Position,
}

/// A consequence that is lower than the level of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lowered {
    /// A warning.
    Warn,
    /// A note; ends the case.
    Note,
    /// The feature is not there; ends the case.
    Skip,
}

impl Lowered {
    /// The three words.
    pub const ALL: [Self; 3] = [Self::Warn, Self::Note, Self::Skip];

    /// The word in suites.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Note => "note",
            Self::Skip => "skip",
        }
    }
}

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckKind {
    /// The HTTP status.
    Status,
    /// A header.
    Header,
    /// The resource in the body.
    Resource,
    /// The message in the body.
    Message,
    /// The case's own resources among the results.
    Finds,
    /// The ids of the results.
    Ids,
    /// Every result.
    AllMatch,
    /// One value.
    Same,
    /// What changed inside a resource.
    ChangedOnly,
    /// Parallel writes.
    Kept,
    /// A place in the body.
    Json,
    /// That there is no body.
    Empty,
}

impl CheckKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Status,
        Self::Header,
        Self::Resource,
        Self::Message,
        Self::Finds,
        Self::Ids,
        Self::AllMatch,
        Self::Same,
        Self::ChangedOnly,
        Self::Kept,
        Self::Json,
        Self::Empty,
    ];

    /// The word in suites and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Header => "header",
            Self::Resource => "resource",
            Self::Message => "message",
            Self::Finds => "finds",
            Self::Ids => "ids",
            Self::AllMatch => "all-match",
            Self::Same => "same",
            Self::ChangedOnly => "changed-only",
            Self::Kept => "kept",
            Self::Json => "json",
            Self::Empty => "empty",
        }
    }
}
