//! Tables: one case per row, with the row's values filled in.

use std::collections::BTreeSet;

use super::node::{Entry, Kind, Node, Position};
use super::placeholder;
use super::problem::Problems;
use super::validate::did_you_mean;

/// The rows of a table and what may be chosen by row.
pub(super) struct Table<'a> {
    rows: &'a [Node],
    choose: Option<&'a Node>,
    columns: BTreeSet<&'a str>,
}

impl<'a> Table<'a> {
    /// The table of inline rows; missing choices are reported here, once per table.
    pub(super) fn new(rows: &'a [Node], choose: Option<&'a Node>, problems: &mut Problems) -> Self {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for row in rows {
            let Some(id) = row.get("id") else { continue };
            if let Some(text) = id.text()
                && !seen.insert(text)
            {
                problems.add(
                    id.at,
                    format!("two rows are called `{text}`"),
                    "second one",
                    Some("row ids are part of case ids and have to differ".to_owned()),
                );
            }
        }
        for choice in choose.map(Node::entries).unwrap_or_default() {
            if !matches!(choice.value.kind, Kind::Map(_)) {
                continue;
            }
            for id in &seen {
                if choice.value.get(id).is_none() {
                    let help = Some(format!("add `{id}:` below `{}:`", choice.key));
                    problems.add(
                        choice.at,
                        format!("`{}` has nothing for row `{id}`", choice.key),
                        "every row needs its choice",
                        help,
                    );
                }
            }
            for entry in choice.value.entries().iter().filter(|entry| !seen.contains(entry.key.as_str())) {
                let help = did_you_mean(&entry.key, seen.iter().copied())
                    .or_else(|| Some(format!("rows are: {}", seen.iter().copied().collect::<Vec<_>>().join(", "))));
                problems.add(entry.at, format!("no row is called `{}`", entry.key), "unknown row", help);
            }
        }
        let columns = rows.iter().flat_map(Node::entries).map(|entry| entry.key.as_str()).collect();
        Self { rows, choose, columns }
    }

    /// The rows with their ids.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'a str, &'a Node)> + use<'a> {
        self.rows.iter().filter_map(|row| Some((row.get("id")?.text()?, row)))
    }

    /// `node` with every placeholder of the row filled in.
    pub(super) fn fill(&self, node: &Node, row: &Node, problems: &mut Problems) -> Node {
        self.filled(node, row, problems).unwrap_or(Node { at: node.at, kind: Kind::Null })
    }

    /// `None` when the row has no value for a placeholder that some other row has: the key is left out then.
    fn filled(&self, node: &Node, row: &Node, problems: &mut Problems) -> Option<Node> {
        let kind = match &node.kind {
            Kind::Text(text) => {
                if let Some(hole) = placeholder::whole_of_row(text) {
                    return self.value(hole, row, node.at, problems);
                }
                Kind::Text(self.text(text, row, node.at, problems))
            }
            Kind::List(items) => Kind::List(items.iter().filter_map(|item| self.filled(item, row, problems)).collect()),
            Kind::Map(entries) => {
                // A mapping that stands in the file under `from` is no value of the row.
                let from_row = |entry: &Entry| {
                    entry.key == "from" && entry.value.text().is_some_and(placeholder::is_row_placeholder)
                };
                let takes_from_row = entries.iter().any(from_row);
                let filled: Vec<Entry> = entries
                    .iter()
                    .filter_map(|entry| {
                        let key = self.text(&entry.key, row, entry.at, problems);
                        Some(Entry { at: entry.at, key, value: self.filled(&entry.value, row, problems)? })
                    })
                    .collect();
                Kind::Map(if takes_from_row { merge_from(filled) } else { filled })
            }
            other => other.clone(),
        };
        Some(Node { at: node.at, kind })
    }

    fn text(&self, text: &str, row: &Node, at: Position, problems: &mut Problems) -> String {
        let lookup = |hole: &str| {
            placeholder::is_of_row(hole).then(|| {
                self.find(hole, row).map(Node::to_json).ok_or_else(|| format!("the row has no value for `${{{hole}}}`"))
            })
        };
        placeholder::fill_text_partly(text, &lookup).unwrap_or_else(|message| {
            let unknown = placeholder::places(text)
                .into_iter()
                .map(|(hole, part)| (placeholder::head_of(hole), part))
                .find(|(head, _)| lookup(head).is_some_and(|found| found.is_err()));
            match unknown {
                Some((head, part)) => {
                    let part = part.start..part.start + head.len();
                    problems.add_inside(at, text, part, message, "placeholder", self.advice(head));
                }
                // A suffix that is none is reported where all placeholders are looked at.
                None if placeholder::has_unknown_suffix(text) => {}
                None => problems.add(at, message, "placeholder", None),
            }
            text.to_owned()
        })
    }

    fn value(&self, hole: &str, row: &Node, at: Position, problems: &mut Problems) -> Option<Node> {
        if let Some(node) = self.find(hole, row) {
            return Some(node.clone());
        }
        let known = hole.strip_prefix("row.").is_some_and(|column| self.columns.contains(column));
        if !known {
            let message = format!("no row has a value for `${{{hole}}}`");
            problems.add(at, message, "placeholder", self.advice(hole));
            // It stays, so that the key around it does not count as missing, too.
            return Some(Node { at, kind: Kind::Text(format!("${{{hole}}}")) });
        }
        None
    }

    fn find<'n>(&self, hole: &str, row: &'n Node) -> Option<&'n Node>
    where
        'a: 'n,
    {
        if hole == "row" {
            return Some(row);
        }
        match hole.strip_prefix("choose.") {
            Some(choice) => self.choose?.get(choice)?.get(row.get("id")?.text()?),
            None => row.get(hole.strip_prefix("row.")?),
        }
    }

    fn advice(&self, hole: &str) -> Option<String> {
        if let Some(choice) = hole.strip_prefix("choose.") {
            let choices: Vec<_> =
                self.choose.map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.as_str()).collect();
            return did_you_mean(choice, choices.iter().copied())
                .or_else(|| Some(format!("choices are: {}", choices.join(", "))));
        }
        let column = hole.strip_prefix("row.").unwrap_or(hole);
        let columns: Vec<_> = self.columns.iter().copied().collect();
        did_you_mean(column, columns.iter().copied()).or_else(|| Some(format!("rows have: {}", columns.join(", "))))
    }
}

/// Puts the keys of a mapping under `from` in the place of `from`; they win over those beside it.
fn merge_from(entries: Vec<Entry>) -> Vec<Entry> {
    let Some(index) = entries.iter().position(|entry| entry.key == "from" && matches!(entry.value.kind, Kind::Map(_)))
    else {
        return entries;
    };
    let mut own = entries;
    let merged = own.remove(index);
    if let Kind::Map(inner) = merged.value.kind {
        for entry in inner {
            own.retain(|other| other.key != entry.key);
            own.push(entry);
        }
    }
    own
}
