//! The suites that a command works on: those in the binary, and a folder of the user's own.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use clap::Args;
use sha2::{Digest, Sha256};

use super::Failure;
use crate::requirement::Catalogue;
use crate::suite::{self, Suite};

/// Where suites come from.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct SuiteArgs {
    /// Folder with suite files of your own; one with the id of an embedded suite replaces it
    #[arg(long, value_name = "DIR")]
    pub(super) suites: Option<PathBuf>,
}

/// Suites, and the version that a report shows.
pub(super) struct Loaded {
    pub(super) suites: Vec<Arc<Suite>>,
    pub(super) version: String,
}

impl SuiteArgs {
    /// Reads the suites.
    pub(super) fn load(&self) -> Result<Loaded, Failure> {
        let mut version = env!("CARGO_PKG_VERSION").to_owned();
        let mut own = Vec::new();
        if let Some(folder) = &self.suites {
            own = suite::files_below(folder).map_err(Failure::usage)?;
            if own.is_empty() {
                return Err(Failure::usage(format!("{} holds no .yaml file", folder.display())));
            }
            let mut hash = Sha256::new();
            own.iter().for_each(|source| hash.update(&source.text));
            let print: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            version = format!("{version}+{print}");
        }
        let suites =
            suite::load_over(suite::embedded(), own, Catalogue::embedded()).map_err(|errors| mistakes(&errors))?;
        Ok(Loaded { suites, version })
    }
}

/// Suites that are being read while the target is asked what it is.
pub(super) enum Loading {
    Done(Loaded),
    UnderWay(JoinHandle<Result<Loaded, Failure>>),
}

impl SuiteArgs {
    /// Begins to read the suites. Those of the user's own are read at once: on a mistake in them, nothing is sent.
    pub(super) fn begin(&self) -> Result<Loading, Failure> {
        if self.suites.is_some() {
            return self.load().map(Loading::Done);
        }
        let embedded = self.clone();
        Ok(Loading::UnderWay(std::thread::spawn(move || embedded.load())))
    }
}

impl Loading {
    /// The suites, when they are read.
    pub(super) fn end(self) -> Result<Loaded, Failure> {
        match self {
            Self::Done(loaded) => Ok(loaded),
            Self::UnderWay(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        }
    }
}

/// Every mistake as a compiler would show it, and how many there are.
pub(super) fn mistakes(errors: &suite::SuiteErrors) -> Failure {
    let color = super::has_color(&std::io::stderr());
    let mut message: String = errors.0.iter().map(|error| format!("{}\n\n", error.render(color))).collect();
    let count = errors.0.len();
    message.push_str(&format!("{count} mistake{} in suite files; nothing was run", if count == 1 { "" } else { "s" }));
    Failure { exit: super::Exit::Usage, message }
}
