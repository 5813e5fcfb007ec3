//! A panic is a defect of ours. It is shown as one, and what was made at the target is removed all the same.
#![cfg(feature = "reference")]

#[path = "embedded/mod.rs"]
mod embedded;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use embedded::{SUITES, TOKEN, options, provider};
use scimspec::client::{Client, Handler, Settings, handler};
use scimspec::reference::Provider;
use scimspec::requirement::Catalogue;
use scimspec::run::{Event, Halt, Options, Run, Safety, Session, Stopped};
use scimspec::target::{Config, Credential};
use scimspec::verdict::Verdict;
use serde_json::Value;

/// Opens a session with a provider; `before` sees each request before the provider does.
async fn open(
    provider: &Arc<Provider>,
    halt: &Halt,
    before: impl Fn(&http::Request<Vec<u8>>) + Send + Sync + 'static,
) -> Session {
    let provider = Arc::clone(provider);
    let settings = Settings { credential: Some(Credential::bearer(TOKEN)), ..Settings::default() };
    // In the task that sends the request, so that a panic is one of the case.
    let answer: Handler = Arc::new(move |request| {
        before(&request);
        let provider = Arc::clone(&provider);
        Box::pin(async move { provider.handle(request) })
    });
    let client = Arc::new(Client::in_process(answer, settings));
    let base = url::Url::parse("http://provider.example/scim/v2").expect("a URL");
    let safety = Safety { halt: halt.clone(), ..Safety::default() };
    Session::open_with(client, &base, &Config::default(), safety).await.expect("it is discovered")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// How many users and groups there are.
fn count(provider: &Provider) -> u64 {
    let of = |path: &str| {
        let request = http::Request::get(format!("http://provider.example/scim/v2{path}?count=0"))
            .header("authorization", format!("Bearer {TOKEN}"))
            .body(Vec::new())
            .expect("a request");
        let body: Value = serde_json::from_slice(provider.handle(request).body()).expect("JSON");
        body["totalResults"].as_u64().expect("a number")
    };
    of("/Users") + of("/Groups")
}

fn run(session: Session, options: &Options, on_event: &mut (dyn FnMut(Event<'_>) + Send)) -> Run {
    let run = session.run(&SUITES, options, Catalogue::embedded(), on_event);
    runtime().block_on(run).expect("there are cases")
}

#[test]
fn a_case_that_panics_is_an_error_and_its_resources_are_removed() {
    let (target, halt) = (Arc::new(provider(|_| {})), Halt::default());
    let before = count(&target);
    let (armed, asked) = (Arc::new(AtomicBool::new(false)), AtomicUsize::new(0));
    let is_armed = Arc::clone(&armed);
    // Every seventh request to one resource, but for the DELETE that cleans up.
    let session = runtime().block_on(open(&target, &halt, move |request| {
        let hits = is_armed.load(Ordering::SeqCst) && ["GET", "PATCH", "PUT"].contains(&request.method().as_str());
        if hits && request.uri().path().contains("/Users/") {
            assert!(asked.fetch_add(1, Ordering::SeqCst) % 7 != 6, "the panic of this test");
        }
    }));
    armed.store(true, Ordering::SeqCst);
    let run = run(session, &Options { jobs: 3, ..options() }, &mut |_| {});
    let panicked: Vec<_> = run.cases.iter().filter(|case| case.verdict == Verdict::Error).collect();
    assert!(panicked.len() > 5, "{} cases panicked", panicked.len());
    for case in panicked {
        let reason = case.reason.as_deref().expect("a reason");
        assert!(reason.starts_with("defect in scimspec, please report it"), "{reason}");
    }
    assert!(run.complete && run.left_behind.is_empty(), "{:?}", run.left_behind);
    assert_eq!(count(&target), before);
}

#[test]
fn a_panic_outside_the_cases_leaves_a_keeper_that_cleans_up() {
    let (target, halt) = (Arc::new(provider(|_| {})), Halt::default());
    let before = count(&target);
    let runtime = runtime();
    let session = runtime.block_on(open(&target, &halt, |_| {}));
    let keeper = session.keeper();
    let mut finished = 0;
    let mut on_event = |event: Event<'_>| {
        finished += usize::from(matches!(event, Event::Finished { .. }));
        assert!(finished < 60, "the panic of this test");
    };
    let options = Options { jobs: 4, ..options() };
    let run = session.run(&SUITES, &options, Catalogue::embedded(), &mut on_event);
    assert!(catch_unwind(AssertUnwindSafe(|| runtime.block_on(run))).is_err());
    halt.stop(Stopped::Defect);
    runtime.block_on(keeper.clean_up());
    assert_eq!(count(&target), before);
}

#[test]
fn a_create_that_fails_after_it_was_done_is_found_and_removed() {
    let target = Arc::new(provider(|_| {}));
    let before = count(&target);
    let runtime = runtime();
    let (inner, answered) = (Arc::clone(&target), AtomicUsize::new(0));
    let answer = handler(move |request: http::Request<Vec<u8>>| {
        let is_create = request.method() == "POST" && request.uri().path().ends_with("/Users");
        let response = inner.handle(request);
        if is_create && response.status() == 201 && answered.fetch_add(1, Ordering::SeqCst) % 5 == 4 {
            return http::Response::builder().status(500).body(Vec::new()).expect("a response");
        }
        response
    });
    let settings = Settings { credential: Some(Credential::bearer(TOKEN)), ..Settings::default() };
    let base = url::Url::parse("http://provider.example/scim/v2").expect("a URL");
    let run = runtime.block_on(async {
        let client = Arc::new(Client::in_process(answer, settings));
        let session = Session::open(client, &base, &Config::default()).await.expect("it is discovered");
        session.run(&SUITES, &options(), Catalogue::embedded(), &mut |_| {}).await.expect("there are cases")
    });
    assert!(run.cases.iter().filter(|case| case.verdict == Verdict::Blocked).count() > 10);
    assert_eq!((count(&target), run.left_behind), (before, Vec::<String>::new()));
}
