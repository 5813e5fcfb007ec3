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
mod schema;
mod sample_call;
mod scope;
mod validate;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use serde_json::{Map, Value};

pub use crate::file::Unreadable;
pub use folder::{file, files_below};
pub use model::{
    Action, AttributeTable, Auth, Body, Case, Check, CheckKind, Encode, Fixture, Lowered, PatchBody, Profile, Step,
    Suite, SuiteEntry, Tier,
};
pub use node::Position;
pub use placeholder::{fill, fill_text, holes};
pub use problem::{Source, SuiteError, SuiteErrors};
pub use sample_call::SampleCall;
pub use schema::json_schema;

use crate::requirement::Catalogue;
use crate::scim::Filter;
use compile::{Compiler, SuiteHead};
use expand::Table;
use node::{Kind, NoYaml, Node};
use problem::Problems;
use scope::{Rows, Scope};
use validate::Validator;

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
    for source in sources {
        let source = Arc::new(source);
        let mut problems = Problems::new(Arc::clone(&source));
        if let Some((suite, ids)) = read(&source, catalogue, &mut problems) {
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

/// The suite of a file, and the ids of its cases with their places.
fn read(
    source: &Arc<Source>,
    catalogue: &Catalogue,
    problems: &mut Problems,
) -> Option<(Suite, Vec<(String, Position)>)> {
    let root = parse(&source.text, problems)?;
    if matches!(root.kind, Kind::Null) {
        let help = "a suite begins with `suite:`, `title:` and `cases:`".to_owned();
        problems.add(Position { line: 1, column: 1 }, "the file holds no suite", "nothing to read", Some(help));
        return None;
    }
    validate_without_cases(&root, catalogue, problems);
    let head = Arc::new(SuiteHead::of(&root, Arc::clone(source)));
    Scope::new(&[], &head.given, Rows::None).check_fixtures(root.get("given"), problems);
    let suite_rows = root.get("for-each");
    let (mut entries, mut ids) = (Vec::new(), Vec::new());
    for case in root.get("cases").map(Node::items).unwrap_or_default() {
        if let Some((id, at)) = case.get("id").and_then(|id| Some((id.text()?, id.at))) {
            ids.push((format!("{}/{id}", head.id), at));
        }
        if let (Some(suite_rows), Some(own)) = (suite_rows, case.entry("for-each")) {
            let help = format!("the suite has rows already, at {}", suite_rows.at);
            problems.add(own.at, "a case of a suite with rows has rows of its own", "second table", Some(help));
        }
        let rows = case.get("for-each").or(suite_rows);
        entries.extend(read_case(case, rows, &head, catalogue, problems));
    }
    let suite = Suite {
        id: head.id.clone(),
        title: root.get("title").and_then(Node::text).unwrap_or_default().to_owned(),
        source: Arc::clone(source),
        given: head.given.clone(),
        entries,
    };
    Some((suite, ids))
}

/// Cases are validated one by one with their rows filled in; here they count as a list of anything.
fn validate_without_cases(root: &Node, catalogue: &Catalogue, problems: &mut Problems) {
    let mut top = root.clone();
    if let Kind::Map(entries) = &mut top.kind {
        for entry in entries.iter_mut().filter(|entry| entry.key == "cases") {
            match &mut entry.value.kind {
                Kind::List(items) if items.is_empty() => {
                    problems.add(entry.value.at, "a suite has at least one case", "empty list", None);
                }
                Kind::List(items) => items.clear(),
                _ => {}
            }
        }
    }
    Validator { catalogue, problems }.block(&top, &grammar::SUITE);
}

fn read_case(
    case: &Node,
    rows: Option<&Node>,
    head: &Arc<SuiteHead>,
    catalogue: &Catalogue,
    problems: &mut Problems,
) -> Vec<SuiteEntry> {
    let compile = |node: &Node, row: Option<(&str, &Node)>, rows: Rows, problems: &mut Problems| {
        Validator { catalogue, problems }.block(node, &grammar::CASE);
        Compiler { head, catalogue, problems }.case(node, row, rows)
    };
    for key in ["for-each", "choose"] {
        if let Some(value) = case.get(key) {
            Validator { catalogue, problems }.value_of(&grammar::CASE, key, value);
        }
    }
    let choose = case.entry("choose");
    let has_rows = rows.is_some_and(|rows| matches!(rows.kind, Kind::List(_)));
    if let Some(choose) = choose.filter(|_| !has_rows) {
        let help = Some("it chooses by the ids of the rows that `for-each` lists".to_owned());
        problems.add(choose.at, "`choose` has no meaning here", "no rows to choose by", help);
    }
    let bare = without(case, &["for-each", "choose"]);
    match rows.map(|rows| (&rows.kind, rows)) {
        Some((Kind::List(rows), _)) => {
            let table = Table::new(rows, choose.map(|choose| &choose.value), problems);
            if table.rows().next().is_none() {
                // No row can be filled in; what stands outside of the rows is checked all the same.
                compile(&bare, None, Rows::Filled, problems);
            }
            table
                .rows()
                .map(|(id, row)| {
                    let filled = table.fill(&bare, row, problems);
                    SuiteEntry::Case(Arc::new(compile(&filled, Some((id, row)), Rows::Filled, problems)))
                })
                .collect()
        }
        Some((Kind::Map(_), table)) => {
            let sketch = compile(&bare, None, Rows::Attributes, problems);
            let filter = table.get("where").and_then(Node::text).and_then(|text| Filter::parse(text).ok());
            vec![SuiteEntry::PerAttribute(Arc::new(AttributeTable {
                id: sketch.id.clone(),
                title: sketch.title.clone(),
                why: sketch.why.clone(),
                resource_type: table.get("attributes-of").and_then(Node::text).unwrap_or_default().to_owned(),
                filter,
                needs: sketch.needs.clone(),
                profile: sketch.profile,
                tier: sketch.tier,
                tags: sketch.tags.clone(),
                requirements: sketch.requirements().into_iter().map(str::to_owned).collect(),
                source: Arc::clone(&head.source),
                at: case.at,
                case: bare,
                suite: Arc::clone(head),
            }))]
        }
        Some(_) => {
            // No table; that is reported, and the rest is checked as if it were one.
            compile(&bare, None, Rows::Filled, problems);
            Vec::new()
        }
        None => vec![SuiteEntry::Case(Arc::new(compile(&bare, None, Rows::None, problems)))],
    }
}

impl AttributeTable {
    /// The case for one row. `row` is the attribute definition with `path` and `sample(n)` added.
    ///
    /// # Errors
    /// Says which placeholder the row has no value for.
    pub fn case(&self, row_id: &str, row: &Map<String, Value>, catalogue: &Catalogue) -> Result<Case, SuiteErrors> {
        let mut row = row.clone();
        row.insert("id".to_owned(), row_id.into());
        let rows = [Node::from_json(&Value::Object(row), self.at)];
        let mut problems = Problems::new(Arc::clone(&self.source));
        let table = Table::new(&rows, None, &mut problems);
        let filled = table.fill(&self.case, &rows[0], &mut problems);
        let case = Compiler { head: &self.suite, catalogue, problems: &mut problems }.case(
            &filled,
            Some((row_id, &rows[0])),
            Rows::Filled,
        );
        if problems.is_empty() { Ok(case) } else { Err(SuiteErrors(problems.into_vec())) }
    }
}

fn without(node: &Node, keys: &[&str]) -> Node {
    let entries = node.entries().iter().filter(|entry| !keys.contains(&entry.key.as_str())).cloned().collect();
    let kind = if matches!(node.kind, Kind::Map(_)) { Kind::Map(entries) } else { node.kind.clone() };
    Node { at: node.at, kind }
}
