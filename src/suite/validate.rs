//! Holds a tree against the table of the language and reports every deviation.

mod rows;
mod text;

pub(super) use rows::{ATTRIBUTE_COLUMNS, RESOURCE_TYPE_COLUMNS};
pub(super) use text::not_a_resource_type;

use std::collections::{BTreeMap, BTreeSet};

use super::grammar::{Block, Key, Shape};
use super::node::{Entry, Kind, Node, Position};
use super::placeholder;
use super::problem::Problems;
use crate::requirement::Catalogue;
use crate::suggest::nearest;

/// What a file is held against.
pub(super) struct Validator<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) problems: &'a mut Problems,
}

impl Validator<'_> {
    /// Checks the keys of a block and everything below them.
    pub(super) fn block(&mut self, node: &Node, block: &Block) {
        if !matches!(node.kind, Kind::Map(_)) {
            let help = format!("{} takes: {}", block.what, names(block));
            self.wrong(node, &format!("{} as a mapping", block.what), Some(help));
            return;
        }
        // A mistyped key counts as the one that was meant, so that one slip gives one message.
        let mut meant: BTreeSet<&str> = BTreeSet::new();
        for entry in node.entries() {
            match block.keys.iter().find(|key| key.name == entry.key) {
                Some(key) => self.key(node, entry, key, block),
                None => meant.extend(self.unknown_key(entry, block)),
            }
        }
        let is_there = |key: &str| node.get(key).is_some() || meant.contains(key);
        for key in block.keys.iter().filter(|key| key.required && !is_there(key.name)) {
            let help = format!("add `{}:` ({})", key.name, key.doc.trim_end_matches('.'));
            self.problems.add(node.at, format!("{} lacks `{}`", block.what, key.name), "missing key", Some(help));
        }
        for (word, others) in block.completed_by {
            if let Some(entry) = node.entry(word)
                && !others.iter().any(|other| is_there(other))
            {
                let help = format!("write {} beside it", alternatives(others));
                self.problems.add(
                    entry.at,
                    format!("`{word}` lacks {}", alternatives(others)),
                    "incomplete",
                    Some(help),
                );
            }
        }
        for (one, other) in block.rivals {
            if let (Some(first), Some(second)) = (node.entry(one), node.entry(other)) {
                let help = Some("keep the one that is meant".to_owned());
                let message = format!("`{one}` and `{other}` exclude each other");
                self.problems.add(first.at.max(second.at), message, "second one", help);
            }
        }
        self.one_of(node, block, &meant);
    }

    /// Checks a value that stands at a key of a block, without the block around it.
    pub(super) fn value_of(&mut self, block: &Block, key: &str, value: &Node) {
        if let Some(key) = block.keys.iter().find(|one| one.name == key) {
            self.shape(value, &key.shape);
        }
    }

    fn key(&mut self, node: &Node, entry: &Entry, key: &Key, block: &Block) {
        let has_action = block.one_of.iter().any(|word| node.get(word).is_some());
        if has_action && !key.with.is_empty() && !key.with.iter().any(|other| node.get(other).is_some()) {
            let help = format!("it goes with {}", alternatives(key.with));
            self.problems.add(entry.at, format!("`{}` has no meaning here", entry.key), "out of place", Some(help));
        }
        self.shape(&entry.value, &key.shape);
    }

    /// Reports a key; gives the key that was probably meant.
    fn unknown_key<'b>(&mut self, entry: &Entry, block: &'b Block) -> Option<&'b str> {
        let meant = nearest(&entry.key, block.keys.iter().map(|key| key.name));
        let help = meant.map_or_else(
            || format!("{} takes: {}", block.what, names(block)),
            |meant| format!("did you mean `{meant}`?"),
        );
        let message = format!("{} has no key `{}`", block.what, entry.key);
        self.problems.add(entry.at, message, "unknown key", Some(help));
        meant
    }

    fn one_of(&mut self, node: &Node, block: &Block, meant: &BTreeSet<&str>) {
        if block.one_of.is_empty() || block.one_of.iter().any(|word| meant.contains(word)) {
            return;
        }
        let there: Vec<&Entry> =
            node.entries().iter().filter(|entry| block.one_of.contains(&entry.key.as_str())).collect();
        match there.as_slice() {
            // An unknown key stands for whatever was meant, and is reported already.
            [] if block.keys.iter().all(|key| key.with.is_empty()) && unknown_is_there(node, block) => {}
            [] => {
                let help = format!("use one of {}", quoted(block.one_of));
                let message = format!("{} does not say {}", block.what, block.says);
                self.problems.add(node.at, message, "no word for it", Some(help));
            }
            [_] => {}
            [first, others @ ..] => {
                for other in others {
                    let help = format!(
                        "`{}` says it already, at {}; one of them goes into {} of its own",
                        first.key, first.at, block.what
                    );
                    let message = format!("{} says twice {}", block.what, block.says);
                    self.problems.add(other.at, message, "second word for it", Some(help));
                }
            }
        }
    }

    fn shape(&mut self, node: &Node, shape: &Shape) {
        // A value that is filled in when the rows are known is checked then.
        if node.text().is_some_and(placeholder::is_row_placeholder) {
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::Block(block) => self.block(node, block),
            Shape::List(inner) => match &node.kind {
                Kind::List(items) => items.iter().for_each(|item| self.shape(item, inner)),
                _ => self.wrong(node, "a list", list_help(node)),
            },
            Shape::Some(_) | Shape::OneOrMany(_) if matches!(&node.kind, Kind::List(items) if items.is_empty()) => {
                let help = Some("add an item, or leave the key out".to_owned());
                self.problems.add(node.at, "expected at least one item", "this is an empty list", help);
            }
            Shape::Some(inner) => self.shape(node, &Shape::List(inner)),
            Shape::OneOrMany(inner) => node.one_or_many().iter().for_each(|item| self.shape(item, inner)),
            Shape::Named(inner) => match &node.kind {
                Kind::Map(entries) => entries.iter().for_each(|entry| self.shape(&entry.value, inner)),
                _ => self.wrong(node, "a mapping from names to values", None),
            },
            Shape::Names(inner) => self.names(node, inner),
            Shape::FromRow => {
                let help = "`from` takes the keys of a mapping that the row has: `from: \"${row.answer}\"`";
                self.wrong(node, "a mapping of the row", Some(help.to_owned()));
            }
            Shape::Fixtures => self.fixtures(node),
            Shape::Rows => self.rows(node),
            Shape::Flag if node.flag().is_none() => self.wrong(node, "true or false", None),
            Shape::Number if node.number().is_none() => self.wrong(node, "a whole number, zero or more", None),
            Shape::Count if node.number().is_none_or(|n| n == 0) => {
                self.wrong(node, "a whole number, one or more", None);
            }
            Shape::Status if !node.number().is_some_and(|n| (100..600).contains(&n)) => {
                self.wrong(node, "an HTTP status from 100 to 599", None);
            }
            Shape::Flag | Shape::Number | Shape::Count | Shape::Status => {}
            other => match node.text() {
                Some(text) => self.text(node.at, text, other),
                None => self.wrong(node, &text_name(other), quote_help(node)),
            },
        }
    }

    /// A value of the wrong type. `expected` says what should stand there.
    fn wrong(&mut self, node: &Node, expected: &str, help: Option<String>) {
        self.problems.add(node.at, format!("expected {expected}"), format!("this is {}", node.describe()), help);
    }
}

/// Reports each key that a mapping of the tree has twice.
pub(super) fn refuse_repeated_keys(node: &Node, problems: &mut Problems) {
    node.items().iter().for_each(|item| refuse_repeated_keys(item, problems));
    let mut seen: BTreeMap<&str, Position> = BTreeMap::new();
    for entry in node.entries() {
        if let Some(first) = seen.insert(&entry.key, entry.at) {
            let help = Some(format!("the first one is at {first}; keep one of them"));
            problems.add(entry.at, format!("the key `{}` is there twice", entry.key), "second one", help);
        }
        refuse_repeated_keys(&entry.value, problems);
    }
}

fn unknown_is_there(node: &Node, block: &Block) -> bool {
    node.entries().iter().any(|entry| !block.keys.iter().any(|key| key.name == entry.key))
}

fn list_help(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Text(text) if text.len() <= 40 => Some(format!("write `[{text}]`")),
        Kind::Number(number) => Some(format!("write `[{number}]`")),
        Kind::Map(_) => Some("each item of a list begins with `- `".to_owned()),
        _ => None,
    }
}

/// What is read as another type becomes text in quotes.
fn quote_help(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Bool(_) | Kind::Number(_) => Some(format!("quotes make it text: \"{}\"", node.to_json())),
        _ => None,
    }
}

fn text_name(shape: &Shape) -> String {
    match shape {
        Shape::Word(words) => format!("one of {}", quoted(words)),
        Shape::Filter => "a SCIM filter as text".to_owned(),
        Shape::Path => "an attribute path".to_owned(),
        Shape::Requirement => "the id of a requirement, such as 7644-3.3-08".to_owned(),
        Shape::Recorded => "the name of a recorded request, such as disable-user".to_owned(),
        Shape::Ruling => "the id of a ruling, such as C8".to_owned(),
        Shape::Request => "`METHOD PATH`".to_owned(),
        Shape::ResourceTypeOrEach => "the name of a resource type, such as `User`, or `each`".to_owned(),
        Shape::ResourceType => "the name of a resource type, such as `User`".to_owned(),
        Shape::Name => "the name of a resource".to_owned(),
        Shape::Id | Shape::SuiteId => "an id as text".to_owned(),
        _ => "text".to_owned(),
    }
}

/// `did you mean …?`, where a known word is near.
pub(super) fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

fn names(block: &Block) -> String {
    block.keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// `a`, `a` or `b`.
fn alternatives(words: &[&str]) -> String {
    match words {
        [others @ .., last] if !others.is_empty() => format!("{} or `{last}`", quoted(others)),
        _ => quoted(words),
    }
}
