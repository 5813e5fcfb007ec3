//! The operations of a PATCH body (RFC 7644 §3.5.2).

use serde_json::Value;

use super::super::problem::Problem;
use crate::scim::schema::member;
use crate::scim::{message, urn};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Remove,
    Replace,
}

/// One operation as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operation {
    pub(crate) op: Op,
    pub(crate) path: Option<String>,
    pub(crate) value: Option<Value>,
}

/// Reads a PATCH body. The name of an operation may be in any case: Entra ID writes `Add`.
///
/// # Errors
/// 400 `invalidSyntax`, or `invalidPath` for a path that is no text.
pub(super) fn read(body: &Value) -> Result<Vec<Operation>, Problem> {
    if !message::has_schema(body, urn::PATCH_OP) {
        return Err(Problem::invalid_syntax(format!("schemas does not list {}", urn::PATCH_OP)));
    }
    let listed = member(body, "Operations").and_then(Value::as_array).filter(|listed| !listed.is_empty());
    let listed =
        listed.ok_or_else(|| Problem::invalid_syntax("`Operations` is no array with at least one operation"))?;
    listed.iter().map(operation).collect()
}

fn operation(value: &Value) -> Result<Operation, Problem> {
    let name = member(value, "op").and_then(Value::as_str);
    let name = name.ok_or_else(|| Problem::invalid_syntax("an operation has no `op`"))?;
    let op = match name.to_ascii_lowercase().as_str() {
        "add" => Op::Add,
        "remove" => Op::Remove,
        "replace" => Op::Replace,
        _ => {
            let detail = format!("op is `{name}`, expected `add`, `remove` or `replace`");
            return Err(Problem::invalid_syntax(detail));
        }
    };
    let path = match member(value, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path.clone()),
        Some(other) => return Err(Problem::invalid_path(format!("path is {other}, expected a string"))),
    };
    Ok(Operation { op, path, value: member(value, "value").cloned() })
}
