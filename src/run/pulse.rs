//! Notices when a target dies, or locks us out, in the middle of a run.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::halt::Stopped;
use super::request;
use crate::client::Client;
use crate::exchange::{Exchange, Purpose};
use crate::suite::Auth;

/// So many requests in a row have to go wrong before it is looked into.
const MANY: usize = 5;

/// What the last answers were like.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    silent: AtomicUsize,
    refused: AtomicUsize,
    /// Only one probe at a time.
    probe: tokio::sync::Mutex<()>,
}

impl Pulse {
    /// Looks at an exchange. Gives why the run cannot go on, when many in a row went wrong and a request to an address
    /// that has answered before goes the same way.
    pub(super) async fn feel(&self, exchange: &Exchange, auth: Auth, client: &Client, base: &str) -> Option<Stopped> {
        let is_usual = auth == Auth::Usual && client.has_credential();
        match exchange.response() {
            None => {
                let silent = self.silent.fetch_add(1, Ordering::Relaxed) + 1;
                if silent >= MANY { self.is_dead(client, base).await } else { None }
            }
            Some(response) => {
                self.silent.store(0, Ordering::Relaxed);
                if !is_usual {
                    return None;
                }
                if response.status != 401 {
                    self.refused.store(0, Ordering::Relaxed);
                    return None;
                }
                let refused = self.refused.fetch_add(1, Ordering::Relaxed) + 1;
                if refused >= MANY { self.is_locked_out(client, base).await } else { None }
            }
        }
    }

    async fn is_dead(&self, client: &Client, base: &str) -> Option<Stopped> {
        let _alone = self.probe.lock().await;
        let silent = self.silent.load(Ordering::Relaxed);
        if silent < MANY {
            return None;
        }
        let probe = client.send(Purpose::Discovery, request::get(base, "/ServiceProviderConfig")).await;
        match probe.answer {
            Ok(_) => {
                self.silent.store(0, Ordering::Relaxed);
                None
            }
            Err(reason) => Some(Stopped::Unreachable(format!("{reason} ({silent} requests in a row had no answer)"))),
        }
    }

    async fn is_locked_out(&self, client: &Client, base: &str) -> Option<Stopped> {
        let _alone = self.probe.lock().await;
        if self.refused.load(Ordering::Relaxed) < MANY {
            return None;
        }
        // Discovery may be public; this is what let us in at the beginning.
        let probe = client.send(Purpose::Discovery, request::get(base, "/Users?startIndex=1&count=1")).await;
        if probe.response().is_some_and(|response| response.status == 401) {
            return Some(Stopped::LockedOut(
                "the target refuses with 401 the credential that it took before: the token may have expired, give one that lasts as long as the run".to_owned(),
            ));
        }
        self.refused.store(0, Ordering::Relaxed);
        None
    }
}
