//! Runs that do not come to their end: signals, targets that die, tokens that expire.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::process::Scimspec;
use crate::proxy::{At, Do, Passing, Proxy};
use crate::running::{Pid, Provider, Running, TOKEN, ledgers};

/// The arguments of a run against a proxy.
fn run(proxy: &Proxy, more: &str) -> String {
    format!("run --token {TOKEN} --url {} --tier edge --report json=r.json {more}", proxy.url)
}

fn report(folder: &std::path::Path) -> Value {
    let text = std::fs::read_to_string(folder.join("r.json")).expect("the report was written");
    serde_json::from_str(&text).expect("JSON")
}

/// A report of a run that was cut short, with every case in it.
#[track_caller]
fn is_cut_short(report: &Value, reason: &str) {
    assert_eq!(report["run"]["complete"], false);
    assert_eq!(report["profiles"][0]["verdict"], "withheld", "{}", report["profiles"][0]);
    assert!(report["profiles"][0]["reasons"].to_string().contains(reason), "{}", report["profiles"][0]);
    let cases = report["cases"].as_array().expect("cases");
    let not_run = |case: &&Value| case["reason"].as_str().is_some_and(|why| why.starts_with("not run"));
    assert!(cases.len() > 300 && cases.iter().filter(not_run).count() > 100, "{} cases", cases.len());
    for verdict in ["error", "fail", "blocked"] {
        let wrong: Vec<&Value> = cases.iter().filter(|case| case["verdict"] == verdict).collect();
        assert!(wrong.is_empty(), "{verdict}: {} {}", wrong[0]["id"], wrong[0]["reason"]);
    }
}

#[test]
fn a_signal_ends_the_run_in_order() {
    let provider = Provider::start();
    for (signal, at, more) in [("INT", 60, ""), ("TERM", 30, "--jobs 1"), ("INT", 3, "--jobs 8")] {
        let (proxy, folder, pid) =
            (Proxy::of(provider.serving.url()), tempfile::tempdir().expect("a folder"), Pid::default());
        let sender = pid.clone();
        proxy.on_request(move |number, stage, _| {
            if number == at && stage == At::After {
                sender.signal(signal);
            }
            Do::Pass
        });
        let (code, stdout, stderr) = Running::start(folder.path(), &run(&proxy, more), &pid).ends();
        assert_eq!(code, Some(3), "{stdout}\n{stderr}");
        assert!(stderr.contains(&format!("SIG{signal}: running cases end")), "{stderr}");
        assert!(stderr.contains(&format!("cut short: interrupted by SIG{signal}")), "{stderr}");
        is_cut_short(&report(folder.path()), &format!("interrupted by SIG{signal}"));
        provider.is_as_before(signal);
        assert!(ledgers(folder.path()).is_empty() && !folder.path().join(".scimspec").exists());
    }
}

#[test]
fn a_request_that_hangs_does_not_keep_a_run_that_was_stopped() {
    let (provider, folder, pid) = (Provider::start(), tempfile::tempdir().expect("a folder"), Pid::default());
    let proxy = Proxy::of(provider.serving.url());
    let sender = pid.clone();
    // The provider has made the user, and nobody hears of it.
    proxy.on_request(move |number, stage, _| match (number, stage) {
        (20, At::After) => {
            sender.signal("INT");
            Do::Hang
        }
        _ => Do::Pass,
    });
    let start = Instant::now();
    let (code, stdout, stderr) = Running::start(folder.path(), &run(&proxy, "--timeout 100"), &pid).ends();
    assert_eq!(code, Some(3), "{stdout}\n{stderr}");
    assert!(start.elapsed() < Duration::from_secs(60), "it waited");
    provider.is_as_before("after the run");
    is_cut_short(&report(folder.path()), "interrupted by SIGINT");
}

#[test]
fn a_second_signal_ends_it_at_once_and_says_what_to_do() {
    let (provider, folder, pid) = (Provider::start(), tempfile::tempdir().expect("a folder"), Pid::default());
    let proxy = Proxy::of(provider.serving.url());
    let (sender, sent) = (pid.clone(), Mutex::new(false));
    // From the write on, nothing is answered any more, so that the run can only wait.
    proxy.on_request(move |number, stage, _| {
        let mut sent = sent.lock().expect("no panic");
        if (number == 20 && stage == At::After) || *sent {
            if !*sent {
                *sent = true;
                sender.signal("TERM");
                sender.signal("INT");
            }
            return Do::Hang;
        }
        Do::Pass
    });
    let (code, stdout, stderr) = Running::start(folder.path(), &run(&proxy, "--jobs 1 --timeout 100"), &pid).ends();
    assert_eq!(code, Some(3), "{stdout}\n{stderr}");
    assert!(stderr.contains("stopped at once"), "{stderr}");
    let ledger = ledgers(folder.path()).pop().expect("the ledger is kept");
    let name = ledger.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(stderr.contains(&format!("scimspec cleanup .scimspec/{name} --url {}", proxy.url)), "{stderr}");
    proxy.pass_all();
    clean_up(folder.path(), 0);
    provider.is_as_before("after cleanup");
}

/// Runs `cleanup` in a folder.
#[track_caller]
pub(crate) fn clean_up(folder: &std::path::Path, code: i32) -> (String, String) {
    let (got, stdout, stderr) = Running::start(folder, &format!("cleanup --token {TOKEN}"), &Pid::default()).ends();
    assert_eq!(got, Some(code), "{stdout}\n{stderr}");
    (stdout, stderr)
}

#[test]
fn a_target_that_dies_ends_the_run_with_one_message() {
    let (provider, folder, pid) = (Provider::start(), tempfile::tempdir().expect("a folder"), Pid::default());
    let proxy = Proxy::of(provider.serving.url());
    let server = Pid::default();
    server.is(provider.serving.id());
    proxy.on_request(move |number, stage, _| {
        if number == 50 && stage == At::Before {
            server.signal("KILL");
        }
        Do::Pass
    });
    let (code, stdout, stderr) = Running::start(folder.path(), &run(&proxy, ""), &pid).ends();
    assert_eq!(code, Some(3), "{stdout}\n{stderr}");
    assert_eq!(stderr.matches("the target stopped answering").count(), 1, "{stderr}");
    is_cut_short(&report(folder.path()), "the target stopped answering");
    let ledger = ledgers(folder.path()).pop().expect("the ledger is kept");
    assert!(stderr.contains("scimspec cleanup .scimspec/"), "{stderr}");
    // Nobody is there to be asked.
    let (code, stdout, stderr) =
        Running::start(folder.path(), &format!("cleanup --token {TOKEN}"), &Pid::default()).ends();
    assert_eq!((code, stderr.contains("cannot reach")), (Some(3), true), "{stdout}\n{stderr}");
    assert!(ledger.exists());
}

#[test]
fn a_token_that_expires_ends_the_run_with_one_message() {
    let (provider, folder, pid) = (Provider::start(), tempfile::tempdir().expect("a folder"), Pid::default());
    let proxy = Proxy::of(provider.serving.url());
    let expired = AtomicBool::new(false);
    proxy.on_request(move |number, _, _| {
        let now = expired.fetch_or(number == 50, Ordering::SeqCst);
        if now {
            Do::Answer("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n")
        } else {
            Do::Pass
        }
    });
    let (code, stdout, stderr) = Running::start(folder.path(), &run(&proxy, ""), &pid).ends();
    assert!(matches!(code, Some(1 | 3)), "{stdout}\n{stderr}");
    assert_eq!(stderr.matches("the token may have expired").count(), 1, "{stderr}");
    assert_eq!(report(folder.path())["run"]["complete"], false);
    assert_eq!(ledgers(folder.path()).len(), 1);
    let (_, stderr) = clean_up(folder.path(), 3);
    assert!(stderr.contains("refuses the credential with status 401"), "{stderr}");
    proxy.pass_all();
    clean_up(folder.path(), 0);
    provider.is_as_before("after cleanup");
    assert!(ledgers(folder.path()).is_empty());
}

#[test]
fn a_hiccup_does_not_end_the_run() {
    let provider = Provider::start();
    let proxy = Proxy::of(provider.serving.url());
    let (sent, broken) = (AtomicUsize::new(0), "no HTTP\r\n\r\n");
    // Many requests in a row have no answer, but the one that looks into it has.
    proxy.on_request(move |_, stage, Passing { line, .. }| {
        let number = sent.fetch_add(usize::from(stage == At::Before), Ordering::SeqCst);
        if (40..60).contains(&number) && !line.contains("/ServiceProviderConfig") {
            Do::Answer(broken)
        } else {
            Do::Pass
        }
    });
    let said = Scimspec::with(&run(&proxy, "--jobs 1")).exits(3);
    let report: Value = serde_json::from_str(&said.file("r.json")).expect("JSON");
    assert_eq!(report["run"]["complete"], true);
    let errors = report["summary"]["error"].as_u64().unwrap_or_default();
    assert!((1..=20).contains(&errors), "{errors} errors");
    provider.is_as_before("after the run");
}
