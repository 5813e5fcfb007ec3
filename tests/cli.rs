//! The command line: these arguments, this output, this exit code. Every test starts the real program.
#![cfg(all(feature = "cli", feature = "reference"))]

#[path = "cli/baselines.rs"]
mod baselines;
#[path = "cli/careful.rs"]
mod careful;
#[path = "cli/catalogue.rs"]
mod catalogue;
#[path = "cli/configuration.rs"]
mod configuration;
#[path = "cli/durability.rs"]
mod durability;
#[path = "cli/entra.rs"]
mod entra;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/interrupted.rs"]
mod interrupted;
#[path = "cli/killed.rs"]
mod killed;
#[path = "cli/oauth.rs"]
mod oauth;
#[path = "cli/pace.rs"]
mod pace;
#[path = "cli/process.rs"]
mod process;
#[path = "cli/proxy.rs"]
mod proxy;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/running.rs"]
mod running;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/server.rs"]
mod server;
#[path = "cli/strangers.rs"]
mod strangers;
#[path = "cli/tls.rs"]
mod tls;

use process::{Scimspec, Serving, repository};
use serde_json::Value;
use strangers::{Doorbell, answering, nobody};

// Exit code 0.

#[test]
fn without_a_url_the_embedded_provider_is_tested() {
    let said = Scimspec::with("run --tier basic --report html=r.html --report json=r.json").exits(0);
    said.prints(&["embedded reference provider", "WITHHELD", "only a part of the cases was selected"]);
    said.prints(&["html report: r.html", "json report: r.json"]);
    let report: Value = serde_json::from_str(&said.file("r.json")).expect("JSON");
    assert_eq!(report["profiles"][0]["verdict"], "withheld");
    assert!(report["cases"].as_array().is_some_and(|cases| cases.len() >= 40));
}

#[test]
fn a_whole_run_of_the_reference_provider_is_conformant() {
    let said = Scimspec::with("run --tier edge --seed 7 --jobs 2").exits(0);
    said.prints(&["CONFORMANT", "tier edge"]);
    assert!(!said.stdout.contains("NOT CONFORMANT"), "{}", said.stdout);
}

#[test]
fn a_served_provider_is_tested_with_its_token() {
    let serving = Serving::with(&["--listen", "127.0.0.1:0"]);
    assert!(
        serving.url().starts_with("http://127.0.0.1:") && serving.url().ends_with("/scim/v2"),
        "{:?}",
        serving.lines
    );
    assert!(serving.token().len() >= 32, "a random token is long");
    Scimspec::with("run users/retrieve --url").arg(serving.url()).arg("--token").arg(serving.token()).exits(0);
}

#[test]
fn a_served_provider_may_have_a_second_tenant_and_know_whose_token_it_is() {
    let serving = Serving::with(&["--token", "first-of-two", "--second-token", "second-of-two", "--custom"]);
    let config = "[auth]\ntoken = \"first-of-two\"\nsecond = { token = \"second-of-two\" }\n";
    let said = Scimspec::with("run auth/ discovery/ --tier edge --report json=r.json --url").arg(serving.url());
    let said = said.file("scimspec.toml", config).exits(0);
    let report: Value = serde_json::from_str(&said.file("r.json")).expect("JSON");
    let cases = report["cases"].as_array().expect("cases");
    let isolation: Vec<_> =
        cases.iter().filter(|case| case["id"].as_str().is_some_and(|id| id.starts_with("auth/isolation/"))).collect();
    assert!(isolation.len() >= 4 && isolation.iter().all(|case| case["verdict"] == "pass"), "{isolation:?}");
    let same = Scimspec::with("serve --token one --second-token one").exits(2);
    same.is_one_message(&["--second-token", "one of its own"]);
}

#[test]
fn the_token_of_serve_can_be_chosen() {
    let serving = Serving::with(&["--token", "open-sesame"]);
    assert_eq!(serving.token(), "open-sesame");
}

// Exit code 1.

#[test]
fn a_faulty_provider_is_not_conformant() {
    let list = Scimspec::with("serve --list").exits(0).stdout;
    let fault = list.split_whitespace().find(|word| word.contains('/')).expect("there are faults");
    let serving = Serving::with(&["--token", "t", "--fault", fault]);
    let said = Scimspec::with("run --token t --url").arg(serving.url()).exits(1);
    said.prints(&["NOT CONFORMANT", "fail ", "replay", "rerun"]);
    said.complains(&["fail "]);
}

// Exit code 2: nothing is sent.

#[test]
fn mistakes_on_the_command_line_are_refused() {
    for (arguments, parts) in [
        ("run --colour", &["unexpected argument '--colour'", "'--color'"][..]),
        ("run patsh/", &["nothing is known as `patsh/`", "did you mean `patch`?"]),
        ("run 7644-3.3-8", &["`7644-3.3-8`"]),
        ("run --tier bsic", &["bsic", "basic, onboarding, full or edge"]),
        ("run --profile azure", &["azure", "rfc, entra or okta"]),
        ("run --report html", &["FORMAT=PATH"]),
        ("run --report htm=r.html", &["`htm` is no report format", "did you mean `html`?"]),
        ("run --timeout 0", &["a timeout of 0 s is not possible"]),
        ("run --assume patsh", &["`patsh`", "did you mean `patch`?"]),
        ("run --url nonsense", &["`nonsense` is no base URL", "https://app.example.com/scim/v2"]),
        ("run --url ftp://example.com/", &["neither http:// nor https://"]),
        ("run --url http://localhost/scim?x=1", &["no query"]),
        ("run --basic ann", &["--basic takes USER:PASSWORD"]),
        ("run --header X-Key", &["--header takes 'NAME: VALUE'"]),
        ("run --token-file nowhere", &["cannot read nowhere"]),
        ("run --config nowhere.toml", &["cannot read nowhere.toml"]),
        ("run --suites nowhere", &["cannot read nowhere"]),
        ("list nosuch", &["nothing is known as `nosuch`", "scimspec list"]),
        ("explain 7644-3.3-8", &["did you mean `7644-3.3-08`?"]),
        ("explain filter/and-is-orr", &["did you mean `filter/and-is-or`?"]),
        ("explain nothing-like-it-at-all", &["`scimspec list` shows the cases"]),
        ("check nowhere.yaml", &["cannot read nowhere.yaml"]),
        ("render nowhere.json", &["cannot read nowhere.json"]),
        ("serve --fault filter/and-is-orr", &["did you mean `filter/and-is-or`?"]),
        ("serve --variant nosuch", &["there is no variant `nosuch`", "serve --list"]),
        ("serve --listen nowhere", &["nowhere"]),
        ("lsit", &["unrecognized subcommand 'lsit'", "'list'"]),
    ] {
        let said = Scimspec::with(arguments).exits(2);
        said.complains(parts);
        assert_eq!(said.stdout, "", "{arguments}");
    }
}

#[test]
fn nothing_is_sent_when_a_report_cannot_be_written() {
    let door = Doorbell::new();
    for path in ["nowhere/report.html", "."] {
        let said = Scimspec::with("run --url").arg(&door.url()).arg("--report").arg(&format!("html={path}")).exits(2);
        said.is_one_message(&[&format!("cannot write {path}: ")]);
    }
    assert!(!door.rang(), "a request was sent");
}

#[test]
fn a_broken_suite_is_shown_where_it_is_broken_and_nothing_is_sent() {
    let door = Doorbell::new();
    let broken = std::fs::read_to_string(repository("tests/diagnostics/two-actions.yaml")).expect("it is there");
    let run = Scimspec::with("run --suites own --url").arg(&door.url()).file("own/users/reading.yaml", broken);
    let said = run.exits(2);
    said.complains(&["a step says twice what is sent", "own/users/reading.yaml:10:9", "list: User", "^^^^"]);
    said.complains(&["1 mistake in suite files; nothing was run"]);
    assert!(!door.rang(), "a request was sent");
}

#[test]
fn a_folder_of_suites_adds_and_replaces() {
    let own = "suite: own/reading\ntitle: Reading\ncases:\n  - id: one\n    title: A user is read\n    why: It matters.\n    given: { ann: User }\n    steps:\n      - read: ann\n        expect:\n          - status: { is: 200, req: 7644-3.4.1-01 }\n";
    let said = Scimspec::with("run own/ --suites own -v").file("own/reading.yaml", own).exits(0);
    said.prints(&["own "]);
    said.complains(&["own/reading/one"]);
    Scimspec::with("run --suites own")
        .file("own/notes.txt", "none")
        .exits(2)
        .is_one_message(&["own holds no .yaml file"]);
}

// Exit code 3: nothing can be judged.

#[test]
fn a_refused_connection_is_one_clear_message() {
    let url = nobody();
    let said = Scimspec::with("run --url").arg(&url).exits(3);
    said.is_one_message(&[&format!("cannot reach {url}"), "connection refused"]);
}

#[test]
fn a_wrong_token_is_one_clear_message() {
    let serving = Serving::with(&["--token", "t"]);
    let said = Scimspec::with("run --token wrong-sesame --url").arg(serving.url()).exits(3);
    said.is_one_message(&["refuses the credential with status 401", "check the token"]);
    assert!(!said.stderr.contains("wrong-sesame"), "{}", said.stderr);
}

#[test]
fn a_web_page_is_no_provider() {
    let url = answering(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 34\r\nConnection: close\r\n\r\n<html><body>Welcome!</body></html>",
    );
    let said = Scimspec::with("run --token t --url").arg(&url).exits(3);
    said.is_one_message(&["is no SCIM endpoint", "text/html instead of JSON", "give the base URL"]);
}

#[test]
fn what_is_no_http_is_one_clear_message() {
    let url = answering("SSH-2.0-OpenSSH_9.2\r\n");
    Scimspec::with("run --url").arg(&url).exits(3).is_one_message(&[&format!("cannot reach {url}")]);
}

#[test]
fn a_base_url_without_its_path_is_told_so() {
    let serving = Serving::with(&["--token", "t"]);
    let root = serving.url().trim_end_matches("/scim/v2").to_owned();
    Scimspec::with("run --token t --url").arg(&root).exits(3).is_one_message(&["is no SCIM endpoint", "404"]);
}
