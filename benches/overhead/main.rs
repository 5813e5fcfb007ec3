//! What the harness costs beside the target: the time of a run divided by the time of sending its requests bare.
//!
//! `cargo bench --bench overhead` measures against the reference provider in a process of its own;
//! `SCIMSPEC_BENCH_URL` and `SCIMSPEC_BENCH_TOKEN` name another target, `SCIMSPEC_BENCH_JOBS` the number of lanes and
//! `SCIMSPEC_BENCH_PAIRS` how often both are timed in turn.
//!
//! A first run, which is not timed, records every request. The replay sends the same requests in as many lanes: those of
//! a case one after the other, and cases in the order in which they began. Nothing of the answers is judged; only ids
//! and entity tags that the target chose are put in the place of those of the recorded run.

#[path = "../support/mod.rs"]
mod support;

mod recording;
mod replay;

use std::sync::Arc;
use std::time::{Duration, Instant};

use scimspec::client::{Client, Settings};
use scimspec::plan::Selection;
use scimspec::requirement::Catalogue;
use scimspec::run::{Options, Run, Session};
use scimspec::suite::{self, Suite};
use scimspec::target::{Config, Credential};
use support::{Server, milliseconds, setting, show};
use url::Url;

/// Answers that may differ in their status between the run and its replay: races are part of some cases.
const MOST_OTHER_STATUS: f64 = 0.02;

fn main() {
    // `cargo test --benches` runs it with this flag and wants no figures.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let (jobs, pairs) = (setting("SCIMSPEC_BENCH_JOBS", 8), setting("SCIMSPEC_BENCH_PAIRS", 11));
    let server = Server::start();
    let base = Url::parse(&server.url).expect("the URL of the target");
    let suites: Vec<Arc<Suite>> = suite::load(suite::embedded(), Catalogue::embedded())
        .unwrap_or_else(|errors| panic!("{errors}"))
        .into_iter()
        .map(Arc::new)
        .collect();
    let options = Options { jobs, seed: 1, selection: Selection::default(), keep_judged: false };
    let settings = || Settings { credential: Some(Credential::bearer(&server.token)), ..Settings::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let recorder = recording::Recorder::default();
        let recorded = run(recorder.client(settings()), &base, &suites, &options).await;
        assert!(recorded.requests > 500, "only {} requests were sent", recorded.requests);
        let units = Arc::new(recorder.units());
        let (mut runs, mut replays, mut other) = (Vec::new(), Vec::new(), 0.0_f64);
        for _ in 0..pairs {
            let client = Client::http(&base, settings()).expect("a client");
            let start = Instant::now();
            run(client, &base, &suites, &options).await;
            runs.push(start.elapsed());
            let start = Instant::now();
            let replayed = replay::replay(&units, jobs).await;
            replays.push(start.elapsed());
            other = other.max(replayed.other_status);
        }
        assert!(other <= MOST_OTHER_STATUS, "{:.1} % of the replayed answers had another status", other * 100.0);
        report(&recorded, jobs, &runs, &replays, other);
    });
}

async fn run(client: Client, base: &Url, suites: &[Arc<Suite>], options: &Options) -> Run {
    let session = Session::open(Arc::new(client), base, &Config::default()).await.expect("a usable target");
    session.run(suites, options, Catalogue::embedded(), &mut |_| {}).await.expect("a plan")
}

fn report(recorded: &Run, jobs: usize, runs: &[Duration], replays: &[Duration], other: f64) {
    let ratios: Vec<f64> = runs.iter().zip(replays).map(|(run, bare)| run.as_secs_f64() / bare.as_secs_f64()).collect();
    println!("{} cases, {} requests, {jobs} jobs", recorded.cases.len(), recorded.requests);
    show("run", &milliseconds(runs), "ms");
    show("bare replay", &milliseconds(replays), "ms");
    show("run / bare replay", &ratios, "");
    println!("{:.2} % of the replayed answers had another status than in the run", other * 100.0);
}
