//! Suite files of the user's own, in a folder.

use std::path::Path;

use super::Source;
use crate::file::{self, Unreadable};

/// Mebibytes of a suite file, at most; the largest embedded one is a fiftieth of that.
const LARGEST: u64 = 2;

/// The suite files of a folder and those below it, sorted by name. The catalogue that may lie beside them, a folder
/// `requirements` or `shapes` and a file `rulings.yaml`, is no suite and is left out.
///
/// # Errors
/// A folder or a file cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<Source>, Unreadable> {
    let is_suite = |path: &Path| {
        !path.ends_with("rulings.yaml") && path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
    };
    let paths =
        file::files_below(folder, |path| !path.ends_with("requirements") && !path.ends_with("shapes"), is_suite)?;
    paths.iter().map(|path| self::file(path)).collect()
}

/// One suite file.
///
/// # Errors
/// It cannot be read.
pub fn file(path: &Path) -> Result<Source, Unreadable> {
    Ok(Source { name: path.display().to_string(), text: file::read_text(path, LARGEST)? })
}
