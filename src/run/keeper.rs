//! Cleaning up after a run: at its end, after a panic, or in another process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::gate::{Gate, Safety};
use super::ledger::{Header, Ledger, LedgerError};
use super::sweep::{Swept, sweep, sweep_own};
use crate::client::Client;

/// Knows what a run wrote at the target, and outlives the run.
#[derive(Clone, Debug)]
pub struct Keeper(Arc<Gate>);

impl Keeper {
    pub(super) const fn new(gate: Arc<Gate>) -> Self {
        Self(gate)
    }

    /// Removes what the cases did not remove themselves, and the ledger when nothing is left. A target that has died
    /// is left alone.
    pub async fn clean_up(&self) -> Vec<Swept> {
        let is_out = self.0.stopped().is_some_and(|stopped| stopped.is_outage());
        let swept = if is_out { Vec::new() } else { sweep_own(&self.0).await };
        self.0.ledger.close();
        swept
    }

    /// The ledger file, while there is one.
    #[must_use]
    pub fn ledger(&self) -> Option<PathBuf> {
        self.0.ledger.file()
    }
}

/// What a run left behind that did not come to its end, read from its ledger.
#[derive(Debug)]
pub struct Leftover {
    ledger: Ledger,
    header: Header,
}

impl Leftover {
    /// Reads a ledger. A last line that was cut off is left out: its request was not sent.
    ///
    /// # Errors
    /// The ledger cannot be read, is damaged elsewhere, or its run is still going on.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let (ledger, header) = Ledger::read(path)?;
        Ok(Self { ledger, header })
    }

    /// The run, and its target. Without a base URL, the process was killed before anything was sent.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Whether nothing of it can be at the target any more.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ledger.open().is_empty()
    }

    /// Removes it from the target, which has to be the one of the header, and the ledger when nothing is left.
    pub async fn remove(self, client: Arc<Client>) -> Vec<Swept> {
        let gate = Gate::with(client, &self.header.base, Safety::default(), self.ledger);
        let swept = sweep(&gate, &gate.ledger.open(), true).await;
        gate.ledger.close();
        swept
    }

    /// Removes the ledger of a run of which nothing is left.
    pub fn close(&self) {
        self.ledger.close();
    }
}
