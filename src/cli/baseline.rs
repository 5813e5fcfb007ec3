//! Known failures: `--baseline` of `run`, and `scimspec baseline`, which writes such a file.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Exit, Failure, report_file};
use crate::check::standing;
use crate::report::{Report, baseline};
use crate::suite::{Suite, SuiteEntry};
use crate::target::Config;
use crate::target::config::{Baseline, Waiver};

/// Write a baseline: what fails in a report, so that the next run fails only on what is new.
///
/// The baseline goes to standard output. Run with it, and the exit code is 1 only for failures that are not in it;
/// verdicts stay as they are, and every report shows what is waived. Waivers that the report was made with keep their
/// reason and day.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    scimspec run --url … --report json=report.json\n  \
    scimspec baseline report.json --reason 'known since the migration' > baseline.toml\n  \
    scimspec run --url … --baseline baseline.toml")]
pub(super) struct BaselineArgs {
    /// The report, as `run --report json=report.json` wrote it
    #[arg(value_name = "REPORT.json")]
    file: PathBuf,
    /// Why the failures are accepted; one waiver after the other can be edited later
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The last day on which the waivers hold [default: in 90 days]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    expires: Option<Date>,
    /// What is waived: broken MUSTs, or SHOULDs that are not followed, too
    #[arg(long, value_name = "LEVEL", default_value = "must", value_parser = ["must", "should"])]
    fail_on: String,
}

fn day(word: &str) -> Result<Date, String> {
    let date = Some(word).filter(|word| word.len() == 10).and_then(|word| word.parse().ok());
    date.ok_or_else(|| "write a day as 2027-03-31".to_owned())
}

pub(super) fn run(args: &BaselineArgs) -> Result<Exit, Failure> {
    let today = today();
    let until = match args.expires {
        Some(date) if date < today => {
            return Err(Failure::usage(format!("{date} is over: a waiver that is written today would count at once")));
        }
        Some(date) => date,
        None => today.saturating_add(jiff::Span::new().days(90)),
    };
    let reason = match &args.reason {
        Some(reason) if reason.trim().is_empty() => {
            return Err(Failure::usage("the reason is empty: say why the failures are accepted"));
        }
        Some(reason) => reason.clone(),
        None => format!("known since {today}; why it is accepted has not been written down"),
    };
    let text = baseline::text(&report_file::read(&args.file)?, until, &reason, args.fail_on == "should");
    std::io::stdout().write_all(text.as_bytes()).map_err(Failure::unjudged)?;
    Ok(Exit::Conformant)
}

/// The waivers of a run: those of the configuration, and those of the file.
pub(super) fn waivers(config: &Config, file: Option<&PathBuf>) -> Result<Vec<Waiver>, Failure> {
    let mut waivers = config.waivers.clone();
    if let Some(path) = file {
        waivers.extend(Baseline::read(path).map_err(Failure::usage)?.waivers);
    }
    Ok(waivers)
}

/// Marks what the waivers accept, as of today.
pub(super) fn apply(report: &mut Report, waivers: &[Waiver], suites: &[Arc<Suite>]) {
    if waivers.is_empty() {
        return;
    }
    let id = |entry: &SuiteEntry| match entry {
        SuiteEntry::Case(case) => case.id.clone(),
        SuiteEntry::Declared(table) => table.id.clone(),
    };
    let mut known: BTreeSet<String> = suites.iter().flat_map(|suite| &suite.entries).map(id).collect();
    known.extend(standing::ALL.iter().map(|check| format!("standing/{}", check.name)));
    baseline::apply(report, waivers, today(), &known);
}

/// Today, in UTC: a waiver shall not expire at different times for people in different places.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(TimeZone::UTC).date()
}
