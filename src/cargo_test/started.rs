//! The target of the trials: started and discovered by the first one that runs, shut down after the last one.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

use super::{Server, Start};
use crate::client::{Client, Settings};
use crate::run::{Session, Unusable};
use crate::target::{Config, Credential, base_url, is_loopback};

/// How long tasks of the server that block may go on after the last trial.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// A target that may not have been started yet.
pub(super) struct Target {
    start: Mutex<Option<Start>>,
    credential: Option<Credential>,
    config: Config,
    consent: bool,
    started: OnceLock<Result<Started, String>>,
}

impl Target {
    pub(super) fn new(start: Start, credential: Option<Credential>, config: Config, consent: bool) -> Self {
        Self { start: Mutex::new(Some(start)), credential, config, consent, started: OnceLock::new() }
    }

    /// The target, started now if it was not. Other trials wait meanwhile; all of them get the same reason when it
    /// does not start.
    pub(super) fn started(&self) -> Result<&Started, &str> {
        self.started.get_or_init(|| self.start()).as_ref().map_err(String::as_str)
    }

    fn start(&self) -> Result<Started, String> {
        let Some(start) = self.start.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return Err("the server was started already".to_owned());
        };
        let runtime = Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|cause| format!("the tokio runtime cannot be set up: {cause}"))?;
        let mut server = runtime
            .block_on(runtime.spawn(async move { start().await }))
            .map_err(|error| format!("the server was not started: {error}"))?;
        let kept = std::mem::take(&mut server.kept);
        match runtime.block_on(self.discover(server)) {
            Ok(session) => Ok(Started { session, tagged: OnceCell::new(), kept, runtime: Some(runtime) }),
            Err(reason) => {
                shut_down(runtime, kept);
                Err(reason)
            }
        }
    }

    async fn discover(&self, server: Server) -> Result<Session, String> {
        let base = base_url(&server.url).map_err(|error| error.to_string())?;
        if !(self.consent || self.config.target.consent || is_loopback(&base)) {
            return Err(format!(
                "{base} is not on this machine, and the trials create, change and delete users and groups of their own there; say so with `.consent()`"
            ));
        }
        let mut settings = Settings::of(&self.config).map_err(|error| error.to_string())?;
        settings.credential = server.credential.or_else(|| self.credential.clone()).or(settings.credential);
        settings.others.extend(server.others);
        let client = Client::http(&base, settings).map_err(|error| error.to_string())?;
        Session::open(Arc::new(client), &base, &self.config).await.map_err(|error| match error {
            Unusable::Refused { url, status, .. } => format!(
                "{url} refuses the credential with status {status}: give one that may use SCIM, for example with `.token(…)`"
            ),
            other => other.to_string(),
        })
    }
}

/// A target that was started and discovered.
pub(super) struct Started {
    session: Session,
    /// The same, once its entity tags are known.
    tagged: OnceCell<Session>,
    kept: Vec<Box<dyn std::any::Any + Send + Sync>>,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

impl Started {
    /// Runs a future to its end on the runtime of the server.
    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        self.runtime.as_ref().map(|runtime| runtime.block_on(future))
    }

    /// A session for one trial.
    pub(super) async fn session(&self, seed: u64, with_entity_tags: bool) -> Session {
        if !with_entity_tags {
            return self.session.apart();
        }
        let probed = self.tagged.get_or_init(|| async {
            let mut session = self.session.apart();
            session.probe(seed).await;
            session
        });
        probed.await.apart()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            shut_down(runtime, std::mem::take(&mut self.kept));
        }
    }
}

/// Drops what the server needs inside of its runtime, then ends its tasks.
fn shut_down(runtime: Runtime, kept: Vec<Box<dyn std::any::Any + Send + Sync>>) {
    let entered = runtime.enter();
    drop(kept);
    drop(entered);
    runtime.shutdown_timeout(SHUTDOWN);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn target(server: impl FnOnce() -> Server + Send + 'static) -> Target {
        Target::new(Box::new(|| Box::pin(async { server() })), None, Config::default(), false)
    }

    fn reason(target: &Target) -> String {
        target.started().err().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_server_that_panics_is_asked_once_and_the_reason_is_kept() {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        let target = target(|| {
            CALLS.fetch_add(1, Ordering::SeqCst);
            panic!("no database");
        });
        let first = reason(&target);
        assert!(first.starts_with("the server was not started: ") && first.contains("no database"), "{first}");
        assert_eq!(reason(&target), first);
        assert_eq!(CALLS.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_server_elsewhere_is_not_written_to_unasked() {
        assert!(reason(&target(|| Server::at("https://app.example.com/scim/v2"))).contains("`.consent()`"));
        assert!(reason(&target(|| Server::at("app.example.com"))).contains("is no base URL"));
    }

    #[test]
    fn what_the_server_needs_is_dropped_with_it() {
        struct Probe(Arc<AtomicUsize>);
        impl Drop for Probe {
            fn drop(&mut self) {
                let inside = tokio::runtime::Handle::try_current().is_ok();
                self.0.fetch_add(if inside { 1 } else { 100 }, Ordering::SeqCst);
            }
        }
        let dropped = Arc::new(AtomicUsize::new(0));
        let probe = Probe(Arc::clone(&dropped));
        // Nobody listens on port 1.
        let target = target(|| Server::at("http://127.0.0.1:1/scim/v2").keep(probe));
        assert!(reason(&target).starts_with("cannot reach http://127.0.0.1:1/scim/v2"), "{}", reason(&target));
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
    }
}
