//! `scimspec check`: are these suite files sound?

use std::path::PathBuf;

use clap::Args;

use super::suites::mistakes;
use super::{Exit, Failure};
use crate::requirement::Catalogue;
use crate::suite;

/// Check suite files for mistakes.
///
/// Every mistake is shown at once, with file, line, column and what to do. Nothing is sent.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files, or folders with suite files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(super) fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let mut sources = Vec::new();
    for path in &args.files {
        if path.is_dir() {
            sources.extend(suite::files_below(path).map_err(Failure::usage)?);
        } else {
            sources.push(suite::file(path).map_err(Failure::usage)?);
        }
    }
    let suites = suite::load(sources, Catalogue::embedded()).map_err(|errors| mistakes(&errors))?;
    let cases: usize = suites.iter().map(|suite| suite.entries.len()).sum();
    anstream::println!("{} suites with {cases} cases, no mistakes", suites.len());
    Ok(Exit::Conformant)
}
