//! Resources that are made before the steps.

use serde_json::{Map, Value};

use super::case::{CaseRunner, object};
use super::names::Resource;
use super::request;
use super::step::Stop;
use crate::exchange::{Exchange, Purpose, limits};
use crate::scim::schema::member;
use crate::suite::{Auth, Fixture};

/// Creates the resources of one fixture.
pub(super) async fn create(runner: &mut CaseRunner<'_>, fixture: &Fixture) -> Result<(), Stop> {
    for number in 1..=fixture.count.unwrap_or(1) {
        let name = fixture.count.map_or_else(|| fixture.name.clone(), |_| format!("{}{number}", fixture.name));
        let values = match runner.names.fill(&Value::Object(fixture.values.clone())).map_err(Stop::Blocked)? {
            Value::Object(values) => flattened(values),
            _ => Map::new(),
        };
        let body = runner.names.sample_resource(&fixture.resource_type, &name, &values).map_err(Stop::Blocked)?;
        let endpoint =
            runner.target().resource_type(&fixture.resource_type).map(|kind| kind.endpoint.clone()).unwrap_or_default();
        let post = request::post(&runner.target().base, &endpoint, &body);
        let exchange = runner.gate.send(Purpose::SetUp, post).await;
        let index = runner.keep(exchange)?;
        let exchange = &runner.exchanges[index];
        match created(exchange, &fixture.resource_type, &endpoint) {
            Some(resource) => runner.remember(&fixture.name, resource, Auth::Usual),
            None => return Err(Stop::Blocked(refusal(&fixture.name, &fixture.resource_type, exchange))),
        }
    }
    Ok(())
}

/// Reads a resource once, so that its state before the steps is known.
pub(super) async fn read_baseline(runner: &mut CaseRunner<'_>, name: &str) -> Result<(), Stop> {
    let resource = runner.names.resource(name).map_err(Stop::Blocked)?;
    let read = request::read(&runner.names, &resource.resource_type, &resource.path);
    let exchange = runner.gate.send(Purpose::SetUp, read).await;
    let index = runner.keep(exchange)?;
    let exchange = &runner.exchanges[index];
    match object(exchange).filter(|_| exchange.response().is_some_and(crate::exchange::Response::is_success)).cloned() {
        Some(state) => runner.names.set_state(name, state),
        None => return Err(Stop::Blocked(format!("{name} was created but cannot be read back"))),
    }
    Ok(())
}

/// The resource that an answer to POST tells of; `None` when it was refused or has no id.
pub(super) fn created(exchange: &Exchange, resource_type: &str, endpoint: &str) -> Option<Resource> {
    let response = exchange.response().filter(|response| response.is_success())?;
    let body = object(exchange);
    let location = response.header("location").map(str::to_owned);
    let id = body
        .and_then(|body| member(body, "id"))
        .and_then(Value::as_str)
        .map(str::to_owned)
        .filter(|id| !id.is_empty())
        .or_else(|| location.as_deref().and_then(id_of_location))?;
    Some(Resource {
        resource_type: resource_type.to_owned(),
        path: format!("{endpoint}/{}", request::segment(&id)?),
        id,
        location,
        state: body.cloned(),
    })
}

/// The last segment of a location, decoded.
pub(super) fn id_of_location(location: &str) -> Option<String> {
    let path = location.split(['?', '#']).next()?.trim_end_matches('/');
    let segment = path.rsplit('/').next().filter(|segment| !segment.is_empty())?;
    let pair = format!("x={}", segment.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
}

/// Why a create gave nothing to work with.
pub(super) fn refusal(name: &str, resource_type: &str, exchange: &Exchange) -> String {
    let Some(response) = exchange.response() else { return format!("{name} could not be created") };
    let id = object(exchange).and_then(|body| member(body, "id")).and_then(Value::as_str).unwrap_or_default();
    if response.is_success() && !id.is_empty() {
        let id = limits::message(id.to_owned());
        return format!(
            "{name} ({resource_type}) was answered with {} and an id that cannot stand in a URL, so that it can neither be read nor removed: `{id}`",
            response.status
        );
    }
    if response.is_success() {
        return format!("{name} ({resource_type}) was answered with {} but without an id", response.status);
    }
    let detail = object(exchange).and_then(|body| member(body, "detail")).and_then(Value::as_str);
    let said = detail.map_or_else(String::new, |detail| format!(": {}", limits::message(detail.to_owned())));
    format!(
        "{name} ({resource_type}) could not be created, the target answered {}{said}; if it insists on further values, set them in scimspec.toml under [template.{resource_type}]",
        response.status
    )
}

/// A list inside a list comes from a group of fixtures (`members: ["${all}"]`) and is spread out.
fn flattened(values: Map<String, Value>) -> Map<String, Value> {
    values
        .into_iter()
        .map(|(key, value)| match value {
            Value::Array(items) => {
                let flat = items.into_iter().flat_map(|item| match item {
                    Value::Array(inner) => inner,
                    other => vec![other],
                });
                (key, Value::Array(flat.collect()))
            }
            other => (key, other),
        })
        .collect()
}
