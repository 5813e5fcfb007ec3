//! Bulk jobs (RFC 7644 §3.7): each operation is the request that it stands for, in a transaction of its own.

use serde_json::{Value, json};

use super::Provider;
use super::call::Call;
use super::problem::Problem;
use super::reply::Reply;
use crate::scim::schema::member;
use crate::scim::{message, urn};

mod item;
mod job;
mod operation;
mod references;
#[cfg(test)]
mod tests;

pub(crate) use operation::Operation;

/// A bulk request as it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) operations: Vec<Operation>,
    /// The number of errors at which the job stops; `None` lets it go on.
    pub(crate) fail_on_errors: Option<usize>,
}

impl Provider {
    /// Answers a POST to `/Bulk`.
    ///
    /// # Errors
    /// 501 where bulk is not supported, 413 for too many operations, 400 for a body that is no BulkRequest. What
    /// goes wrong with one operation is told in its item.
    pub(crate) fn bulk(&self, call: &Call) -> Result<Reply, Problem> {
        if !self.supports.bulk {
            return Err(Problem::not_supported("bulk"));
        }
        let mut job = self.job(&call.json()?)?;
        self.seams.job.pass(&mut job);
        let mut items = self.run_job(call, &job);
        self.seams.items.pass(&mut items);
        let body = json!({ "schemas": [urn::BULK_RESPONSE], "Operations": items });
        Ok(Reply::json(200, self.rules.media_type, body))
    }

    fn job(&self, body: &Value) -> Result<Job, Problem> {
        if !message::has_schema(body, urn::BULK_REQUEST) {
            return Err(Problem::invalid_syntax(format!("schemas does not list {}", urn::BULK_REQUEST)));
        }
        let listed = member(body, "Operations").and_then(Value::as_array);
        let listed = listed.ok_or_else(|| Problem::invalid_syntax("`Operations` is no array of operations"))?;
        let most = (self.rules.most_operations)(&self.limits);
        if listed.len() > most {
            let detail =
                format!("the job has {} operations, at most {most} are accepted (maxOperations)", listed.len());
            return Err(Problem::new(413, None, detail));
        }
        // Clients that always write the member write 0 when they have no limit.
        let fail_on_errors = match member(body, "failOnErrors").filter(|value| !value.is_null()) {
            None => None,
            Some(value) => {
                let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
                let number = number.ok_or_else(|| {
                    Problem::invalid_value(format!("failOnErrors is {value}, expected a number of errors"))
                })?;
                (number > 0).then_some(number)
            }
        };
        Ok(Job { operations: listed.iter().map(Operation::read).collect(), fail_on_errors })
    }
}
