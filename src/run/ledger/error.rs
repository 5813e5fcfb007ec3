//! Why a ledger cannot be used.

/// A ledger that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be read.
    #[error("cannot read the ledger {path}: {cause}")]
    Unreadable {
        /// The file.
        path: String,
        /// The operating system's reason.
        cause: std::io::Error,
    },
    /// A line cannot be added.
    #[error(
        "cannot write the ledger {path}: {cause}; without it nothing is written at the target, name another place with --ledger"
    )]
    Unwritable {
        /// The file.
        path: String,
        /// The operating system's reason.
        cause: std::io::Error,
    },
    /// A line is not what it should be.
    #[error(
        "{path}:{line}: {message}; this is not what a run wrote: restore the line, or remove what it is about by hand and take it out"
    )]
    Damaged {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The run that writes it is not over.
    #[error("the run that writes {path} is still going on: let it end, or stop it with Ctrl-C and it cleans up itself")]
    Busy {
        /// The file.
        path: String,
    },
}
