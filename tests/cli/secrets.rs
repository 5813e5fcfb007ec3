//! A credential is in nothing that the program says or writes.

#[path = "secrets/echo.rs"]
mod echo;
#[path = "secrets/search.rs"]
mod search;

use serde_json::{Value, json};

use crate::process::{Said, Scimspec, Serving};
use crate::server::{Authority, serve};
use echo::{COOKIE, STORED, echoing};
use search::{found, unpacked};

const CANARY: &str = "canary7Qx2vLr9Tn4Zp";
/// With characters around it that every format escapes in its own way.
const TOKEN: &str = "a/b+canary7Qx2vLr9Tn4Zp~\"<&'ü=";
const PASSWORD: &str = "canaryPassword2Gz9";
const REPORTS: [&str; 6] = ["html", "json", "junit", "markdown", "ndjson", "github"];

/// Files in which a test puts secrets itself.
const GIVEN: [&str; 4] = ["scimspec.toml", "secret", "key.pem", "cert.pem"];

/// Asks for every report.
fn with_reports(arguments: &str) -> Scimspec {
    let flags: String = REPORTS.iter().map(|format| format!(" --report {format}=report.{format}")).collect();
    Scimspec::with(&format!("{arguments}{flags}"))
}

/// Holds that no secret stands in what a run said and wrote. `reports` have to be there.
#[track_caller]
fn is_silent(said: &Said, reports: &[&str]) {
    let mut texts = vec![("stdout".to_owned(), said.stdout.clone()), ("stderr".to_owned(), said.stderr.clone())];
    texts.extend(said.files().into_iter().filter(|(name, _)| !GIVEN.contains(&name.as_str())));
    for format in reports {
        let name = format!("report.{format}");
        assert!(texts.iter().any(|(place, text)| *place == name && !text.is_empty()), "{name} is empty");
    }
    for (place, text) in texts {
        let text = if place.ends_with(".html") { unpacked(&text) } else { text };
        let told = found(&text, &[CANARY, PASSWORD, COOKIE, STORED]);
        for form in &told {
            let at = text.find(form.as_str()).unwrap_or_default();
            let around: String = text[..at].chars().rev().take(120).collect::<Vec<_>>().into_iter().rev().collect();
            panic!("{place} tells `{form}` behind `{around}`");
        }
    }
}

/// Holds that the run talked to the target that repeats everything, and that this was masked.
#[track_caller]
fn masks_what_is_repeated(said: &Said) {
    is_silent(said, &REPORTS);
    let report: Value = serde_json::from_str(&said.file("report.json")).expect("JSON");
    let exchanges = report["cases"].as_array().expect("cases").iter().filter_map(|case| case["exchanges"].as_array());
    let told = exchanges.flatten().filter(|one| one.to_string().matches("[masked]").count() > 10).count();
    assert!(told > 10, "only {told} answers repeat secrets");
    for format in ["html", "junit", "ndjson"] {
        assert!(unpacked(&said.file(&format!("report.{format}"))).contains("[masked]"), "{format}");
    }
}

const ECHOED: &str = "run users/create users/retrieve patch/operations auth/ filter/refused -v --url";

/// A configuration in which every user gets the password.
const TEMPLATE: &str = "[template.User]\npassword = \"canaryPassword2Gz9\"\n";

#[test]
fn a_target_that_repeats_every_credential_gives_nothing_away() {
    let serving = Serving::with(&["--token", "t0ken-of-the-provider"]);
    let run =
        |secrets| with_reports(&format!("{ECHOED} {}", echoing(&serving, secrets))).file("scimspec.toml", TEMPLATE);
    let ascii = TOKEN.replace('ü', "u");
    let pair = format!("ann:{TOKEN}");
    masks_what_is_repeated(&run(&[]).arg("--token").arg(&ascii).exits(1));
    masks_what_is_repeated(&run(&[]).arg("--basic").arg(&pair).exits(1));
    let cookie = format!("Cookie: session={CANARY}; theme=dark");
    masks_what_is_repeated(
        &run(&[]).arg("--header").arg(&cookie).arg("--header").arg(&format!("X-Key: {ascii}")).exits(1),
    );
}

#[test]
fn a_target_that_repeats_tokens_of_oauth_gives_nothing_away() {
    let serving = Serving::with(&["--token", "t0ken-of-the-provider"]);
    // The secret of the client and the token have the same core, so that one search finds both.
    let endpoint = serve(|_| {
        let grant =
            json!({ "access_token": format!("access/{CANARY}+{CANARY}"), "token_type": "Bearer", "id_token": CANARY });
        crate::server::json("200 OK", &grant)
    });
    let url = echoing(&serving, &["secret/canary7Qx2vLr9Tn4Zp"]);
    let run =
        with_reports(&format!("{ECHOED} {url} --client-id app --oauth-token-url http://{endpoint}/?key={CANARY}"));
    let run = run.file("scimspec.toml", TEMPLATE).env("SCIMSPEC_CLIENT_SECRET", "secret/canary7Qx2vLr9Tn4Zp");
    masks_what_is_repeated(&run.exits(1));
}

#[test]
fn the_password_of_a_proxy_and_a_private_key_are_nowhere() {
    let serving = Serving::with(&["--token", "t0ken-of-the-provider"]);
    // A proxy that answers for the target, and repeats what was meant for itself.
    let url = echoing(&serving, &[]);
    let proxy = url.replacen("http://", &format!("http://ann:{CANARY}%2B@"), 1);
    let signed = Authority::new().sign(&["client"], |_| {});
    let run = || {
        let run = with_reports(&format!("{ECHOED} http://localhost:1/scim/v2 --token t0ken-of-the-provider"));
        let key = format!("passphrase: {CANARY}\n{}", signed.key_pem());
        let run = run.file("key.pem", key).file("cert.pem", signed.cert_pem());
        run.arg("--client-cert").arg("cert.pem").arg("--client-key").arg("key.pem")
    };
    masks_what_is_repeated(&run().arg("--proxy").arg(&proxy).file("scimspec.toml", TEMPLATE).exits(1));
    let config = format!("[target]\nproxy = \"{proxy}\"\n{TEMPLATE}");
    masks_what_is_repeated(&run().file("scimspec.toml", config).exits(1));
    let run = Scimspec::with("run --url http://localhost:1/ --client-cert cert.pem --client-key key.pem");
    is_silent(&run.file("cert.pem", signed.cert_pem()).file("key.pem", CANARY).exits(2), &[]);
}

#[test]
fn a_token_is_nowhere_however_it_is_given() {
    // A faulty provider, so that there are findings with exchanges and curl lines.
    let serving = Serving::with(&["--token", CANARY, "--fault", "filter/and-is-or"]);
    let run = || with_reports(&format!("run filter/ users/create -v --url {}", serving.url()));
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
        format!("[auth.oauth]\nclient_secret = {{ a = \"{CANARY}\" }}\n"),
        format!("[auth.oauth]\nclient_auth = \"{CANARY}\"\n"),
        format!(
            "[auth.oauth]\ntoken_url = \"ftp://ann:{CANARY}@login.example.com\"\nclient_id = \"a\"\nclient_secret = \"{CANARY}\"\n"
        ),
        format!("[target]\nproxy = \"ann:{CANARY}@proxy.example.com:8080\"\n"),
        format!("[auth]\ntoken = \"{CANARY}\"\n[auth.oauth]\nclient_secret = \"{CANARY}\"\n"),
    ] {
        is_silent(&Scimspec::with("run").file("scimspec.toml", config).exits(2), &[]);
    }
    is_silent(&Scimspec::with("run --basic").arg(CANARY).exits(2), &[]);
    is_silent(&Scimspec::with("run --header").arg(CANARY).exits(2), &[]);
    is_silent(&Scimspec::with("run --token").arg(&format!("{CANARY}\u{7}")).exits(2), &[]);
    for help in ["run --help", "run -h"] {
        let variables = ["SCIMSPEC_TOKEN", "SCIMSPEC_BASIC", "SCIMSPEC_CLIENT_SECRET"];
        let run = variables.into_iter().fold(Scimspec::with(help), |run, name| run.env(name, CANARY));
        is_silent(&run.exits(0), &[]);
    }
}

#[test]
fn secrets_that_look_like_flags_are_secrets_all_the_same() {
    let nobody = crate::strangers::nobody();
    let secret = format!("-{CANARY}");
    for flag in ["--token", "--basic", "--header", "--client-secret"] {
        let value = if flag == "--basic" || flag == "--header" { format!("{secret}: x") } else { secret.clone() };
        let said = Scimspec::with("run --url").arg(&nobody).arg(flag).arg(&value);
        let said = said.arg("--oauth-scope").arg("x").exits(if flag == "--client-secret" { 2 } else { 3 });
        // The name of a header is no secret.
        if flag != "--header" {
            is_silent(&said, &[]);
        }
    }
    is_silent(&Scimspec::with("run --url").arg(&nobody).arg(&format!("--tokn={CANARY}")).exits(2), &[]);
    // Without quotes, a shell makes two words of a header; the second one would be a selector that is not known.
    let said = Scimspec::with("run --header X-Key:").arg(CANARY).exits(2);
    said.is_one_message(&["--header 'X-Key: …' has no value", "quotes"]);
    is_silent(&said, &[]);
}
