//! PATCH (RFC 7644 §3.5.2): the operations are applied in order to a copy, which is saved when all have succeeded.

use serde_json::Value;

use super::Provider;
use super::call::Call;
use super::coerce::Coercer;
use super::kind::Kind;
use super::problem::Problem;
use super::render::Projection;
use super::reply::Reply;
use super::store::{self, Record, random_bytes};
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
        let mut kept = None;
        let patched = self.store(call).write(|tx| {
            let record = existing(store::find(tx, id)?, kind, id)?;
            self.precondition(call, &record)?;
            let mut operations = operation::read(&call.json()?, self.rules.op)?;
            self.seams.patch.pass(&mut operations);
            let coercer = Coercer { kind, rules: &self.rules, salt: random_bytes(tx)? };
            let mut patcher = Patcher::new(coercer, record.doc.clone());
            let applied = operations.iter().try_for_each(|operation| patcher.apply(operation));
            let applied = applied.and_then(|()| (self.rules.required)(kind, &patcher.doc));
            let applied =
                applied.and_then(|()| self.change(tx, kind, Cause::Patch, &record, patcher.doc.clone(), Value::Null));
            if applied.is_err() {
                kept = Some((record, patcher.doc));
            }
            projection.sent = patcher.touched;
            applied
        });
        if let Some((record, doc)) = kept {
            self.keep(call, kind, &record, doc)?;
        }
        let doc = patched?;
        let asked = projection.include.is_some();
        match (self.rules.patch_status)(kind.name(), asked) {
            200 => Ok(self.whole(call, kind, &doc, &projection)),
            status => Ok(self.tagged(Reply::empty(status, self.rules.media_type), &doc)),
        }
    }

    /// Keeps what the rules want of a PATCH that has failed: by the RFC nothing.
    fn keep(&self, call: &Call, kind: &Kind, record: &Record, doc: super::Object) -> Result<(), Problem> {
        match (self.rules.kept_of_failed_patch)(doc) {
            None => Ok(()),
            Some(doc) => {
                self.store(call).write(|tx| self.change(tx, kind, Cause::Patch, record, doc, Value::Null).map(drop))
            }
        }
    }
}

#[cfg(test)]
mod tests;
