//! What is sent under load: look somebody up, create, change, read — what Microsoft Entra ID does for each person.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, Request};
use crate::run::case::CaseRunner;
use crate::run::fixture;
use crate::run::request;
use crate::scim::message;

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    LookUp,
    Create,
    Change,
    Read,
}

impl Operation {
    pub(super) const ALL: [Self; 4] = [Self::LookUp, Self::Create, Self::Change, Self::Read];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::LookUp => "look up",
            Self::Create => "create",
            Self::Change => "change",
            Self::Read => "read",
        }
    }
}

/// The requests, and the users that they made.
pub(super) struct Mix {
    base: String,
    endpoint: String,
    /// A user whose `NUMBER` stands for what differs.
    sample: Result<String, String>,
    made: Mutex<Vec<String>>,
}

/// What stands in the sample for the number of a request.
const NUMBER: &str = "load-number";

impl Mix {
    pub(super) fn new(runner: &CaseRunner<'_>) -> Self {
        let target = runner.target();
        let endpoint = target.resource_type("User").map_or_else(|| "/Users".to_owned(), |kind| kind.endpoint.clone());
        let sample = runner.names.sample_resource("User", NUMBER, &Map::new()).map(|sample| sample.to_string());
        Self { base: target.base.clone(), endpoint, sample, made: Mutex::default() }
    }

    /// The request of this number. Until somebody was created, people are looked up.
    pub(super) fn request(&self, number: usize) -> (Operation, Request) {
        let wanted = Operation::ALL[number % Operation::ALL.len()];
        let somebody = {
            let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            (!made.is_empty()).then(|| made[number / Operation::ALL.len() % made.len()].clone())
        };
        match (wanted, somebody) {
            (Operation::Create, _) => {
                let sample = self.sample.as_deref().unwrap_or("{}").replace(NUMBER, &format!("load{number}"));
                let body = serde_json::from_str(&sample).unwrap_or(Value::Null);
                (wanted, request::post(&self.base, &self.endpoint, &body))
            }
            (Operation::Change, Some(path)) => {
                let operation = json!([{ "op": "Replace", "path": "displayName", "value": format!("Load {number}") }]);
                let patch = request::post(&self.base, &path, &message::patch_op(operation));
                (wanted, Request { method: "PATCH".to_owned(), ..patch })
            }
            (Operation::Read, Some(path)) => (wanted, request::get(&self.base, &path)),
            _ => {
                let filter = format!("userName+eq+%22nobody-{number}%22");
                (Operation::LookUp, request::get(&self.base, &format!("{}?filter={filter}", self.endpoint)))
            }
        }
    }

    /// Remembers whom an answer says that it created.
    pub(super) fn learn(&self, operation: Operation, exchange: &Exchange) {
        if operation == Operation::Create
            && let Some(resource) = fixture::created(exchange, "User", &self.endpoint)
        {
            self.made.lock().unwrap_or_else(PoisonError::into_inner).push(resource.path);
        }
    }

    /// Paths of everybody who was created.
    pub(super) fn made(&self) -> Vec<String> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
