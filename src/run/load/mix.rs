//! What is sent under load: look somebody up, create, change, read — what Microsoft Entra ID does for each person.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, Request};
use crate::run::case::CaseRunner;
use crate::run::fixture;
use crate::run::made::Made;
use crate::run::request;
use crate::scim::message;
use crate::suite::Auth;

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

/// The requests, and what became of them.
pub(super) struct Mix {
    base: String,
    endpoint: String,
    /// A user whose `NUMBER` stands for what differs.
    sample: Result<String, String>,
    /// Paths of those who were created, to choose from.
    users: Mutex<Vec<String>>,
    /// Everything that the case made.
    made: Made,
    /// Why nobody was created the first time.
    refusal: OnceLock<String>,
}

/// What stands in the sample for the number of a request.
const NUMBER: &str = "load-number";

impl Mix {
    pub(super) fn new(runner: &CaseRunner<'_>) -> Self {
        let target = runner.target();
        let endpoint = target.resource_type("User").map_or_else(|| "/Users".to_owned(), |kind| kind.endpoint.clone());
        let sample = runner.names.sample_resource("User", NUMBER, &Map::new()).map(|sample| sample.to_string());
        Self {
            base: target.base.clone(),
            endpoint,
            sample,
            users: Mutex::default(),
            made: runner.made.clone(),
            refusal: OnceLock::new(),
        }
    }

    /// The request of this number. Until somebody was created, people are looked up.
    pub(super) fn request(&self, number: usize) -> (Operation, Request) {
        let wanted = Operation::ALL[number % Operation::ALL.len()];
        let somebody = {
            let users = self.users();
            (!users.is_empty()).then(|| users[number / Operation::ALL.len() % users.len()].clone())
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
        if operation != Operation::Create {
            return;
        }
        match fixture::created(exchange, "User", &self.endpoint) {
            Some(resource) => {
                self.made.add(&resource.path, Auth::Usual);
                self.users().push(resource.path);
            }
            None => drop(self.refusal.set(fixture::refusal("a user", "User", exchange))),
        }
    }

    /// Why nobody at all was created.
    pub(super) fn refusal(&self) -> Option<&str> {
        self.users().is_empty().then(|| self.refusal.get().map(String::as_str))?
    }

    fn users(&self) -> MutexGuard<'_, Vec<String>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
