//! From the text of a suite file to the suite: the tree is held against the language, rows are filled in, types are made.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value};

use super::compile::{Compiler, SuiteHead};
use super::expand::Table;
use super::grammar;
use super::node::{Kind, Node, Position};
use super::parse;
use super::problem::{Problems, Source, SuiteErrors};
use super::scope::{Rows, Scope};
use super::validate::Validator;
use super::{Case, DeclaredRows, DeclaredTable, Suite, SuiteEntry};
use crate::requirement::Catalogue;
use crate::scim::Filter;

/// A file with what is wrong with it and what it holds: its suite, and the ids of its cases with their places.
pub(super) type FileRead = (Arc<Source>, Problems, Option<(Suite, Vec<(String, Position)>)>);

/// Reads every file, on all cores: reading YAML is the slowest part of starting up.
pub(super) fn all(sources: Vec<Source>, catalogue: &Catalogue) -> Vec<FileRead> {
    let sources: Vec<Arc<Source>> = sources.into_iter().map(Arc::new).collect();
    let next = AtomicUsize::new(0);
    let read_some = || {
        let mut done = Vec::new();
        while let Some((number, source)) = take(&next, &sources) {
            let mut problems = Problems::new(Arc::clone(source));
            let found = read(source, catalogue, &mut problems);
            done.push((number, (Arc::clone(source), problems, found)));
        }
        done
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(sources.len());
    let mut read: Vec<(usize, FileRead)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(read_some)).collect();
        let own = read_some();
        own.into_iter()
            .chain(others.into_iter().flat_map(|other| other.join().expect("reading does not panic")))
            .collect()
    });
    read.sort_by_key(|(number, _)| *number);
    read.into_iter().map(|(_, file)| file).collect()
}

/// The next one that nobody has taken.
fn take<'a, T>(next: &AtomicUsize, all: &'a [T]) -> Option<(usize, &'a T)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    all.get(number).map(|one| (number, one))
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
            let of = table.get("attributes-of").and_then(Node::text);
            let (rows, known) = match of {
                Some(kind) => {
                    let of = (kind != grammar::EACH).then(|| kind.to_owned());
                    (DeclaredRows::Attributes { of }, Rows::Attributes)
                }
                None => (DeclaredRows::ResourceTypes, Rows::ResourceTypes),
            };
            let sketch = compile(&bare, None, known, problems);
            let filter = table.get("where").and_then(Node::text).and_then(|text| Filter::parse(text).ok());
            vec![SuiteEntry::Declared(Arc::new(DeclaredTable {
                id: sketch.id.clone(),
                title: sketch.title.clone(),
                why: sketch.why.clone(),
                rows,
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

impl DeclaredTable {
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
