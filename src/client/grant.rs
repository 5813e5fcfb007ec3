//! Tokens that a case asks for: the exchange with the token endpoint is what is judged.

use std::time::{SystemTime, UNIX_EPOCH};

use http::header::{ACCEPT, CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
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
