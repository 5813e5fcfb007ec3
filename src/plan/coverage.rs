//! Which requirement is judged by what, before anything is run.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::standing;
use crate::requirement::{Excuse, Requirement};
use crate::suite::{Suite, SuiteEntry};

/// Requirements and what judges them: ids of cases, `standing/NAME` for standing checks.
///
/// The rows of a table of attributes are only known with a target; the table counts under the id of its case.
#[derive(Clone, Debug, Default)]
pub struct Coverage(BTreeMap<String, Vec<String>>);

/// Where a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// These judge it.
    Judged(&'a [String]),
    /// Nothing judges it, for this reason.
    Excused(&'a Excuse),
    /// Nothing judges it, and a person can declare it under this name.
    Declared(&'a str),
    /// Nothing can be seen of it from outside.
    Unobservable,
    /// It could be judged, and nothing does.
    Open,
}

impl Coverage {
    /// What the cases of these suites and the standing checks judge.
    #[must_use]
    pub fn of(suites: &[Arc<Suite>]) -> Self {
        let mut by_requirement = Self::default();
        for entry in suites.iter().flat_map(|suite| &suite.entries) {
            match entry {
                SuiteEntry::Case(case) => {
                    case.requirements().into_iter().for_each(|id| by_requirement.add(id, &case.id));
                }
                SuiteEntry::Declared(table) => {
                    table.requirements.iter().for_each(|id| by_requirement.add(id, &table.id));
                }
            }
        }
        for check in standing::ALL {
            check.decides().for_each(|id| by_requirement.add(id, &format!("standing/{}", check.name)));
        }
        by_requirement
    }

    fn add(&mut self, requirement: &str, judge: &str) {
        self.0.entry(requirement.to_owned()).or_default().push(judge.to_owned());
    }

    /// What judges a requirement, cases first, in the order of the suites.
    #[must_use]
    pub fn judges(&self, requirement: &str) -> &[String] {
        self.0.get(requirement).map_or(&[], Vec::as_slice)
    }

    /// Where a requirement stands.
    #[must_use]
    pub fn standing<'a>(&'a self, requirement: &'a Requirement) -> Standing<'a> {
        match (self.judges(&requirement.id), &requirement.excuse, &requirement.declaration) {
            ([], Some(excuse), _) => Standing::Excused(excuse),
            ([], None, Some(name)) => Standing::Declared(name),
            ([], None, None) if requirement.is_observable() => Standing::Open,
            ([], None, None) => Standing::Unobservable,
            (judges, ..) => Standing::Judged(judges),
        }
    }
}
