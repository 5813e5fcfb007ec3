//! Chooses and expands the cases for a target; whatever is left out carries its reason.

mod attributes;
mod selector;

use std::sync::Arc;

use serde_json::Value;

pub use selector::{Selector, UnknownSelector};

use crate::check::evaluate;
use crate::requirement::Catalogue;
use crate::suite::{AttributeTable, Case, Profile, Suite, SuiteEntry, SuiteErrors, Tier};
use crate::target::{Target, attribute_rows};

/// What the user wants to run.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Selectors as written; empty for everything.
    pub selectors: Vec<String>,
    /// Highest tier.
    pub tier: Tier,
    /// Profiles.
    pub profiles: Vec<Profile>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { selectors: Vec::new(), tier: Tier::Full, profiles: vec![Profile::Rfc] }
    }
}

impl Selection {
    /// Whether cases of the default run are left out, so that no full verdict can be given.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.selectors.is_empty() || self.tier < Tier::Full
    }
}

/// The cases to run, by suite.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Suites with at least one case.
    pub suites: Vec<PlannedSuite>,
}

/// A suite and those of its cases that were chosen.
#[derive(Clone, Debug)]
pub struct PlannedSuite {
    /// The suite.
    pub suite: Arc<Suite>,
    /// Its chosen cases, in file order.
    pub cases: Vec<Planned>,
}

/// A chosen case.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The case.
    pub case: Arc<Case>,
    /// Why it is not run.
    pub skip: Option<String>,
}

/// A plan that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A selector is not known.
    #[error(transparent)]
    Unknown(#[from] UnknownSelector),
    /// A table cannot be filled in with the target's attributes.
    #[error(transparent)]
    Suite(#[from] SuiteErrors),
    /// No case matches.
    #[error("nothing is selected: no case of profile {profiles} up to tier {tier} matches {selectors}")]
    Nothing {
        /// The selectors.
        selectors: String,
        /// The profiles.
        profiles: String,
        /// The tier.
        tier: &'static str,
    },
}

/// Chooses and expands the cases for a target.
///
/// # Errors
/// A selector is not known, nothing is selected, or a table cannot be filled in.
pub fn plan(
    suites: &[Arc<Suite>],
    target: &Target,
    selection: &Selection,
    catalogue: &Catalogue,
) -> Result<Plan, PlanError> {
    let selectors = Selector::parse_all(&selection.selectors, suites, catalogue)?;
    let mut plan = Plan::default();
    for suite in suites {
        let mut cases = Vec::new();
        for entry in &suite.entries {
            for planned in expand(entry, target, catalogue)? {
                let case = &planned.case;
                let chosen = case.tier <= selection.tier
                    && selection.profiles.contains(&case.profile)
                    && (selectors.is_empty() || selectors.iter().any(|selector| selector.matches(case, catalogue)));
                if chosen {
                    cases.push(planned);
                }
            }
        }
        if !cases.is_empty() {
            plan.suites.push(PlannedSuite { suite: Arc::clone(suite), cases });
        }
    }
    if plan.suites.is_empty() {
        return Err(PlanError::Nothing {
            selectors: if selection.selectors.is_empty() {
                "anything".to_owned()
            } else {
                selection.selectors.join(", ")
            },
            profiles: selection.profiles.iter().map(|profile| profile.as_str()).collect::<Vec<_>>().join(", "),
            tier: selection.tier.as_str(),
        });
    }
    Ok(plan)
}

fn expand(entry: &SuiteEntry, target: &Target, catalogue: &Catalogue) -> Result<Vec<Planned>, SuiteErrors> {
    match entry {
        SuiteEntry::Case(case) => {
            let skip = missing_need(&case.needs, target).or_else(|| attributes::undeclared(case, target));
            Ok(vec![Planned { case: Arc::clone(case), skip }])
        }
        SuiteEntry::PerAttribute(table) => per_attribute(table, target, catalogue),
    }
}

fn per_attribute(table: &AttributeTable, target: &Target, catalogue: &Catalogue) -> Result<Vec<Planned>, SuiteErrors> {
    let Some(schema) = target.resource_schema(&table.resource_type) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for row in attribute_rows(&schema) {
        let definition = Value::Object(row.clone());
        if table.filter.as_ref().is_some_and(|filter| !evaluate::matches(&definition, filter, None)) {
            continue;
        }
        let path = row.get("path").and_then(Value::as_str).unwrap_or_default().to_owned();
        let case = Arc::new(table.case(&path, &row, catalogue)?);
        let pinned = target.pins(&table.resource_type, &path);
        let skip = missing_need(&case.needs, target)
            .or_else(|| pinned.then(|| format!("`{path}` is pinned by scimspec.toml")));
        out.push(Planned { case, skip });
    }
    Ok(out)
}

/// Why a case cannot be run against the target.
#[must_use]
pub fn missing_need(needs: &[String], target: &Target) -> Option<String> {
    let missing = needs.iter().find(|need| !target.capabilities.contains(*need))?;
    Some(match missing.as_str() {
        "EnterpriseUser" => "the target's User has no enterprise extension".to_owned(),
        "auth" => "no credential is configured, so that there is nothing to leave out".to_owned(),
        "auth.second" => "no second credential is configured ([auth.second] in scimspec.toml)".to_owned(),
        "etag.weak" | "etag.strong" => format!("the target was not seen to send {} entity tags", &missing[5..]),
        "index" => "the target declares that it does not page by index".to_owned(),
        word if word.starts_with(|c: char| c.is_ascii_uppercase()) => format!("the target has no resource type {word}"),
        word => format!("the target does not declare `{word}` as supported (`--assume {word}` takes it for granted)"),
    })
}
