//! Asks the target what it is.

use serde_json::Value;
use url::Url;

use super::gate::Gate;
use super::request;
use crate::exchange::{Exchange, Purpose};
use crate::scim::schema::member;
use crate::suite::Auth;
use crate::target::{Config, Declared, Target};

/// Why a target cannot be tested at all. Nothing of this is a finding: it is most often a wrong URL or credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// No answer.
    #[error("cannot reach {url}: {reason}")]
    Unreachable {
        /// Base URL.
        url: String,
        /// Why.
        reason: String,
    },
    /// No access token for requests to carry.
    #[error("{0}")]
    NoToken(String),
    /// 401 or 403 everywhere.
    #[error("{url} refuses the credential with status {status}: {advice}")]
    Refused {
        /// Base URL.
        url: String,
        /// The status.
        status: u16,
        /// What to do.
        advice: &'static str,
    },
    /// No JSON anywhere.
    #[error(
        "{url} is no SCIM endpoint: {what}; give the base URL under which /Users is, for example https://app.example.com/scim/v2"
    )]
    NotScim {
        /// Base URL.
        url: String,
        /// What came instead.
        what: String,
    },
}

/// A target and how it was found out.
pub(super) struct Discovered {
    pub(super) target: Target,
    pub(super) exchanges: Vec<Exchange>,
}

/// Reads the three discovery endpoints, once each.
pub(super) async fn discover(gate: &Gate, base: &Url, config: &Config) -> Result<Discovered, Unusable> {
    let root = base.as_str().trim_end_matches('/').to_owned();
    let mut exchanges = Vec::new();
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
        let exchange = gate.send(Purpose::Discovery, request::get(&root, path)).await;
        if let (Err(reason), true) = (&exchange.answer, exchanges.is_empty()) {
            return Err(Unusable::Unreachable { url: root, reason: reason.clone() });
        }
        exchanges.push(exchange);
    }
    let declared = Declared {
        config: body_of(&exchanges[0]),
        resource_types: entries_of(&exchanges[1]),
        schemas: entries_of(&exchanges[2]),
    };
    if declared.config.is_none() && declared.resource_types.is_none() && declared.schemas.is_none() {
        let users = gate.send(Purpose::Discovery, request::get(&root, "/Users?startIndex=1&count=1")).await;
        refuse_unusable(&root, &users, gate.client().has_credential())?;
        exchanges.push(users);
    } else {
        // Discovery may be public: whether the credential is let in shows at the resources.
        let users = gate.send(Purpose::Discovery, request::get(&root, "/Users?startIndex=1&count=1")).await;
        if users.response().is_some_and(|response| response.status == 401) {
            refuse_unusable(&root, &users, gate.client().has_credential())?;
        }
    }
    let mut target = Target::learn(base, &declared, config);
    for exchange in &exchanges {
        let path = exchange.request.path_and_query();
        match &exchange.answer {
            Err(reason) => target.notes.insert(0, format!("{path} gave no answer: {reason}")),
            Ok(response) => {
                if let (true, Err(problem)) = (response.is_success(), response.json()) {
                    target.notes.insert(0, format!("{path} cannot be used: {problem}"));
                }
            }
        }
    }
    if declared.resource_types.is_none() {
        keep_present_types(gate, &root, &mut target, &mut exchanges).await;
    }
    if gate.client().has_credential() {
        target.capabilities.insert("auth".to_owned());
    }
    for auth in Auth::OTHERS.into_iter().filter(|auth| gate.client().has_other(*auth)) {
        target.capabilities.insert(format!("auth.{}", auth.as_str()));
    }
    target.capabilities.extend(gate.client().onboarding().capabilities().map(str::to_owned));
    target.capabilities.extend(gate.client().bearer_token().map(|_| "bearer".to_owned()));
    if base.scheme() == "https" {
        target.capabilities.insert("https".to_owned());
    }
    Ok(Discovered { target, exchanges })
}

/// Without a list of resource types, a standard one counts as there when its endpoint answers a query.
async fn keep_present_types(gate: &Gate, root: &str, target: &mut Target, exchanges: &mut Vec<Exchange>) {
    let mut absent = Vec::new();
    for kind in &target.resource_types {
        let exchange =
            gate.send(Purpose::Discovery, request::get(root, &format!("{}?startIndex=1&count=1", kind.endpoint))).await;
        if exchange.response().is_some_and(|response| matches!(response.status, 404 | 405 | 501)) {
            absent.push(kind.name.clone());
        }
        exchanges.push(exchange);
    }
    target.resource_types.retain(|kind| !absent.contains(&kind.name));
    for name in absent {
        target.capabilities.remove(&name);
        target.notes.push(format!("the endpoint of {name} does not answer, so that its cases are skipped"));
    }
}

fn refuse_unusable(root: &str, users: &Exchange, has_credential: bool) -> Result<(), Unusable> {
    let url = root.to_owned();
    let response = match &users.answer {
        Ok(response) => response,
        Err(reason) => return Err(Unusable::Unreachable { url, reason: reason.clone() }),
    };
    if matches!(response.status, 401 | 403) {
        let advice = if has_credential {
            "check the token or password, and that it may use SCIM"
        } else {
            "give one with --token, --token-file, SCIMSPEC_TOKEN, --basic or --header"
        };
        return Err(Unusable::Refused { url, status: response.status, advice });
    }
    let is_json = response.json().is_ok_and(Value::is_object);
    if is_json && response.is_success() {
        return Ok(());
    }
    let kind = response.header("content-type").unwrap_or("no content type");
    let what = match response.status {
        300..=399 => format!(
            "/Users answers {} and sends us to {}",
            response.status,
            response.header("location").unwrap_or("nowhere")
        ),
        status if is_json => format!("/Users and all discovery endpoints answer with errors ({status})"),
        status => format!("/Users answers {status} with {kind} instead of JSON"),
    };
    Err(Unusable::NotScim { url, what })
}

/// The body of a successful answer, where it is a JSON object.
fn body_of(exchange: &Exchange) -> Option<Value> {
    let response = exchange.response().filter(|response| response.is_success())?;
    response.json().ok().filter(|body| body.is_object()).cloned()
}

/// The entries of a list; a bare array is taken, too, so that a sloppy provider can be tested all the same.
fn entries_of(exchange: &Exchange) -> Option<Vec<Value>> {
    let response = exchange.response().filter(|response| response.is_success())?;
    let body = response.json().ok()?;
    let entries = body.as_array().or_else(|| member(body, "Resources")?.as_array())?;
    (!entries.is_empty()).then(|| entries.clone())
}
