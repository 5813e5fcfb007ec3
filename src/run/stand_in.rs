//! Existing resources in the place of fixtures, for a run that may not write.

use serde_json::Value;

use super::case::{CaseRunner, object};
use super::names::Resource;
use super::request::{self, segment};
use super::step::Stop;
use crate::exchange::{Exchange, Purpose, Response};
use crate::scim::schema::member;
use crate::suite::Fixture;
use crate::verdict::Verdict;

/// Gives a fixture the resource that the configuration names, or else the first one that is listed. It is never
/// remembered as made, so that nothing would remove it.
pub(super) async fn find(runner: &mut CaseRunner<'_>, fixture: &Fixture) -> Result<(), Stop> {
    let kind = &fixture.resource_type;
    let skipped = |what: &str| Stop::Skipped(format!("{what} (the run is read-only)"));
    let Some(endpoint) = runner.target().resource_type(kind).map(|kind| kind.endpoint.clone()) else {
        return Err(skipped(&format!("the target has no resource type {kind}")));
    };
    let named = runner.target().existing(kind).map(str::to_owned);
    let id = match &named {
        Some(id) => id.clone(),
        None => {
            let list = request::get(&runner.target().base, &format!("{endpoint}?startIndex=1&count=1"));
            let exchange = runner.gate.send(Purpose::SetUp, list).await;
            let index = runner.keep(exchange)?;
            first_id(&runner.exchanges[index]).ok_or_else(|| {
                skipped(&format!("there is no {kind} to read; name one in scimspec.toml under [fixtures]"))
            })?
        }
    };
    let segment = segment(&id).ok_or_else(|| skipped(&format!("the id of the {kind} that is listed fits no URL")))?;
    let path = format!("{endpoint}/{segment}");
    let exchange = runner.gate.send(Purpose::SetUp, request::read(&runner.names, kind, &path)).await;
    let index = runner.keep(exchange)?;
    let Some(state) = state_of(&runner.exchanges[index]) else {
        return Err(skipped(&match named {
            Some(id) => format!("the {kind} {id} of [fixtures] in scimspec.toml cannot be read"),
            None => format!("the first {kind} that is listed cannot be read"),
        }));
    };
    let location = runner.exchanges[index].response().and_then(|response| response.header("location"));
    let resource =
        Resource { resource_type: kind.clone(), id, path, location: location.map(str::to_owned), state: Some(state) };
    runner.stand_ins.push(resource.clone());
    runner.names.resources.entry(fixture.name.clone()).or_default().push(resource);
    Ok(())
}

/// The verdict, but for a `fail` on a resource that others changed meanwhile: that may be the reason of it.
pub(super) async fn fair(runner: &CaseRunner<'_>, judged: (Verdict, Option<String>)) -> (Verdict, Option<String>) {
    if judged.0 == Verdict::Fail {
        for resource in &runner.stand_ins {
            if !is_as_before(runner, resource).await {
                let reason = format!("{} was changed by somebody else while it was read", resource.path);
                return (Verdict::Error, Some(reason));
            }
        }
    }
    judged
}

async fn is_as_before(runner: &CaseRunner<'_>, resource: &Resource) -> bool {
    let read = request::read(&runner.names, &resource.resource_type, &resource.path);
    let exchange = runner.gate.send(Purpose::SetUp, read).await;
    state_of(&exchange) == resource.state
}

fn state_of(exchange: &Exchange) -> Option<Value> {
    exchange.response().filter(|response| Response::is_success(response))?;
    object(exchange).cloned()
}

fn first_id(exchange: &Exchange) -> Option<String> {
    exchange.response().filter(|response| Response::is_success(response))?;
    let resources = member(object(exchange)?, "Resources")?.as_array()?;
    member(resources.first()?, "id")?.as_str().map(str::to_owned)
}
