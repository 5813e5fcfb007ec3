//! What a run writes at the target, written down before it is sent, so that it can be removed whatever happens.
//!
//! Every write has an entry; it is open until what it was about is known to be gone. With a file, each change of an
//! entry is a line of it, and another process can finish what this one could not.

mod book;
mod error;
mod file;
mod intent;
mod line;
mod marks;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use book::Book;
pub use error::LedgerError;
pub use file::FOLDER;
use file::LedgerFile;
use intent::{Intent, below, intents};
use line::FORMAT;
pub use line::Header;
pub(crate) use marks::Marks;

use super::marker;
use crate::exchange::{Exchange, Request};

/// Where a run keeps its ledger, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Id of the run.
    pub run: String,
    /// The file; it is made before the first write, and must not be there.
    pub path: PathBuf,
}

impl Place {
    /// A place in the folder of ledgers for a run that starts now; `at` names another file.
    #[must_use]
    pub fn new(at: Option<&Path>) -> Self {
        let now = jiff::Timestamp::now();
        let random = marker(u64::from(std::process::id()), &now.to_string());
        let run = format!("{}-{}", now.strftime("%Y%m%dT%H%M%SZ"), &random[..6]);
        let path = at.map_or_else(|| Path::new(FOLDER).join(format!("{run}.ledger")), Path::to_owned);
        Self { run, path }
    }
}

/// What is known of the thing that a write was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// No answer was had; it may be there, or come to be there.
    Unanswered,
    /// The answer does not tell whether it is there.
    Unclear,
    /// It is there.
    Made,
    /// It is there, and the target does not remove it.
    Stuck,
    /// It is not there.
    Gone,
}

/// One write.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) number: usize,
    /// Where such resources are, below the base URL.
    pub(crate) endpoint: String,
    /// Where it is, as far as that is known.
    pub(crate) path: Option<String>,
    pub(crate) marks: Marks,
    pub(crate) state: State,
}

impl Entry {
    /// Whether there may be something to remove. What has neither a path nor a mark cannot be told from what others
    /// made.
    fn is_open(&self) -> bool {
        self.state != State::Gone && (self.path.is_some() || !self.marks.is_empty())
    }
}

/// The writes of a run.
#[derive(Debug)]
pub(crate) struct Ledger {
    base: String,
    book: Mutex<Book>,
}

/// Writes that were noted down before they were sent.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    writes: Vec<(usize, Intent)>,
    /// Entries that a DELETE is about.
    deletes: Vec<usize>,
}

impl Ledger {
    /// A ledger without an entry; without a place it is kept in memory only.
    pub(crate) fn new(base: &str, place: Option<&Place>) -> Self {
        let file = place.map(|place| {
            let started = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let header = Header { format: FORMAT, run: place.run.clone(), base: base.to_owned(), started };
            LedgerFile::new(place.path.clone(), header)
        });
        Self { base: base.to_owned(), book: Mutex::new(Book { file, ..Book::default() }) }
    }

    /// The ledger that another process left.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or its run is still going on.
    pub(crate) fn read(path: &Path) -> Result<(Self, Header), LedgerError> {
        let (file, lines) = file::read(path)?;
        let header = file.header().clone();
        let mut book = Book::default();
        for (index, line) in lines.into_iter().enumerate() {
            book.replay(line).map_err(|message| LedgerError::Damaged {
                path: path.display().to_string(),
                line: index + 2,
                message,
            })?;
        }
        book.file = Some(file);
        Ok((Self { base: header.base.clone(), book: Mutex::new(book) }, header))
    }

    /// A marker of this run, by which its writes are known.
    pub(crate) fn marker(&self, seed: u64, name: &str) -> String {
        let marker = marker(seed, name);
        self.book().markers.insert(marker.clone());
        marker
    }

    /// Notes down what a request will write. It may be sent once this has returned.
    ///
    /// # Errors
    /// The file cannot be written, so that the request may not be sent.
    pub(crate) fn before(&self, request: &Request) -> Result<Noted, LedgerError> {
        let mut book = self.book();
        match request.method.as_str() {
            "POST" | "PUT" | "PATCH" => {
                let intents = intents(request, &self.base, &book.markers);
                book.note(intents)
            }
            "DELETE" => Ok(Noted { deletes: book.at(below(&request.url, &self.base)), ..Noted::default() }),
            _ => Ok(Noted::default()),
        }
    }

    /// Notes down what came of it.
    pub(crate) fn after(&self, noted: &Noted, exchange: &Exchange) {
        let mut book = self.book();
        for (number, intent) in &noted.writes {
            book.settle(*number, intent.outcome(exchange, &self.base));
        }
        if let (false, Some(response)) = (noted.deletes.is_empty(), exchange.response()) {
            if response.is_success() || matches!(response.status, 404 | 410) {
                book.gone(&noted.deletes);
            } else {
                book.mark(&noted.deletes, State::Stuck);
            }
        }
    }

    /// Notes down that these are not there.
    pub(crate) fn gone(&self, numbers: &[usize]) {
        self.book().gone(numbers);
    }

    /// Entries about which something may be there, in the order in which they were written.
    pub(crate) fn open(&self) -> Vec<Entry> {
        self.book().entries.iter().filter(|entry| entry.is_open()).cloned().collect()
    }

    /// The file, where there is one.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        self.book().file.as_ref().filter(|file| file.exists()).map(|file| file.path().to_owned())
    }

    /// Removes the file when nothing is open any more. Gives its path when it is kept.
    pub(crate) fn close(&self) -> Option<PathBuf> {
        let mut book = self.book();
        let is_open = book.entries.iter().any(Entry::is_open);
        let file = book.file.as_mut().filter(|file| file.exists())?;
        if is_open {
            return Some(file.path().to_owned());
        }
        file.remove();
        None
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
