//! The one way from a run to its target: every request passes here.
//!
//! Here a read-only run refuses to write, a write is noted down before it is sent, a stopped run sends nothing more but
//! what cleans up, and a target that has died is noticed.

use std::sync::Arc;

use super::halt::{Halt, Stopped};
use super::ledger::{Ledger, Place};
use super::pulse::Pulse;
use crate::client::Client;
use crate::exchange::{Exchange, Purpose, Request};
use crate::suite::Auth;

/// How careful a run is.
#[derive(Clone, Debug, Default)]
pub struct Safety {
    /// Send nothing that writes.
    pub read_only: bool,
    /// Where to note down what is written, so that another process can remove it. Without a place this process alone
    /// can.
    pub ledger: Option<Place>,
    /// Stops the run.
    pub halt: Halt,
}

/// The way to a target.
#[derive(Debug)]
pub(crate) struct Gate {
    client: Arc<Client>,
    base: String,
    safety: Safety,
    pub(super) ledger: Ledger,
    pulse: Pulse,
}

impl Gate {
    /// A way to the target at `base`, which has no slash at its end.
    pub(super) fn new(client: Arc<Client>, base: &str, safety: Safety) -> Self {
        let ledger = Ledger::new(base, safety.ledger.as_ref());
        Self::with(client, base, safety, ledger)
    }

    /// A way whose writes go into this ledger.
    pub(super) fn with(client: Arc<Client>, base: &str, safety: Safety, ledger: Ledger) -> Self {
        Self { client, base: base.to_owned(), safety, ledger, pulse: Pulse::default() }
    }

    /// Another way to the same target, as careful, with a ledger of its own in memory.
    pub(super) fn apart(&self) -> Self {
        let safety = Safety { ledger: None, ..self.safety.clone() };
        Self::new(Arc::clone(&self.client), &self.base, safety)
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) const fn is_read_only(&self) -> bool {
        self.safety.read_only
    }

    pub(super) const fn halt(&self) -> &Halt {
        &self.safety.halt
    }

    pub(super) fn stopped(&self) -> Option<Stopped> {
        self.safety.halt.stopped()
    }

    /// Sends a request with the usual credential.
    pub(super) async fn send(&self, purpose: Purpose, request: Request) -> Exchange {
        self.send_as(purpose, request, Auth::Usual).await
    }

    /// Sends a request. A request that may not be sent gives an exchange without an answer.
    pub(super) async fn send_as(&self, purpose: Purpose, request: Request, auth: Auth) -> Exchange {
        if let Some(reason) = self.refusal(purpose, &request) {
            return self.client.unsent(purpose, request, &reason);
        }
        let noted = match self.ledger.before(&request) {
            Ok(noted) => noted,
            Err(error) => {
                let reason = error.to_string();
                self.halt().stop(Stopped::Ledger(reason.clone()));
                return self.client.unsent(purpose, request, &reason);
            }
        };
        let exchange = if purpose == Purpose::CleanUp {
            self.client.send_as(purpose, request, auth).await
        } else {
            let kept = request.clone();
            tokio::select! {
                biased;
                exchange = self.client.send_as(purpose, request, auth) => exchange,
                () = self.halt().runs_out() => {
                    return self.client.unsent(purpose, kept, "the run was stopped before an answer came");
                }
            }
        };
        self.ledger.after(&noted, &exchange);
        if let Some(why) = self.pulse.feel(&exchange, auth, &self.client, &self.base).await {
            self.halt().stop(why);
        }
        exchange
    }

    /// Why a request may not be sent.
    fn refusal(&self, purpose: Purpose, request: &Request) -> Option<String> {
        if self.safety.read_only && !reads(&request.method, &request.url) {
            return Some(format!("{} is not sent in a read-only run", request.method));
        }
        let stopped = self.stopped()?;
        (purpose != Purpose::CleanUp || stopped.is_outage()).then(|| format!("not sent: {stopped}"))
    }
}

/// Whether a request changes nothing: a method that is safe (RFC 9110 §9.2.1), or a query by POST (RFC 7644 §3.4.3).
fn reads(method: &str, url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    match method {
        "GET" | "HEAD" | "OPTIONS" => true,
        "POST" => path.ends_with("/.search"),
        _ => false,
    }
}
