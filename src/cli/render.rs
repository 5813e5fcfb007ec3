//! `scimspec render`: a saved report in other formats.

use std::path::PathBuf;

use clap::Args;

use super::run::{Output, print_terminal, write_reports};
use super::{Exit, Failure, report_file};

/// Write a saved JSON report in other formats.
///
/// The JSON report is the record; every other format is made from it, so nothing has to be run again.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    scimspec render report.json                          on the terminal\n  \
    scimspec render report.json --report html=report.html --report markdown=report.md")]
pub(super) struct RenderArgs {
    /// The report, as `run --report json=report.json` wrote it
    #[arg(value_name = "REPORT.json")]
    file: PathBuf,
    /// What to write; without any, the report is shown on the terminal
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,
    /// Show every case
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn run(args: &RenderArgs) -> Result<Exit, Failure> {
    let report = report_file::read(&args.file)?;
    if args.reports.is_empty() {
        print_terminal(&report, args.verbose).map_err(Failure::usage)?;
    }
    write_reports(&report, &args.reports)?;
    Ok(Exit::Conformant)
}
