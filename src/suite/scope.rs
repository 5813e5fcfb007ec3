//! The names that a case may use, and the rule that seeded resources are only read.

mod hole;

use std::collections::BTreeSet;
use std::ops::Range;

use super::model::Fixture;
use super::node::{Entry, Kind, Node, Position};
use super::placeholder::{BUILT_IN, places, unclosed};
use super::problem::Problems;
use super::validate::{ATTRIBUTE_COLUMNS, RESOURCE_TYPE_COLUMNS, did_you_mean};

/// What `${row…}` can stand for at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// There is no table.
    None,
    /// The rows are filled in; what is left was reported when that was done.
    Filled,
    /// One row per attribute definition of the target.
    Attributes,
    /// One row per resource type of the target.
    ResourceTypes,
}

impl Rows {
    /// What the rows are, and what each has, where they are only known with a target.
    fn declared(self) -> Option<(&'static str, &'static [&'static str])> {
        match self {
            Self::None | Self::Filled => None,
            Self::Attributes => Some(("attribute definitions", &ATTRIBUTE_COLUMNS)),
            Self::ResourceTypes => Some(("resource types", &RESOURCE_TYPE_COLUMNS)),
        }
    }
}

/// The names known at one point of a case.
pub(super) struct Scope {
    seeded: BTreeSet<String>,
    resources: BTreeSet<String>,
    saved: BTreeSet<String>,
    rows: Rows,
}

/// A text that is looked at, and where its scalar begins.
#[derive(Clone, Copy)]
struct Text<'a> {
    text: &'a str,
    at: Position,
}

impl Scope {
    pub(super) fn new(seeded: &[Fixture], given: &[Fixture], rows: Rows) -> Self {
        let names = |fixtures: &[Fixture]| fixtures.iter().map(|fixture| fixture.name.clone()).collect();
        Self { seeded: names(seeded), resources: names(given), saved: BTreeSet::new(), rows }
    }

    pub(super) fn add_saved(&mut self, name: &str) {
        self.saved.insert(name.to_owned());
    }

    pub(super) fn add_created(&mut self, name: &str) {
        self.resources.insert(name.to_owned());
    }

    /// A resource is read.
    pub(super) fn uses(&self, node: &Node, problems: &mut Problems) {
        let Some(name) = node.text().filter(|text| !text.contains("${")) else { return };
        if !self.resources.contains(name) && !self.seeded.contains(name) {
            self.unknown(Text { text: name, at: node.at }, 0..name.len(), problems);
        }
    }

    /// A resource is changed.
    pub(super) fn writes(&self, node: &Node, problems: &mut Problems) {
        self.uses(node, problems);
        if let Some(name) = node.text() {
            self.refuse_seeded(Text { text: name, at: node.at }, 0..name.len(), problems);
        }
    }

    /// A resource is changed by a request to its path.
    pub(super) fn writes_to_path(&self, node: &Node, problems: &mut Problems) {
        let Some(text) = node.text() else { return };
        for (hole, at) in places(text) {
            let end = at.start + hole::root(hole).len();
            self.refuse_seeded(Text { text, at: node.at }, at.start..end, problems);
        }
    }

    /// Any name.
    pub(super) fn knows(&self, node: &Node, problems: &mut Problems) {
        let Some(name) = node.text().filter(|text| !text.contains("${")) else { return };
        if !self.is_known(name) {
            self.unknown(Text { text: name, at: node.at }, 0..name.len(), problems);
        }
    }

    /// Fixtures refer to those before them only.
    pub(super) fn check_fixtures(&self, given: Option<&Node>, problems: &mut Problems) {
        let fixtures = given.map(Node::entries).unwrap_or_default();
        for (index, fixture) in fixtures.iter().enumerate() {
            each_text(&fixture.value, &mut |text| {
                self.check_text(text, &[], problems);
                for (hole, at) in places(text.text) {
                    let name = hole::root(hole);
                    let place = at.start..at.start + name.len();
                    if name == fixture.key {
                        let message = format!("`{name}` refers to itself");
                        problems.add_inside(text.at, text.text, place, message, "it is not there yet", None);
                    } else if fixtures[index..].iter().any(|later| later.key == name) {
                        let message = format!("`{}` refers to `{name}`, which is made later", fixture.key);
                        let help = Some(format!("move `{name}` up: fixtures are made in the order of the file"));
                        problems.add_inside(text.at, text.text, place, message, "not there yet", help);
                    }
                }
            });
        }
    }

    /// Every placeholder of a step begins with a known name.
    pub(super) fn check_placeholders(&self, step: &Node, problems: &mut Problems) {
        // Names that the step itself saves may be used in its checks.
        let requests = step.get("parallel").map(Node::items).unwrap_or_default();
        let own: Vec<&str> = std::iter::once(step)
            .chain(requests)
            .flat_map(|request| [request.get("save"), request.get("creates")])
            .flatten()
            .flat_map(Node::entries)
            .map(|entry| entry.key.as_str())
            .collect();
        each_text(step, &mut |text| self.check_text(text, &own, problems));
    }

    /// People read it, so only rows are filled in.
    pub(super) fn check_prose(&self, node: Option<&Node>, problems: &mut Problems) {
        let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) else { return };
        for (hole, at) in places(text) {
            if matches!(hole::root(hole), "row" | "choose") {
                self.check_text(Text { text, at: node.at }, &[], problems);
            } else {
                let help =
                    Some("only `${row.…}` is filled in, since ids and titles are the same in every run".to_owned());
                problems.add_inside(
                    node.at,
                    text,
                    at,
                    "a text for people names no run-time value",
                    "placeholder",
                    help,
                );
            }
        }
    }

    fn check_text(&self, text: Text<'_>, own: &[&str], problems: &mut Problems) {
        if let Some(start) = unclosed(text.text) {
            let help = Some("close it with `}`".to_owned());
            let part = start..start + 2;
            problems.add_inside(text.at, text.text, part, "a placeholder is never closed", "opened here", help);
        }
        for (hole, at) in places(text.text) {
            self.check_hole(text, hole, at, own, problems);
        }
    }

    fn is_known(&self, name: &str) -> bool {
        self.resources.contains(name)
            || self.seeded.contains(name)
            || self.saved.contains(name)
            || BUILT_IN.contains(&name)
    }

    fn unknown(&self, text: Text<'_>, part: Range<usize>, problems: &mut Problems) {
        let name = &text.text[part.clone()];
        let known: Vec<&str> =
            self.resources.iter().chain(&self.seeded).chain(&self.saved).map(String::as_str).collect();
        let help = did_you_mean(name, known.iter().copied().chain(BUILT_IN)).unwrap_or_else(|| {
            if known.is_empty() {
                format!("give the case one: `given: {{ {name}: User }}`")
            } else {
                format!("known here: {}", known.join(", "))
            }
        });
        let message = format!("nothing is called `{name}` here");
        problems.add_inside(text.at, text.text, part, message, "unknown name", Some(help));
    }

    fn refuse_seeded(&self, text: Text<'_>, part: Range<usize>, problems: &mut Problems) {
        let name = &text.text[part.clone()];
        if self.seeded.contains(name) && !self.resources.contains(name) {
            let help = Some(
                "give the case its own resource: cases share what the suite seeds and may only read it".to_owned(),
            );
            let message = format!("`{name}` is seeded by the suite and read-only");
            problems.add_inside(text.at, text.text, part, message, "changed here", help);
        }
    }
}

/// Visits every text of a tree, keys included.
fn each_text(node: &Node, visit: &mut dyn FnMut(Text<'_>)) {
    match &node.kind {
        Kind::Text(text) => visit(Text { text, at: node.at }),
        Kind::List(items) => items.iter().for_each(|item| each_text(item, visit)),
        Kind::Map(entries) => {
            for Entry { at, key, value } in entries {
                visit(Text { text: key, at: *at });
                each_text(value, visit);
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}
