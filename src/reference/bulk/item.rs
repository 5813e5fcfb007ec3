//! What the answer of a bulk job says of one operation (RFC 7644 §3.7.3).

use serde_json::{Value, json};

use super::super::problem::Problem;
use super::super::reply::{Body, Reply};
use super::operation::Operation;

/// The item of an operation that was answered or refused. `place` is the URL that the operation names.
pub(super) fn item(operation: &Operation, place: Option<String>, answered: &Result<Reply, Problem>) -> Value {
    let mut shown = json!({});
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            shown[name] = value;
        }
    };
    let reply = answered.as_ref().ok();
    let header = |name: &str| reply.and_then(|reply| reply.header(name)).map(str::to_owned);
    let status = match answered {
        Ok(reply) => reply.status,
        Err(problem) => problem.status,
    };
    // A failed POST has made nothing that could be somewhere.
    let place = place.filter(|_| !operation.creates());
    set("location", header("Location").or(place).map(Value::from));
    set("method", operation.method.as_ref().map(|_| operation.method().into()));
    set("bulkId", operation.bulk_id.clone().map(Value::from));
    set("version", header("ETag").map(Value::from));
    set("status", Some(status.to_string().into()));
    match answered {
        Err(problem) => set("response", Some(problem.body())),
        Ok(Reply { status: 400.., body: Body::Json(body), .. }) => set("response", Some(body.clone())),
        Ok(_) => {}
    }
    shown
}
