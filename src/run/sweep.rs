//! Removes what a ledger says may be there: by its path once it was read back, or by searching for its marks. Nothing
//! is removed that does not have, character by character, a value that the ledger has.

use std::collections::BTreeMap;

use serde_json::Value;

use super::gate::Gate;
use super::ledger::{Entry, Marks, State};
use super::request::{self, segment};
use crate::exchange::{Exchange, Purpose};
use crate::scim::schema::member;

/// Resources that are read at most when a type has to be searched without a filter.
const MOST_RESOURCES: usize = 10_000;
/// Pages that are read at most.
const MOST_PAGES: usize = 100;

/// What became of one thing that a ledger names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Its path below the base URL, or where it was searched for.
    pub path: String,
    /// The value it is known by: `userName "…"`.
    pub name: String,
    /// What became of it.
    pub fate: Fate,
}

impl Swept {
    /// Where it is, if it is still there.
    pub(super) fn left(self) -> Option<String> {
        matches!(self.fate, Fate::Left(_))
            .then(|| if self.name.is_empty() { self.path.clone() } else { format!("{} ({})", self.path, self.name) })
    }
}

/// What became of something that a run wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was removed.
    Deleted,
    /// It was not there.
    AlreadyGone,
    /// It was left alone, or could not be removed.
    Left(String),
}

/// Removes what the entries are about, the newest first, since older ones may be referred to by them. What had no
/// answer and is not found counts as gone when `settled`, and otherwise stays open: it may come to be there yet.
pub(super) async fn sweep(gate: &Gate, entries: &[Entry], settled: bool) -> Vec<Swept> {
    let mut swept = Vec::new();
    for (path, numbers) in by_path(entries) {
        let marks: Vec<&Marks> = entries.iter().map(|entry| &entry.marks).collect();
        let known = entries.iter().filter(|entry| numbers.contains(&entry.number));
        let name = known.map(|entry| &entry.marks).find(|marks| !marks.is_empty()).map(Marks::to_string);
        let fate = remove(gate, &path, &marks).await;
        if !matches!(fate, Fate::Left(_)) {
            gate.ledger.gone(&numbers);
        }
        swept.push(Swept { path, name: name.unwrap_or_default(), fate });
    }
    for entry in entries.iter().rev().filter(|entry| entry.path.is_none()) {
        swept.extend(search(gate, entry, settled).await);
    }
    swept
}

/// Paths with the numbers of the entries about them, the newest first.
fn by_path(entries: &[Entry]) -> Vec<(String, Vec<usize>)> {
    let mut paths: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for entry in entries {
        if let Some(path) = &entry.path {
            paths.entry(path).or_default().push(entry.number);
        }
    }
    let mut paths: Vec<(String, Vec<usize>)> =
        paths.into_iter().map(|(path, numbers)| (path.to_owned(), numbers)).collect();
    paths.sort_by_key(|(_, numbers)| std::cmp::Reverse(numbers.iter().max().copied()));
    paths
}

/// Removes what is at a path, if it has one of the marks.
async fn remove(gate: &Gate, path: &str, marks: &[&Marks]) -> Fate {
    let read = gate.send(Purpose::CleanUp, request::get(gate.base(), path)).await;
    let response = match &read.answer {
        Ok(response) if matches!(response.status, 404 | 410) => return Fate::AlreadyGone,
        Ok(response) => response,
        Err(reason) => return Fate::Left(format!("it cannot be read: {reason}")),
    };
    let Some(resource) = response.json().ok().filter(|body| response.is_success() && body.is_object()) else {
        return Fate::Left(format!("reading it is answered with {}, so that it cannot be compared", response.status));
    };
    if !marks.iter().any(|marks| marks.are_in(resource)) {
        return Fate::Left(format!("what is there now ({}) has no value that the run wrote", title(resource)));
    }
    let deleted = gate.send(Purpose::CleanUp, request::delete(gate.base(), path)).await;
    match &deleted.answer {
        Ok(response) if response.is_success() => Fate::Deleted,
        Ok(response) if matches!(response.status, 404 | 410) => Fate::AlreadyGone,
        Ok(response) => Fate::Left(format!("the DELETE is answered with {}", response.status)),
        Err(reason) => Fate::Left(format!("the DELETE has no answer: {reason}")),
    }
}

/// Searches for something whose path is not known, and removes it.
async fn search(gate: &Gate, entry: &Entry, settled: bool) -> Vec<Swept> {
    let mut found = Vec::new();
    let mut why = None;
    for (attribute, value) in entry.marks.by_worth() {
        let filter = format!("{attribute} eq {}", Value::from(value));
        match list(gate, entry, Some(&filter)).await {
            Ok(paths) => {
                found = paths;
                why = None;
            }
            Err(reason) => why = Some(reason),
        }
        if !found.is_empty() {
            break;
        }
    }
    // A filter that is not there, or that does not find what it should.
    if found.is_empty() {
        match list(gate, entry, None).await {
            Ok(paths) => {
                found = paths;
                why = None;
            }
            Err(reason) => why = why.map(|first| format!("{first}, and {reason}")),
        }
    }
    let swept = |path: String, fate: Fate| Swept { path, name: entry.marks.to_string(), fate };
    if found.is_empty() {
        let path = entry.endpoint.clone();
        return vec![match why {
            Some(why) => swept(path, Fate::Left(format!("it cannot be searched for: {why}"))),
            None => {
                if settled || entry.state != State::Unanswered {
                    gate.ledger.gone(&[entry.number]);
                }
                swept(path, Fate::AlreadyGone)
            }
        }];
    }
    let mut all = Vec::new();
    for path in found {
        let fate = remove(gate, &path, &[&entry.marks]).await;
        all.push(swept(path, fate));
    }
    if !all.iter().any(|one| matches!(one.fate, Fate::Left(_))) {
        gate.ledger.gone(&[entry.number]);
    }
    all
}

/// Paths of the resources in a list that have a mark of the entry.
///
/// # Errors
/// The list cannot be read, or not to its end.
async fn list(gate: &Gate, entry: &Entry, filter: Option<&str>) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut seen = 0;
    for _ in 0..MOST_PAGES {
        let mut query = vec![("startIndex".to_owned(), (seen + 1).to_string()), ("count".to_owned(), "200".to_owned())];
        query.extend(filter.map(|filter| ("filter".to_owned(), filter.to_owned())));
        let page = request::with_query(&request::get(gate.base(), &entry.endpoint), &query);
        let exchange = gate.send(Purpose::CleanUp, page).await;
        let (resources, total) = page_of(&exchange)?;
        let ours = resources.iter().filter(|resource| entry.marks.are_in(resource));
        let ids = ours.filter_map(|resource| member(resource, "id")?.as_str());
        found.extend(ids.filter_map(segment).map(|segment| format!("{}/{segment}", entry.endpoint)));
        seen += resources.len();
        if resources.is_empty() || seen >= total || seen >= MOST_RESOURCES {
            return if seen >= total || !found.is_empty() || filter.is_some() {
                Ok(found)
            } else {
                Err(format!("{} has {total} resources, of which {seen} could be read", entry.endpoint))
            };
        }
    }
    Err(format!("{} has more than {MOST_PAGES} pages", entry.endpoint))
}

fn page_of(exchange: &Exchange) -> Result<(&[Value], usize), String> {
    let response = exchange.answer.as_ref().map_err(Clone::clone)?;
    // Where there is no such resource type, there is no such resource.
    if response.status == 404 {
        return Ok((&[], 0));
    }
    let request = exchange.request.path_and_query();
    if !response.is_success() {
        return Err(format!("GET {request} is answered with {}", response.status));
    }
    let body = response.json().map_err(|error| format!("GET {request}: {error}"))?;
    let resources = member(body, "Resources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let total = member(body, "totalResults").and_then(Value::as_u64).and_then(|total| usize::try_from(total).ok());
    Ok((resources, total.unwrap_or(resources.len())))
}

/// What people call a resource.
fn title(resource: &Value) -> String {
    let of = |name: &str| Some(format!("{name} {}", Value::from(member(resource, name)?.as_str()?)));
    ["userName", "displayName", "externalId", "id"]
        .iter()
        .find_map(|name| of(name))
        .unwrap_or_else(|| "without a name".to_owned())
}

/// What a run removes itself at its end: everything that its cases did not, but for what the target was asked to
/// remove and did not.
pub(super) async fn sweep_own(gate: &Gate) -> Vec<Swept> {
    let open: Vec<Entry> = gate.ledger.open().into_iter().filter(|entry| entry.state != State::Stuck).collect();
    sweep(gate, &open, false).await
}
