//! Stopping a run before its end: who asked for it, and who has to know.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// How long a request that is under way may go on once the run is stopped. An answer that still comes tells what was
/// created; one that does not come leaves it to the search at the end.
const GRACE: Duration = Duration::from_secs(3);

/// Why a run was stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// Somebody asked for it; the text says how.
    #[error("interrupted by {0}")]
    Interrupted(String),
    /// The target gives no answers any more.
    #[error("the target stopped answering: {0}")]
    Unreachable(String),
    /// The target refuses the credential that it took before.
    #[error("{0}")]
    LockedOut(String),
    /// What is written at the target cannot be written down first.
    #[error("{0}")]
    Ledger(String),
    /// A defect of scimspec.
    #[error("defect in scimspec, please report it")]
    Defect,
}

impl Stopped {
    /// Whether nothing can be removed from the target any more.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::LockedOut(_))
    }
}

/// Stops a run; clones stop the same one.
#[derive(Clone, Debug)]
pub struct Halt(Arc<watch::Sender<Option<Stopped>>>);

impl Default for Halt {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Halt {
    /// Stops the run: no further case begins, running ones end before their next request, and what was made is
    /// removed. The first reason counts. Gives whether this was it.
    pub fn stop(&self, why: Stopped) -> bool {
        self.0.send_if_modified(|stopped| {
            let is_first = stopped.is_none();
            if is_first {
                *stopped = Some(why);
            }
            is_first
        })
    }

    /// Why the run was stopped, if it was.
    #[must_use]
    pub fn stopped(&self) -> Option<Stopped> {
        self.0.borrow().clone()
    }

    /// Resolves when a request that is under way has had its time since the run was stopped.
    pub(super) async fn runs_out(&self) {
        let mut receiver = self.0.subscribe();
        // The sender lives as long as `self`.
        let _ = receiver.wait_for(Option::is_some).await;
        tokio::time::sleep(GRACE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_counts() {
        let halt = Halt::default();
        assert_eq!(halt.stopped(), None);
        assert!(halt.clone().stop(Stopped::Interrupted("SIGINT".to_owned())));
        assert!(!halt.stop(Stopped::Defect));
        assert_eq!(halt.stopped().unwrap().to_string(), "interrupted by SIGINT");
    }
}
