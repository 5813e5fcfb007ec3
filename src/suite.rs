//! Suites: declarative cases in YAML, read with every place kept, so that each mistake of an author is reported with
//! file, line, column and advice, all of them at once.
//!
//! A file is read into a tree, the tree is held against the table of the language, rows are filled in, and only then
//! are types made of it. Nothing runs on a file that has a mistake.

mod compile;
mod expand;
mod folder;
mod grammar;
mod model;
mod node;
mod placeholder;
mod problem;
mod read;
mod schema;
mod repeat;
mod sample_call;
mod scope;
mod validate;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use serde_json::Value;

pub use crate::file::Unreadable;
pub use folder::{file, files_below};
pub use model::{
    Action, Auth, Body, Case, Check, CheckKind, DeclaredRows, DeclaredTable, Encode, Fixture, Grant, Lowered, Observed,
    PatchBody, Profile, Step, Suite, SuiteEntry, Tier,
};
pub use node::Position;
pub use placeholder::{fill, fill_text, holes};
pub use problem::{Source, SuiteError, SuiteErrors};
pub use repeat::Repeat;
pub use sample_call::{SampleCall, replaced};
pub use schema::json_schema;

use crate::requirement::Catalogue;
use node::{NoYaml, Node};
use problem::Problems;

/// Whether a word may stand in `needs`: a capability, or the name of a resource type.
#[must_use]
pub fn is_need(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) || grammar::NEED_WORDS.contains(&word)
}

/// The word of `needs` that a mistyped one stands for, where one is near.
#[must_use]
pub fn nearest_need(word: &str) -> Option<&'static str> {
    crate::suggest::nearest(word, grammar::NEED_WORDS.iter().copied())
}

/// Name and text of every embedded suite file, sorted by name.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/suites.rs"));

/// The suite files that are part of the binary.
#[must_use]
pub fn embedded() -> Vec<Source> {
    EMBEDDED.iter().map(|(name, text)| Source { name: (*name).to_owned(), text: (*text).to_owned() }).collect()
}

/// Reads suite files and those of the user's own; one of these replaces the suite that has its id.
///
/// # Errors
/// As [`load`].
pub fn load_over(suites: Vec<Source>, own: Vec<Source>, catalogue: &Catalogue) -> Result<Vec<Arc<Suite>>, SuiteErrors> {
    let own = load(own, catalogue)?;
    let mut suites = load(suites, catalogue)?;
    suites.retain(|suite| !own.iter().any(|other| other.id == suite.id));
    suites.extend(own);
    Ok(suites.into_iter().map(Arc::new).collect())
}

/// Reads suite files.
///
/// # Errors
/// Every mistake of every file, sorted by file and place.
pub fn load(sources: Vec<Source>, catalogue: &Catalogue) -> Result<Vec<Suite>, SuiteErrors> {
    let mut suites = Vec::new();
    let mut errors = Vec::new();
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for (source, mut problems, found) in read::all(sources, catalogue) {
        if let Some((suite, ids)) = found {
            refuse_twice(&mut problems, &mut places, &source, &ids);
            if problems.is_empty() {
                suites.push(suite);
            }
        }
        errors.extend(problems.into_vec());
    }
    if errors.is_empty() { Ok(suites) } else { Err(SuiteErrors(errors)) }
}

/// The file as JSON, placeholders and all, so that it can be held against [`json_schema`].
///
/// # Errors
/// The text is no YAML, or has a key twice.
pub fn to_json(source: Source) -> Result<Value, SuiteErrors> {
    let source = Arc::new(source);
    let mut problems = Problems::new(Arc::clone(&source));
    let root = parse(&source.text, &mut problems);
    match root {
        Some(root) if problems.is_empty() => Ok(root.to_json()),
        _ => Err(SuiteErrors(problems.into_vec())),
    }
}

/// The tree of a file; `None` where it is no YAML. Keys that are there twice are reported, too.
fn parse(text: &str, problems: &mut Problems) -> Option<Node> {
    match Node::parse(text) {
        Ok(root) => {
            validate::refuse_repeated_keys(&root, problems);
            Some(root)
        }
        Err(NoYaml { at, message, help }) => {
            problems.add(at, message, "nothing behind this place was read", Some(help));
            None
        }
    }
}

/// The ids of cases differ within a run, whatever files they are in. `places` says where each was first.
fn refuse_twice(
    problems: &mut Problems,
    places: &mut BTreeMap<String, String>,
    source: &Source,
    ids: &[(String, Position)],
) {
    for (id, at) in ids {
        match places.entry(id.clone()) {
            Entry::Vacant(place) => {
                place.insert(format!("{}:{at}", source.name));
            }
            Entry::Occupied(first) => {
                let help = Some(format!("the first one is at {}", first.get()));
                problems.add(*at, format!("the case `{id}` is there twice"), "second one", help);
            }
        }
    }
}
