//! What a plan comes to, before anything is sent: for a dry run, and for the question whether it may write.

use std::collections::BTreeMap;

use super::{Plan, read_only::writes};
use crate::suite::{Action, Case, Fixture, Step};

/// Numbers of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Cases that run and cases that are left out, by topic.
    pub topics: BTreeMap<String, (usize, usize)>,
    /// Cases that are left out, by reason.
    pub left_out: BTreeMap<String, usize>,
    /// Requests by method, at least: lists may have more pages, and what is created is removed.
    pub requests: BTreeMap<String, usize>,
    /// Fixtures that are created, by resource type.
    pub creates: BTreeMap<String, usize>,
}

impl Outline {
    /// The numbers of a plan. `read_only`: existing resources stand in for fixtures.
    #[must_use]
    pub fn of(plan: &Plan, read_only: bool) -> Self {
        let mut outline = Self::default();
        for suite in &plan.suites {
            if suite.cases.iter().any(|planned| planned.skip.is_none()) {
                outline.add_fixtures(&suite.suite.given, read_only);
            }
            for planned in &suite.cases {
                let topic = planned.case.tags.first().map_or("other", String::as_str);
                let counts = outline.topics.entry(topic.to_owned()).or_default();
                if let Some(reason) = &planned.skip {
                    counts.1 += 1;
                    *outline.left_out.entry(reason.clone()).or_default() += 1;
                } else {
                    counts.0 += 1;
                    outline.add_case(&planned.case, read_only);
                }
            }
        }
        outline
    }

    /// Whether it would change anything at the target.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.requests.keys().any(|method| !matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS" | SEARCH | TOKEN))
    }

    /// Cases that run, and cases that are left out.
    #[must_use]
    pub fn cases(&self) -> (usize, usize) {
        self.topics.values().fold((0, 0), |sum, counts| (sum.0 + counts.0, sum.1 + counts.1))
    }

    fn add_case(&mut self, case: &Case, read_only: bool) {
        self.add_fixtures(&case.given, read_only);
        let rounds = usize::try_from(case.rounds).unwrap_or(1).max(1);
        for step in &case.steps {
            self.add_step(step, rounds);
        }
    }

    fn add_fixtures(&mut self, fixtures: &[Fixture], read_only: bool) {
        for fixture in fixtures {
            let count = usize::try_from(fixture.count.unwrap_or(1)).unwrap_or(1);
            if read_only {
                self.add("GET", count);
            } else {
                *self.creates.entry(fixture.resource_type.clone()).or_default() += count;
                self.add("POST", count);
                self.add("DELETE", count);
            }
        }
    }

    fn add_step(&mut self, step: &Step, times: usize) {
        match &step.action {
            Action::Patch { .. } => self.add("PATCH", times),
            Action::Read { .. } | Action::List { .. } | Action::Pages { .. } => self.add("GET", times),
            Action::Unchanged { names, .. } => self.add("GET", names.len() * times),
            Action::Send { method, .. } if method == "POST" && !writes(step) => self.add(SEARCH, times),
            Action::Send { method, .. } => self.add(method, times),
            Action::Token { .. } => self.add(TOKEN, times),
            // What it sends depends on how it was set up.
            Action::Observe { .. } => {}
            Action::Parallel { requests } => requests.iter().for_each(|(_, inner)| self.add_step(inner, times)),
        }
    }

    fn add(&mut self, method: &str, count: usize) {
        *self.requests.entry(method.to_owned()).or_default() += count;
    }
}

/// How queries by POST are counted.
const SEARCH: &str = "POST .search";
const TOKEN: &str = "POST token";
