//! A suite as it is run: typed where the runner decides, JSON with placeholders where values are filled in.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::node::{Node, Position};
use super::problem::Source;
use super::sample_call::SampleCall;
use crate::scim::Filter;

/// Whose verdict a case counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// RFC 7643, RFC 7644, and RFC 9865 where declared.
    Rfc,
    /// Microsoft Entra ID.
    Entra,
    /// Okta.
    Okta,
}

impl Profile {
    /// The word in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rfc => "rfc",
            Self::Entra => "entra",
            Self::Okta => "okta",
        }
    }

    /// The title in reports.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rfc => "RFC 7643 and RFC 7644",
            Self::Entra => "Microsoft Entra ID",
            Self::Okta => "Okta",
        }
    }

    /// The profile of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Rfc, Self::Entra, Self::Okta].into_iter().find(|profile| profile.as_str() == word)
    }
}

/// How basic a case is; each tier includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// Does it work at all?
    Basic,
    /// What clients do every day.
    Onboarding,
    /// Everything that a client may rely on.
    #[default]
    Full,
    /// Hostile input and races.
    Edge,
}

impl Tier {
    /// Every tier, most basic first.
    pub const ALL: [Self; 4] = [Self::Basic, Self::Onboarding, Self::Full, Self::Edge];

    /// The word in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Onboarding => "onboarding",
            Self::Full => "full",
            Self::Edge => "edge",
        }
    }

    /// The tier of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == word)
    }
}

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
    /// Recorded client request that it sends.
    pub shape: Option<String>,
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

/// What the rows of a table are that only a target can fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredRows {
    /// The attribute definitions of a resource type, or of each.
    Attributes {
        /// The resource type; `None` for each.
        of: Option<String>,
    },
    /// The resource types.
    ResourceTypes,
}

impl std::fmt::Display for DeclaredRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Attributes { of: Some(kind) } => write!(f, "attribute of {kind}"),
            Self::Attributes { of: None } => f.write_str("attribute of each resource type"),
            Self::ResourceTypes => f.write_str("resource type"),
        }
    }
}

/// A case whose rows are what the target declares.
#[derive(Clone, Debug)]
pub struct DeclaredTable {
    /// `suite/case`.
    pub id: String,
    /// Title with placeholders.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What the rows are.
    pub rows: DeclaredRows,
    /// Filter over the definitions.
    pub filter: Option<Filter>,
    /// What the case needs, apart from the attributes.
    pub needs: Vec<String>,
    /// Whose verdict it counts for.
    pub profile: Profile,
    /// How basic it is.
    pub tier: Tier,
    /// Tags; the topic comes first.
    pub tags: Vec<String>,
    /// Ids of the requirements that its checks name.
    pub requirements: Vec<String>,
    /// The file.
    pub source: Arc<Source>,
    /// The place of the case.
    pub at: Position,
    pub(super) case: Node,
    pub(super) suite: Arc<super::compile::SuiteHead>,
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

/// How a query is written into the URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encode {
    /// Percent-encoding, a space as `%20`.
    #[default]
    Percent,
    /// Form encoding, a space as `+`.
    Form,
    /// As it is.
    Raw,
}

/// Which credential a step sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Auth {
    /// The configured one.
    #[default]
    Usual,
    /// None.
    None,
    /// One that the target cannot know.
    Wrong,
    /// The configured one of another tenant.
    Second,
    /// The configured one that may read and not write.
    Limited,
    /// The configured one that has expired.
    Expired,
}

impl Auth {
    /// Every kind that a user configures beside the usual one.
    pub const OTHERS: [Self; 3] = [Self::Second, Self::Limited, Self::Expired];

    /// The word in suites and in the table `[auth]`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::None => "none",
            Self::Wrong => "wrong",
            Self::Second => "second",
            Self::Limited => "limited",
            Self::Expired => "expired",
        }
    }

    /// The kind of a word; `usual` is not written.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::None, Self::Wrong].into_iter().chain(Self::OTHERS).find(|auth| auth.as_str() == word)
    }
}

/// One expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What is looked at.
    pub kind: CheckKind,
    /// Its keys with placeholders, without `req`, `ruling` and `broken`.
    pub arguments: Map<String, Value>,
    /// The requirement.
    pub requirement: String,
    /// Further requirements that it decides, none more binding.
    pub also: Vec<String>,
    /// The ruling.
    pub ruling: Option<String>,
    /// What it means when it is broken, where that is less than the level says.
    pub broken: Option<Lowered>,
    /// Its place.
    pub at: Position,
}

/// A consequence that is lower than the level of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lowered {
    /// A warning.
    Warn,
    /// A note; ends the case.
    Note,
    /// The feature is not there; ends the case.
    Skip,
}

impl Lowered {
    /// The three words.
    pub const ALL: [Self; 3] = [Self::Warn, Self::Note, Self::Skip];

    /// The word in suites.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Note => "note",
            Self::Skip => "skip",
        }
    }
}

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckKind {
    /// The HTTP status.
    Status,
    /// A header.
    Header,
    /// The resource in the body.
    Resource,
    /// The message in the body.
    Message,
    /// The case's own resources among the results.
    Finds,
    /// The ids of the results.
    Ids,
    /// Every result.
    AllMatch,
    /// One value.
    Same,
    /// What changed inside a resource.
    ChangedOnly,
    /// Parallel writes.
    Kept,
    /// A place in the body.
    Json,
    /// That there is no body.
    Empty,
}

impl CheckKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Status,
        Self::Header,
        Self::Resource,
        Self::Message,
        Self::Finds,
        Self::Ids,
        Self::AllMatch,
        Self::Same,
        Self::ChangedOnly,
        Self::Kept,
        Self::Json,
        Self::Empty,
    ];

    /// The word in suites and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Header => "header",
            Self::Resource => "resource",
            Self::Message => "message",
            Self::Finds => "finds",
            Self::Ids => "ids",
            Self::AllMatch => "all-match",
            Self::Same => "same",
            Self::ChangedOnly => "changed-only",
            Self::Kept => "kept",
            Self::Json => "json",
            Self::Empty => "empty",
        }
    }
}
