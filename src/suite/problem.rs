//! What is wrong with a file that somebody wrote: suite, requirement, configuration.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::node::Position;
use crate::file::harmless;

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Name for messages, for example `suites/users/create.yaml`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// One mistake of an author, with its place and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteError {
    /// The file.
    pub source: Arc<Source>,
    /// The place; line 0 means the whole file.
    pub at: Position,
    /// How many characters are marked there; `None` for the word or quoted text that begins there.
    pub width: Option<usize>,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// What stands at the place, or what was expected there.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl SuiteError {
    /// The mistake as a compiler would show it, with the line and a caret.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        // As many characters as the file has, so that places hold.
        let text = harmless(&self.source.text);
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let title = Level::ERROR.primary_title(self.message.as_str());
        let mut group = match self.span(&text) {
            Some(span) => title.element(
                Snippet::source(text.as_str())
                    .path(self.source.name.as_str())
                    .annotation(AnnotationKind::Primary.span(span).label(self.label.as_str())),
            ),
            None => title
                .element(Origin::path(self.source.name.as_str()).line(self.at.line.max(1)).char_column(1))
                .element(Level::NOTE.message(self.label.as_str())),
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group]).to_string()
    }

    /// The bytes that are marked: as many characters as are asked for, or the word or quoted text at the place.
    fn span(&self, text: &str) -> Option<std::ops::Range<usize>> {
        let mut start = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            if index + 1 == self.at.line {
                let content = line.trim_end();
                let column =
                    content.char_indices().nth(self.at.column.saturating_sub(1)).map_or(content.len(), |c| c.0);
                let rest = &content[column..];
                let length = match (self.width, rest.chars().next()) {
                    (Some(width), _) => rest.char_indices().nth(width).map_or(rest.len(), |c| c.0),
                    (None, Some(quote @ ('"' | '\''))) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
                    (None, Some(c @ ('[' | '{'))) => c.len_utf8(),
                    (None, _) => word_length(rest),
                };
                let one = rest.chars().next().map_or(0, char::len_utf8);
                return Some(start + column..start + column + length.max(one));
            }
            start += line.len();
        }
        None
    }
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.source.name, self.at, self.message)?;
        if !self.label.is_empty() {
            write!(f, " ({})", self.label)?;
        }
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// The length of a key or plain scalar at the beginning of `rest`: it ends before a space, a bracket, or a `:` or `,`
/// that is punctuation.
fn word_length(rest: &str) -> usize {
    let ends = |(index, c): (usize, char)| match c {
        ':' | ',' => rest[index + 1..].chars().next().is_none_or(char::is_whitespace),
        _ => c.is_whitespace() || matches!(c, ']' | '}'),
    };
    rest.char_indices().find(|&at| ends(at)).map_or(rest.len(), |at| at.0)
}

/// Every mistake that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SuiteErrors(pub Vec<SuiteError>);

impl fmt::Display for SuiteErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

/// Collects the mistakes of one file.
#[derive(Debug)]
pub(super) struct Problems {
    source: Arc<Source>,
    found: Vec<SuiteError>,
    /// Place and message of each.
    known: HashSet<(Position, String)>,
}

/// Mistakes of a file that are told, at most: whoever reads on mends the first ones first.
const MOST: usize = 100;

impl Problems {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self { source, found: Vec::new(), known: HashSet::new() }
    }

    /// Notes a mistake. The same mistake at the same place counts once: rows of a table repeat it.
    pub(super) fn add(
        &mut self,
        at: Position,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        self.keep(at, None, message.into(), label.into(), help);
    }

    /// Notes a mistake in `part` of the text of a scalar that begins at `at`. The part itself is marked where the
    /// file shows the text as it is; otherwise, as in a folded or filled-in text, the place of the scalar is.
    pub(super) fn add_inside(
        &mut self,
        at: Position,
        text: &str,
        part: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        let (at, width) = self.inside(at, text, part).map_or((at, None), |(at, width)| (at, Some(width)));
        self.keep(at, width, message.into(), label.into(), help);
    }

    fn inside(&self, at: Position, text: &str, part: Range<usize>) -> Option<(Position, usize)> {
        let line = self.source.text.lines().nth(at.line.checked_sub(1)?)?;
        let rest = &line[line.char_indices().nth(at.column.checked_sub(1)?)?.0..];
        let quote = usize::from(rest.starts_with(['"', '\'']));
        rest[quote..].strip_prefix(text.get(..part.end)?)?;
        let before = text.get(..part.start)?.chars().count();
        let width = text.get(part)?.chars().count();
        Some((Position { line: at.line, column: at.column + quote + before }, width.max(1)))
    }

    fn keep(&mut self, at: Position, width: Option<usize>, message: String, label: String, help: Option<String>) {
        if self.found.len() > MOST || self.known.contains(&(at, message.clone())) {
            return;
        }
        let (message, label, help) = if self.found.len() == MOST {
            let help = "mend those that are shown first".to_owned();
            ("the file has more mistakes than can be shown".to_owned(), "and more".to_owned(), Some(help))
        } else {
            self.known.insert((at, message.clone()));
            (message, label, help)
        };
        // They quote what stands in the file.
        let (message, label, help) = (harmless(&message), harmless(&label), help.map(|help| harmless(&help)));
        self.found.push(SuiteError { source: Arc::clone(&self.source), at, width, message, label, help });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_vec(mut self) -> Vec<SuiteError> {
        self.found.sort_by_key(|error| error.at);
        self.found
    }
}
