//! Chooses and expands the cases for a target; whatever is left out carries its reason.

mod attributes;
mod coverage;
mod declared;
mod outline;
mod read_only;
mod selector;

use std::sync::Arc;

pub use coverage::{Coverage, Standing};
pub use outline::Outline;
pub use selector::{Selector, UnknownSelector};

use crate::requirement::Catalogue;
use crate::suite::{Case, Profile, Suite, SuiteEntry, SuiteErrors, Tier};
use crate::target::Target;

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

impl Plan {
    /// Whether a case of it hangs on the kind of entity tags that the target sends, which has to be learnt.
    #[must_use]
    pub fn waits_for_entity_tags(&self) -> bool {
        self.suites.iter().flat_map(|suite| &suite.cases).any(Planned::waits_for_entity_tags)
    }
}

impl Planned {
    /// Whether it hangs on the kind of entity tags that the target sends.
    #[must_use]
    pub fn waits_for_entity_tags(&self) -> bool {
        self.case.needs.iter().any(|need| need.starts_with("etag."))
    }
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

/// A selection whose selectors were held against the suites.
#[derive(Clone, Debug)]
pub struct Choice {
    selection: Selection,
    selectors: Vec<Selector>,
}

impl Choice {
    /// Reads the selectors of a selection.
    ///
    /// # Errors
    /// A selector names nothing that there is.
    pub fn of(selection: &Selection, suites: &[Arc<Suite>], catalogue: &Catalogue) -> Result<Self, UnknownSelector> {
        let selectors = Selector::parse_all(&selection.selectors, suites, catalogue)?;
        Ok(Self { selection: selection.clone(), selectors })
    }

    /// Whether an entry of a suite is chosen, as far as this can be said before the target is known: a table counts
    /// when one of its rows may be.
    #[must_use]
    pub fn takes(&self, entry: &SuiteEntry, catalogue: &Catalogue) -> bool {
        match entry {
            SuiteEntry::Case(case) => self.takes_case(case, catalogue),
            SuiteEntry::Declared(table) => {
                self.has(table.tier, table.profile) && self.selects(|selector| selector.matches_table(table, catalogue))
            }
        }
    }

    /// The chosen cases of an entry for a target; a table has one per attribute.
    ///
    /// # Errors
    /// A table cannot be filled in.
    pub fn cases(
        &self,
        entry: &SuiteEntry,
        target: &Target,
        catalogue: &Catalogue,
    ) -> Result<Vec<Planned>, SuiteErrors> {
        let mut cases = expand(entry, target, catalogue)?;
        cases.retain(|planned| self.takes_case(&planned.case, catalogue));
        Ok(cases)
    }

    /// The error of a selection that selects nothing.
    #[must_use]
    pub fn nothing(&self) -> PlanError {
        let Selection { selectors, tier, profiles } = &self.selection;
        PlanError::Nothing {
            selectors: if selectors.is_empty() { "anything".to_owned() } else { selectors.join(", ") },
            profiles: profiles.iter().map(|profile| profile.as_str()).collect::<Vec<_>>().join(", "),
            tier: tier.as_str(),
        }
    }

    fn takes_case(&self, case: &Case, catalogue: &Catalogue) -> bool {
        self.has(case.tier, case.profile) && self.selects(|selector| selector.matches(case, catalogue))
    }

    fn has(&self, tier: Tier, profile: Profile) -> bool {
        tier <= self.selection.tier && self.selection.profiles.contains(&profile)
    }

    fn selects(&self, matches: impl Fn(&Selector) -> bool) -> bool {
        self.selectors.is_empty() || self.selectors.iter().any(matches)
    }
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
    let choice = Choice::of(selection, suites, catalogue)?;
    let mut plan = Plan::default();
    for suite in suites {
        let mut cases = Vec::new();
        for entry in &suite.entries {
            cases.extend(choice.cases(entry, target, catalogue)?);
        }
        if !cases.is_empty() {
            plan.suites.push(PlannedSuite { suite: Arc::clone(suite), cases });
        }
    }
    if plan.suites.is_empty() { Err(choice.nothing()) } else { Ok(plan) }
}

fn expand(entry: &SuiteEntry, target: &Target, catalogue: &Catalogue) -> Result<Vec<Planned>, SuiteErrors> {
    match entry {
        SuiteEntry::Case(case) => {
            let skip = missing_need(&case.needs, target).or_else(|| attributes::undeclared(case, target));
            Ok(vec![Planned { case: Arc::clone(case), skip }])
        }
        SuiteEntry::Declared(table) => declared::cases(table, target, catalogue),
    }
}

/// Why a case cannot be run against the target.
#[must_use]
pub fn missing_need(needs: &[String], target: &Target) -> Option<String> {
    let is_there = |need: &str| match need.strip_prefix("no-") {
        Some(capability) => !target.capabilities.contains(capability),
        None => target.capabilities.contains(need),
    };
    let missing = needs.iter().find(|need| !is_there(need))?;
    Some(match missing.as_str() {
        "EnterpriseUser" => "the target's User has no enterprise extension".to_owned(),
        "auth" => "no credential is configured, so that there is nothing to leave out".to_owned(),
        "auth.second" => "no second credential is configured ([auth.second] in scimspec.toml)".to_owned(),
        "auth.limited" => "no credential for reading only is configured ([auth.limited] in scimspec.toml)".to_owned(),
        "auth.expired" => "no expired credential is configured ([auth.expired] in scimspec.toml)".to_owned(),
        "bearer" => "no bearer token is configured (--token)".to_owned(),
        "oauth" => "no OAuth client credentials are configured ([auth.oauth] in scimspec.toml, or --oauth-token-url)"
            .to_owned(),
        "oauth.second-secret" => {
            "no second client secret is configured (`second_secret_file` of [entra] in scimspec.toml)".to_owned()
        }
        "federation" => "no workload identity is configured ([entra.federation] in scimspec.toml)".to_owned(),
        "https" => "the target is not reached by https, so that there is no TLS to look at".to_owned(),
        "load" => "it takes a minute and loads the target: ask for it with --load".to_owned(),
        "documentation" => "no page is configured (`documentation` of [entra] in scimspec.toml)".to_owned(),
        "etag.weak" | "etag.strong" => format!("the target was not seen to send {} entity tags", &missing[5..]),
        "index" => "the target declares that it does not page by index".to_owned(),
        word if word.starts_with("no-") => {
            format!("the target declares `{}`, and the case is about targets that do not", &word[3..])
        }
        word if word.starts_with(|c: char| c.is_ascii_uppercase()) => format!("the target has no resource type {word}"),
        word => format!("the target does not declare `{word}` as supported; `assume` it to run the case anyway"),
    })
}
