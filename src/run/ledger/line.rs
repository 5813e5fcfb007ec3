//! The lines of a ledger file.

use serde::{Deserialize, Serialize};

use super::Marks;

/// Version of the file format.
pub(super) const FORMAT: u32 = 1;

/// One line, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Line {
    /// The first line.
    Ledger(Header),
    /// A request will be sent that may create or rename something.
    Write(Write),
    /// What a request created.
    Made {
        /// Number of the write.
        number: usize,
        /// Path below the base URL.
        path: String,
    },
    /// The target refused a request with 4xx, so that it did nothing.
    Refused {
        /// Number of the write.
        number: usize,
    },
    /// What these writes were about is no longer there.
    Gone {
        /// Numbers of the writes.
        numbers: Vec<usize>,
    },
}

/// What run wrote a ledger, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Version of the file format.
    pub format: u32,
    /// Id of the run.
    pub run: String,
    /// Base URL of the target, without a slash at its end.
    pub base: String,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
}

/// A request that may create or rename something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Write {
    /// Counted from 1.
    pub(super) number: usize,
    /// POST, PUT or PATCH.
    pub(super) method: String,
    /// Where such resources are, below the base URL: `/Users`.
    pub(super) endpoint: String,
    /// The resource that is written to, where it is known before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    /// What it will be known by.
    pub(super) marks: Marks,
}
