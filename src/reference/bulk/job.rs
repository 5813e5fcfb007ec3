//! The operations of a job in an order in which their references can be resolved.
//!
//! An operation is run when its turn comes, but after those that create what it refers to. Where references go in a
//! circle, a resource is created without the one that cannot be known yet, and completed when it is known (RFC 7644
//! §3.7.1); if that fails, it is taken back.

use http::Method;
use serde_json::Value;

use super::super::Provider;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::rules::Circles;
use super::item::item;
use super::references::{self, Target};
use super::{Job, Operation};

impl Provider {
    /// Runs a job; gives an item for each operation that was run, in the order of the request.
    pub(super) fn run_job(&self, call: &Call, job: &Job) -> Vec<Value> {
        let mut run =
            Run { provider: self, call, job, states: job.operations.iter().map(|_| State::Waiting).collect() };
        for index in 0..job.operations.len() {
            if job.fail_on_errors.is_some_and(|most| run.errors() >= most) {
                break;
            }
            run.operation(index);
        }
        run.items()
    }
}

enum State {
    Waiting,
    /// Waits for what it refers to.
    Started,
    /// Created without the references that go in a circle.
    Incomplete(Reply),
    Done(Result<Reply, Problem>),
}

/// An operation that has been started and waits for what it needs.
struct Opened {
    index: usize,
    part: Call,
    needs: Vec<usize>,
    to_visit: Vec<usize>,
}

struct Run<'a> {
    provider: &'a Provider,
    call: &'a Call,
    job: &'a Job,
    states: Vec<State>,
}

impl Run<'_> {
    /// Runs an operation that waits, and before it those that it needs. Jobs can be long chains: the operations that
    /// wait for others are kept in a list, not on the stack.
    fn operation(&mut self, index: usize) {
        let mut open: Vec<Opened> = self.opened(index).into_iter().collect();
        while let Some(top) = open.last_mut() {
            match top.to_visit.pop() {
                Some(needed) => open.extend(self.opened(needed)),
                None => {
                    if let Some(Opened { index, part, needs, .. }) = open.pop() {
                        self.states[index] = self.answered(index, part, &needs);
                        self.complete();
                    }
                }
            }
        }
    }

    /// Starts an operation that waits; one that cannot be prepared is done.
    fn opened(&mut self, index: usize) -> Option<Opened> {
        if !matches!(self.states[index], State::Waiting) {
            return None;
        }
        match self.prepared(index) {
            Ok((part, needs)) => {
                self.states[index] = State::Started;
                Some(Opened { index, part, to_visit: needs.iter().rev().copied().collect(), needs })
            }
            Err(problem) => {
                self.states[index] = State::Done(Err(problem));
                None
            }
        }
    }

    /// Sends the request of an operation, all that could be done before being done.
    fn answered(&self, index: usize, mut part: Call, needs: &[usize]) -> State {
        let is_circle = needs.iter().any(|&needed| matches!(self.states[needed], State::Started));
        if is_circle && self.provider.rules.circles == Circles::Refuse {
            return State::Done(Err(unresolved("the references of these operations go in a circle")));
        }
        match self.fill(index, &mut part).and_then(|()| self.provider.operate(&part)) {
            Ok(reply) if is_circle && self.provider.rules.circles == Circles::Resolve => State::Incomplete(reply),
            answered => State::Done(answered),
        }
    }

    /// The request of an operation, and the operations that create what it refers to.
    fn prepared(&self, index: usize) -> Result<(Call, Vec<usize>), Problem> {
        let operation = &self.job.operations[index];
        let part = operation.call(self.call)?;
        let twice = |other: &Operation| other.creates() && other.bulk_id == operation.bulk_id;
        if operation.creates() && self.job.operations.iter().filter(|other| twice(other)).count() > 1 {
            return Err(Problem::invalid_value(
                "the bulkId is given to several operations, expected a different one each",
            ));
        }
        let needs = self.needs(index).into_iter().map(|id| {
            self.creator(&id).ok_or_else(|| unresolved(format!("no operation of this job has the bulkId `{id}`")))
        });
        Ok((part, needs.collect::<Result<_, _>>()?))
    }

    /// The bulkIds to which an operation refers.
    fn needs(&self, index: usize) -> Vec<String> {
        let operation = &self.job.operations[index];
        let data = operation.data.as_ref().unwrap_or(&Value::Null);
        let mut needs = references::references(data, &|id| self.creator(id).is_some());
        needs.extend(operation.path.as_deref().and_then(references::in_path).map(str::to_owned));
        needs
    }

    /// The operation that creates the resource of a bulkId.
    fn creator(&self, id: &str) -> Option<usize> {
        let creates = |operation: &Operation| operation.creates() && operation.bulk_id.as_deref() == Some(id);
        self.job.operations.iter().position(creates)
    }

    /// Writes permanent ids in place of the references of a request.
    fn fill(&self, index: usize, part: &mut Call) -> Result<(), Problem> {
        let operation = &self.job.operations[index];
        for id in self.needs(index) {
            if let Some(State::Done(Err(_))) = self.creator(&id).map(|at| &self.states[at]) {
                return Err(unresolved(format!("the operation with the bulkId `{id}` has failed")));
            }
        }
        let target = |id: &str| match self.creator(id).map(|at| (at, self.id(at))) {
            None => Target::Itself,
            Some((_, Some(permanent))) => Target::Id(permanent),
            Some((_, None)) => Target::Nothing,
        };
        if let Some(data) = &operation.data {
            part.body = references::replaced(data, &target).unwrap_or(Value::Null).to_string().into_bytes();
        }
        if let Some(id) = operation.path.as_deref().and_then(references::in_path)
            && let Target::Id(permanent) = target(id)
            && let Some(last) = part.segments.as_mut().and_then(|segments| segments.last_mut())
        {
            *last = permanent;
        }
        Ok(())
    }

    /// Id of the resource that an operation has created.
    fn id(&self, index: usize) -> Option<String> {
        let (State::Done(Ok(reply)) | State::Incomplete(reply)) = &self.states[index] else { return None };
        reply.header("Location")?.rsplit('/').next().map(str::to_owned)
    }

    /// Completes what had to wait for a circle to close: the resource is replaced by what its POST had asked for.
    fn complete(&mut self) {
        for index in 0..self.states.len() {
            let waits = |id: &String| self.creator(id).is_some_and(|at| matches!(self.states[at], State::Started));
            if !matches!(self.states[index], State::Incomplete(_)) || self.needs(index).iter().any(waits) {
                continue;
            }
            let completed = self.own_call(index, Method::PUT).and_then(|mut part| {
                self.fill(index, &mut part)?;
                self.provider.operate(&part)
            });
            match completed {
                Ok(mut reply) => {
                    reply.status = 201;
                    self.states[index] = State::Done(Ok(reply));
                }
                Err(problem) => self.take_back(index, problem),
            }
        }
    }

    /// Removes what an operation has created, and what refers to it.
    fn take_back(&mut self, index: usize, problem: Problem) {
        if let Ok(part) = self.own_call(index, Method::DELETE) {
            // What is gone already needs no removing.
            let _ = self.provider.operate(&part);
        }
        self.states[index] = State::Done(Err(problem));
        let Some(id) = self.job.operations[index].bulk_id.clone() else { return };
        for other in 0..self.states.len() {
            let stands = matches!(self.states[other], State::Done(Ok(_)) | State::Incomplete(_));
            if stands && self.job.operations[other].creates() && self.needs(other).contains(&id) {
                self.take_back(other, unresolved(format!("the operation with the bulkId `{id}` has failed")));
            }
        }
    }

    /// A request on the resource that an operation has created.
    fn own_call(&self, index: usize, method: Method) -> Result<Call, Problem> {
        let mut part = self.job.operations[index].call(self.call)?;
        part.method = method;
        if let (Some(segments), Some(id)) = (&mut part.segments, self.id(index)) {
            segments.push(id);
        }
        Ok(part)
    }

    fn errors(&self) -> usize {
        self.states.iter().filter(|state| matches!(state, State::Done(Err(_)))).count()
    }

    fn items(self) -> Vec<Value> {
        let mut items = Vec::new();
        for (operation, state) in self.job.operations.iter().zip(self.states) {
            if let State::Done(answered) = state {
                let place = operation.path.as_ref().map(|path| format!("{}{path}", self.call.base));
                items.push(item(operation, place, &answered));
            }
        }
        items
    }
}

/// A reference that leads nowhere (RFC 7644 §3.7.1).
fn unresolved(detail: impl Into<String>) -> Problem {
    Problem::new(409, None, detail)
}
