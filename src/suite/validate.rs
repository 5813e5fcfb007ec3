//! Holds a tree against the table of the language and reports every deviation.

use super::grammar::{ATTRIBUTE_ROWS, Block, NEED_WORDS, Shape};
use super::node::{Kind, Node, Position};
use super::placeholder;
use super::problem::Problems;
use crate::requirement::Catalogue;
use crate::scim::{AttrPath, Filter};
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
            self.wrong(node, &format!("{} as a mapping", block.what));
            return;
        }
        for entry in node.entries() {
            let Some(key) = block.keys.iter().find(|key| key.name == entry.key) else {
                let known = block.keys.iter().map(|key| key.name);
                let help = did_you_mean(&entry.key, known.clone())
                    .unwrap_or_else(|| format!("{} takes: {}", block.what, known.collect::<Vec<_>>().join(", ")));
                self.problems.add(
                    entry.at,
                    format!("{} has no key `{}`", block.what, entry.key),
                    "unknown key",
                    Some(help),
                );
                continue;
            };
            if !key.with.is_empty() && !key.with.iter().any(|other| node.get(other).is_some()) {
                let help = format!("it goes with {}", quoted(key.with));
                self.problems.add(entry.at, format!("`{}` has no meaning here", entry.key), "out of place", Some(help));
            }
            self.shape(&entry.value, &key.shape);
        }
        for key in block.keys.iter().filter(|key| key.required && node.get(key.name).is_none()) {
            let help = format!("add `{}:` ({})", key.name, key.doc.trim_end_matches('.'));
            self.problems.add(node.at, format!("{} lacks `{}`", block.what, key.name), "missing key", Some(help));
        }
        if !block.one_of.is_empty() {
            let there = node.entries().iter().filter(|entry| block.one_of.contains(&entry.key.as_str())).count();
            if there != 1 {
                let label = if there == 0 { "none of them is here" } else { "more than one is here" };
                let help = format!("use one of {}", quoted(block.one_of));
                self.problems.add(node.at, format!("{} needs exactly one action word", block.what), label, Some(help));
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
                _ => self.wrong(node, "a list"),
            },
            Shape::OneOrMany(inner) => node.one_or_many().iter().for_each(|item| self.shape(item, inner)),
            Shape::Named(inner) => match &node.kind {
                Kind::Map(entries) => entries.iter().for_each(|entry| self.shape(&entry.value, inner)),
                _ => self.wrong(node, "a mapping from names to values"),
            },
            Shape::Fixtures => self.fixtures(node),
            Shape::Rows => self.rows(node),
            Shape::Flag if node.flag().is_none() => self.wrong(node, "true or false"),
            Shape::Number if node.number().is_none() => self.wrong(node, "a whole number"),
            Shape::Status if !node.number().is_some_and(|n| (100..600).contains(&n)) => {
                self.wrong(node, "an HTTP status from 100 to 599");
            }
            Shape::Flag | Shape::Number | Shape::Status => {}
            other => match node.text() {
                Some(text) => self.text(node.at, text, other),
                None => self.wrong(node, text_name(other)),
            },
        }
    }

    fn text(&mut self, at: Position, text: &str, shape: &Shape) {
        match shape {
            Shape::Word(words) if !words.contains(&text) => {
                let help = did_you_mean(text, words.iter().copied())
                    .unwrap_or_else(|| format!("use one of {}", quoted(words)));
                self.problems.add(at, format!("`{text}` is not a word that fits here"), "unknown word", Some(help));
            }
            Shape::Id if !is_kebab(text) => self.bad_id(at, text, "lower-case letters, digits and `-`"),
            Shape::SuiteId if !text.split('/').all(is_kebab) => {
                self.bad_id(at, text, "lower-case letters, digits, `-`, and `/` between the parts");
            }
            Shape::Filter => self.filter(at, text),
            Shape::Path => {
                if let Err(error) = AttrPath::parse(&placeholder::blank(text, "a")) {
                    let help = Some("a path looks like `name.givenName`".to_owned());
                    self.problems.add(at, format!("no attribute path: {error}"), "attribute path", help);
                }
            }
            Shape::Pointer if !(text.is_empty() || text.starts_with('/')) => {
                let help = Some(format!("write `/{text}`"));
                self.problems.add(at, "a JSON Pointer begins with `/`", "JSON Pointer", help);
            }
            Shape::Regex => {
                if let Err(error) = regex::Regex::new(text) {
                    let line = error.to_string().lines().last().unwrap_or_default().to_owned();
                    self.problems.add(at, "no regular expression", line, None);
                }
            }
            Shape::Requirement => self.requirement(at, text),
            Shape::Ruling if self.catalogue.ruling(text).is_none() => {
                let known = self.catalogue.rulings().map(|ruling| ruling.id.as_str());
                let help = did_you_mean(text, known).or_else(|| Some("rulings are in suites/rulings.yaml".to_owned()));
                self.problems.add(at, format!("no ruling `{text}`"), "unknown ruling", help);
            }
            Shape::Need => self.need(at, text),
            Shape::Request => self.request(at, text),
            _ => {}
        }
    }

    fn filter(&mut self, at: Position, text: &str) {
        let as_value = Filter::parse(&placeholder::blank(text, "0"));
        if let Err(error) = as_value
            && Filter::parse(&placeholder::blank(text, "a")).is_err()
        {
            let help = Some("a filter looks like `emails[type eq \"work\"]` or `active eq true`".to_owned());
            self.problems.add(at, format!("no SCIM filter: {error}"), "filter", help);
        }
    }

    fn requirement(&mut self, at: Position, text: &str) {
        if self.catalogue.requirement(text).is_some() {
            return;
        }
        let known = self.catalogue.requirements().map(|requirement| requirement.id.as_str());
        let help = did_you_mean(text, known)
            .unwrap_or_else(|| "requirements are in suites/requirements/; an id looks like `7644-3.3-08`".to_owned());
        self.problems.add(at, format!("no requirement `{text}`"), "unknown requirement", Some(help));
    }

    fn need(&mut self, at: Position, text: &str) {
        let is_resource_type = text.starts_with(|c: char| c.is_ascii_uppercase());
        if !is_resource_type && !NEED_WORDS.contains(&text) {
            let help = did_you_mean(text, NEED_WORDS.iter().copied())
                .unwrap_or_else(|| format!("use {}, or the name of a resource type", quoted(NEED_WORDS)));
            self.problems.add(at, format!("nothing is known of `{text}`"), "unknown capability", Some(help));
        }
    }

    fn request(&mut self, at: Position, text: &str) {
        const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
        let (method, path) = text.split_once(' ').unwrap_or((text, ""));
        let method_is_fine = method.bytes().all(|b| b.is_ascii_uppercase()) && !method.is_empty();
        let path_is_fine = path.starts_with('/') || path.starts_with("${");
        if !method_is_fine || !path_is_fine {
            let help = did_you_mean(&method.to_ascii_uppercase(), METHODS.into_iter())
                .filter(|_| !method_is_fine)
                .unwrap_or_else(|| "write `POST /Users` or `DELETE ${ann.path}`".to_owned());
            self.problems.add(at, "no request: a method and a path that begins with `/`", "METHOD PATH", Some(help));
        }
    }

    fn fixtures(&mut self, node: &Node) {
        let Kind::Map(entries) = &node.kind else {
            self.wrong(node, "names with what they are, such as `ann: User`");
            return;
        };
        for entry in entries {
            let fine = match &entry.value.kind {
                Kind::Text(_) => true,
                Kind::Map(inner) => inner.len() == 1 && matches!(inner[0].value.kind, Kind::Map(_)),
                _ => false,
            };
            if !fine {
                let help = Some("write `ann: User` or `ann: { User: { title: Boss } }`".to_owned());
                self.problems.add(
                    entry.value.at,
                    format!("`{}` is no resource", entry.key),
                    entry.value.describe(),
                    help,
                );
            }
        }
    }

    fn rows(&mut self, node: &Node) {
        match &node.kind {
            Kind::Map(_) => self.block(node, &ATTRIBUTE_ROWS),
            Kind::List(rows) if !rows.is_empty() => {
                for row in rows {
                    match row.get("id").map(|id| (id.at, id.text())) {
                        Some((_, Some(id))) if is_row_id(id) => {}
                        Some((at, _)) => self.bad_id(at, "id", "text of letters, digits, `-`, `.` and `_`"),
                        None => self.problems.add(
                            row.at,
                            "a row lacks `id`",
                            "missing key",
                            Some("each row is a case and needs a name of its own".to_owned()),
                        ),
                    }
                    if let Some(needs) = row.get("needs") {
                        self.shape(needs, &Shape::List(&Shape::Need));
                    }
                    if let Some(ruling) = row.get("ruling") {
                        self.shape(ruling, &Shape::Ruling);
                    }
                }
            }
            _ => self.wrong(node, "a list of rows, or `attributes-of`"),
        }
    }

    fn bad_id(&mut self, at: Position, text: &str, made_of: &str) {
        self.problems.add(at, format!("`{text}` is no id"), format!("made of {made_of}"), None);
    }

    fn wrong(&mut self, node: &Node, expected: &str) {
        self.problems.add(node.at, format!("expected {expected}"), format!("this is {}", node.describe()), None);
    }
}

fn text_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Filter => "a SCIM filter as text (quote it)",
        Shape::Path => "an attribute path",
        Shape::Requirement => "the id of a requirement, such as 7644-3.3-08",
        Shape::Ruling => "the id of a ruling, such as C8",
        Shape::Request => "`METHOD PATH`",
        Shape::Name => "the name of a resource",
        _ => "text",
    }
}

/// `did you mean …?`, where a known word is near.
pub(super) fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn is_kebab(text: &str) -> bool {
    !text.is_empty()
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

fn is_row_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}
