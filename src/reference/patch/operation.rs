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

impl Op {
    /// The operation of this name, in any case: Entra ID writes `Add`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "add" => Some(Self::Add),
            "remove" => Some(Self::Remove),
            "replace" => Some(Self::Replace),
            _ => None,
        }
    }
}

/// Reads a PATCH body; `named` knows the operations by name.
///
/// # Errors
/// 400 `invalidSyntax`, or `invalidPath` for a path that is no text.
pub(super) fn read(body: &Value, named: fn(&str) -> Option<Op>) -> Result<Vec<Operation>, Problem> {
    if !message::has_schema(body, urn::PATCH_OP) {
        return Err(Problem::invalid_syntax(format!("schemas does not list {}", urn::PATCH_OP)));
    }
    let listed = member(body, "Operations").and_then(Value::as_array).filter(|listed| !listed.is_empty());
    let listed =
        listed.ok_or_else(|| Problem::invalid_syntax("`Operations` is no array with at least one operation"))?;
    listed.iter().map(|value| operation(value, named)).collect()
}

fn operation(value: &Value, named: fn(&str) -> Option<Op>) -> Result<Operation, Problem> {
    let name = member(value, "op").and_then(Value::as_str);
    let name = name.ok_or_else(|| Problem::invalid_syntax("an operation has no `op`"))?;
    let op = named(name)
        .ok_or_else(|| Problem::invalid_syntax(format!("op is `{name}`, expected `add`, `remove` or `replace`")))?;
    let path = match member(value, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path.clone()),
        Some(other) => return Err(Problem::invalid_path(format!("path is {other}, expected a string"))),
    };
    Ok(Operation { op, path, value: member(value, "value").cloned() })
}
