//! TLS and proxies: real handshakes on loopback, the reference provider behind them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use crate::process::{Scimspec, Serving};
use crate::server::{Authority, Call, Signed, answer, forwarded, proxy, serve_tls};

const REPORTS: [&str; 6] = ["html", "json", "junit", "markdown", "ndjson", "github"];

/// A few cases are enough to see that requests arrive.
const FEW: &str = "run users/retrieve --token t --url";

fn provider() -> (Serving, SocketAddr) {
    let serving = Serving::with(&["--token", "t"]);
    let address = serving.address();
    (serving, address)
}

/// The reference provider behind TLS.
fn behind(signed: &Signed, clients: Option<&Authority>, provider: SocketAddr) -> String {
    let address = serve_tls(signed.server(clients), move |call| forwarded(call, provider));
    format!("https://localhost:{}/scim/v2", address.port())
}

fn local(authority: &Authority) -> Signed {
    authority.sign(&["localhost"], |_| {})
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused_until_it_is_given() {
    let ((_serving, provider), authority) = (provider(), Authority::new());
    let url = behind(&local(&authority), None, provider);
    Scimspec::with(FEW).arg(&url).exits(3).is_one_message(&[
        "TLS failed",
        "an authority that this machine does not know",
        "--ca FILE",
    ]);
    Scimspec::with(FEW).arg(&url).arg("--ca").arg("ca.pem").file("ca.pem", &authority.pem).exits(0);
    let config = "[tls]\nca = \"ca.pem\"\n";
    Scimspec::with(FEW).arg(&url).file("scimspec.toml", config).file("ca.pem", &authority.pem).exits(0);
}

#[test]
fn without_a_check_it_works_and_every_format_says_so() {
    let (_serving, provider) = provider();
    let url = behind(&local(&Authority::new()), None, provider);
    let flags: String = REPORTS.iter().map(|format| format!(" --report {format}=r.{format}")).collect();
    let said = Scimspec::with(&format!("{FEW} {url} --insecure{flags}")).exits(0);
    let warning = "TLS certificates were not checked";
    said.complains(&[&format!("warning: {warning}")]);
    said.prints(&[&format!("warning  {warning}"), "--insecure"]);
    for format in REPORTS {
        assert!(said.file(&format!("r.{format}")).contains(warning), "{format}");
    }
    let file = Scimspec::with(FEW).arg(&url).file("scimspec.toml", "[tls]\ninsecure = true\n").exits(0);
    file.complains(&[warning]);
}

#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let ((_serving, provider), authority) = (provider(), Authority::new());
    let expired = authority.sign(&["localhost"], |params| {
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    });
    let early = authority.sign(&["localhost"], |params| params.not_before = rcgen::date_time_ymd(4000, 1, 1));
    let elsewhere = authority.sign(&["scim.example.com"], |_| {});
    for (signed, parts) in [
        (expired, &["its certificate has expired", "--insecure"][..]),
        (early, &["is not valid yet", "clock"]),
        (elsewhere, &["for another host name (scim.example.com)"]),
    ] {
        let url = behind(&signed, None, provider);
        let said = Scimspec::with(FEW).arg(&url).arg("--ca").arg("ca.pem").file("ca.pem", &authority.pem).exits(3);
        said.is_one_message(parts);
        said.is_one_message(&[&format!("cannot reach {url}: TLS failed: ")]);
    }
}

#[test]
fn a_client_certificate_is_shown_to_a_target_that_asks() {
    let ((_serving, provider), authority, other) = (provider(), Authority::new(), Authority::new());
    let url = behind(&local(&authority), Some(&authority), provider);
    let run = |client: Option<&Signed>| {
        let mut run = Scimspec::with(FEW).arg(&url).arg("--ca").arg("ca.pem").file("ca.pem", &authority.pem);
        if let Some(client) = client {
            run = run.file("cert.pem", client.cert_pem()).file("key.pem", client.key_pem());
            run = run.arg("--client-cert").arg("cert.pem").arg("--client-key").arg("key.pem");
        }
        run
    };
    run(Some(&authority.sign(&["client"], |_| {}))).exits(0);
    run(None).exits(3).is_one_message(&["wants a client certificate", "--client-cert FILE and --client-key FILE"]);
    run(Some(&other.sign(&["client"], |_| {}))).exits(3).is_one_message(&["refuses the client certificate"]);
}

#[test]
fn a_machine_without_authorities_is_told_which_package_is_missing() {
    let ((serving, provider), authority) = (provider(), Authority::new());
    let url = behind(&local(&authority), None, provider);
    let bare =
        |url: &str| Scimspec::with(FEW).arg(url).env("SSL_CERT_FILE", "/nowhere").env("SSL_CERT_DIR", "/nowhere");
    bare(&url).exits(3).is_one_message(&["package `ca-certificates`", "--ca"]);
    bare(serving.url()).exits(0);
    bare(&url).arg("--ca").arg("ca.pem").file("ca.pem", &authority.pem).exits(0);
    bare(&url).arg("--insecure").exits(0);
}

#[test]
fn https_where_plain_http_is_spoken_is_told_so() {
    let serving = Serving::with(&["--token", "t"]);
    let url = serving.url().replacen("http", "https", 1);
    Scimspec::with(FEW).arg(&url).exits(3).is_one_message(&["does not speak TLS", "http:// instead of https://"]);
}

#[test]
fn a_file_that_is_no_certificate_is_a_mistake_of_usage() {
    let url = "https://localhost:1/";
    let said = Scimspec::with(FEW).arg(url).arg("--ca").arg("nowhere.pem").exits(2);
    said.is_one_message(&["cannot read nowhere.pem"]);
    let said = Scimspec::with(FEW).arg(url).arg("--ca").arg("ca.pem").file("ca.pem", "hello").exits(2);
    said.is_one_message(&["ca.pem holds no certificate", "-----BEGIN CERTIFICATE-----"]);
    let said = Scimspec::with(FEW).arg(url).arg("--client-cert").arg("c.pem").exits(2);
    said.is_one_message(&["--client-cert is of no use alone", "--client-key"]);
}

/// Requests that a proxy saw, as method and target, and what they said to the proxy about themselves.
type Seen = Arc<Mutex<Vec<(String, Option<String>)>>>;

fn noting(seen: &Seen) -> impl Fn(&Call) -> Option<Vec<u8>> + Send + Sync + 'static {
    let seen = Arc::clone(seen);
    move |call| {
        let line = format!("{} {}", call.method(), call.target());
        seen.lock().expect("no panic").push((line, call.header("proxy-authorization").map(str::to_owned)));
        None
    }
}

#[test]
fn requests_go_through_the_proxy_with_its_credential() {
    let ((serving, provider), authority, seen) = (provider(), Authority::new(), Seen::default());
    let address = proxy(provider, noting(&seen));
    let proxy = format!("http://ann:o%2Bpen@{address}");
    Scimspec::with(FEW).arg(serving.url()).arg("--proxy").arg(&proxy).exits(0);
    let url = behind(&local(&authority), None, provider);
    let config = format!("[target]\nproxy = \"{proxy}\"\n[tls]\nca = \"ca.pem\"\n");
    Scimspec::with(FEW).arg(&url).file("scimspec.toml", config).file("ca.pem", &authority.pem).exits(0);
    let seen = seen.lock().expect("no panic");
    let first = |method: &str| seen.iter().find(|(line, _)| line.starts_with(method)).expect("it was seen");
    assert_eq!(first("GET").0, format!("GET {}/ServiceProviderConfig", serving.url()));
    assert!(first("CONNECT").0.starts_with("CONNECT localhost:"), "{seen:?}");
    // ann:o+pen
    assert!(seen.iter().all(|(_, basic)| basic.as_deref() == Some("Basic YW5uOm8rcGVu")), "{seen:?}");
}

#[test]
fn a_proxy_of_the_environment_is_for_targets_elsewhere() {
    let ((serving, provider), seen) = (provider(), Seen::default());
    let proxy = format!("http://{}", proxy(provider, noting(&seen)));
    Scimspec::with(FEW).arg(serving.url()).env("HTTP_PROXY", &proxy).env("http_proxy", &proxy).exits(0);
    assert!(seen.lock().expect("no panic").is_empty(), "it is on this machine");
    let run = Scimspec::with(FEW).arg("http://scim.invalid/scim/v2").arg("--yes").env("http_proxy", &proxy);
    run.exits(0);
    let seen = seen.lock().expect("no panic");
    assert_eq!(seen.first().map(|one| one.0.as_str()), Some("GET http://scim.invalid/scim/v2/ServiceProviderConfig"));
}

#[test]
fn a_proxy_that_does_not_let_us_through_is_told_apart_from_the_target() {
    let refusing = |_: &Call| Some(answer("407 Proxy Authentication Required", &[("Proxy-Authenticate", "Basic")], ""));
    let url = format!("http://{}", proxy(([127, 0, 0, 1], 1).into(), refusing));
    let said = Scimspec::with(FEW)
        .arg("https://scim.invalid/")
        .arg("--yes")
        .arg("--insecure")
        .arg("--proxy")
        .arg(&url)
        .exits(3);
    said.complains(&["cannot reach https://scim.invalid", "the proxy wants a user and a password"]);
    let said = Scimspec::with(FEW).arg("http://localhost:1/").arg("--proxy").arg("ftp://ann:sesame@proxy").exits(2);
    said.is_one_message(&["is no proxy URL", "http://proxy.example.com:8080"]);
    assert!(!said.stderr.contains("sesame"), "{}", said.stderr);
}
