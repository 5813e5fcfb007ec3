//! `scimspec run`: tests a provider and writes reports.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use url::Url;

use super::progress::Progress;
use super::suites::SuiteArgs;
use super::target_args::{Resolved, TargetArgs};
use super::{Exit, Failure, baseline};
use crate::client::{Client, Settings};
use crate::plan::Selection;
use crate::report::{self, Format, Report, Setting, terminal};
use crate::requirement::Catalogue;
use crate::run::{Options, RunError, Session};
use crate::suite::{Profile, Tier};

/// Test a provider and write reports.
///
/// Without --url, the embedded reference provider is started and tested, which shows what a run looks like.
///
/// A run creates users and groups of its own, named with a text that no other resource has, changes only those, and
/// removes them at the end.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    scimspec run --report html=report.html\n  \
    scimspec run --url http://localhost:8080/scim/v2 --token-file token.txt --tier basic\n  \
    scimspec run --url … --profile rfc,entra --report html=report.html --report junit=junit.xml\n  \
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
    /// Show every case, and every finding in full
    #[arg(short, long)]
    verbose: bool,
}

/// Where one report goes.
#[derive(Clone, Debug)]
pub(super) struct Output {
    format: Format,
    path: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write FORMAT=PATH, for example html=report.html")?;
        let format = format.parse::<Format>().map_err(|error| error.to_string())?;
        if path.is_empty() {
            return Err(format!("there is no path behind `{format}=`"));
        }
        Ok(Self { format, path: path.into() })
    }
}

fn profile(word: &str) -> Result<Profile, String> {
    Profile::named(word).ok_or_else(|| "use rfc, entra or okta".to_owned())
}

fn tier(word: &str) -> Result<Tier, String> {
    Tier::named(word).ok_or_else(|| "use basic, onboarding, full or edge".to_owned())
}

pub(super) fn run(args: &RunArgs) -> Result<Exit, Failure> {
    let loaded = args.suites.load()?;
    let mut resolved = args.target.resolve()?;
    let waivers = baseline::waivers(&resolved.config, args.baseline.as_ref())?;
    for output in &args.reports {
        check_writable(output)?;
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
        suites: loaded.version.clone(),
        warnings: resolved.settings.warnings(),
    };
    for warning in &setting.warnings {
        anstream::eprintln!("{}", super::warned(warning));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unjudged)?;
    let mut progress = Progress::new(args.verbose);
    resolved.settings.on_wait = Some(progress.on_wait());
    let finished = runtime.block_on(async {
        let (base, client) = open(&resolved, &mut setting).await?;
        let session = Session::open(Arc::new(client), &base, &resolved.config)
            .await
            .map_err(RunError::from)
            .map_err(|e| failure(&e))?;
        session
            .run(&loaded.suites, &options, Catalogue::embedded(), &mut |event| progress.show(event))
            .await
            .map_err(|e| failure(&e))
    });
    progress.finish();
    let mut report = report::assemble(&finished?, &options, &setting, &loaded.suites, Catalogue::embedded());
    baseline::apply(&mut report, &waivers, &loaded.suites);
    write_reports(&report, &args.reports)?;
    print_terminal(&report, args.verbose).map_err(Failure::unjudged)?;
    for output in &args.reports {
        anstream::println!("{} report: {}", output.format, output.path.display());
    }
    Ok(Exit::of(&report, args.fail_on == "should"))
}

/// The client of the target, or of a reference provider that is started for the run.
async fn open(resolved: &Resolved, setting: &mut Setting) -> Result<(Url, Client), Failure> {
    let (base, settings) = match &resolved.url {
        Some(url) => {
            setting.target = url.to_string();
            (url.clone(), resolved.settings.clone())
        }
        None => embedded(resolved, setting).await?,
    };
    let client = Client::http(&base, settings).map_err(Failure::unjudged)?;
    Ok((base, client))
}

#[cfg(feature = "reference")]
async fn embedded(resolved: &Resolved, setting: &mut Setting) -> Result<(Url, Settings), Failure> {
    let token = super::serve::random_token();
    let provider = super::serve::provider(Some(token.clone()), None, &[], &[])?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.map_err(Failure::unjudged)?;
    let address = listener.local_addr().map_err(Failure::unjudged)?;
    tokio::spawn(crate::reference::serve(Arc::new(provider), listener, std::future::pending()));
    let base = Url::parse(&format!("http://{address}/scim/v2")).map_err(Failure::unjudged)?;
    setting.target = format!("embedded reference provider ({base})");
    let settings =
        Settings { credential: Some(crate::target::Credential::bearer(&token)), ..resolved.settings.clone() };
    Ok((base, settings))
}

#[cfg(not(feature = "reference"))]
async fn embedded(_: &Resolved, _: &mut Setting) -> Result<(Url, Settings), Failure> {
    Err(Failure::usage("--url is missing, and this build has no reference provider to test instead"))
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

/// A report that cannot be written shall not be noticed after the run.
fn check_writable(output: &Output) -> Result<(), Failure> {
    let folder = output.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Failure::usage(format!(
            "cannot write {}: there is no folder {}",
            output.path.display(),
            folder.display()
        ))),
        _ if output.path.is_dir() => {
            Err(Failure::usage(format!("cannot write {}: it is a folder", output.path.display())))
        }
        _ => Ok(()),
    }
}

/// Writes each report whole, or not at all: it is put in place when it is complete.
pub(super) fn write_reports(report: &Report, outputs: &[Output]) -> Result<(), Failure> {
    for output in outputs {
        let failed = |cause: io::Error| Failure::unjudged(format!("cannot write {}: {cause}", output.path.display()));
        let mut bytes = Vec::new();
        output.format.reporter().write(report, &mut bytes).map_err(failed)?;
        let mut unfinished = output.path.clone().into_os_string();
        unfinished.push(".part");
        std::fs::write(&unfinished, bytes).map_err(failed)?;
        std::fs::rename(&unfinished, &output.path).map_err(failed)?;
    }
    Ok(())
}

/// Shows the report on the terminal.
pub(super) fn print_terminal(report: &Report, verbose: bool) -> io::Result<()> {
    let stdout = io::stdout();
    let width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(80_usize).clamp(60, 160);
    let style = terminal::Style { color: super::has_color(&stdout), width, verbose };
    let mut out = stdout.lock();
    terminal::write(report, &style, &mut out)?;
    out.flush()
}
