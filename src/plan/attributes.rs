//! Attributes that a case writes or asks for, held against what the target declares (RFC 7644 §3.1: a provider may
//! support only a part of the standard schemas).

use serde_json::Value;

use crate::scim::resource_type::Found;
use crate::scim::{AttrPath, Filter, Mutability, PatchPath, ResourceSchema, core, urn};
use crate::suite::{Action, Body, Case, PatchBody, Step};
use crate::target::Target;

/// Why a case cannot be run: it is about a standard attribute that the target's own schema does not have, or has as one
/// that clients may not write although the RFC lets them.
///
/// An attribute that no standard schema has is left alone: the case sends it to see what happens.
pub(super) fn undeclared(case: &Case, target: &Target) -> Option<String> {
    let of_fixtures = case
        .given
        .iter()
        .flat_map(|fixture| fixture.values.keys().map(|path| (fixture.resource_type.as_str(), path.clone())));
    let of_steps = case.steps.iter().flat_map(|step| of_step(case, step));
    of_fixtures.chain(of_steps).find_map(|(kind, path)| {
        let path = AttrPath::parse(&path).ok()?;
        if is_undeclared(kind, &path, target) {
            return Some(format!("the target's {kind} does not declare `{path}`"));
        }
        is_closed(kind, &path, target).then(|| format!("the target's {kind} declares `{path}` as readOnly"))
    })
}

fn is_undeclared(kind: &str, path: &AttrPath, target: &Target) -> bool {
    if target.resource_schema(kind).is_none_or(|schema| schema.find(path).is_some()) {
        return false;
    }
    let declares = target
        .resource_type(kind)
        .is_some_and(|kind| target.schemas.iter().any(|schema| urn::same(&schema.id, &kind.schema)));
    declares && core::resource_schema(kind).is_some_and(|schema| schema.find(path).is_some())
}

fn is_closed(kind: &str, path: &AttrPath, target: &Target) -> bool {
    let is_read_only = |schema: &ResourceSchema| {
        schema.find(path).map(Found::leaf).map(|leaf| leaf.mutability == Mutability::ReadOnly)
    };
    target.resource_schema(kind).is_some_and(|schema| is_read_only(&schema) == Some(true))
        && core::resource_schema(kind).is_some_and(|schema| is_read_only(&schema) == Some(false))
}

/// Resource types with the attributes that a step writes or filters by.
fn of_step<'a>(case: &'a Case, step: &'a Step) -> Vec<(&'a str, String)> {
    match &step.action {
        Action::Patch { name, body: PatchBody::Operations(operations) } => {
            let Some(fixture) = case.given.iter().find(|fixture| fixture.name == *name) else { return Vec::new() };
            let paths = operations.as_array().into_iter().flatten().flat_map(operation_paths);
            paths.map(|path| (fixture.resource_type.as_str(), path)).collect()
        }
        Action::List { resource_type, filter: Some(filter), .. }
        | Action::Pages { resource_type, filter: Some(filter), .. } => {
            let Ok(filter) = Filter::parse_as_clients_send(filter) else { return Vec::new() };
            filter.outer_paths().into_iter().map(|path| (resource_type.as_str(), path.to_string())).collect()
        }
        Action::Send { body: Body::Sample(call), .. } => {
            call.values.iter().map(|(path, _)| (call.resource_type.as_str(), path.clone())).collect()
        }
        Action::Parallel { requests } => requests.iter().flat_map(|(_, inner)| of_step(case, inner)).collect(),
        _ => Vec::new(),
    }
}

fn operation_paths(operation: &Value) -> Vec<String> {
    match operation.get("path").and_then(Value::as_str) {
        Some(path) => PatchPath::parse(path).map(|path| path.attr.to_string()).into_iter().collect(),
        None => {
            let value = operation.get("value").and_then(Value::as_object);
            value.into_iter().flatten().map(|(name, _)| name.clone()).collect()
        }
    }
}
