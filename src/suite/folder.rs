//! Suite files of the user's own, in a folder.

use std::path::{Path, PathBuf};

use super::Source;

/// A file or folder that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {cause}")]
pub struct Unreadable {
    /// Its path.
    pub path: String,
    /// The operating system's reason.
    pub cause: std::io::Error,
}

impl Unreadable {
    fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |cause| Self { path: path.display().to_string(), cause }
    }
}

/// The suite files of a folder and those below it, sorted by name.
///
/// # Errors
/// A folder or a file cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<Source>, Unreadable> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(Unreadable::at(&folder))?.flatten() {
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
///
/// # Errors
/// It cannot be read.
pub fn file(path: &Path) -> Result<Source, Unreadable> {
    let text = std::fs::read_to_string(path).map_err(Unreadable::at(path))?;
    Ok(Source { name: path.display().to_string(), text })
}
