//! The catalogue: every normative statement that the harness knows, and the rulings on ambiguous ones.
//!
//! Levels live here and nowhere else. The catalogue is data (`suites/requirements`, `suites/rulings.yaml`) and is
//! embedded in the binary.

mod excuse;
mod file;
mod shape;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::verdict::Level;

pub use excuse::{Excuse, Reason};
pub use shape::{Dialect, RequestShape};

/// What the level of a requirement rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// A sentence with a keyword of RFC 2119.
    Keyword,
    /// A plain statement.
    Text,
    /// Several sentences taken together.
    Derived,
}

/// Whom a requirement binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The service provider.
    #[default]
    Server,
    /// The client; the harness can break it on purpose and watch the reaction.
    Client,
    /// Both sides.
    Both,
    /// A schema definition.
    Schema,
}

/// Whether a test tool can see that a requirement is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Observable {
    /// Always.
    #[default]
    Yes,
    /// Sometimes: by timing, with a second credential, or by a heuristic.
    Partly,
    /// Never from outside.
    No,
}

/// How well a client's requirement is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Stated in the client's documentation.
    Documented,
    /// Part of a test that its maker publishes.
    PublishedTest,
    /// Seen in recorded traffic.
    Recorded,
    /// Reported by others.
    ThirdParty,
    /// Concluded.
    Inferred,
}

/// The text that a requirement is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Short name with which its ids begin: `7644`, `entra`.
    pub name: String,
    /// Number, if it is an RFC.
    pub rfc: Option<u16>,
    /// Client and edition, if it is not: `entra@2026-08`.
    pub profile: Option<String>,
    /// Title.
    pub title: String,
    link: Option<String>,
}

/// How one source reads a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Title of the source.
    pub source: String,
    /// How binding it is there.
    pub level: Level,
}

/// Where a client and an RFC pull apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Apart {
    /// Section of the RFC: `RFC 7644 section 3.5.2.3`.
    pub section: String,
    /// What the RFC wants.
    pub rfc: String,
    /// What the client wants.
    pub client: String,
    /// How to satisfy both.
    pub both: String,
}

/// One normative statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Stable id: `7644-3.3-08`, `entra-B4`.
    pub id: String,
    /// Where it is from.
    pub document: Arc<Document>,
    /// Number of the section.
    pub section: String,
    /// Heading of the section.
    pub section_title: String,
    /// How binding it is.
    pub level: Level,
    /// What the level rests on.
    pub basis: Basis,
    /// Whom it binds.
    pub subject: Subject,
    /// Whether it can be tested from outside.
    pub observable: Observable,
    /// Topic.
    pub area: String,
    /// When it applies; always, if nothing is said.
    pub needs: Option<String>,
    /// The statement in our words.
    pub text: String,
    /// How to test it.
    pub probe: String,
    /// Titles of the texts it rests on, for a client's requirement.
    pub sources: Vec<String>,
    /// How well a client's requirement is known.
    pub confidence: Option<Confidence>,
    /// What users of the client are likely to notice when it is broken.
    pub effect: Option<String>,
    /// Contradictions between sources.
    pub note: Option<String>,
    /// How binding each of the sources makes it, where they differ.
    pub readings: Vec<Reading>,
    /// Where the client wants something else than an RFC does.
    pub apart: Option<Apart>,
    /// Name of the declaration, where only a person can say whether it is kept.
    pub declaration: Option<String>,
    /// Why no check judges it.
    pub excuse: Option<Excuse>,
}

impl Requirement {
    /// Link to the section in the text, where there is one.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        self.document.link.as_ref().map(|link| link.replace("{section}", &self.section))
    }

    /// Whether something of it can be seen from outside.
    #[must_use]
    pub fn is_observable(&self) -> bool {
        self.observable != Observable::No
    }

    /// Where it stands, for people: `RFC 7644 section 3.3`, or the title of a client's text.
    #[must_use]
    pub fn section_label(&self) -> String {
        match self.document.rfc {
            Some(number) => format!("RFC {number} section {}", self.section),
            None => match &self.sources[..] {
                [first] => first.clone(),
                [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
                [] => self.document.title.clone(),
            },
        }
    }
}

/// How the harness reads an ambiguous place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ruling {
    /// Stable id: `B3`.
    pub id: String,
    /// Topic.
    pub topic: String,
    /// RFC and sections that it reads.
    pub section: String,
    /// What is ambiguous.
    pub point: String,
    /// How it is judged.
    pub verdict: String,
}

/// A mistake in a catalogue file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CatalogueError {
    /// Name of the file.
    pub file: String,
    /// Line, from 1; 0 if unknown.
    pub line: u64,
    /// Column, from 1; 0 if unknown.
    pub column: u64,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// All requirements and rulings, in the order of their files.
#[derive(Debug, Default)]
pub struct Catalogue {
    requirements: Vec<Requirement>,
    rulings: Vec<Ruling>,
    shapes: Vec<RequestShape>,
    requirement_at: HashMap<String, usize>,
    ruling_at: HashMap<String, usize>,
}

const REQUIREMENTS: [(&str, &str); 7] = [
    ("suites/requirements/rfc7643.yaml", include_str!("../suites/requirements/rfc7643.yaml")),
    ("suites/requirements/rfc7644.yaml", include_str!("../suites/requirements/rfc7644.yaml")),
    ("suites/requirements/rfc9865.yaml", include_str!("../suites/requirements/rfc9865.yaml")),
    ("suites/requirements/rfc9967.yaml", include_str!("../suites/requirements/rfc9967.yaml")),
    ("suites/requirements/rfc9110.yaml", include_str!("../suites/requirements/rfc9110.yaml")),
    ("suites/requirements/rfc6750.yaml", include_str!("../suites/requirements/rfc6750.yaml")),
    ("suites/requirements/entra.yaml", include_str!("../suites/requirements/entra.yaml")),
];

const RULINGS: [(&str, &str); 1] = [("suites/rulings.yaml", include_str!("../suites/rulings.yaml"))];

const SHAPES: (&str, &str) = ("suites/shapes/entra.yaml", include_str!("../suites/shapes/entra.yaml"));

static EMBEDDED: LazyLock<Catalogue> = LazyLock::new(|| {
    let read = Catalogue::load(&REQUIREMENTS, &RULINGS).and_then(|catalogue| catalogue.with_shapes(SHAPES.0, SHAPES.1));
    read.expect("the embedded catalogue is tested to be valid")
});

impl Catalogue {
    /// The catalogue that is part of the binary, read at the first use.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Reads requirement files and ruling files, each given as name and text.
    ///
    /// # Errors
    /// Every mistake with file, line and column: a file that is no YAML or has another shape, an id that does not
    /// belong to its section, an id that occurs twice, a source that is not declared.
    pub fn load(requirements: &[(&str, &str)], rulings: &[(&str, &str)]) -> Result<Self, Vec<CatalogueError>> {
        let mut catalogue = Self::default();
        let mut errors = Vec::new();
        // One thread per file: reading YAML is the slowest part of starting up.
        let read = std::thread::scope(|scope| {
            let threads: Vec<_> =
                requirements.iter().map(|(name, text)| scope.spawn(|| file::requirements(name, text))).collect();
            threads.into_iter().map(|thread| thread.join().expect("reading does not panic")).collect::<Vec<_>>()
        });
        for ((name, _), (found, mistakes)) in requirements.iter().zip(read) {
            errors.extend(mistakes);
            for file::Read { value, at } in found {
                if catalogue.requirement_at.insert(value.id.clone(), catalogue.requirements.len()).is_some() {
                    errors.push(file::error(name, at, format!("id {} is already taken", value.id)));
                }
                catalogue.requirements.push(value);
            }
        }
        for (name, text) in rulings {
            let (found, mistakes) = file::rulings(name, text);
            errors.extend(mistakes);
            for file::Read { value, at } in found {
                if catalogue.ruling_at.insert(value.id.clone(), catalogue.rulings.len()).is_some() {
                    errors.push(file::error(name, at, format!("id {} is already taken", value.id)));
                }
                catalogue.rulings.push(value);
            }
        }
        if errors.is_empty() { Ok(catalogue) } else { Err(errors) }
    }

    /// The catalogue with the shapes of a file, given as name and text.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn with_shapes(mut self, name: &str, text: &str) -> Result<Self, Vec<CatalogueError>> {
        self.shapes.extend(file::shapes(name, text)?);
        Ok(self)
    }

    /// Names of what only a person can say, each once, in the order of the files.
    pub fn declarations(&self) -> impl Iterator<Item = &str> {
        let mut seen = std::collections::BTreeSet::new();
        self.requirements.iter().filter_map(|one| one.declaration.as_deref()).filter(move |name| seen.insert(*name))
    }

    /// The recorded request of this id.
    #[must_use]
    pub fn shape(&self, id: &str) -> Option<&RequestShape> {
        self.shapes.iter().find(|shape| shape.id == id)
    }

    /// Every recorded request, in the order of the files.
    pub fn shapes(&self) -> impl Iterator<Item = &RequestShape> {
        self.shapes.iter()
    }

    /// The requirement of this id.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirement_at.get(id).map(|at| &self.requirements[*at])
    }

    /// The ruling of this id.
    #[must_use]
    pub fn ruling(&self, id: &str) -> Option<&Ruling> {
        self.ruling_at.get(id).map(|at| &self.rulings[*at])
    }

    /// Every requirement, in the order of the files.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter()
    }

    /// Every ruling, in the order of the files.
    pub fn rulings(&self) -> impl Iterator<Item = &Ruling> {
        self.rulings.iter()
    }

    /// The requirements of a section and of the sections below it: `in_section("7644", "3.5.2")` holds 3.5.2.1, too.
    pub fn in_section<'a>(&'a self, document: &'a str, section: &'a str) -> impl Iterator<Item = &'a Requirement> {
        self.requirements.iter().filter(move |requirement| {
            requirement.document.name == document
                && requirement
                    .section
                    .strip_prefix(section)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

#[cfg(test)]
mod tests;
