//! A credential is in nothing that the program says or writes.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::process::{Said, Scimspec, Serving};

const CANARY: &str = "canary7Qx2vLr9Tn4Zp";
const REPORTS: [&str; 6] = ["html", "json", "junit", "markdown", "ndjson", "github"];

/// Asks for every report.
fn with_reports(arguments: &str) -> Scimspec {
    let flags: String = REPORTS.iter().map(|format| format!(" --report {format}=report.{format}")).collect();
    Scimspec::with(&format!("{arguments}{flags}"))
}

/// The ways in which the canary may be written. In base64, a text in the middle of another one has three forms; the
/// letters at its ends depend on what is beside it.
fn forms() -> Vec<String> {
    let mut forms = vec![CANARY.to_owned(), CANARY.chars().rev().collect()];
    for engine in [STANDARD, URL_SAFE] {
        for shift in 0..3 {
            let encoded = engine.encode(format!("{}{CANARY}", "x".repeat(shift)));
            forms.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    forms
}

/// The HTML report packs its evidence, but it is made of the JSON report alone: what is not in that is not in it.
#[track_caller]
fn is_silent(said: &Said, reports: &[&str]) {
    let files = reports.iter().map(|format| (*format, said.file(&format!("report.{format}"))));
    let output = [("stdout", said.stdout.clone()), ("stderr", said.stderr.clone())];
    for (place, text) in files.chain(output) {
        assert!(reports.is_empty() || place == "stderr" || !text.is_empty(), "{place} is empty");
        for form in forms() {
            assert!(!text.contains(&form), "{place} tells `{form}`");
        }
    }
}

#[test]
fn a_token_is_nowhere_however_it_is_given() {
    // A faulty provider, so that there are findings with exchanges and curl lines.
    let serving = Serving::with(&["--token", CANARY, "--fault", "filter/and-is-or"]);
    let run = || with_reports(&format!("run -v --url {}", serving.url()));
    let config = format!("[auth]\ntoken = \"{CANARY}\"\n");
    let header = format!("Authorization: Bearer {CANARY}");
    for run in [
        run().arg("--token").arg(CANARY),
        run().env("SCIMSPEC_TOKEN", CANARY),
        run().arg("--token-file").arg("secret").file("secret", CANARY),
        run().file("scimspec.toml", config),
        run().arg("--header").arg(&header),
    ] {
        is_silent(&run.exits(1), &REPORTS);
    }
}

#[test]
fn a_password_is_nowhere() {
    let serving = Serving::with(&["--token", "t"]);
    let pair = format!("ann:{CANARY}");
    let run = || with_reports(&format!("run --url {}", serving.url()));
    is_silent(&run().arg("--basic").arg(&pair).exits(3), &[]);
    is_silent(&run().env("SCIMSPEC_BASIC", &pair).exits(3), &[]);
}

#[test]
fn a_second_credential_is_nowhere() {
    let serving = Serving::with(&["--token", "a-first-token"]);
    let config = format!("[auth]\ntoken = \"a-first-token\"\n[auth.second]\ntoken = \"{CANARY}\"\n");
    let run = with_reports(&format!("run -v --url {} auth/ users/", serving.url())).file("scimspec.toml", config);
    is_silent(&run.exits(0), &REPORTS);
}

#[test]
fn a_password_in_a_url_is_refused_and_not_repeated() {
    for url in [
        format!("http://ann:{CANARY}@127.0.0.1/scim"),
        format!("http://{CANARY}@127.0.0.1/scim"),
        format!("http://127.0.0.1/scim?token={CANARY}"),
        format!("http://ann:{CANARY}@127.0.0.1:port/scim"),
    ] {
        is_silent(&Scimspec::with("run --url").arg(&url).exits(2), &[]);
        is_silent(&Scimspec::with("run").env("SCIMSPEC_URL", &url).exits(2), &[]);
        let config = format!("[target]\nurl = \"{url}\"\n");
        is_silent(&Scimspec::with("run").file("scimspec.toml", config).exits(2), &[]);
    }
}

#[test]
fn mistakes_beside_a_secret_do_not_repeat_it() {
    for config in [
        format!("[auth]\ntokn = \"{CANARY}\"\n"),
        format!("[auth]\nsecond = \"{CANARY}\"\n"),
        format!("[auth]\nheaders = \"X-Key: {CANARY}\"\n"),
        format!("[auth]\ntoken = \"{CANARY}\n"),
        format!("[auth]\ntoken = {CANARY}\n"),
        format!("[auth]\ntoken = [\"{CANARY}\"]\n"),
    ] {
        is_silent(&Scimspec::with("run").file("scimspec.toml", config).exits(2), &[]);
    }
    is_silent(&Scimspec::with("run --basic").arg(CANARY).exits(2), &[]);
    is_silent(&Scimspec::with("run --header").arg(CANARY).exits(2), &[]);
    is_silent(&Scimspec::with("run --token").arg(&format!("{CANARY}\u{7}")).exits(2), &[]);
    is_silent(&Scimspec::with("run --help").env("SCIMSPEC_TOKEN", CANARY).env("SCIMSPEC_BASIC", CANARY).exits(0), &[]);
}
