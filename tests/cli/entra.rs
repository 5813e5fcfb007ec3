//! What Entra asks for beside SCIM, and the verdict "ready": real token endpoints, handshakes and load on loopback.

use serde_json::Value;

use crate::process::{Said, Scimspec, Serving};
use crate::server::{Authority, Call, Signed, answer, forwarded, serve, serve_tls};

fn verdict(report: &Value) -> &str {
    report["profiles"][0]["verdict"].as_str().unwrap_or_default()
}

fn report(said: &Said) -> Value {
    serde_json::from_str(&said.file("r.json")).expect("JSON")
}

fn state<'r>(report: &'r Value, requirement: &str) -> &'r str {
    let lines = report["readiness"]["lines"].as_array().expect("a checklist");
    let line = lines.iter().find(|line| line["requirement"] == requirement).expect("a line");
    line["state"].as_str().unwrap_or_default()
}

const ENTRA: &str = "run --profile entra --report json=r.json";

#[test]
fn the_reference_provider_is_ready_with_declarations() {
    let said = Scimspec::with(ENTRA).exits(0);
    said.prints(&["READY WITH DECLARATIONS  Microsoft Entra ID", "[entra.declarations]", "contacts"]);
    let report = report(&said);
    assert_eq!(verdict(&report), "ready-with-declarations");
    assert_eq!((state(&report, "entra-A16"), state(&report, "entra-A12")), ("holds", "holds"));
    assert_eq!((state(&report, "entra-A20"), state(&report, "entra-A3")), ("open", "open"));
    let pairs = report["readiness"]["dialects"].as_array().expect("pairs");
    assert!(pairs.len() > 15, "{} pairs", pairs.len());
}

#[test]
fn what_people_declare_counts_and_a_no_makes_it_not_ready() {
    let config = "[entra.declarations]\ncontacts = true\nclouds = false\n";
    let said = Scimspec::with(ENTRA).file("scimspec.toml", config).exits(1);
    said.prints(&["NOT READY", "declared not to hold: entra-A22"]);
    let report = report(&said);
    assert_eq!((state(&report, "entra-A20"), state(&report, "entra-A22")), ("declared", "denied"));
    let typo = "[entra.declarations]\ncontact = true\n";
    let said = Scimspec::with(ENTRA).file("scimspec.toml", typo).exits(2);
    said.is_one_message(&["[entra.declarations] has `contact`", "did you mean `contacts`?"]);
}

#[test]
fn a_flag_in_the_tenant_url_is_a_finding_and_no_mistake() {
    let serving = Serving::with(&["--token", "t"]);
    let url = format!("{}?aadOptscim062020", serving.url());
    let run = format!("{ENTRA} entra/onboarding/tenant-url --token t --url {url}");
    let said = Scimspec::with(&run).exits(1);
    said.prints(&["aadOptscim062020", "entra-A18"]);
    assert_eq!(state(&report(&said), "entra-A18"), "broken");
    let other = format!("run --token t --url {}?key=1", serving.url());
    Scimspec::with(&other).exits(2).is_one_message(&["has no query"]);
}

/// The reference provider with an OAuth client, two secrets.
fn with_client() -> (Serving, String) {
    let serving = Serving::with(&["--token", "t", "--oauth-client", "app:kf83hd0s", "--oauth-client", "app:qp27ms6x"]);
    let endpoint = format!("http://{}/oauth/token", serving.address());
    (serving, endpoint)
}

#[test]
fn client_credentials_are_tried_as_entra_sends_them() {
    let (serving, endpoint) = with_client();
    let config = format!(
        "[target]\nurl = \"{}\"\n[auth.oauth]\ntoken_url = \"{endpoint}\"\nclient_id = \"app\"\nclient_secret = \"kf83hd0s\"\n[entra]\nsecond_secret_file = \"second\"\n",
        serving.url()
    );
    let run = format!("{ENTRA} entra/onboarding");
    let said = Scimspec::with(&run).file("scimspec.toml", &config).file("second", "qp27ms6x\n").exits(0);
    let report = report(&said);
    for line in ["entra-A5", "entra-A11", "entra-A15", "entra-A16", "entra-E24"] {
        assert_eq!(state(&report, line), "holds", "{line}");
    }
    assert!(!said.file("r.json").contains("kf83hd0s"), "the secret is in the report");
    let wrong = Scimspec::with(&run).file("scimspec.toml", &config).file("second", "third").exits(1);
    assert_eq!(state(&self::report(&wrong), "entra-A15"), "broken");
    let alone = "[entra]\nsecond_secret_file = \"second\"\n";
    let said = Scimspec::with(ENTRA).file("scimspec.toml", alone).file("second", "x").exits(2);
    said.is_one_message(&["`second_secret_file` of [entra] is of no use alone"]);
}

#[test]
fn load_is_measured_and_a_limit_of_ten_in_a_second_is_caught() {
    let run = format!("{ENTRA} entra/onboarding/load --load=50/s --load-seconds 1 --token t --url");
    let serving = Serving::with(&["--token", "t"]);
    let said = Scimspec::with(&run).arg(serving.url()).exits_once_there_is_time(0);
    said.prints(&["load: 50 requests a second for 1 s; latency"]);
    let load = &report(&said)["readiness"]["load"];
    assert_eq!((load["sent"].as_u64(), load["throttled"].as_u64()), (Some(50), Some(0)), "{load}");
    assert!(load["latency"]["p99"].as_f64() >= load["latency"]["p50"].as_f64(), "{load}");
    // Everything that it created is gone.
    let head = "GET /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t\r\n\r\n".to_owned();
    let listed = forwarded(&Call { head, body: Vec::new() }, serving.address());
    assert!(String::from_utf8_lossy(&listed).contains("\"totalResults\":0"), "{}", String::from_utf8_lossy(&listed));

    let limited = Serving::with(&["--token", "t", "--fault", "load/ten-in-a-second"]);
    let said = Scimspec::with(&run).arg(limited.url()).exits_once_there_is_time(1);
    said.prints(&["entra-A3", "TooManyRequests"]);
    let load = &report(&said)["readiness"]["load"];
    assert!(load["throttled"].as_u64() > Some(20), "{load}");
}

/// The reference provider behind TLS, under an authority that the machine is told to trust, or not.
fn handshake(signed: &Signed, trusted: Option<&Authority>) -> Value {
    let serving = Serving::with(&["--token", "t"]);
    let provider = serving.address();
    let address = serve_tls(signed.server(None), move |call| forwarded(call, provider));
    let url = format!("https://localhost:{}/scim/v2", address.port());
    let run = format!("{ENTRA} entra/onboarding/tls --token t --insecure --url {url}");
    let mut run = Scimspec::with(&run);
    if let Some(authority) = trusted {
        run = run.file("ca.pem", &authority.pem).env("SSL_CERT_FILE", "ca.pem");
    }
    let said = run.exits(i32::from(trusted.is_none()));
    report(&said)
}

#[test]
fn tls_of_a_trusted_authority_holds_and_the_facts_are_shown() {
    let authority = Authority::new();
    let report = handshake(&authority.sign(&["localhost"], |_| {}), Some(&authority));
    assert_eq!(state(&report, "entra-B15"), "holds");
    let case =
        report["cases"].as_array().and_then(|cases| cases.iter().find(|case| case["id"] == "entra/onboarding/tls"));
    let exchange = &case.expect("the case")["exchanges"][0];
    let facts: Value = serde_json::from_str(exchange["response_body"].as_str().unwrap_or("{}")).expect("JSON");
    assert_eq!((&facts["tls12"], &facts["keyKind"], &facts["keyBits"]), (&true.into(), &"EC".into(), &256.into()));
    assert!(exchange["curl"].as_str().is_some_and(|curl| curl.starts_with("openssl s_client -connect localhost:")));
}

#[test]
fn tls_of_an_unknown_authority_is_caught() {
    let report = handshake(&Authority::new().sign(&["localhost"], |_| {}), None);
    assert_eq!(state(&report, "entra-B15"), "broken");
}

#[test]
fn tls_without_version_1_2_is_caught() {
    let authority = Authority::new();
    let signed = authority.sign(&["localhost"], |_| {});
    let serving = Serving::with(&["--token", "t"]);
    let provider = serving.address();
    let address = serve_tls(signed.server_of(&[&rustls::version::TLS13]), move |call| forwarded(call, provider));
    let url = format!("https://localhost:{}/scim/v2", address.port());
    let run = format!("{ENTRA} entra/onboarding/tls --token t --url {url} --ca ca.pem");
    let said = Scimspec::with(&run).file("ca.pem", &authority.pem).env("SSL_CERT_FILE", "ca.pem").exits(1);
    said.prints(&["tls12", "entra-B15"]);
}

#[test]
fn tls_without_a_suite_that_entra_speaks_is_caught() {
    let authority = Authority::new();
    let chacha = rustls::CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;
    let server = authority.sign(&["localhost"], |_| {}).server_with(chacha);
    let serving = Serving::with(&["--token", "t"]);
    let provider = serving.address();
    let address = serve_tls(server, move |call| forwarded(call, provider));
    let url = format!("https://localhost:{}/scim/v2", address.port());
    let run = format!("{ENTRA} entra/onboarding/tls --token t --url {url} --ca ca.pem");
    let said = Scimspec::with(&run).file("ca.pem", &authority.pem).env("SSL_CERT_FILE", "ca.pem").exits(1);
    said.prints(&["cipherSuiteIsListed", "entra-B15", "1 MUST requirement broken, in 1 case"]);
}

#[test]
fn a_page_that_documents_the_api_is_looked_at() {
    let serving = Serving::with(&["--token", "t"]);
    let page = serve(|call| answer(if call.target() == "/docs" { "200 OK" } else { "404 Not Found" }, &[], "docs"));
    for (path, code, expected) in [("docs", 0, "holds"), ("gone", 1, "broken")] {
        let config = format!("[entra]\ndocumentation = \"http://{page}/{path}\"\n");
        let run = format!("{ENTRA} entra/onboarding/documentation --token t --url {}", serving.url());
        let said = Scimspec::with(&run).file("scimspec.toml", &config).exits(code);
        assert_eq!(state(&report(&said), "entra-A19"), expected);
    }
}

#[test]
fn rules_of_the_rfc_are_told_and_do_not_count_where_entra_alone_is_asked_about() {
    let serving = Serving::with(&["--token", "t", "--fault", "create/no-location"]);
    let said = Scimspec::with(&format!("{ENTRA} --token t --url {}", serving.url())).exits(0);
    said.prints(&["READY WITH DECLARATIONS", "beside it, 1 rule of the RFC is not followed", "--profile rfc,entra"]);
    let report = report(&said);
    let standing =
        report["cases"].as_array().and_then(|cases| cases.iter().find(|one| one["id"] == "standing/location"));
    let standing = standing.expect("the case");
    assert_eq!((&standing["verdict"], &standing["findings"][0]["seen"]), (&"note".into(), &"noted".into()));
    let both = "run --profile rfc,entra --tier basic --token t --url";
    let said = Scimspec::with(both).arg(serving.url()).exits(1);
    said.prints(&["NOT CONFORMANT", "7644-3.3-10"]);
}

#[test]
fn each_fault_of_entra_is_named_with_its_effect() {
    for (fault, requirement, effect) in [
        ("entra/false-is-true", "entra-B4", "stays enabled"),
        ("entra/legacy-remove-empties-the-group", "entra-B5", "lose their access"),
        ("entra/nothing-found-answers-404", "entra-A7", "quarantine"),
        ("entra/first-part-of-a-value-path-only", "entra-B7", "torn apart"),
        ("entra/boolean-text-refused", "entra-B4", "stays enabled"),
        ("entra/op-in-lower-case-only", "entra-B3", "effect"),
        ("entra/dotted-keys-ignored", "entra-B6", "effect"),
        ("entra/missing-value-not-made", "entra-B7", "effect"),
        ("entra/phone-numbers-in-one-form", "entra-B11", "each"),
        ("entra/foreign-schema-refused", "entra-E8", "Access by group does not work"),
        ("entra/manager-has-to-be-an-object", "entra-E21", "effect"),
        ("entra/inactive-users-hidden", "entra-B9", "effect"),
    ] {
        let serving = Serving::with(&["--token", "t", "--fault", fault]);
        let said = Scimspec::with(&format!("{ENTRA} --token t --url {}", serving.url())).exits(1);
        said.prints(&["NOT READY", requirement, effect]);
        let report = report(&said);
        assert_eq!((verdict(&report), state(&report, requirement)), ("not-ready", "broken"), "{fault}");
    }
}
