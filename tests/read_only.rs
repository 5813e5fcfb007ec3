//! A run that only reads is fair to whatever is there, and writes nothing.
#![cfg(feature = "reference")]

#[path = "embedded/mod.rs"]
mod embedded;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use embedded::{SUITES, TOKEN, options, provider};
use scimspec::client::{Client, Settings, handler};
use scimspec::reference::{self, Provider};
use scimspec::requirement::Catalogue;
use scimspec::run::{CaseRecord, Options, Run, Safety, Session};
use scimspec::suite::Profile;
use scimspec::target::{Config, Credential};
use scimspec::verdict::Verdict;
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

fn ask(provider: &Provider, method: &str, path: &str, body: &Value) -> http::Response<Vec<u8>> {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("http://provider.example/scim/v2{path}"))
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", "application/scim+json")
        .body(body.to_string().into_bytes())
        .expect("a request");
    provider.handle(request)
}

/// Users and groups as they are in the wild: bare, full, disabled, in odd scripts.
fn populate(provider: &Provider, first: &Value) {
    let others = [
        json!({ "schemas": [USER], "userName": "Žofie 李 דוד 🦊", "active": false, "displayName": "a \"quoted\\ name\"" }),
        json!({ "schemas": [USER], "userName": "full@example.com", "name": { "givenName": "Full", "familyName": "O'Neil" },
            "emails": [{ "value": "full@example.com", "type": "work", "primary": true }], "externalId": "701984" }),
    ];
    for user in std::iter::once(first).chain(&others) {
        // Variants want attributes of their own in every user.
        let mut with_badge = user.clone();
        with_badge["urn:example:params:scim:schemas:extension:badge:2.0:User"] =
            json!({ "color": "red", "site": "north" });
        let made = [user, &with_badge].into_iter().any(|user| ask(provider, "POST", "/Users", user).status() == 201);
        // Some providers want plain letters.
        assert!(made || !user.to_string().is_ascii(), "{user} is refused");
    }
    // Absent where a variant has no groups.
    ask(provider, "POST", "/Groups", &json!({ "schemas": [GROUP], "displayName": "empty" }));
}

/// Runs everything against what `handle` answers.
fn run(handle: impl Fn(http::Request<Vec<u8>>) -> http::Response<Vec<u8>> + Send + Sync + 'static) -> Run {
    let settings = Settings { credential: Some(Credential::bearer(TOKEN)), ..Settings::default() };
    let client = Arc::new(Client::in_process(handler(handle), settings));
    let base = url::Url::parse("http://provider.example/scim/v2").expect("a URL");
    let safety = Safety { read_only: true, ..Safety::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    runtime.block_on(async {
        let session = Session::open_with(client, &base, &Config::default(), safety).await.expect("it is discovered");
        let options = Options { jobs: 2, ..options() };
        session.run(&SUITES, &options, Catalogue::embedded(), &mut |_| {}).await.expect("there are cases")
    })
}

fn with_verdict(run: &Run, verdict: Verdict) -> Vec<&CaseRecord> {
    run.cases.iter().filter(|case| case.verdict == verdict).collect()
}

#[test]
fn no_legal_provider_fails_and_none_is_written_to() {
    let bare = json!({ "schemas": [USER], "userName": "bare@example.com" });
    let odd = json!({ "schemas": [USER], "userName": "Žofie 'x' + & % #", "nickName": "" });
    for (number, variant) in std::iter::once(None).chain(reference::variants().map(Some)).enumerate() {
        // What is listed first is read: both kinds with the provider as it is, one of them with each variant.
        for first in [&bare, &odd].into_iter().skip(number % 2).take(if number == 0 { 2 } else { 1 }) {
            let name = variant.map_or("as it is", |variant| variant.id);
            let provider = provider(|provider| {
                if let Some(variant) = variant {
                    variant.apply(provider);
                }
            });
            populate(&provider, first);
            let written = Arc::new(AtomicUsize::new(0));
            let seen = Arc::clone(&written);
            let run = run(move |request| {
                let is_query = request.method() == "POST" && request.uri().path().ends_with("/.search");
                seen.fetch_add(usize::from(request.method() != "GET" && !is_query), Ordering::SeqCst);
                provider.handle(request)
            });
            assert_eq!(written.load(Ordering::SeqCst), 0, "{name}");
            assert!(run.read_only && run.complete && run.left_behind.is_empty());
            for verdict in [Verdict::Fail, Verdict::Error, Verdict::Blocked] {
                let mut cases = with_verdict(&run, verdict);
                // A client may insist on what the RFC leaves open: its verdict is its own.
                cases.retain(|case| verdict != Verdict::Fail || case.case.profile == Profile::Rfc);
                let why: Vec<_> = cases.iter().map(|case| (&case.case.id, &case.reason, &case.findings)).collect();
                assert!(why.is_empty(), "{name}: {verdict:?} {why:?}");
            }
            let failed = run.standing.iter().find(|record| record.verdict == Verdict::Fail);
            assert!(failed.is_none(), "{name}: {failed:?}");
            assert!(with_verdict(&run, Verdict::Pass).len() >= 40, "{name}");
        }
    }
}

#[test]
fn a_resource_that_others_change_meanwhile_is_no_fail() {
    let provider = provider(|_| {});
    populate(&provider, &json!({ "schemas": [USER], "userName": "busy@example.com" }));
    let list: Value = serde_json::from_slice(ask(&provider, "GET", "/Users?startIndex=1&count=1", &Value::Null).body())
        .expect("JSON");
    let id = list["Resources"][0]["id"].as_str().expect("an id").to_owned();
    let logins = Mutex::new(0);
    // Somebody changes the user before each request.
    let run = run(move |request| {
        let mut logins = logins.lock().expect("no panic");
        *logins += 1;
        let name = format!("busy{logins}@example.com");
        let operation = json!({ "op": "replace", "path": "userName", "value": name });
        let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] });
        assert!(ask(&provider, "PATCH", &format!("/Users/{id}"), &patch).status().is_success());
        provider.handle(request)
    });
    assert!(with_verdict(&run, Verdict::Fail).is_empty());
    let changed = with_verdict(&run, Verdict::Error);
    assert!(!changed.is_empty(), "a comparison with the first state notices it");
    for case in changed {
        assert!(
            case.reason.as_deref().is_some_and(|why| why.contains("was changed by somebody else")),
            "{:?}",
            case.reason
        );
    }
}
