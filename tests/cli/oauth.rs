//! OAuth 2.0 client credentials: a token endpoint of the test, and a target that takes only its tokens.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{Scimspec, Serving};
use crate::server::{Call, answer, forwarded, json, serve};

/// `my-app:s3cret~x`, with `~` as a form writes it.
const BASIC: &str = "Basic bXktYXBwOnMzY3JldCU3RXg=";

/// A token endpoint whose tokens are numbered, and what it was asked.
struct Endpoint {
    asked: Arc<Mutex<Vec<(Option<String>, String)>>>,
    address: SocketAddr,
}

impl Endpoint {
    /// `rest` is what stands beside the token in its answer.
    fn new(rest: Value) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let address = serve(move |call| {
            let mut seen = seen.lock().expect("no panic");
            let form = String::from_utf8_lossy(&call.body).into_owned();
            seen.push((call.header("authorization").map(str::to_owned), form));
            let mut grant =
                json!({ "access_token": format!("access-token-number-{}", seen.len()), "token_type": "bearer" });
            grant.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
            json("200 OK", &grant)
        });
        Self { asked, address }
    }

    fn asked(&self) -> Vec<(Option<String>, String)> {
        self.asked.lock().expect("no panic").clone()
    }

    fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    fn newest(&self) -> Box<dyn Fn() -> String + Send + Sync> {
        let asked = Arc::clone(&self.asked);
        Box::new(move || format!("Bearer access-token-number-{}", asked.lock().expect("no panic").len()))
    }
}

/// The reference provider behind a door that opens for one token.
fn target(serving: &Serving, opens: impl Fn(&str) -> bool + Send + Sync + 'static) -> String {
    let (address, token) = (serving.address(), format!("Bearer {}", serving.token()));
    let address = serve(move |call| match call.header("authorization") {
        Some(given) if opens(given) => forwarded(&call.with(&[("authorization", Some(&token))]), address),
        _ => {
            let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "401" });
            let headers =
                [("Content-Type", "application/scim+json"), ("WWW-Authenticate", "Bearer error=\"invalid_token\"")];
            answer("401 Unauthorized", &headers, &body.to_string())
        }
    });
    format!("http://{address}/scim/v2")
}

fn run(url: &str, endpoint: &str) -> Scimspec {
    Scimspec::with(&format!(
        "run users/retrieve users/create --url {url} --oauth-token-url {endpoint} --client-id my-app"
    ))
}

#[test]
fn one_token_serves_the_whole_run_however_the_secret_is_given() {
    let serving = Serving::with(&["--token", "t"]);
    let secret = "s3cret~x";
    for given in 0..4 {
        let endpoint = Endpoint::new(json!({ "expires_in": 3600 }));
        let url = target(&serving, |given| given == "Bearer access-token-number-1");
        let run = run(&url, &endpoint.url());
        let said = match given {
            0 => run.arg("--client-secret").arg(secret),
            1 => run.arg("--client-secret-file").arg("secret").file("secret", format!("{secret}\n")),
            2 => run.env("SCIMSPEC_CLIENT_SECRET", secret).arg("--oauth-scope").arg("scim.read scim.write"),
            _ => {
                let table = format!(
                    "[auth.oauth]\ntoken_url = \"{}\"\nclient_id = \"my-app\"\nclient_secret = \"{secret}\"\n",
                    endpoint.url()
                );
                Scimspec::with(&format!("run users/retrieve --url {url}")).file("scimspec.toml", table)
            }
        };
        said.arg("--jobs").arg("8").exits(0);
        let asked = endpoint.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert_eq!(asked[0].0.as_deref(), Some(BASIC));
        let scope = if given == 2 { "&scope=scim.read+scim.write" } else { "" };
        assert_eq!(asked[0].1, format!("grant_type=client_credentials{scope}"));
    }
}

#[test]
fn id_and_secret_can_stand_in_the_form() {
    let (serving, endpoint) = (Serving::with(&["--token", "t"]), Endpoint::new(json!({})));
    let url = target(&serving, |given| given == "Bearer access-token-number-1");
    run(&url, &endpoint.url()).env("SCIMSPEC_CLIENT_SECRET", "s3cret").arg("--oauth-client-auth").arg("body").exits(0);
    let form = "grant_type=client_credentials&client_id=my-app&client_secret=s3cret".to_owned();
    assert_eq!(endpoint.asked(), [(None, form)]);
}

#[test]
fn a_token_that_was_taken_back_is_renewed_once() {
    let (serving, endpoint) = (Serving::with(&["--token", "t"]), Endpoint::new(json!({ "expires_in": 3600 })));
    let calls = AtomicUsize::new(0);
    // The first token opens ten times; then only a newer one does.
    let url = target(&serving, move |given| {
        calls.fetch_add(1, Ordering::SeqCst) < 10 || given == "Bearer access-token-number-2"
    });
    let run = run(&url, &endpoint.url()).env("SCIMSPEC_CLIENT_SECRET", "s3cret").arg("--report").arg("json=r.json");
    let said = run.arg("--jobs").arg("8").exits(0);
    assert_eq!(endpoint.asked().len(), 2);
    assert!(said.file("r.json").contains("\"status\": 401"), "the renewal is kept with its exchange");
}

#[test]
fn a_token_that_expires_is_renewed_before_it_does() {
    let (serving, endpoint) = (Serving::with(&["--token", "t"]), Endpoint::new(json!({ "expires_in": 1 })));
    let newest = endpoint.newest();
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let url = target(&serving, move |given| {
        let opens = given == newest();
        count.fetch_add(usize::from(!opens), Ordering::SeqCst);
        opens
    });
    let deadline = Instant::now() + Duration::from_secs(60);
    while endpoint.asked().len() < 3 && Instant::now() < deadline {
        // So slow that a token does not last for the whole run.
        run(&url, &endpoint.url())
            .env("SCIMSPEC_CLIENT_SECRET", "s3cret")
            .arg("--rate")
            .arg("30/s")
            .arg("--jobs")
            .arg("1")
            .exits(0);
    }
    assert!(endpoint.asked().len() >= 3);
    let fetched_in_vain = refused.load(Ordering::SeqCst);
    // One for each case that shows that a wrong credential is refused would be legal; these selections have none.
    assert_eq!(fetched_in_vain, 0, "a token was used after its time");
}

#[test]
fn cases_about_authentication_keep_working() {
    let (serving, endpoint) = (Serving::with(&["--token", "t"]), Endpoint::new(json!({ "expires_in": 3600 })));
    let url = target(&serving, |given| given == "Bearer access-token-number-1");
    let line =
        format!("run auth/ --url {url} --oauth-token-url {} --client-id my-app --report json=r.json", endpoint.url());
    let said = Scimspec::with(&line).env("SCIMSPEC_CLIENT_SECRET", "s3cret").exits(0);
    let report: Value = serde_json::from_str(&said.file("r.json")).expect("JSON");
    assert!(report["summary"]["pass"].as_u64().is_some_and(|count| count > 0), "{}", report["summary"]);
}

#[test]
fn every_failure_to_get_a_token_ends_the_run_with_advice() {
    let oauth_error = |status: &'static str, error: &'static str| {
        move |_: &Call| json(status, &json!({ "error": error, "error_description": "for s3cret-value" }))
    };
    let page = |_: &Call| answer("200 OK", &[("Content-Type", "text/html")], "<html>Log in</html>");
    let elsewhere =
        |_: &Call| answer("302 Found", &[("Location", "https://login.example.com/?token=s3cret-value")], "");
    let grant = |grant: Value| move |_: &Call| json("200 OK", &grant);
    for (endpoint, parts) in [
        (
            serve(oauth_error("401 Unauthorized", "invalid_client")),
            &["401 with invalid_client", "check the client id and the secret", "body"][..],
        ),
        (serve(oauth_error("400 Bad Request", "invalid_scope")), &["invalid_scope", "--oauth-scope"]),
        (
            serve(oauth_error("400 Bad Request", "unsupported_grant_type")),
            &["unsupported_grant_type", "client_credentials"],
        ),
        (serve(page), &["a web page instead of JSON", "token endpoint"]),
        (serve(elsewhere), &["sends us to https://login.example.com/;"]),
        (serve(grant(json!({ "id_token": "x" }))), &["without an access_token"]),
        (serve(grant(json!({ "access_token": "x", "token_type": "DPoP" }))), &["type `DPoP`", "Bearer"]),
        (serve(grant(json!({ "access_token": "a\nb" }))), &["no header can carry"]),
        (([127, 0, 0, 1], 1).into(), &["connection refused"]),
    ] {
        let door = crate::strangers::Doorbell::new();
        let said = run(&door.url(), &format!("http://{endpoint}/token?key=s3cret-value"))
            .env("SCIMSPEC_CLIENT_SECRET", "s3cret-value")
            .exits(3);
        said.is_one_message(parts);
        said.is_one_message(&[&format!("no access token from http://{endpoint}/token: ")]);
        assert!(!said.stderr.contains("s3cret"), "{}", said.stderr);
        assert!(!door.rang(), "the target was asked without a token");
    }
}

#[test]
fn what_is_missing_is_a_mistake_of_usage() {
    let url = "http://localhost:1/";
    let with = |arguments: &str| Scimspec::with(&format!("run --url {url} {arguments}"));
    with("--client-id app --client-secret s").exits(2).is_one_message(&["--oauth-token-url"]);
    with("--oauth-token-url http://localhost:2/").exits(2).is_one_message(&["--client-id"]);
    with("--oauth-token-url http://localhost:2/ --client-id app").exits(2).is_one_message(&["SCIMSPEC_CLIENT_SECRET"]);
    let file =
        with("--oauth-token-url http://localhost:2/ --client-id app --client-secret-file empty").file("empty", " \n");
    file.exits(2).is_one_message(&["empty holds no secret"]);
    with("--oauth-token-url nonsense --client-id app --client-secret s")
        .exits(2)
        .is_one_message(&["`nonsense` is no token URL"]);
    with("--oauth-token-url http://localhost:2/ --token t").exits(2).complains(&["cannot be used with"]);
}
