//! A saved report, read for the commands that work on one.

use std::path::Path;

use super::Failure;
use crate::file::read_text;
use crate::report::{self, Report};

/// Mebibytes of a report, at most. A run of every suite with all its exchanges is a hundredth of that.
const LARGEST: u64 = 512;

/// Reads a report that `run --report json=…` wrote.
pub(super) fn read(path: &Path) -> Result<Report, Failure> {
    let text = read_text(path, LARGEST).map_err(Failure::usage)?;
    report::read_json(&text).map_err(|error| Failure::usage(format!("{}:{error}", path.display())))
}
