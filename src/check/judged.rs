//! A judged check with everything that it was judged on, so that it can be judged again on other answers.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::judge::{Answer, Evidence, Own, Saw, Write, judge};
use crate::exchange::Exchange;
use crate::scim::ResourceSchema;
use crate::suite::{CheckKind, Lowered, Position};

/// One check as it was judged in a run. It is kept on request, to prove that each check can break: its answers are
/// changed, and it is judged again.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was looked at.
    pub kind: CheckKind,
    /// Its keys, placeholders filled in.
    pub arguments: Map<String, Value>,
    /// The consequence of being broken, where it is lowered as a whole.
    pub broken: Option<Lowered>,
    /// Its place in the suite.
    pub at: Position,
    /// Names and indices of the exchanges that it looked at.
    pub answers: Vec<(String, usize)>,
    /// False when a list was not read to its end.
    pub complete: bool,
    /// Schema of the resource type.
    pub schema: Option<Arc<ResourceSchema>>,
    /// The case's own resources.
    pub own: Vec<Own>,
    /// Last known state of the resource that it compares with.
    pub before: Option<Value>,
    /// The parallel writes so far.
    pub writes: Vec<Write>,
}

impl Judged {
    /// Judges the check on the exchanges of its case, or on changed ones in their places.
    #[must_use]
    pub fn judge(&self, exchanges: &[Exchange]) -> Vec<Saw> {
        let answers: Vec<Answer<'_>> = self
            .answers
            .iter()
            .filter_map(|(name, index)| Some(Answer { name, index: *index, exchange: exchanges.get(*index)? }))
            .collect();
        let evidence = Evidence {
            answers: &answers,
            complete: self.complete,
            schema: self.schema.as_deref(),
            own: &self.own,
            before: self.before.as_ref(),
            writes: &self.writes,
        };
        judge(self.kind, &self.arguments, self.broken, &evidence)
    }
}
