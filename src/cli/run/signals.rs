//! SIGINT and SIGTERM: the first one ends the run in order, the second one at once.

use std::path::Path;

use crate::run::{Halt, Stopped};

/// Listens for as long as the process lives. `ledger` is where the run notes down what it writes.
pub(super) fn listen(halt: Halt, ledger: Option<std::path::PathBuf>, url: Option<String>) {
    tokio::spawn(async move {
        let Some(mut signals) = Signals::new() else { return };
        let first = signals.next().await;
        if halt.stop(Stopped::Interrupted(first.to_owned())) {
            anstream::eprintln!(
                "{first}: running cases end at their next request, and what they made is removed; once more stops at once"
            );
        }
        let second = signals.next().await;
        anstream::eprintln!("{second}: stopped at once");
        if let Some(ledger) = ledger.filter(|ledger| ledger.exists()) {
            anstream::eprintln!("{}", advice(&ledger, url.as_deref()));
        }
        std::process::exit(3);
    });
}

/// What to do about a ledger that is still there.
pub(super) fn advice(ledger: &Path, url: Option<&str>) -> String {
    let quoted = crate::report::curl::quoted(&ledger.display().to_string());
    let url = url.map(|url| format!(" --url {}", crate::report::curl::quoted(url))).unwrap_or_default();
    format!(
        "something of this run may still be at the target; remove it, with the credential of the run, by\n  scimspec cleanup {quoted}{url}"
    )
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Option<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).ok()?;
        let terminate = signal(SignalKind::terminate()).ok()?;
        Some(Self { interrupt, terminate })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Option<Self> {
        Some(Self)
    }

    async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}
