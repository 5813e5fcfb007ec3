//! Requests that are released together.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{Stop, check, register_created};
use crate::check::Write;
use crate::exchange::Purpose;
use crate::run::case::CaseRunner;
use crate::run::request;
use crate::suite::{Action, PatchBody, Step};

pub(super) async fn run(runner: &mut CaseRunner<'_>, step: &Step, requests: &[(String, Step)]) -> Result<(), Stop> {
    let mut built = Vec::new();
    for (_, inner) in requests {
        built.push((request::build(inner, &runner.names).map_err(Stop::Blocked)?, inner.auth));
    }
    let barrier = Arc::new(Barrier::new(built.len()));
    let mut tasks = JoinSet::new();
    for (position, (request, auth)) in built.into_iter().enumerate() {
        let (gate, barrier) = (Arc::clone(runner.gate), Arc::clone(&barrier));
        tasks.spawn(async move {
            barrier.wait().await;
            (position, gate.send_as(Purpose::Step, request, auth).await)
        });
    }
    let mut answers = tasks.join_all().await;
    answers.sort_by_key(|(position, _)| *position);
    let mut indices = Vec::new();
    let mut writes = Vec::new();
    for ((name, inner), (_, exchange)) in requests.iter().zip(answers) {
        let accepted = exchange.response().is_some_and(crate::exchange::Response::is_success);
        let index = runner.keep(exchange)?;
        register_created(runner, inner, index);
        writes.push(Write { name: name.clone(), accepted, values: written(inner, runner)? });
        indices.push(index);
    }
    runner.writes = writes;
    check(runner, &step.expect, &indices, true, None)
}

/// The values that a PATCH writes, by path.
fn written(step: &Step, runner: &CaseRunner<'_>) -> Result<Vec<(String, Value)>, Stop> {
    let Action::Patch { body: PatchBody::Operations(operations), .. } = &step.action else { return Ok(Vec::new()) };
    let operations = runner.names.fill(operations).map_err(Stop::Blocked)?;
    let of = |operation: &Value| Some((operation.get("path")?.as_str()?.to_owned(), operation.get("value")?.clone()));
    Ok(operations.as_array().into_iter().flatten().filter_map(of).collect())
}
