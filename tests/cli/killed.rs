//! Runs that are killed without a chance to clean up, and `cleanup` after them.

use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::interrupted::clean_up;
use crate::process::{Scimspec, Serving};
use crate::proxy::{At, Do, Passing, Proxy};
use crate::running::{GROUP, Pid, Provider, Running, TOKEN, USER, ledgers};

/// Kills a run at a write, before or after the provider has done it. Gives what the folder's ledgers hold, and the
/// names in the bodies of the writes that came.
fn kill_at(proxy: &Proxy, folder: &std::path::Path, at: usize, stage: At, more: &str) -> (String, Vec<String>) {
    let pid = Pid::default();
    let sender = pid.clone();
    let names: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&names);
    proxy.on_request(move |number, now, Passing { whole, .. }| {
        if number > 0 && now == At::Before {
            seen.lock().expect("no panic").extend(name_of(whole));
        }
        if number == at && now == stage {
            sender.signal("KILL");
            return Do::Hang;
        }
        Do::Pass
    });
    let arguments = format!("run --token {TOKEN} --url {} --tier edge {more}", proxy.url);
    let (code, stdout, stderr) = Running::start(folder, &arguments, &pid).ends();
    assert_eq!(code, None, "it was to be killed at write {at}\n{stdout}\n{stderr}");
    proxy.pass_all();
    let names = names.lock().expect("no panic").clone();
    (ledgers(folder).iter().map(|path| fs::read_to_string(path).expect("a ledger")).collect(), names)
}

/// `userName` or `displayName` of the resource that a request writes.
fn name_of(request: &[u8]) -> Option<String> {
    let start = request.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let body: Value = serde_json::from_slice(&request[start..]).ok()?;
    ["userName", "displayName"].iter().find_map(|name| body[name].as_str().map(str::to_owned))
}

#[test]
fn a_run_that_is_killed_anywhere_can_be_cleaned_up() {
    let provider = Provider::start();
    let proxy = Proxy::of(provider.serving.url());
    let points = (1..=12).chain((14..=24).map(|n| n * 7));
    for (turn, at) in points.enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let stage = if turn % 2 == 0 { At::After } else { At::Before };
        let (ledger, names) = kill_at(&proxy, folder.path(), at, stage, ["--jobs 1", "--jobs 6"][turn / 2 % 2]);
        for name in &names {
            let written = Value::from(name.as_str()).to_string();
            assert!(ledger.contains(&written), "{written} was sent before it was noted down\n{ledger}");
        }
        assert!(at < 4 || !names.is_empty(), "no write had a name");
        assert!(!ledger.contains(TOKEN) && !ledger.contains("Pw1!"), "{ledger}");
        let (stdout, _) = clean_up(folder.path(), 0);
        assert!(stdout.contains(" 0 left; the ledger is removed") || stdout.contains("nothing is left"), "{stdout}");
        provider.is_as_before(&format!("killed at write {at}, {stage:?}"));
        assert!(ledgers(folder.path()).is_empty());
    }
}

#[test]
fn what_only_looks_like_ours_stays() {
    let (provider, folder) = (Provider::start(), tempfile::tempdir().expect("a folder"));
    let proxy = Proxy::of(provider.serving.url());
    let (ledger, _) = kill_at(&proxy, folder.path(), 40, At::After, "--jobs 1 groups/lifecycle users/create");
    let writes: Vec<Value> = ledger.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let names = |attribute: &str| -> Vec<String> {
        let of = |line: &Value| line["write"]["marks"][attribute].as_str().map(str::to_owned);
        writes.iter().filter_map(of).collect()
    };
    let (users, groups) = (names("userName"), names("displayName"));
    assert!(!users.is_empty() && !groups.is_empty());
    let mut near = Vec::new();
    for name in users.iter().chain(&groups).take(6).chain(groups.first()) {
        let other = if name.starts_with('a') { "b" } else { "a" };
        for changed in [
            format!("{name}x"),
            format!("x{name}"),
            format!("{other}{}", &name[1..]),
            name[..name.len() - 1].to_owned(),
        ] {
            let body = json!({ "schemas": [USER], "userName": changed, "displayName": "near miss" });
            let (status, made) = provider.ask("POST", "/Users", &body.to_string());
            assert!(matches!(status, 201 | 409), "{made}");
            if status == 201 {
                near.push(made["id"].clone());
            }
        }
    }
    for name in &groups {
        let body = json!({ "schemas": [GROUP], "displayName": format!("{name} ") });
        near.push(provider.create("/Groups", &body)["id"].clone());
    }
    clean_up(folder.path(), 0);
    let everything = provider.everything();
    assert_eq!(everything.len(), near.len() + 2);
    assert!(near.iter().all(|id| everything.iter().any(|one| one["id"] == *id)));
}

#[test]
fn what_is_no_longer_what_the_run_made_stays() {
    let provider = Provider::start();
    let user = provider.create("/Users", &json!({ "schemas": [USER], "userName": "renamed@example.com" }));
    let id = user["id"].as_str().expect("an id");
    let ledger = ledger_of(
        provider.serving.url(),
        &[
            &json!({ "write": { "number": 1, "method": "POST", "endpoint": "/Users", "marks": { "userName": "m" } } }),
            &json!({ "made": { "number": 1, "path": format!("/Users/{id}") } }),
        ],
    );
    let said = cleanup_with(&ledger).exits(3);
    said.prints(&["left ", "userName \"renamed@example.com\"", "has no value that the run wrote", "0 deleted", "kept"]);
    assert_eq!(provider.everything().len(), 3);
    assert_eq!(said.file(".scimspec/a.ledger"), ledger);
}

/// A ledger with these lines.
fn ledger_of(base: &str, lines: &[&Value]) -> String {
    let header = json!({ "ledger": { "format": 1, "run": "r", "base": base, "started": "2026-03-14T09:26:53Z" } });
    std::iter::once(&header).chain(lines.iter().copied()).map(|line| format!("{line}\n")).collect()
}

fn cleanup_with(ledger: &str) -> Scimspec {
    Scimspec::with(&format!("cleanup --token {TOKEN}")).file(".scimspec/a.ledger", ledger)
}

#[test]
fn the_place_of_a_damage_is_told_and_nothing_is_sent() {
    let base = "http://127.0.0.1:9/scim/v2";
    let write = json!({ "write": { "number": 1, "method": "POST", "endpoint": "/Users", "marks": {} } });
    let whole = ledger_of(base, &[&write]);
    for (ledger, place) in [
        (whole.replace("\"marks\"", "\"mark\""), "a.ledger:2: unknown field `mark`"),
        (format!("{whole}{{\"made\n{write}\n"), "a.ledger:3: "),
        (format!("{write}\n"), "a.ledger:1: the header is missing"),
        (whole.replace("\"format\":1", "\"format\":2"), "a.ledger:1: format 2 is not known"),
        (format!("{whole}{{\"gone\":{{\"numbers\":[2]}}}}\n"), "a.ledger:3: there is no write 2"),
        (whole.replace("\"number\":1", "\"number\":7"), "a.ledger:2: write 7 stands where write 1"),
    ] {
        cleanup_with(&ledger).exits(2).is_one_message(&[place]);
    }
    Scimspec::with("cleanup nowhere.ledger").exits(2).is_one_message(&["cannot read the ledger nowhere.ledger"]);
}

#[test]
fn a_line_that_was_cut_off_was_never_sent() {
    let provider = Provider::start();
    let write =
        json!({ "write": { "number": 1, "method": "POST", "endpoint": "/Users", "marks": { "userName": "m" } } });
    let whole = ledger_of(provider.serving.url(), &[&write]);
    let header = whole.lines().next().expect("a header").len();
    for cut in [0, 1, header / 2, header, header + 1, header + 9, whole.len() - 1] {
        let said = cleanup_with(&whole[..cut]).exits(0);
        assert!(!said.path(".scimspec").exists(), "cut at {cut}");
    }
    cleanup_with(&whole).exits(0).prints(&["gone ", "/Users", "userName \"m\"", "1 already gone"]);
    provider.is_as_before("after cleanup");
}

#[test]
fn a_ledger_is_for_its_own_target() {
    let (one, other) = (Provider::start(), Serving::with(&["--token", TOKEN]));
    let ledger = || ledger_of(one.serving.url(), &[]);
    let with = |url: &str| Scimspec::with(&format!("cleanup l --token {TOKEN} --url {url}")).file("l", ledger());
    with(other.url()).exits(2).is_one_message(&["l is the ledger of a run against", one.serving.url(), other.url()]);
    with(one.serving.url()).exits(0).prints(&["nothing is left"]);
    with(&format!("{}/", one.serving.url())).exits(0).prints(&["nothing is left"]);
    Scimspec::with("cleanup").exits(0).prints(&["nothing to remove", ".scimspec"]);
}

#[test]
fn a_provider_without_filters_is_searched_page_by_page() {
    let provider = Provider::with(&["--variant", "list/two-on-a-page", "--variant", "filter/unsupported"]);
    let proxy = Proxy::of(provider.serving.url());
    let folder = tempfile::tempdir().expect("a folder");
    // The last users were made and nobody heard of it.
    kill_at(&proxy, folder.path(), 3, At::After, "--jobs 6 users/");
    let (stdout, _) = clean_up(folder.path(), 0);
    assert!(stdout.contains("deleted  /Users/"), "{stdout}");
    provider.is_as_before("after cleanup");
}
