//! Steps beside SCIM: tokens, and what is looked at otherwise. What came is an exchange like any other, so that the
//! usual checks judge it.

use secrecy::ExposeSecret;
use serde_json::json;
use url::Url;

use super::Stop;
use crate::client;
use crate::exchange::{Exchange, Purpose, Request, Response};
use crate::run::case::CaseRunner;
use crate::run::load;
use crate::suite::{Auth, Grant, Observed, Step};

/// Asks for a token; `auth: granted` sends it from then on.
pub(super) async fn token(runner: &mut CaseRunner<'_>, step: &Step, grant: Grant) -> Result<(), Stop> {
    let granted = runner.gate.client().ask_for_token(grant).await.map_err(Stop::Blocked)?;
    runner.granted = granted.token;
    judge(runner, step, granted.exchange)
}

/// Looks at something.
pub(super) async fn observe(runner: &mut CaseRunner<'_>, step: &Step, what: Observed) -> Result<(), Stop> {
    let exchange = match what {
        Observed::TenantUrl => tenant_url(runner),
        Observed::Tls => {
            let base = Url::parse(&runner.target().base).map_err(|error| Stop::Error(error.to_string()))?;
            runner.gate.client().look_at_tls(&base).await
        }
        Observed::Token => {
            let token = runner.granted.as_ref().or_else(|| runner.gate.client().bearer_token());
            let token = token.ok_or_else(|| Stop::Blocked("there is no token to look at".to_owned()))?;
            let facts = client::times_of_token(token.expose_secret());
            seen("TOKEN", runner.target().base.clone(), &facts, runner)
        }
        Observed::Documentation => runner.gate.client().read_documentation().await,
        Observed::Load => load::run(runner).await?,
    };
    judge(runner, step, exchange)
}

fn judge(runner: &mut CaseRunner<'_>, step: &Step, exchange: Exchange) -> Result<(), Stop> {
    let index = runner.keep(exchange)?;
    let saved = super::save(runner, step, &[index]);
    super::check(runner, &step.expect, &[index], true, None)?;
    saved
}

/// The token that the case was given, as a header.
pub(super) fn with_granted(runner: &CaseRunner<'_>, mut request: Request, auth: Auth) -> Result<Request, Stop> {
    if auth == Auth::Granted {
        let token = runner.granted.as_ref();
        let token = token.ok_or_else(|| Stop::Blocked("no token was granted that could be sent".to_owned()))?;
        request.headers.insert(0, ("Authorization".to_owned(), format!("Bearer {}", token.expose_secret())));
    }
    Ok(request)
}

fn tenant_url(runner: &CaseRunner<'_>) -> Exchange {
    let flags = &runner.gate.client().onboarding().flags;
    let query = if flags.is_empty() { String::new() } else { format!("?{}", flags.join("&")) };
    let url = format!("{}{query}", runner.target().base);
    seen("URL", url.clone(), &json!({ "url": url, "flags": flags }), runner)
}

/// An exchange that tells what was seen.
pub(in crate::run) fn seen(method: &str, url: String, facts: &serde_json::Value, runner: &CaseRunner<'_>) -> Exchange {
    let request = Request { method: method.to_owned(), url, ..Request::default() };
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let answer = Ok(Response::new(200, headers, facts.to_string().into_bytes()));
    runner.gate.client().observed(Purpose::Aside, request, answer)
}
