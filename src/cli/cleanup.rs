//! `scimspec cleanup`: removes what an interrupted run left at its target.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use url::Url;

use super::target_args::{Resolved, TargetArgs};
use super::{Exit, Failure};
use crate::client::Client;
use crate::report::{counted, one_line};
use crate::run::ledger::FOLDER;
use crate::run::{Fate, Leftover, Session, Swept};
use crate::target::base_url;

/// Remove what an interrupted run left behind.
///
/// A run notes down what it writes before it sends it. What was killed before it could clean up is found by that
/// ledger: each resource is read, and removed only when it has, character by character, a value that the run wrote.
/// Nothing else is touched. The ledger is removed when nothing of it is left.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    scimspec cleanup                                     every ledger in .scimspec\n  \
    scimspec cleanup .scimspec/20260314T092653Z-x7k2mq.ledger --token-file token.txt\n\n\
    Exit codes: 0 nothing is left, 2 a ledger cannot be used, 3 something is left")]
pub(super) struct CleanupArgs {
    /// Ledgers of runs; without any, those in .scimspec
    #[arg(value_name = "LEDGER")]
    ledgers: Vec<PathBuf>,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) fn run(args: &CleanupArgs) -> Result<Exit, Failure> {
    let resolved = args.target.resolve()?;
    let ledgers = if args.ledgers.is_empty() { all()? } else { args.ledgers.clone() };
    if ledgers.is_empty() {
        anstream::println!("nothing to remove: there is no ledger in {FOLDER}");
        return Ok(Exit::Conformant);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unjudged)?;
    // All of them are read before anything is sent.
    let leftovers: Vec<(PathBuf, Leftover)> = ledgers
        .into_iter()
        .map(|path| Ok((path.clone(), Leftover::read(&path).map_err(Failure::usage)?)))
        .collect::<Result<_, Failure>>()?;
    for (path, leftover) in &leftovers {
        is_of_target(path, leftover, &resolved)?;
    }
    let mut is_left = false;
    for (path, leftover) in leftovers {
        is_left |= runtime.block_on(remove(&path, leftover, &resolved))?;
    }
    Ok(if is_left { Exit::NotJudged } else { Exit::Conformant })
}

/// The ledgers of the usual folder, oldest first.
fn all() -> Result<Vec<PathBuf>, Failure> {
    let entries = match std::fs::read_dir(FOLDER) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(Failure::usage(format!("cannot read the folder {FOLDER}: {cause}"))),
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut ledgers: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == "ledger")).collect();
    ledgers.sort();
    Ok(ledgers)
}

/// A ledger belongs to one target: elsewhere, equal paths are other people's resources.
fn is_of_target(path: &Path, leftover: &Leftover, resolved: &Resolved) -> Result<(), Failure> {
    let (own, given) = (leftover.header().base.as_str(), resolved.url.as_ref().map(Url::as_str));
    match given.map(|given| given.trim_end_matches('/')) {
        Some(given) if !own.is_empty() && given != own => Err(Failure::usage(format!(
            "{} is the ledger of a run against {own}, not against {given}: name its target with --url {own}, or leave --url out",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// Removes what one ledger names, and says so. Gives whether something is left.
async fn remove(path: &Path, leftover: Leftover, resolved: &Resolved) -> Result<bool, Failure> {
    let name = path.display().to_string();
    if leftover.is_empty() {
        leftover.close();
        anstream::println!("{name}: nothing is left at the target, the ledger is removed");
        return Ok(false);
    }
    let header = leftover.header().clone();
    let base = base_url(&header.base).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    anstream::println!("{name}: what a run of {} left at {}", one_line(&header.started), one_line(&header.base));
    let client = Client::http(&base, resolved.settings.clone()).map_err(Failure::unjudged)?;
    let client = Arc::new(client);
    // Says in one message what is wrong with the address or the credential.
    Session::open(Arc::clone(&client), &base, &resolved.config).await.map_err(Failure::unjudged)?;
    let swept = leftover.remove(client).await;
    swept.iter().for_each(show);
    let count = |test: &dyn Fn(&Fate) -> bool| swept.iter().filter(|one| test(&one.fate)).count();
    let left = count(&|fate| matches!(fate, Fate::Left(_)));
    anstream::println!(
        "{} deleted, {} already gone, {left} left; the ledger is {}",
        count(&|fate| *fate == Fate::Deleted),
        count(&|fate| *fate == Fate::AlreadyGone),
        if path.exists() { "kept" } else { "removed" }
    );
    if left > 0 {
        anstream::eprintln!(
            "{} left: look at the reasons above, remove what is yours by hand, and run `scimspec cleanup` again",
            counted(left, "resource")
        );
    }
    Ok(left > 0)
}

fn show(swept: &Swept) {
    let what = one_line(format!("{}  {}", swept.path, swept.name).trim_end());
    match &swept.fate {
        Fate::Deleted => anstream::println!("deleted  {what}"),
        Fate::AlreadyGone => anstream::println!("gone     {what}"),
        Fate::Left(why) => anstream::println!("left     {what}: {}", one_line(why)),
    }
}
