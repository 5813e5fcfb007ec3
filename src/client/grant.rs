//! Tokens that a case asks for: the exchange with the token endpoint is what is judged.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{ACCEPT, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::connections::Connections;
use super::{Client, Transport, assertion, in_process};
use crate::exchange::{Exchange, Purpose, Request};
use crate::suite::Grant;
use crate::target::{ClientAuth, Credential, Federation};

/// What came of asking for a token.
#[derive(Debug)]
pub struct Granted {
    /// The request and its answer, secrets masked.
    pub exchange: Exchange,
    /// The token, where one was given.
    pub token: Option<SecretString>,
}

/// `client_assertion_type` of a JWT (RFC 7523 section 2.2).
const BY_JWT: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Client {
    /// Asks the token endpoint for a token, in this way. The token is masked from here on.
    ///
    /// # Errors
    /// What is not configured, or cannot be made.
    pub async fn ask_for_token(&self, grant: Grant) -> Result<Granted, String> {
        let (url, request) = match self.settings.onboarding.client_for(grant) {
            Some(client) => {
                let mut request = form(&client.token_url, client.form());
                if client.auth == ClientAuth::Basic
                    && let Some((user, password)) = client.basic()
                {
                    request.headers.extend(Credential::Basic(user, password).headers());
                }
                (client.token_url, request)
            }
            None => {
                let federation = self.settings.onboarding.federation.as_ref();
                let federation = federation.ok_or("no workload identity is configured")?;
                let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
                let signed = assertion::assertion(federation, grant, i64::try_from(now).unwrap_or(i64::MAX))?;
                self.masker.learn(&signed);
                (federation.token_url.clone(), form(&federation.token_url, assertion_form(federation, &signed)))
            }
        };
        let start = std::time::Instant::now();
        let answer = match &self.transport {
            Transport::InProcess(handler) => in_process(handler, &request).await,
            Transport::Http(_) => match Connections::to(&url, &self.settings) {
                Ok(connections) => connections.exchange(url, &request, Purpose::Aside).await,
                Err(error) => Err(error.to_string()),
            },
        };
        let duration = start.elapsed().as_secs_f64() * 1000.0;
        let body = answer.as_ref().ok().and_then(|response| response.json().ok());
        let token =
            body.and_then(|body| body.get("access_token")).and_then(Value::as_str).filter(|text| !text.is_empty());
        let token: Option<SecretString> = token.map(Into::into);
        if let Some(token) = &token {
            self.masker.learn(token.expose_secret());
        }
        Ok(Granted { exchange: Exchange::new(Purpose::Aside, request, answer, duration, &self.masker), token })
    }
}

/// What a token says of its times, in seconds: `lifetime` from `iat` to `exp`, and `secondsLeft` until `exp`; each where
/// the token is a JWT that has them (RFC 7519 section 4.1). Its signature is for whoever takes it.
#[must_use]
pub fn times_of_token(token: &str) -> Value {
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok());
    let claims: Option<Value> = payload.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let time = |name: &str| claims.as_ref()?.get(name)?.as_f64();
    let mut facts = json!({ "isJwt": claims.as_ref().is_some_and(Value::is_object) });
    if let Some(expires) = time("exp") {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64());
        facts["secondsLeft"] = (expires - now).round().into();
        if let Some(issued) = time("iat") {
            facts["lifetime"] = (expires - issued).into();
        }
    }
    facts
}

fn form(url: &Url, form: String) -> Request {
    let headers = vec![
        (ACCEPT.to_string(), "application/json".to_owned()),
        (CONTENT_TYPE.to_string(), "application/x-www-form-urlencoded".to_owned()),
    ];
    Request { method: "POST".to_owned(), url: url.to_string(), headers, body: Some(form.into_bytes()) }
}

fn assertion_form(of: &Federation, assertion: &str) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    if let Some(id) = &of.client_id {
        form.append_pair("client_id", id);
    }
    form.append_pair("client_assertion_type", BY_JWT).append_pair("client_assertion", assertion);
    if let Some(scope) = &of.scope {
        form.append_pair("scope", scope);
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &Value) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn times_are_read_from_tokens_that_have_them() {
        let facts = times_of_token(&jwt(&json!({ "iat": 1000, "exp": 4600.0 })));
        assert_eq!((&facts["isJwt"], &facts["lifetime"]), (&true.into(), &3600.0.into()));
        assert!(facts["secondsLeft"].as_f64().is_some_and(|left| left < 0.0), "{facts}");
        assert_eq!(times_of_token(&jwt(&json!({ "exp": "soon" }))), json!({ "isJwt": true }));
        for opaque in ["", "opaque", "a.b.c", "a.!!.c", &jwt(&json!(7))] {
            assert_eq!(times_of_token(opaque), json!({ "isJwt": false }), "{opaque}");
        }
    }
}
