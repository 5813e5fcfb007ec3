//! `scimspec diff`: what is new, fixed or changed between two runs.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Exit, Failure, report_file};
use crate::report::diff;

/// Compare two saved reports: new failures, fixed, changed.
///
/// The exit code is 1 when something fails in the newer report that did not fail in the older one, unless it is waived
/// there. A failure that the newer run did not judge is not called fixed.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    scimspec diff last-week.json today.json\n  \
    scimspec diff main.json branch.json --format json | jq '.new_failures[].case'")]
pub(super) struct DiffArgs {
    /// The older report
    #[arg(value_name = "OLD.json")]
    old: PathBuf,
    /// The newer report
    #[arg(value_name = "NEW.json")]
    new: PathBuf,
    /// How to show the difference
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
    /// Show lists in full
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    Text,
    Json,
}

pub(super) fn run(args: &DiffArgs) -> Result<Exit, Failure> {
    let difference = diff::diff(&report_file::read(&args.old)?, &report_file::read(&args.new)?);
    let mut out = io::stdout().lock();
    let written = match args.format {
        DiffFormat::Text => diff::write(&difference, args.verbose, &mut out),
        DiffFormat::Json => serde_json::to_writer_pretty(&mut out, &difference)
            .map_err(io::Error::from)
            .and_then(|()| out.write_all(b"\n")),
    };
    written.map_err(Failure::unjudged)?;
    Ok(if difference.is_worse() { Exit::Broken } else { Exit::Conformant })
}
