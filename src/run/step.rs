//! Runs one step: sends, saves, checks.

mod ask;
pub(super) mod beside;
mod pages;
mod parallel;
mod unchanged;
pub(super) mod whole;

use serde_json::{Map, Value};

use super::case::{CaseRunner, object};
use super::fixture::{self, id_of_location};
use super::names::Resource;
use super::request;
use crate::check::{Judged, lookup};
use crate::exchange::{Exchange, Request};
use crate::scim::PatchPath;
use crate::scim::schema::member;
use crate::suite::{Action, Check, CheckKind, Step};
use crate::verdict::Seen;

/// Why a case does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Something that the rest builds on is not there.
    Blocked(String),
    /// No judgement is possible.
    Error(String),
    /// The run was stopped.
    Halted(String),
    /// The target has nothing to judge it by.
    Skipped(String),
    /// A check ended the case.
    Ended,
}

/// Runs a step.
pub(super) async fn run(runner: &mut CaseRunner<'_>, step: &Step) -> Result<(), Stop> {
    match &step.action {
        Action::Unchanged { names, requirement, also } => {
            unchanged::run(runner, step, names, (requirement.as_str(), also.as_slice())).await
        }
        Action::Parallel { requests } => parallel::run(runner, step, requests).await,
        Action::Pages { .. } => pages::walk(runner, step).await,
        Action::Token { grant } => beside::token(runner, step, *grant).await,
        Action::Observe { what } => beside::observe(runner, step, *what).await,
        Action::List { .. } => list(runner, step).await,
        Action::Patch { .. } | Action::Read { .. } | Action::Send { .. } => single(runner, step).await,
    }
}

async fn single(runner: &mut CaseRunner<'_>, step: &Step) -> Result<(), Stop> {
    let request = request::build(step, &runner.names).map_err(Stop::Blocked)?;
    let index = ask::ask(runner, request, step.auth).await?;
    register_created(runner, step, index);
    let saved = save(runner, step, &[index]);
    check(runner, &step.expect, &[index], true, resource_type_of(runner, step).as_deref())?;
    saved?;
    if let Action::Read { name } = &step.action
        && step.query.is_empty()
        && let Some(state) = success_body(&runner.exchanges[index])
    {
        let state = state.clone();
        runner.names.set_state(name, state);
    }
    Ok(())
}

/// A list is read to its end where a check needs the whole of it and the step does not ask for one page.
async fn list(runner: &mut CaseRunner<'_>, step: &Step) -> Result<(), Stop> {
    let first = request::build(step, &runner.names).map_err(Stop::Blocked)?;
    let asks_for_page = step.query.iter().any(|(name, _)| matches!(name.as_str(), "startIndex" | "count" | "cursor"));
    let needs_all =
        step.expect.iter().any(|check| matches!(check.kind, CheckKind::Finds | CheckKind::Ids | CheckKind::AllMatch));
    let mut indices = vec![ask::ask(runner, first.clone(), step.auth).await?];
    let mut complete = true;
    if needs_all && !asks_for_page {
        complete = pages::follow(runner, &first, step.auth, &mut indices).await?;
        if whole::is_read(step, runner.target()) {
            whole::check(runner, &indices, complete)?;
        }
    }
    let saved = save(runner, step, &indices);
    let kind = resource_type_of(runner, step);
    // What is said of the message is said of its first page.
    let (of_all, of_first): (Vec<Check>, Vec<Check>) = step
        .expect
        .iter()
        .cloned()
        .partition(|check| matches!(check.kind, CheckKind::Finds | CheckKind::Ids | CheckKind::AllMatch));
    check(runner, &of_first, &indices[..1], true, kind.as_deref())?;
    check(runner, &of_all, &indices, complete, kind.as_deref())?;
    saved
}

/// Judges checks on the exchanges with these indices.
fn check(
    runner: &mut CaseRunner<'_>,
    checks: &[Check],
    indices: &[usize],
    complete: bool,
    resource_type: Option<&str>,
) -> Result<(), Stop> {
    let mut ended = Ok(());
    for check in checks {
        let arguments = match runner.names.fill(&Value::Object(check.arguments.clone())) {
            Ok(Value::Object(arguments)) => arguments,
            Ok(_) => Map::new(),
            Err(reason) => return Err(Stop::Blocked(reason)),
        };
        let names: Vec<&str> = runner.writes.iter().map(|write| write.name.as_str()).collect();
        let name_of = |position: usize| if names.len() == indices.len() { names[position] } else { "" };
        let from = arguments.get("from").and_then(Value::as_str);
        let judged = Judged {
            kind: check.kind,
            broken: check.broken,
            at: check.at,
            answers: indices
                .iter()
                .enumerate()
                .map(|(position, &index)| (name_of(position).to_owned(), index))
                .collect(),
            complete,
            schema: resource_type.and_then(|kind| runner.schema(kind)),
            own: runner.names.own(),
            before: from.and_then(|name| runner.names.resource(name).ok()?.state.clone()),
            writes: runner.writes.clone(),
            arguments,
        };
        let mut saw = judged.judge(&runner.exchanges);
        if runner.keeps_judged {
            runner.judged.push(judged);
        }
        for one in saw.iter_mut().filter(|one| one.seen == Seen::NotJudged) {
            one.exchange = one.exchange.or_else(|| indices.last().copied());
        }
        if let Err(stop) = runner.note(check, saw) {
            ended = Err(stop);
            // Nothing can be read off an answer whose status is wrong already.
            break;
        }
    }
    ended
}

/// Saves parts of the answers under names. What is not there ends the case as not judged.
fn save(runner: &mut CaseRunner<'_>, step: &Step, indices: &[usize]) -> Result<(), Stop> {
    for (name, source) in &step.save {
        let value = if source == "ids" {
            let listed = indices.iter().filter_map(|&index| object(&runner.exchanges[index]));
            let ids = listed.flat_map(|body| member(body, "Resources").and_then(Value::as_array).into_iter().flatten());
            Some(ids.filter_map(|resource| member(resource, "id").cloned()).collect::<Value>())
        } else if source == "body" {
            indices.last().and_then(|&index| object(&runner.exchanges[index])).cloned()
        } else if let Some(header) = source.strip_prefix("header ") {
            let response = indices.last().and_then(|&index| runner.exchanges[index].response());
            response.and_then(|response| response.header(header)).map(Value::from)
        } else {
            let body = indices.last().and_then(|&index| object(&runner.exchanges[index]));
            let path = PatchPath::parse(source).ok();
            path.and_then(|path| lookup::value_path(body?, &path, None).first().map(|&value| value.clone()))
        };
        match value {
            Some(value) => {
                runner.names.saved.insert(name.clone(), value);
            }
            None => return Err(Stop::Blocked(format!("the answer has no {source}, so the rest cannot be judged"))),
        }
    }
    Ok(())
}

/// Registers whatever an answer says was created, so that it is removed whatever the checks say of it.
pub(super) fn register_created(runner: &mut CaseRunner<'_>, step: &Step, index: usize) {
    let exchange = &runner.exchanges[index];
    let (method, url) = (exchange.request.method.as_str(), exchange.request.url.as_str());
    let mut found: Vec<(String, Resource)> = Vec::new();
    let below =
        url.strip_prefix(runner.target().base.as_str()).unwrap_or_default().split('?').next().unwrap_or_default();
    let kind = runner
        .target()
        .resource_types
        .iter()
        .find(|kind| below.trim_end_matches('/').eq_ignore_ascii_case(&kind.endpoint));
    if method == "POST"
        && let Some(kind) = kind
        && let Some(resource) = fixture::created(exchange, &kind.name, &kind.endpoint)
    {
        let name =
            step.creates.first().map_or_else(|| format!("(step at line {})", step.at.line), |(name, _)| name.clone());
        found.push((name, resource));
    } else if !step.creates.is_empty() {
        found.extend(located(runner, step, exchange));
    } else if method == "PUT" && exchange.response().is_some_and(crate::exchange::Response::is_success) {
        // A PUT that creates is a defect, but what it made is ours. A whole collection never is.
        let is_resource = runner.target().resource_types.iter().any(|kind| {
            below
                .strip_prefix(kind.endpoint.as_str())
                .and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(|id| !id.is_empty())
        });
        if is_resource {
            runner.made.add(below, step.auth);
        }
        return;
    }
    for (name, resource) in found {
        runner.remember(&name, resource, step.auth);
    }
}

/// Resources whose locations stand in the body, as in a bulk answer.
fn located(runner: &CaseRunner<'_>, step: &Step, exchange: &Exchange) -> Vec<(String, Resource)> {
    let Some(response) = exchange.response() else { return Vec::new() };
    let body = object(exchange);
    let mut found = Vec::new();
    for (name, source) in &step.creates {
        // A job may have made more than was meant: all of it is removed, and the first has the name.
        let locations: Vec<String> = match source.strip_prefix("header ") {
            Some(header) => response.header(header).map(str::to_owned).into_iter().collect(),
            None => {
                let path = PatchPath::parse(source).ok();
                let values = body.zip(path.as_ref()).map(|(body, path)| lookup::value_path(body, path, None));
                values.into_iter().flatten().filter_map(|value| value.as_str()).map(str::to_owned).collect()
            }
        };
        found.extend(locations.into_iter().filter_map(|location| Some((name.clone(), resource_at(runner, location)?))));
    }
    found
}

/// The resource at a location, by the endpoints that the target declares.
fn resource_at(runner: &CaseRunner<'_>, location: String) -> Option<Resource> {
    let id = id_of_location(&location)?;
    let kind = runner.target().resource_types.iter().find(|kind| location.contains(&format!("{}/", kind.endpoint)))?;
    let path = format!("{}/{}", kind.endpoint, request::segment(&id)?);
    Some(Resource { resource_type: kind.name.clone(), id, path, location: Some(location), state: None })
}

/// The resource type that a step is about.
fn resource_type_of(runner: &CaseRunner<'_>, step: &Step) -> Option<String> {
    match &step.action {
        Action::Patch { name, .. } | Action::Read { name } => {
            runner.names.resource(name).ok().map(|one| one.resource_type.clone())
        }
        Action::List { resource_type, .. } | Action::Pages { resource_type, .. } => Some(resource_type.clone()),
        Action::Send { path, .. } => {
            let path = runner.names.fill_text(path).ok()?;
            let kinds = &runner.target().resource_types;
            kinds.iter().find(|kind| path.starts_with(&kind.endpoint)).map(|kind| kind.name.clone())
        }
        Action::Parallel { .. } | Action::Unchanged { .. } | Action::Token { .. } | Action::Observe { .. } => None,
    }
}

fn success_body(exchange: &Exchange) -> Option<&Value> {
    exchange.response().filter(|response| response.is_success())?;
    object(exchange)
}

/// The same request for another page.
fn page_request(first: &Request, start: u64, count: Option<u64>) -> Request {
    let mut more = vec![("startIndex".to_owned(), start.to_string())];
    more.extend(count.map(|count| ("count".to_owned(), count.to_string())));
    request::with_query(first, &more)
}
