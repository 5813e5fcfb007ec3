//! Consent, dry runs and runs that only read.

use serde_json::{Value, json};

use crate::process::Scimspec;
use crate::proxy::{Do, Passing, Proxy};
use crate::running::{Provider, TOKEN, USER};

/// The address of a proxy that is this machine and does not look like it.
fn elsewhere(proxy: &Proxy) -> String {
    proxy.url.replace("127.0.0.1", "0.0.0.0")
}

/// A proxy that answers writes with an error of its own, by which a test sees them.
fn without_writes(provider: &Provider) -> Proxy {
    let proxy = Proxy::of(provider.serving.url());
    proxy.on_request(|number, _, Passing { line, .. }| {
        if number > 0 || line.starts_with("DELETE ") || line.starts_with("PATCH ") {
            return Do::Answer("HTTP/1.1 418 Written\r\nContent-Length: 0\r\n\r\n");
        }
        Do::Pass
    });
    proxy
}

#[test]
fn consent_is_asked_for_before_the_first_write_and_says_what_will_be_done() {
    let provider = Provider::start();
    let proxy = without_writes(&provider);
    let run = |more: &str| Scimspec::with(&format!("run --token {TOKEN} --url {} {more}", elsewhere(&proxy)));
    let said = run("users/create").exits(2);
    said.is_one_message(&["is not on this machine", "the run would create ", " User", "POST", "--yes", "--dry-run"]);
    run("--dry-run").exits(0);
    run("--read-only --report json=r.json").exits(0);
    // What only reads needs no consent.
    run("discovery/schemas").exits(0);
    proxy.pass_all();
    run("users/create --yes").exits(0);
    run("users/create").file("scimspec.toml", "[target]\nconsent = true\n").exits(0);
    provider.is_as_before("after all");
}

#[test]
fn a_dry_run_says_what_a_run_would_do_and_writes_nothing() {
    let provider = Provider::start();
    let proxy = without_writes(&provider);
    let run = |more: &str| Scimspec::with(&format!("run --dry-run --token {TOKEN} --url {} {more}", proxy.url));
    let said = run("").exits(0);
    said.prints(&[
        "cases would run",
        "\npatch ",
        "POST",
        "DELETE",
        " User",
        " Group",
        "left out",
        "entity tags",
        "dry run",
    ]);
    let said = run("users/create --read-only").exits(0);
    said.prints(&["0 cases would run", "it writes, and the run is read-only"]);
    provider.is_as_before("after the dry run");
    run("patsh/").exits(2).is_one_message(&["`patsh/`"]);
}

#[test]
fn a_read_only_run_reads_what_is_there_and_writes_nothing() {
    for variants in [&[][..], &["--variant", "render/null-when-unassigned", "--variant", "id/numeric"]] {
        let provider = Provider::with(variants);
        let proxy = without_writes(&provider);
        let run = |more: &str| {
            let arguments =
                format!("run --read-only --tier edge --token {TOKEN} --url {} --report json=r.json", proxy.url);
            Scimspec::with(&format!("{arguments} {more}"))
        };
        let said = run("").exits(0);
        let report: Value = serde_json::from_str(&said.file("r.json")).expect("JSON");
        assert_eq!(report["profiles"][0]["verdict"], "withheld");
        assert!(report["profiles"][0]["reasons"].to_string().contains("read-only"), "{}", report["profiles"]);
        let cases = report["cases"].as_array().expect("cases");
        let methods: Vec<&str> = cases
            .iter()
            .flat_map(|case| case["exchanges"].as_array().expect("exchanges"))
            .map(|exchange| exchange["method"].as_str().expect("a method"))
            .collect();
        assert!(methods.len() > 60 && methods.iter().all(|method| ["GET", "HEAD", "POST"].contains(method)));
        let read: Vec<&Value> = cases.iter().filter(|case| case["exchanges"].to_string().contains("/Users/")).collect();
        assert!(read.iter().filter(|case| case["verdict"] == "pass").count() >= 5, "existing users are read");
        provider.is_as_before("after the run");
        assert!(!said.path(".scimspec").exists());
    }
}

#[test]
fn a_read_only_run_reads_the_resource_that_the_configuration_names() {
    let provider = Provider::start();
    let user = provider.create("/Users", &json!({ "schemas": [USER], "userName": "named@example.com" }));
    let id = user["id"].as_str().expect("an id");
    let arguments = format!("run --read-only users/retrieve --token {TOKEN} --url {}", provider.serving.url());
    let run = |id: &str| {
        let run = Scimspec::with(&format!("{arguments} --report json=r.json"));
        let said = run.file("scimspec.toml", format!("[fixtures]\nUser = {id:?}\n")).exits(0);
        said.file("r.json")
    };
    let report = run(id);
    assert!(report.contains("named@example.com") && !report.contains("bystander@example.com"));
    assert!(run("nobody").contains("the User nobody of [fixtures] in scimspec.toml cannot be read"));
}
