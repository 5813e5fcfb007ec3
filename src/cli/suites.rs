//! The suites that a command works on: those in the binary, and a folder of the user's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sha2::{Digest, Sha256};

use super::Failure;
use crate::requirement::Catalogue;
use crate::suite::{self, Source, Suite};

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
        let mut loaded = read(suite::embedded())?;
        if let Some(folder) = &self.suites {
            let sources = files_below(folder)?;
            if sources.is_empty() {
                return Err(Failure::usage(format!("{} holds no .yaml file", folder.display())));
            }
            let mut hash = Sha256::new();
            sources.iter().for_each(|source| hash.update(&source.text));
            let print: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            version = format!("{version}+{print}");
            let own = read(sources)?;
            loaded.retain(|suite| !own.iter().any(|other| other.id == suite.id));
            loaded.extend(own);
        }
        Ok(Loaded { suites: loaded.into_iter().map(Arc::new).collect(), version })
    }
}

fn read(sources: Vec<Source>) -> Result<Vec<Suite>, Failure> {
    suite::load(sources, Catalogue::embedded()).map_err(|errors| mistakes(&errors))
}

/// Every mistake as a compiler would show it, and how many there are.
pub(super) fn mistakes(errors: &suite::SuiteErrors) -> Failure {
    let color = super::has_color(&std::io::stderr());
    let mut message: String = errors.0.iter().map(|error| format!("{}\n\n", error.render(color))).collect();
    let count = errors.0.len();
    message.push_str(&format!("{count} mistake{} in suite files; nothing was run", if count == 1 { "" } else { "s" }));
    Failure { exit: super::Exit::Usage, message }
}

/// The suite files of a folder and those below it, sorted by name.
pub(super) fn files_below(folder: &Path) -> Result<Vec<Source>, Failure> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .map_err(|cause| Failure::usage(format!("cannot read {}: {cause}", folder.display())))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| file(path)).collect()
}

/// One suite file.
pub(super) fn file(path: &Path) -> Result<Source, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| Failure::usage(format!("cannot read {}: {cause}", path.display())))?;
    Ok(Source { name: path.display().to_string(), text })
}
