//! Where a request waits for another one, so that what is a matter of luck happens for certain.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Two that come are let through together; one that comes alone goes on when its patience is at an end.
pub(crate) struct Meeting {
    patience: Duration,
    state: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Default)]
struct Waiting {
    somebody: bool,
    meetings: u64,
}

impl Meeting {
    pub(crate) fn with_patience(patience: Duration) -> Self {
        Self { patience, state: Mutex::default(), came: Condvar::new() }
    }

    pub(crate) fn wait(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut state.somebody) {
            state.meetings += 1;
            self.came.notify_all();
            return;
        }
        state.somebody = true;
        let before = state.meetings;
        let (mut state, _) = self
            .came
            .wait_timeout_while(state, self.patience, |state| state.meetings == before)
            .unwrap_or_else(PoisonError::into_inner);
        if state.meetings == before {
            state.somebody = false;
        }
    }
}
