//! The places where every request passes and where a fault or variant can put its hand in.

use serde_json::Value;

use super::bulk::Job;
use super::call::Call;
use super::commit::Pause;
use super::condition::Condition;
use super::cursor::Cursor;
use super::discovery::Document;
use super::list::Page;
use super::patch::Operation;
use super::query::Query;
use super::render::{Projection, Rendered};
use super::reply::Reply;
use super::write::Change;

/// Functions that a value passes, in order. A clean provider has none.
pub(crate) struct Seam<T>(Vec<Hand<T>>);

type Hand<T> = Box<dyn Fn(&mut T) + Send + Sync>;

impl<T> Default for Seam<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Seam<T> {
    pub(crate) fn add(&mut self, function: impl Fn(&mut T) + Send + Sync + 'static) {
        self.0.push(Box::new(function));
    }

    pub(crate) fn pass(&self, value: &mut T) {
        for function in &self.0 {
            function(value);
        }
    }
}

/// A reply together with the call that it answers.
pub(crate) struct Answer {
    pub(crate) call: Call,
    pub(crate) reply: Reply,
}

/// The seams, in the order in which a request comes to them.
#[derive(Default)]
pub(crate) struct Seams {
    /// A request, before anything is done with it.
    pub(crate) call: Seam<Call>,
    /// A query as it was asked, before it runs.
    pub(crate) query: Seam<Query>,
    /// The place that a query by cursor goes on from, before it runs.
    pub(crate) cursor: Seam<Cursor>,
    /// A filter with its attributes resolved, before it becomes SQL.
    pub(crate) filter: Seam<Condition>,
    /// The operations of a PATCH, before the first is applied.
    pub(crate) patch: Seam<Vec<Operation>>,
    /// A create, change or delete, before it is stored.
    pub(crate) store: Seam<Change>,
    /// A moment at which other requests may come between.
    pub(crate) pause: Seam<Pause>,
    /// A bulk job, before its first operation is run.
    pub(crate) job: Seam<Job>,
    /// The items of the answer to a bulk job.
    pub(crate) items: Seam<Vec<Value>>,
    /// Which attributes of a resource are to be shown.
    pub(crate) projection: Seam<Projection>,
    /// A resource as it will be shown.
    pub(crate) render: Seam<Rendered>,
    /// A page of a list.
    pub(crate) list: Seam<Page>,
    /// Every answer, errors included.
    pub(crate) reply: Seam<Answer>,
    /// A discovery document.
    pub(crate) discovery: Seam<Document>,
}
