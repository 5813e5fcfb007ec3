//! Tables whose rows only a target can fill.

use std::sync::Arc;

use super::{Profile, Tier};
use crate::scim::Filter;
use crate::suite::compile::SuiteHead;
use crate::suite::node::{Node, Position};
use crate::suite::problem::Source;

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
    pub(in crate::suite) case: Node,
    pub(in crate::suite) suite: Arc<SuiteHead>,
}
