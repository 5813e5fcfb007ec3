//! The names that a case may use, and the rule that seeded resources are only read.

use std::collections::BTreeSet;

use super::model::Fixture;
use super::node::{Kind, Node, Position};
use super::placeholder::holes;
use super::problem::Problems;
use super::validate::did_you_mean;

/// Names that are always there.
const BUILT_IN: [&str; 8] = ["run", "round", "page", "sample", "row", "choose", "missing", "base"];

/// The names known at one point of a case.
pub(super) struct Scope {
    seeded: BTreeSet<String>,
    resources: BTreeSet<String>,
    saved: BTreeSet<String>,
}

impl Scope {
    pub(super) fn new(seeded: &[Fixture], given: &[Fixture]) -> Self {
        let names = |fixtures: &[Fixture]| fixtures.iter().map(|fixture| fixture.name.clone()).collect();
        Self { seeded: names(seeded), resources: names(given), saved: BTreeSet::new() }
    }

    pub(super) fn add_saved(&mut self, name: &str) {
        self.saved.insert(name.to_owned());
    }

    pub(super) fn add_created(&mut self, name: &str) {
        self.resources.insert(name.to_owned());
    }

    /// A resource is read.
    pub(super) fn uses(&self, node: &Node, problems: &mut Problems) {
        let Some(name) = node.text() else { return };
        if !self.resources.contains(name) && !self.seeded.contains(name) {
            self.unknown(name, node.at, problems);
        }
    }

    /// A resource is changed.
    pub(super) fn writes(&self, node: &Node, problems: &mut Problems) {
        self.uses(node, problems);
        if let Some(name) = node.text() {
            self.refuse_seeded(name, node.at, problems);
        }
    }

    /// A resource is changed by a request to its path.
    pub(super) fn writes_to_path(&self, node: &Node, path: &str, problems: &mut Problems) {
        for hole in holes(path) {
            self.refuse_seeded(root(hole), node.at, problems);
        }
    }

    /// Any name.
    pub(super) fn knows(&self, node: &Node, problems: &mut Problems) {
        let Some(name) = node.text().filter(|text| !text.contains("${")) else { return };
        if !self.is_known(name) {
            self.unknown(name, node.at, problems);
        }
    }

    /// Fixtures refer to those before them only.
    pub(super) fn check_fixtures(&self, given: &[Fixture], problems: &mut Problems) {
        let mut before: BTreeSet<&str> = self.seeded.iter().map(String::as_str).collect();
        for fixture in given {
            let text = serde_json::Value::Object(fixture.values.clone()).to_string();
            for hole in holes(&text) {
                let name = root(hole);
                if self.is_known(name) && !before.contains(name) && !BUILT_IN.contains(&name) {
                    let help = Some(format!("move `{name}` up"));
                    problems.add(
                        fixture.at,
                        format!("`{}` refers to `{name}`, which is made later", fixture.name),
                        "fixture",
                        help,
                    );
                } else if !self.is_known(name) {
                    self.unknown(name, fixture.at, problems);
                }
            }
            before.insert(&fixture.name);
        }
    }

    /// Every placeholder of a step begins with a known name.
    pub(super) fn check_placeholders(&self, node: &Node, problems: &mut Problems) {
        // Names that the step itself saves may be used in its checks.
        let own: Vec<&str> = ["save", "creates"]
            .iter()
            .filter_map(|key| node.get(key))
            .flat_map(Node::entries)
            .chain(
                node.get("parallel")
                    .map(Node::items)
                    .unwrap_or_default()
                    .iter()
                    .flat_map(|r| r.get("creates"))
                    .flat_map(Node::entries),
            )
            .map(|entry| entry.key.as_str())
            .collect();
        self.walk(node, &own, problems);
    }

    fn walk(&self, node: &Node, own: &[&str], problems: &mut Problems) {
        match &node.kind {
            Kind::Text(text) => {
                for hole in holes(text) {
                    let name = root(hole);
                    if !self.is_known(name) && !own.contains(&name) {
                        self.unknown(name, node.at, problems);
                    }
                }
            }
            Kind::List(items) => items.iter().for_each(|item| self.walk(item, own, problems)),
            Kind::Map(entries) => entries.iter().for_each(|entry| self.walk(&entry.value, own, problems)),
            _ => {}
        }
    }

    fn is_known(&self, name: &str) -> bool {
        self.resources.contains(name)
            || self.seeded.contains(name)
            || self.saved.contains(name)
            || BUILT_IN.contains(&name)
    }

    fn unknown(&self, name: &str, at: Position, problems: &mut Problems) {
        let known: Vec<&str> =
            self.resources.iter().chain(&self.seeded).chain(&self.saved).map(String::as_str).collect();
        let help = did_you_mean(name, known.iter().copied().chain(BUILT_IN)).unwrap_or_else(|| {
            if known.is_empty() {
                "name a resource under `given:`".to_owned()
            } else {
                format!("known here: {}", known.join(", "))
            }
        });
        problems.add(at, format!("nothing is called `{name}` here"), "unknown name", Some(help));
    }

    fn refuse_seeded(&self, name: &str, at: Position, problems: &mut Problems) {
        if self.seeded.contains(name) && !self.resources.contains(name) {
            let help = Some(
                "give the case its own resource: cases share what the suite seeds and may only read it".to_owned(),
            );
            problems.add(at, format!("`{name}` is seeded by the suite and read-only"), "changed here", help);
        }
    }
}

/// The name that a placeholder begins with.
fn root(hole: &str) -> &str {
    hole.split(|c: char| matches!(c, '.' | ' ' | '[' | '(' | '|')).next().unwrap_or(hole)
}
