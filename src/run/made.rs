//! What a case made at the target. It is kept outside the case, so that it is removed when the case panics, too.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::gate::Gate;
use super::request;
use crate::exchange::{Exchange, Purpose};
use crate::suite::Auth;

/// Paths below the base URL, in the order in which they were made, each with the credential that reaches it; clones
/// share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Made(Arc<Mutex<Vec<(String, Auth)>>>);

impl Made {
    /// Adds what a request with a credential has made.
    pub(super) fn add(&self, path: &str, auth: Auth) {
        // What a credential made that should not have been let in belongs to the usual one.
        let auth = if auth == Auth::Second { auth } else { Auth::Usual };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((path.to_owned(), auth));
    }

    /// Removes all of it, last first. Gives the paths that are still there, and what was sent and answered.
    pub(super) async fn remove(&self, gate: &Gate) -> (Vec<String>, Vec<Exchange>) {
        let made = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut seen = BTreeSet::new();
        let (mut left, mut exchanges) = (Vec::new(), Vec::new());
        for (path, auth) in made.into_iter().rev().filter(|one| seen.insert(one.clone())) {
            let exchange = gate.send_as(Purpose::CleanUp, request::delete(gate.base(), &path), auth).await;
            let response = exchange.response();
            if !response.is_some_and(|response| response.is_success() || matches!(response.status, 404 | 410)) {
                left.push(path);
            }
            exchanges.push(exchange);
        }
        (left, exchanges)
    }
}
