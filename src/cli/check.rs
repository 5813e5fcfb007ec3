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
#[command(after_long_help = "Examples:\n  \
    scimspec check my-suites/                            every suite file below a folder\n  \
    scimspec check users.yaml && scimspec run --suites .")]
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
    if sources.is_empty() {
        return Err(Failure::usage("no suite file is there: suites are files that end in .yaml or .yml"));
    }
    let suites = suite::load(sources, Catalogue::embedded()).map_err(|errors| mistakes(&errors))?;
    let cases: usize = suites.iter().map(|suite| suite.entries.len()).sum();
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    anstream::println!("{} with {}, no mistakes", counted(suites.len(), "suite"), counted(cases, "case"));
    Ok(Exit::Conformant)
}
