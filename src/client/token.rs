//! Bearer tokens by OAuth 2.0 client credentials (RFC 6749 section 4.4): fetched before the first request, kept until
//! shortly before they expire.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::header::{ACCEPT, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Mutex;

use super::settings::Settings;
use super::{explain, transport};
use crate::exchange::{Masker, Response};
use crate::target::{ClientAuth, ClientCredentials};

/// No answer of a token endpoint is larger.
const MAX_ANSWER: usize = 1024 * 1024;

/// A token is renewed so long before it expires, or after nine tenths of its life if that is later.
const MARGIN: Duration = Duration::from_secs(30);

/// So long after a failure, requests fail for the same reason without asking again.
const PAUSE: Duration = Duration::from_secs(5);

/// A token that requests carry.
#[derive(Clone, Debug)]
pub(super) struct Token {
    text: SecretString,
    /// Which of the tokens of this run it is.
    number: usize,
    until: Option<Instant>,
}

impl Token {
    /// The header to send.
    pub(super) fn header(&self) -> (String, String) {
        ("Authorization".to_owned(), format!("Bearer {}", self.text.expose_secret()))
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Fetches tokens for one credential and keeps the latest.
#[derive(Debug)]
pub(super) struct TokenSource {
    client: ClientCredentials,
    /// Held while a token is fetched, so that everybody else waits for the same one.
    held: Mutex<Held>,
    /// Whether the last 401 came for a new token as well, so that it was not about the token.
    was_in_vain: AtomicBool,
}

#[derive(Debug, Default)]
struct Held {
    http: Option<reqwest::Client>,
    token: Option<Token>,
    fetched: usize,
    failed: Option<(Instant, String)>,
}

impl TokenSource {
    pub(super) fn new(client: ClientCredentials) -> Self {
        Self { client, held: Mutex::default(), was_in_vain: AtomicBool::new(false) }
    }

    /// Whether an answer may mean that the token has expired or was taken back: it says so (RFC 6750 section 3.1), or
    /// is a 401 and new tokens have helped so far.
    pub(super) fn may_have_expired(&self, response: &Response) -> bool {
        let says_so = |challenge: &str| challenge.contains("invalid_token");
        response.status == 401
            && (!self.was_in_vain.load(Ordering::Relaxed) || response.header("www-authenticate").is_some_and(says_so))
    }

    /// Notes how the target took a new token.
    pub(super) fn note_renewal(&self, response: &Response) {
        self.was_in_vain.store(response.status == 401, Ordering::Relaxed);
    }

    /// The token to send, fetched when there is none that is fresh. `masker` learns it before anybody else.
    ///
    /// # Errors
    /// Why there is none, and what to do.
    pub(super) async fn token(&self, settings: &Settings, masker: &Masker) -> Result<Token, String> {
        self.token_after(None, settings, masker).await
    }

    /// Another token than `refused`, which the target no longer takes. When somebody has fetched one meanwhile, it is
    /// that one.
    ///
    /// # Errors
    /// As [`TokenSource::token`].
    pub(super) async fn another(&self, refused: &Token, settings: &Settings, masker: &Masker) -> Result<Token, String> {
        self.token_after(Some(refused.number), settings, masker).await
    }

    async fn token_after(&self, refused: Option<usize>, settings: &Settings, masker: &Masker) -> Result<Token, String> {
        let mut held = self.held.lock().await;
        let now = Instant::now();
        if let Some(token) = &held.token
            && token.is_fresh(now)
            && refused.is_none_or(|number| token.number > number)
        {
            return Ok(token.clone());
        }
        if let Some((at, reason)) = &held.failed
            && now.duration_since(*at) < PAUSE
        {
            return Err(reason.clone());
        }
        match self.fetch(&mut held, settings, masker).await {
            Ok(token) => {
                held.failed = None;
                held.token = Some(token.clone());
                Ok(token)
            }
            Err(reason) => {
                let reason = masker.text(&format!("no access token from {}: {reason}", self.client.shown_url()));
                held.failed = Some((Instant::now(), reason.clone()));
                Err(reason)
            }
        }
    }

    async fn fetch(&self, held: &mut Held, settings: &Settings, masker: &Masker) -> Result<Token, String> {
        let url = &self.client.token_url;
        let http = match &held.http {
            Some(http) => http.clone(),
            None => transport::http(url, settings, |builder| builder).map_err(|error| error.to_string())?,
        };
        held.http = Some(http.clone());
        let explained = |error: reqwest::Error| explain::request(&error, settings.timeout, settings.tls.has_identity());
        let mut request = http
            .post(url.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(self.client.form());
        if let Some((user, password)) = self.client.basic() {
            request = request.basic_auth(user, Some(password.expose_secret()));
        }
        let asked = Instant::now();
        let mut response = request.send().await.map_err(explained)?;
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let kind = header("content-type").unwrap_or("no content type").to_owned();
        let place = header("location").map(without_query);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(explained)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err("its answer is larger than 1 MiB: is this the token endpoint?".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        if let (300..=399, Some(place)) = (status, &place) {
            let place = shown(place);
            return Err(format!(
                "it answers {status} and sends us to {place}; a secret is sent nowhere else: give the URL that it leads to"
            ));
        }
        let answer: Option<Value> = serde_json::from_slice(&body).ok().filter(Value::is_object);
        let granted = granted(status, &kind, answer.as_ref(), self.client.auth)?;
        masker.learn(granted.token);
        http::HeaderValue::from_str(granted.token)
            .map_err(|_| "the access_token of its answer holds a character that no header can carry".to_owned())?;
        held.fetched += 1;
        let until = granted.life.map(|life| asked + life.saturating_sub(MARGIN.min(life / 10)));
        Ok(Token { text: granted.token.into(), number: held.fetched, until })
    }
}

/// What a successful answer grants.
struct Granted<'a> {
    token: &'a str,
    life: Option<Duration>,
}

/// Reads the answer of a token endpoint (RFC 6749 sections 5.1 and 5.2).
fn granted<'a>(status: u16, kind: &str, answer: Option<&'a Value>, auth: ClientAuth) -> Result<Granted<'a>, String> {
    let text = |name: &str| answer.and_then(|answer| answer.get(name)).and_then(Value::as_str);
    if let Some(error) = text("error") {
        let description = text("error_description").map(|text| format!(" ({})", shown(text))).unwrap_or_default();
        return Err(format!("it answers {status} with {}{description}; {}", shown(error), advice(error, auth)));
    }
    let Some(answer) = answer else {
        let what = if kind.to_ascii_lowercase().contains("html") {
            "a web page instead of JSON: this is a page for people, give the URL of the token endpoint".to_owned()
        } else {
            format!("{} instead of JSON: is this the token endpoint?", shown(kind))
        };
        return Err(format!("it answers {status} with {what}"));
    };
    if !(200..=299).contains(&status) {
        return Err(format!("it answers {status} without saying why; {}", advice("", auth)));
    }
    let token = text("access_token").filter(|token| !token.is_empty()).ok_or_else(|| {
        format!("it answers {status} without an access_token: is this the token endpoint, and may the client use client_credentials?")
    })?;
    // A missing type is a sloppiness of the token endpoint, which is not under test.
    if let Some(kind) = text("token_type").filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(format!(
            "it gives a token of the type `{}`, and only Bearer tokens can be sent: have the client get such ones",
            shown(kind)
        ));
    }
    let seconds = answer
        .get("expires_in")
        .and_then(|value| value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok())));
    let life = seconds.filter(|seconds| *seconds > 0.0).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    // A life of years may be more than a clock can hold.
    Ok(Granted { token, life: life.filter(|life| life.as_secs() < 100 * 365 * 86400) })
}

/// What to do about an error code of RFC 6749 section 5.2.
fn advice(error: &str, auth: ClientAuth) -> &'static str {
    match (error, auth) {
        ("invalid_client" | "unauthorized_client" | "access_denied", ClientAuth::Basic) => {
            "check the client id and the secret; an endpoint that wants them in the form takes --oauth-client-auth body"
        }
        ("invalid_client" | "unauthorized_client" | "access_denied", ClientAuth::Body) => {
            "check the client id and the secret; an endpoint that wants them by HTTP Basic takes --oauth-client-auth basic"
        }
        ("invalid_scope", _) => "check --oauth-scope",
        ("unsupported_grant_type", _) => {
            "allow the grant client_credentials there, or get a token by hand for --token-file"
        }
        ("invalid_request", ClientAuth::Basic) => {
            "it may want the client id and the secret in the form (--oauth-client-auth body), or a scope (--oauth-scope)"
        }
        ("invalid_request", ClientAuth::Body) => "it may want a scope (--oauth-scope)",
        _ => "check the token URL, the client id and the secret",
    }
}

/// A text of a stranger, short and in one line.
fn shown(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match plain.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &plain[..at]),
        None => plain,
    }
}

fn without_query(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reason(status: u16, kind: &str, answer: Option<Value>) -> String {
        granted(status, kind, answer.as_ref(), ClientAuth::Basic).map(|_| ()).unwrap_err()
    }

    #[test]
    fn every_failure_says_what_came_and_what_to_do() {
        let refused = json!({ "error": "invalid_client", "error_description": "no\u{1b}[31m such client" });
        let text = reason(401, "application/json", Some(refused));
        assert!(
            text.starts_with("it answers 401 with invalid_client (no [31m such client); check the client id"),
            "{text}"
        );
        assert!(text.ends_with("--oauth-client-auth body"), "{text}");
        assert!(reason(200, "text/html; charset=utf-8", None).contains("a web page instead of JSON"));
        assert!(reason(200, "application/xml", None).contains("application/xml instead of JSON"));
        assert!(reason(200, "application/json", Some(json!({ "token": "x" }))).contains("without an access_token"));
        assert!(reason(500, "application/json", Some(json!({}))).contains("500 without saying why"));
        let mac = json!({ "access_token": "sesame", "token_type": "mac" });
        let text = reason(200, "application/json", Some(mac));
        assert!(text.contains("type `mac`") && !text.contains("sesame"), "{text}");
    }

    #[test]
    fn the_life_of_a_token_is_read_in_every_usual_form() {
        let life = |value: Value| {
            let answer = json!({ "access_token": "t", "token_type": "bearer", "expires_in": value });
            granted(200, "", Some(&answer), ClientAuth::Basic).ok().and_then(|granted| granted.life)
        };
        assert_eq!(life(json!(3600)), Some(Duration::from_secs(3600)));
        assert_eq!(life(json!("3600")), Some(Duration::from_secs(3600)));
        for none in [json!(null), json!(0), json!(-1), json!(1e300), json!("soon")] {
            assert_eq!(life(none.clone()), None, "{none}");
        }
    }

    #[test]
    fn a_token_is_fresh_until_its_time_is_over() {
        let now = Instant::now();
        let token = |until| Token { text: "t".into(), number: 1, until };
        assert!(token(None).is_fresh(now) && token(Some(now + Duration::from_secs(1))).is_fresh(now));
        assert!(!token(Some(now)).is_fresh(now));
    }
}
