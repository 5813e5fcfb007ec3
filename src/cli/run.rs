//! `scimspec run`: tests a provider and writes reports.

mod dry;
mod embedded;
mod federation;
mod output;
mod signals;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use url::Url;

pub(super) use output::{Output, print_terminal, write_reports};

use super::progress::Progress;
use super::suites::SuiteArgs;
use super::target_args::{Resolved, TargetArgs};
use super::{Exit, Failure, baseline};
use crate::client::Client;
use crate::plan::{Plan, Selection};
use crate::report::{self, Setting};
use crate::requirement::Catalogue;
use crate::run::ledger::Place;
use crate::run::{Event, Halt, Keeper, Options, Run, RunError, Safety, Session, Stopped};
use crate::suite::{Profile, Tier};
use crate::target::{Load, Rate};

/// Test a provider and write reports.
///
/// Without --url, the embedded reference provider is started and tested, which shows what a run looks like.
///
/// A run creates users and groups of its own, named with a text that no other resource has, changes only those, and
/// removes them at the end, also when it is stopped with Ctrl-C. What it writes at a target it notes down first, so
/// that `scimspec cleanup` can remove it when the run was killed.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    scimspec run --report html=report.html\n  \
    scimspec run --url http://localhost:8080/scim/v2 --token-file token.txt --tier basic\n  \
    scimspec run --url … --profile rfc,entra --report html=report.html --report junit=junit.xml\n  \
    scimspec run --url … --profile entra --tier onboarding --load
  \
    scimspec run --url … 'patch/members/remove-one-leaves-the-others'\n  \
    scimspec run --url … rfc7644/3.5.2 7644-3.3-08 must security\n\n\
    Selectors: the beginning of a case id (patch/), a section (rfc7644/3.5.2), a requirement, a level (must), a tag.")]
pub(super) struct RunArgs {
    /// What to run: case ids or their beginnings, sections, requirements, levels, tags; everything without any
    #[arg(value_name = "SELECTOR")]
    selectors: Vec<String>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    suites: SuiteArgs,
    /// Whose verdicts are wanted: rfc, entra, okta
    #[arg(long, value_name = "PROFILE,…", value_delimiter = ',', default_value = "rfc", value_parser = profile)]
    profile: Vec<Profile>,
    /// How far to go: basic, onboarding, full or edge (hostile input and races); each includes those before it
    #[arg(long, value_name = "TIER", default_value = "full", value_parser = tier)]
    tier: Tier,
    /// Write a report: html, json, junit, markdown, ndjson or github; may be repeated
    #[arg(long = "report", value_name = "FORMAT=PATH")]
    reports: Vec<Output>,
    /// Cases at the same time [default: 4]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Seed of the generated data; equal seeds give equal requests [default: from the clock]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// What makes the exit code 1: a broken MUST, or a SHOULD that is not followed, too
    #[arg(long, value_name = "LEVEL", default_value = "must", value_parser = ["must", "should"])]
    fail_on: String,
    /// Known failures: only what fails beside them makes the exit code 1 (see `scimspec baseline`)
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Send nothing that writes: discovery, reading what exists, and requests that are wrong on purpose
    #[arg(long, help_heading = "Safety")]
    read_only: bool,
    /// Read what the target declares, show what a run would do, and end
    #[arg(long, help_heading = "Safety")]
    dry_run: bool,
    /// Where to note down what is written at the target, for `scimspec cleanup` [default: a file in .scimspec]
    #[arg(long, value_name = "FILE", help_heading = "Safety")]
    ledger: Option<PathBuf>,
    /// Load the target in the profile entra, too: as many requests in a second as given [25/s when only --load is]
    #[arg(long, value_name = "N/s", num_args = 0..=1, require_equals = true, default_missing_value = "25/s", help_heading = "Load")]
    load: Option<Rate>,
    /// How long to load the target [default: 60]
    #[arg(long, value_name = "S", requires = "load", value_parser = seconds, help_heading = "Load")]
    load_seconds: Option<f64>,
    /// Show every case, and every finding in full
    #[arg(short, long)]
    verbose: bool,
}

fn profile(word: &str) -> Result<Profile, String> {
    Profile::named(word).ok_or_else(|| "use rfc, entra or okta".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.1..=3600.0).contains(number));
    number.ok_or_else(|| "give seconds, from 0.1 to 3600".to_owned())
}

fn tier(word: &str) -> Result<Tier, String> {
    Tier::named(word).ok_or_else(|| "use basic, onboarding, full or edge".to_owned())
}

pub(super) fn run(args: &RunArgs) -> Result<Exit, Failure> {
    let loading = args.suites.begin()?;
    let mut resolved = args.target.resolve()?;
    resolved.settings.onboarding.load = args.load.map(|rate| Load {
        rate: rate.in_a_second(),
        seconds: args.load_seconds.unwrap_or(Load::default().seconds),
        ..Load::default()
    });
    federation::write_key_set(&resolved)?;
    let waivers = baseline::waivers(&resolved.config, args.baseline.as_ref())?;
    for output in &args.reports {
        output::check_writable(output)?;
    }
    let options = Options {
        jobs: args.jobs.or(resolved.config.target.jobs).unwrap_or(4).clamp(1, 256),
        seed: args.seed.unwrap_or_else(seed_of_the_clock),
        selection: Selection { selectors: args.selectors.clone(), tier: args.tier, profiles: args.profile.clone() },
        keep_judged: false,
    };
    let mut setting = Setting {
        target: String::new(),
        command: command(args, &resolved),
        suites: String::new(),
        warnings: resolved.settings.warnings(),
        declarations: resolved.config.entra.declarations.clone(),
    };
    for warning in &setting.warnings {
        anstream::eprintln!("{}", super::warned(warning));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unjudged)?;
    let mut progress = Progress::new(args.verbose);
    resolved.settings.on_wait = Some(progress.on_wait());
    let safety = safety(args, &resolved)?;
    let url = resolved.url.as_ref().map(Url::to_string);
    let _guard = runtime.enter();
    signals::listen(safety.halt.clone(), safety.ledger.as_ref().map(|place| place.path.clone()), url.clone());
    let session = runtime.block_on(async {
        let (base, client) = open(&resolved, &mut setting).await?;
        let opened = Session::open_with(Arc::new(client), &base, &resolved.config, safety.clone()).await;
        opened.map_err(|error| failure(&error.into()))
    })?;
    let loaded = loading.end()?;
    setting.suites.clone_from(&loaded.version);
    let plan = session
        .plan(&loaded.suites, &options.selection, Catalogue::embedded())
        .map_err(|error| failure(&error.into()))?;
    if args.dry_run {
        dry::print(session.target(), &plan, args.read_only);
        return Ok(Exit::Conformant);
    }
    ask_consent(args, &resolved, &plan)?;
    let keeper = session.keeper();
    let mut show = |event: Event<'_>| progress.show(event);
    let run = session.run(&loaded.suites, &options, Catalogue::embedded(), &mut show);
    let finished = catch_unwind(AssertUnwindSafe(|| runtime.block_on(run)));
    progress.finish();
    let finished = match finished {
        Ok(finished) => finished.map_err(|error| failure(&error))?,
        Err(_) => return Err(runtime.block_on(after_panic(&safety.halt, &keeper, url.as_deref()))),
    };
    let mut report = report::assemble(&finished, &options, &setting, &loaded.suites, Catalogue::embedded());
    baseline::apply(&mut report, &waivers, &loaded.suites);
    write_reports(&report, &args.reports)?;
    print_terminal(&report, args.verbose).map_err(Failure::unjudged)?;
    for output in &args.reports {
        anstream::println!("{} report: {}", output.format, output.path.display());
    }
    say_end(&finished, url.as_deref());
    Ok(Exit::of(&report, args.fail_on == "should"))
}

/// How careful the run is. What it writes at the embedded provider goes with it, so that nothing is noted down.
fn safety(args: &RunArgs, resolved: &Resolved) -> Result<Safety, Failure> {
    let writes = resolved.url.is_some() && !args.read_only;
    let place = writes.then(|| Place::new(args.ledger.as_deref()));
    if let Some(place) = place.as_ref().filter(|place| place.path.exists()) {
        let path = place.path.display();
        return Err(Failure::usage(format!(
            "the ledger {path} is there already: an earlier run left something behind; remove that first with `scimspec cleanup {path}`, or name another file"
        )));
    }
    Ok(Safety { read_only: args.read_only, ledger: place, halt: Halt::default() })
}

/// Before the first write to a target that is not on this machine.
fn ask_consent(args: &RunArgs, resolved: &Resolved, plan: &Plan) -> Result<(), Failure> {
    let Some(url) = resolved.url.as_ref().filter(|_| !resolved.consents) else { return Ok(()) };
    match dry::writes(plan, args.read_only) {
        None => Ok(()),
        Some(writes) => Err(Failure::usage(format!(
            "{url} is not on this machine, and {writes}; say that it may with --yes (or `consent = true` under [target] in scimspec.toml), look closer with --dry-run, or read only with --read-only"
        ))),
    }
}

/// A panic outside the cases: what was made is removed all the same.
async fn after_panic(halt: &Halt, keeper: &Keeper, url: Option<&str>) -> Failure {
    halt.stop(Stopped::Defect);
    keeper.clean_up().await;
    let ledger = keeper.ledger().map(|ledger| format!("; {}", signals::advice(&ledger, url))).unwrap_or_default();
    Failure::unjudged(format!("{}{ledger}", Stopped::Defect))
}

/// What is to be said after the report.
fn say_end(run: &Run, url: Option<&str>) {
    if let Some(why) = &run.stopped {
        anstream::eprintln!("the run was cut short: {}", report::one_line(why));
    }
    if let Some(ledger) = &run.ledger {
        anstream::eprintln!("{}", signals::advice(ledger, url));
    }
}

/// The client of the target, or of a reference provider that is started for the run.
async fn open(resolved: &Resolved, setting: &mut Setting) -> Result<(Url, Client), Failure> {
    let (base, settings) = match &resolved.url {
        Some(url) => {
            setting.target = url.to_string();
            (url.clone(), resolved.settings.clone())
        }
        None => embedded::embedded(resolved, setting).await?,
    };
    let client = Client::http(&base, settings).map_err(Failure::unjudged)?;
    Ok((base, client))
}

fn failure(error: &RunError) -> Failure {
    match error {
        RunError::Unusable(_) => Failure::unjudged(error),
        RunError::Plan(_) => Failure::usage(error),
    }
}

/// The command that makes such a run; credentials are left to the environment.
fn command(args: &RunArgs, resolved: &Resolved) -> String {
    let mut out = "scimspec run".to_owned();
    let mut add = |flag: &str, value: &str| {
        out.push_str(&format!(" {flag}"));
        if !value.is_empty() {
            out.push_str(&format!(" {}", report::curl::quoted(value)));
        }
    };
    if let Some(url) = &resolved.url {
        add("--url", url.as_str());
    }
    if let Some(config) = &args.target.config {
        add("--config", &config.display().to_string());
    }
    if let Some(suites) = &args.suites.suites {
        add("--suites", &suites.display().to_string());
    }
    if let Some(baseline) = &args.baseline {
        add("--baseline", &baseline.display().to_string());
    }
    if args.profile != [Profile::Rfc] {
        add("--profile", &args.profile.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(","));
    }
    if args.tier != Tier::Full {
        add("--tier", args.tier.as_str());
    }
    if let Some(rate) = args.load {
        add(&format!("--load={rate}"), "");
    }
    for (flag, value) in args.target.repeated() {
        add(flag, &value);
    }
    if !resolved.config.assume.is_empty() {
        add("--assume", &resolved.config.assume.join(","));
    }
    out
}

fn seed_of_the_clock() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_nanosecond().rem_euclid(i128::from(u64::MAX))).unwrap_or(0)
}
