//! How fast requests leave, and what happens when the target asks for patience.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::process::{Said, Scimspec, Serving};
use crate::server::{Call, answer, forwarded, serve};

/// The reference provider behind a door that may answer instead.
fn target(serving: &Serving, instead: impl Fn(&Call) -> Option<Vec<u8>> + Send + Sync + 'static) -> String {
    let address = serving.address();
    format!("http://{}/scim/v2", serve(move |call| instead(call).unwrap_or_else(|| forwarded(call, address))))
}

fn busy(status: &'static str, after: &'static str) -> Vec<u8> {
    answer(status, &[("Retry-After", after)], "")
}

fn report(said: &Said) -> Value {
    serde_json::from_str(&said.file("r.json")).expect("JSON")
}

fn verdicts(report: &Value) -> Vec<(&str, &str)> {
    let cases = report["cases"].as_array().expect("cases");
    cases.iter().filter_map(|case| Some((case["id"].as_str()?, case["verdict"].as_str()?))).collect()
}

#[test]
fn requests_leave_no_faster_than_the_rate() {
    let serving = Serving::with(&["--token", "t"]);
    let came = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&came);
    let url = target(&serving, move |_| {
        note.lock().expect("no panic").push(Instant::now());
        None
    });
    Scimspec::with(&format!("run users/retrieve --token t --jobs 8 --rate 50/s --url {url}")).exits(0);
    let config = "[target]\nrate = 50\n";
    let first = came.lock().expect("no panic").len();
    Scimspec::with(&format!("run users/retrieve --token t --jobs 8 --url {url}"))
        .file("scimspec.toml", config)
        .exits(0);
    let came = came.lock().expect("no panic");
    for came in [&came[..first], &came[first..]] {
        let least = Duration::from_millis(20) * u32::try_from(came.len() - 1).expect("a few");
        let took = came[came.len() - 1] - came[0];
        assert!(came.len() > 10 && took + Duration::from_millis(15) >= least, "{} requests in {took:?}", came.len());
    }
}

#[test]
fn a_target_that_asks_for_patience_gets_it() {
    let serving = Serving::with(&["--token", "t"]);
    let (posts, gets) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let url = target(&serving, move |call| match call.method() {
        "POST" if posts.fetch_add(1, Ordering::SeqCst) == 3 => Some(busy("429 Too Many Requests", "1")),
        "GET" if gets.fetch_add(1, Ordering::SeqCst) == 8 => Some(busy("503 Service Unavailable", "0")),
        _ => None,
    });
    let line = format!("run users/ --token t --report json=r.json --report html=r.html --url {url}");
    let said = Scimspec::with(&line).exits(0);
    said.prints(&["put off by the target", "--rate"]);
    said.complains(&["wait    POST /scim/v2/Users  answered 429, sent again in 1 s"]);
    let report = report(&said);
    let exchanges = report["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .flat_map(|case| case["exchanges"].as_array().expect("exchanges"));
    let waits: Vec<&Value> = exchanges.flat_map(|exchange| exchange["waits"].as_array()).flatten().collect();
    assert!(waits.iter().any(|wait| wait["status"] == 429 && wait["seconds"] == 1.0), "{waits:?}");
    assert!(verdicts(&report).iter().all(|(_, verdict)| !["fail", "error", "blocked"].contains(verdict)), "{report:#}");
}

#[test]
fn a_target_that_never_has_time_is_not_to_blame() {
    let serving = Serving::with(&["--token", "t"]);
    let url = target(&serving, |call| (call.method() == "PATCH").then(|| busy("429 Too Many Requests", "3600")));
    let start = Instant::now();
    let line = format!("run patch/replace users/retrieve --token t --report json=r.json --url {url}");
    let said = Scimspec::with(&line).exits(3);
    assert!(start.elapsed() < Duration::from_secs(60), "it waited");
    said.prints(&["429 (too many requests) and asks to wait 3600 s", "--rate 5/s"]);
    let report = report(&said);
    let verdicts = verdicts(&report);
    let of = |prefix: &str, verdict: &str| {
        verdicts.iter().filter(|(id, one)| id.starts_with(prefix) && *one == verdict).count()
    };
    assert!(of("patch/", "error") > 0 && of("", "fail") == 0, "{verdicts:?}");
    assert!(of("users/retrieve", "pass") > 0, "{verdicts:?}");
}

#[test]
fn a_write_that_may_have_been_carried_out_is_not_sent_again() {
    let serving = Serving::with(&["--token", "t"]);
    let posts = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&posts);
    let url = target(&serving, move |call| {
        let first = call.method() == "PATCH" && count.fetch_add(1, Ordering::SeqCst) == 0;
        first.then(|| busy("503 Service Unavailable", "1"))
    });
    let line = format!("run patch/replace --jobs 1 --token t --report json=r.json --url {url}");
    let said = Scimspec::with(&line).exits(3);
    said.prints(&["503 with Retry-After", "may have been carried out"]);
    let report = report(&said);
    assert_eq!(verdicts(&report).iter().filter(|(_, verdict)| *verdict == "error").count(), 1);
}

#[test]
fn a_target_that_is_busy_from_the_start_is_one_clear_message() {
    let url = format!("http://{}/scim/v2", serve(|_| busy("429 Too Many Requests", "7200")));
    Scimspec::with("run --url").arg(&url).exits(3).is_one_message(&[
        "429 (too many requests)",
        "wait 7200 s",
        "--rate",
    ]);
}

#[test]
fn what_is_no_rate_is_refused() {
    for rate in ["0/s", "fast", "10/m"] {
        Scimspec::with("run --rate").arg(rate).exits(2).complains(&["10/s or 0.5/s"]);
    }
    let run = Scimspec::with("run").file("scimspec.toml", "[target]\nrate = \"fast\"\n");
    run.exits(2).is_one_message(&["scimspec.toml:2:8: expected a rate such as 10/s"]);
}
