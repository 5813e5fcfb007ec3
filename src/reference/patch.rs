//! PATCH (RFC 7644 §3.5.2): the operations are applied in order to a copy, which is saved when all have succeeded.

use serde_json::Value;

use super::Provider;
use super::call::Call;
use super::coerce::Coercer;
use super::commit::Pause;
use super::kind::Kind;
use super::problem::Problem;
use super::render::Projection;
use super::reply::Reply;
use super::store::{self, random_bytes};
use super::write::{Cause, existing};

mod apply;
mod matches;
mod operation;
mod target;
mod values;

pub(crate) use operation::{Op, Operation};

use apply::Patcher;

impl Provider {
    pub(crate) fn patch(&self, call: &Call, kind: &Kind, id: &str) -> Result<Reply, Problem> {
        let mut projection = Projection::of_call(call)?;
        let mut done = 0;
        let doc = loop {
            let mut left = false;
            let doc = self.commit(self.store(call), kind, Cause::Patch, |connection| {
                let record = existing(store::find(connection, id)?, kind, id)?;
                if done == 0 {
                    self.precondition(call, &record)?;
                }
                let mut operations = operation::read(&call.json()?, self.rules.op)?;
                self.seams.patch.pass(&mut operations);
                operations.drain(..done.min(operations.len()));
                if self.rules.stores_each_operation {
                    left = operations.len() > 1;
                    operations.truncate(1);
                }
                let coercer = Coercer { kind, rules: &self.rules, salt: random_bytes(connection)? };
                let mut patcher = Patcher::new(coercer, record.doc.clone());
                operations.iter().try_for_each(|operation| patcher.apply(operation))?;
                (self.rules.required)(kind, &patcher.doc)?;
                projection.sent.append(&mut patcher.touched);
                Ok((record, patcher.doc, Value::Null))
            })?;
            if !left {
                break doc;
            }
            done += 1;
            self.seams.pause.pass(&mut Pause::BetweenOperations);
        };
        let asked = projection.include.is_some();
        match (self.rules.patch_status)(kind.name(), asked) {
            200 => Ok(self.whole(call, kind, &doc, &projection)),
            status => Ok(self.tagged(Reply::empty(status, self.rules.media_type), &doc)),
        }
    }
}

#[cfg(test)]
mod tests;
