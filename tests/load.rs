//! Under load, what is the trouble of this machine or of the set-up is not blamed on the target.
#![cfg(feature = "reference")]

#[path = "embedded/mod.rs"]
mod embedded;

use std::sync::Arc;

use embedded::{SUITES, TOKEN, options, provider};
use scimspec::client::{Client, Settings, handler};
use scimspec::requirement::Catalogue;
use scimspec::run::Session;
use scimspec::target::{Config, Credential, Load, Onboarding};
use scimspec::verdict::Verdict;

type Answer = fn(&http::Request<Vec<u8>>) -> Option<u16>;

/// Verdict and reason of the case that loads, where `answer` may answer in place of the provider.
fn loaded(load: Load, answer: Answer) -> (Verdict, String) {
    let provider = provider(|_| {});
    let handler = handler(move |request: http::Request<Vec<u8>>| match answer(&request) {
        Some(status) => http::Response::builder().status(status).body(Vec::new()).expect("a response"),
        None => provider.handle(request),
    });
    let onboarding = Onboarding { load: Some(load), ..Onboarding::default() };
    let settings = Settings { credential: Some(Credential::bearer(TOKEN)), onboarding, ..Settings::default() };
    let client = Arc::new(Client::in_process(handler, settings));
    let base = url::Url::parse("http://provider.example/scim/v2").expect("a URL");
    let mut options = options();
    options.selection.selectors = vec!["entra/onboarding/load".to_owned()];
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let run = runtime.expect("a runtime").block_on(async {
        let session = Session::open(client, &base, &Config::default()).await.expect("it is discovered");
        session.run(&SUITES, &options, Catalogue::embedded(), &mut |_| {}).await.expect("there is a case")
    });
    assert!(run.left_behind.is_empty(), "{:?}", run.left_behind);
    let case = run.cases.into_iter().next().expect("the case");
    (case.verdict, case.reason.unwrap_or_default())
}

fn is_create(request: &http::Request<Vec<u8>>) -> bool {
    request.method() == "POST" && request.uri().path().ends_with("/Users")
}

const SHORT: Load = Load { rate: 200.0, seconds: 0.2, most_lag: 60.0 };

#[test]
fn a_target_that_bears_it_passes() {
    assert_eq!(loaded(SHORT, |_| None), (Verdict::Pass, String::new()));
}

#[test]
fn a_client_that_is_late_says_so_of_itself() {
    let (verdict, reason) = loaded(Load { most_lag: 0.0, ..SHORT }, |_| None);
    assert_eq!(verdict, Verdict::Error);
    assert!(reason.starts_with("this machine was "), "{reason}");
}

#[test]
fn a_late_client_excuses_no_target_that_fails() {
    let failing: Answer = |request| is_create(request).then_some(503);
    assert_eq!(loaded(Load { most_lag: 0.0, ..SHORT }, failing).0, Verdict::Fail);
}

#[test]
fn where_nobody_can_be_created_there_is_no_load_to_judge() {
    let (verdict, reason) = loaded(SHORT, |request| is_create(request).then_some(403));
    assert_eq!(verdict, Verdict::Blocked);
    assert!(reason.contains("a user (User) could not be created, the target answered 403"), "{reason}");
}
