//! The suites under `cargo test`: one trial per case, against a URL or against a server that the test starts.
//!
//! A test target without the standard harness and a `main` of a few lines are enough. It needs no feature of this
//! crate:
//!
//! ```toml
//! [dev-dependencies]
//! scimspec = { version = "0.1", default-features = false }
//!
//! [[test]]
//! name = "scim"
//! harness = false
//! ```
//!
//! ```no_run
//! // tests/scim.rs
//! use std::process::ExitCode;
//!
//! use scimspec::cargo_test::{Harness, Server};
//! # mod my_app { pub async fn listen() -> std::net::SocketAddr { ([127, 0, 0, 1], 8080).into() } }
//!
//! fn main() -> ExitCode {
//!     Harness::start(|| async {
//!         let address = my_app::listen().await;
//!         Server::at(format!("http://{address}/scim/v2")).token("secret")
//!     })
//!     .main()
//! }
//! ```
//!
//! `cargo test --test scim -- patch/`, `--exact`, `--skip`, `--list` and `cargo nextest run` work as they do with any
//! other test. Listing reads only the suites: the server is started by the first trial that runs, once per process.
//!
//! # What a trial says
//!
//! - `ok`: no MUST was broken. A SHOULD that is not followed does not fail a trial, unless [`Harness::fail_on_should`]
//!   says so.
//! - `FAILED`: a MUST was broken, or the case could not be judged. The message tells the whole story: what is wrong,
//!   the rule with its section, request and answer, a curl command, and the command that runs the trial alone.
//! - `ignored`: the target does not declare what the case needs. The reason stands behind it. This is known only when
//!   the target runs, so that nextest, which takes the exit code for the outcome, shows such a trial as passed.
//!
//! The name of a trial is the id of its case. Cases that are made from the attributes which the target declares are
//! known only when it runs, so that all of them are one trial, `suite/case[…]`.
//!
//! The standing checks, which watch every answer, belong to each trial: one that sees them broken fails and says
//! `standing/…`. So the outcome is the same whether a trial runs alone or with all the others, at the price that a
//! defect in every answer fails every trial.

mod started;
mod story;
mod trial;

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

pub use libtest_mimic;
use libtest_mimic::{Arguments, Trial};

use crate::plan::{Choice, PlanError, Selection};
use crate::requirement::Catalogue;
use crate::suite::{self, Auth, Profile, Source, SuiteErrors, Tier, Unreadable};
use crate::target::{Config, ConfigError, Credential};
use started::Target;
use trial::Trials;

/// Where a server is, how to log in, and what has to live as long as it is tested.
pub struct Server {
    url: String,
    credential: Option<Credential>,
    others: BTreeMap<Auth, Credential>,
    kept: Vec<Box<dyn Any + Send + Sync>>,
}

impl Server {
    /// A server at this base URL, under which `/Users` is.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), credential: None, others: BTreeMap::new(), kept: Vec::new() }
    }

    /// Logs in with a bearer token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.credential(Credential::bearer(token))
    }

    /// Logs in with a credential of any kind.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// A credential of another tenant, for the cases about isolation.
    #[must_use]
    pub fn second(self, credential: Credential) -> Self {
        self.other(Auth::Second, credential)
    }

    /// A credential that may read and not write, for the cases about what is permitted.
    #[must_use]
    pub fn limited(self, credential: Credential) -> Self {
        self.other(Auth::Limited, credential)
    }

    /// A credential that has expired, which must not open anything.
    #[must_use]
    pub fn expired(self, credential: Credential) -> Self {
        self.other(Auth::Expired, credential)
    }

    fn other(mut self, auth: Auth, credential: Credential) -> Self {
        self.others.insert(auth, credential);
        self
    }

    /// Keeps a value until the last trial is over, for example a database that is removed when it is dropped. It is
    /// dropped inside of the tokio runtime on which the server was started.
    #[must_use]
    pub fn keep(mut self, value: impl Any + Send + Sync) -> Self {
        self.kept.push(Box::new(value));
        self
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Starts the server, on the runtime of the trials.
type Start = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Server> + Send>> + Send>;

/// Something that keeps the trials from being made.
#[derive(Debug, thiserror::Error)]
pub enum Mistake {
    /// The configuration file cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The folder with suites cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The folder with suites holds none.
    #[error("{} holds no .yaml file", .0.display())]
    NoSuites(PathBuf),
    /// There are mistakes in suite files.
    #[error("{}", rendered(.0))]
    Suites(#[from] SuiteErrors),
    /// Nothing is selected, or a selector is not known.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

fn rendered(errors: &SuiteErrors) -> String {
    errors.0.iter().map(|error| error.render(false)).collect::<Vec<_>>().join("\n\n")
}

/// The trials of one target.
#[must_use = "call `main` or `trials`"]
pub struct Harness {
    start: Start,
    selection: Selection,
    config: Option<PathBuf>,
    suites: Option<PathBuf>,
    jobs: Option<usize>,
    seed: Option<u64>,
    credential: Option<Credential>,
    consent: bool,
    fail_on_should: bool,
}

impl fmt::Debug for Harness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness").field("selection", &self.selection).finish_non_exhaustive()
    }
}

impl Harness {
    /// Tests a server that is running already.
    ///
    /// The trials create, change and delete users and groups of their own there; if it is not on this machine, say
    /// with [`Harness::consent`] that they may.
    pub fn url(url: impl Into<String>) -> Self {
        let server = Server::at(url);
        Self::start(|| async { server })
    }

    /// Tests a server that `start` starts. It is called once per process, by the first trial that runs, on a tokio
    /// runtime that lives until the last trial is over; tasks that it spawns live as long. If it panics, every trial
    /// fails with its message.
    pub fn start<F, R>(start: F) -> Self
    where
        F: FnOnce() -> R + Send + 'static,
        R: Future<Output = Server> + Send + 'static,
    {
        Self {
            start: Box::new(|| Box::pin(start())),
            selection: Selection::default(),
            config: None,
            suites: None,
            jobs: None,
            seed: None,
            credential: None,
            consent: false,
            fail_on_should: false,
        }
    }

    /// Logs in with a bearer token, unless the [`Server`] brings its own credential.
    pub fn token(self, token: &str) -> Self {
        self.credential(Credential::bearer(token))
    }

    /// Logs in with a credential of any kind, unless the [`Server`] brings its own.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Whose cases are wanted; those of the RFCs alone when nothing is said.
    pub fn profiles(mut self, profiles: impl IntoIterator<Item = Profile>) -> Self {
        self.selection.profiles = profiles.into_iter().collect();
        self
    }

    /// How far to go; [`Tier::Full`] when nothing is said.
    pub const fn tier(mut self, tier: Tier) -> Self {
        self.selection.tier = tier;
        self
    }

    /// Makes trials only of what one of the selectors selects: the beginning of a case id (`patch/`), a section
    /// (`rfc7644/3.5.2`), a requirement, a level (`must`) or a tag.
    pub fn select<S: Into<String>>(mut self, selectors: impl IntoIterator<Item = S>) -> Self {
        self.selection.selectors.extend(selectors.into_iter().map(Into::into));
        self
    }

    /// Reads a configuration file (`scimspec.toml`) for credentials, values that the server insists on, capabilities to
    /// assume, and waivers: a trial that fails only by what is waived is ignored, with the reason. Its URL is not used.
    /// A relative path begins at the folder of the package.
    pub fn config(mut self, path: impl Into<PathBuf>) -> Self {
        self.config = Some(path.into());
        self
    }

    /// Adds the suite files of a folder; one with the id of an embedded suite replaces it.
    pub fn suites(mut self, folder: impl Into<PathBuf>) -> Self {
        self.suites = Some(folder.into());
        self
    }

    /// Trials at the same time, unless `--test-threads` says otherwise.
    pub const fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = Some(jobs);
        self
    }

    /// Seed of the generated data, so that each run sends the same requests; from the clock when not given.
    ///
    /// With a fixed seed the server has to begin empty: what an interrupted run left behind would be in the way.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Allows writes to a server that is not on this machine.
    pub const fn consent(mut self) -> Self {
        self.consent = true;
        self
    }

    /// Fails a trial for a SHOULD that is not followed, too.
    pub const fn fail_on_should(mut self) -> Self {
        self.fail_on_should = true;
        self
    }

    /// Runs the trials that the command line of the test asks for. Return what it gives from `main`: everything that
    /// the trials made is removed and the server is down by then.
    ///
    /// The code is 0 when no trial failed, 101 when one did, and 2 when the trials could not be made, with the reason
    /// on standard error.
    #[must_use]
    pub fn main(self) -> ExitCode {
        let mut arguments = Arguments::from_args();
        let jobs = self.jobs;
        let made = self.read_config().and_then(|config| {
            arguments.test_threads = arguments.test_threads.or(jobs).or(config.target.jobs).map(|jobs| jobs.max(1));
            let only = arguments.filter.as_deref().filter(|_| arguments.exact);
            self.trials_with(config, only)
        });
        match made {
            Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
            Err(mistake) => {
                eprintln!("error: {mistake}");
                ExitCode::from(2)
            }
        }
    }

    /// The trials, for a `main` of your own that has others, too. The server is down when the last one was dropped.
    ///
    /// # Errors
    /// The configuration or a suite file has a mistake, or nothing is selected.
    pub fn trials(self) -> Result<Vec<Trial>, Mistake> {
        let config = self.read_config()?;
        self.trials_with(config, None)
    }

    fn read_config(&self) -> Result<Config, Mistake> {
        Ok(self.config.as_ref().map(|path| Config::read(path)).transpose()?.unwrap_or_default())
    }

    /// The trials, of which only one may be wanted: nextest starts a process for each, and reading one suite is
    /// much faster than reading all of them.
    fn trials_with(self, config: Config, only: Option<&str>) -> Result<Vec<Trial>, Mistake> {
        let catalogue = Catalogue::embedded();
        let mut own = match self.suites {
            Some(folder) => {
                let own = suite::files_below(&folder)?;
                if own.is_empty() {
                    return Err(Mistake::NoSuites(folder));
                }
                own
            }
            None => Vec::new(),
        };
        let mut sources = suite::embedded();
        // Selectors are held against all suites, lest a known one be refused.
        if let Some(only) = only.filter(|_| self.selection.selectors.is_empty()) {
            let holds = |source: &Source| may_hold(source, only);
            if sources.iter().chain(&own).any(holds) {
                sources.retain(holds);
                own.retain(holds);
            }
        }
        let suites = suite::load_over(sources, own, catalogue)?;
        let choice = Choice::of(&self.selection, &suites, catalogue).map_err(PlanError::from)?;
        let seed = self.seed.unwrap_or_else(seed_of_the_clock);
        let trials = Arc::new(Trials {
            choice,
            suites,
            selection: self.selection,
            seed,
            fail_on_should: self.fail_on_should,
            waivers: config.waivers.clone(),
            today: jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date(),
            target: Target::new(self.start, self.credential, config, self.consent),
        });
        Ok(Trials::list(&trials, catalogue)?)
    }
}

/// Whether a case of this id may be in a suite file: its id begins with the id of the suite.
fn may_hold(source: &Source, case: &str) -> bool {
    let head = source.text.lines().find_map(|line| line.strip_prefix("suite:"));
    let id = head.and_then(|rest| rest.split_whitespace().next()).map(|id| id.trim_matches(['"', '\'']));
    id.is_none_or(|id| case.strip_prefix(id).is_some_and(|rest| rest.starts_with('/')))
}

/// Another one in every process: trials of several processes may run against one server.
fn seed_of_the_clock() -> u64 {
    let now = jiff::Timestamp::now().as_nanosecond().rem_euclid(i128::from(u64::MAX));
    u64::try_from(now).unwrap_or(0) ^ (u64::from(std::process::id()) << 40)
}

#[cfg(all(test, feature = "reference"))]
mod tests;
