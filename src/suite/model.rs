//! A suite as it is run: typed where the runner decides, JSON with placeholders where values are filled in.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::node::Position;
use super::problem::Source;
use super::sample_call::SampleCall;

mod check;
mod table;
mod words;

pub use check::{Check, CheckKind, Lowered};
pub use table::{DeclaredRows, DeclaredTable};
pub use words::{Auth, Encode, Grant, Observed, Profile, Tier};

/// One suite file.
#[derive(Clone, Debug)]
pub struct Suite {
    /// Id, for example `patch/members`.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The file it came from.
    pub source: Arc<Source>,
    /// Resources seeded once, read-only for the cases.
    pub given: Vec<Fixture>,
    /// Cases and tables of cases, in file order.
    pub entries: Vec<SuiteEntry>,
}

/// A case, or a table whose rows are only known when the target's schemas are.
#[derive(Clone, Debug)]
pub enum SuiteEntry {
    /// A case, or one row of an inline table.
    Case(Arc<Case>),
    /// One case per definition that the target declares.
    Declared(Arc<DeclaredTable>),
}

/// One case as it is run.
#[derive(Clone, Debug)]
pub struct Case {
    /// `suite/case` or `suite/case[row]`.
    pub id: String,
    /// The behaviour.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// Likely effect in the client.
    pub effect: Option<String>,
    /// Usual cause, or what to change.
    pub hint: Option<String>,
    /// Recorded client requests that it sends.
    pub shapes: Vec<String>,
    /// Whose verdict it counts for.
    pub profile: Profile,
    /// How basic it is.
    pub tier: Tier,
    /// Tags; the topic comes first.
    pub tags: Vec<String>,
    /// Capabilities and resource types that it needs.
    pub needs: Vec<String>,
    /// Resources made before the steps.
    pub given: Vec<Fixture>,
    /// How often the steps are run.
    pub rounds: u64,
    /// The requests.
    pub steps: Vec<Step>,
    /// The file.
    pub source: Arc<Source>,
    /// The place of the case, or of its row.
    pub at: Position,
}

impl Case {
    /// Ids of the requirements that its checks name, sorted, each once.
    #[must_use]
    pub fn requirements(&self) -> Vec<&str> {
        fn both<'c>(requirement: &'c str, also: &'c [String]) -> impl Iterator<Item = &'c str> {
            std::iter::once(requirement).chain(also.iter().map(String::as_str))
        }
        let mut ids: Vec<&str> = Vec::new();
        for step in &self.steps {
            ids.extend(step.checks().flat_map(|check| both(&check.requirement, &check.also)));
            if let Action::Unchanged { requirement, also, .. } = &step.action {
                ids.extend(both(requirement, also));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// `file:line:column`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.source.name, self.at)
    }
}

/// Resources to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Fixture {
    /// Its name; with a count, the name of the group of them.
    pub name: String,
    /// Resource type.
    pub resource_type: String,
    /// Attributes beside those of the template, with placeholders.
    pub values: Map<String, Value>,
    /// How many; `None` for a single one.
    pub count: Option<u64>,
    /// Its place.
    pub at: Position,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is sent.
    pub action: Action,
    /// Query parameters with placeholders.
    pub query: Vec<(String, Value)>,
    /// Headers with placeholders; `None` removes one.
    pub headers: Vec<(String, Option<String>)>,
    /// How the query is written.
    pub encode: Encode,
    /// Which credential is sent.
    pub auth: Auth,
    /// Names for parts of the answer.
    pub save: Vec<(String, String)>,
    /// Names for what was created.
    pub creates: Vec<(String, String)>,
    /// Checks on the answer; for `pages` on all pages together.
    pub expect: Vec<Check>,
    /// Its place.
    pub at: Position,
}

impl Step {
    /// Every check of the step.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        let each = match &self.action {
            Action::Pages { each, .. } => each.as_slice(),
            _ => &[],
        };
        self.expect.iter().chain(each)
    }
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// PATCH a named resource.
    Patch {
        /// The resource.
        name: String,
        /// The operations, or the whole body as text.
        body: PatchBody,
    },
    /// GET a named resource.
    Read {
        /// The resource.
        name: String,
    },
    /// GET the list of a resource type.
    List {
        /// Resource type.
        resource_type: String,
        /// Filter with placeholders.
        filter: Option<String>,
        /// Restrict the query to resources of this case.
        own: bool,
    },
    /// Any request.
    Send {
        /// Method.
        method: String,
        /// Path below the base URL, with placeholders.
        path: String,
        /// Body.
        body: Body,
    },
    /// Ask the token endpoint for a token.
    Token {
        /// How.
        grant: Grant,
    },
    /// Look at something beside SCIM.
    Observe {
        /// At what.
        what: Observed,
    },
    /// Walk through all pages.
    Pages {
        /// Resource type.
        resource_type: String,
        /// Filter with placeholders.
        filter: Option<String>,
        /// Restrict the query to resources of this case.
        own: bool,
        /// By cursor instead of by index.
        by_cursor: bool,
        /// Page size.
        count: Option<u64>,
        /// Checks on every page.
        each: Vec<Check>,
    },
    /// Requests that are released together.
    Parallel {
        /// Their names and what they send.
        requests: Vec<(String, Step)>,
    },
    /// Named resources are as they were last seen.
    Unchanged {
        /// The resources.
        names: Vec<String>,
        /// The requirement.
        requirement: String,
        /// Further requirements that it decides, none more binding.
        also: Vec<String>,
    },
}

/// Body of a `patch` step.
#[derive(Clone, Debug)]
pub enum PatchBody {
    /// The operations, with placeholders.
    Operations(Value),
    /// The whole body as text, with placeholders.
    Raw(String),
}

/// Body of a `send` step.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    None,
    /// JSON, with placeholders.
    Json(Value),
    /// A sample with values of its own, placeholders not filled in.
    Sample(SampleCall),
    /// Text, with placeholders.
    Raw(String),
    /// Bytes that need not be text.
    Bytes(Vec<u8>),
}
