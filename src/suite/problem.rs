//! What is wrong with a file that somebody wrote: suite, requirement, configuration.

use std::fmt;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::node::Position;

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
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let title = Level::ERROR.primary_title(self.message.as_str());
        let mut group = match self.span() {
            Some(span) => title.element(
                Snippet::source(self.source.text.as_str())
                    .path(self.source.name.as_str())
                    .annotation(AnnotationKind::Primary.span(span).label(self.label.as_str())),
            ),
            None => Group::with_title(title)
                .element(Level::NOTE.message(format!("in {}: {}", self.source.name, self.label))),
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group]).to_string()
    }

    /// The bytes that are marked: from the place to the end of the word or quoted text there.
    fn span(&self) -> Option<std::ops::Range<usize>> {
        let mut start = 0;
        for (index, line) in self.source.text.split_inclusive('\n').enumerate() {
            if index + 1 == self.at.line {
                let content = line.trim_end();
                let column =
                    content.char_indices().nth(self.at.column.saturating_sub(1)).map_or(content.len(), |c| c.0);
                let rest = &content[column..];
                let length = match rest.chars().next() {
                    Some(quote @ ('"' | '\'')) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
                    Some('[' | '{') => 1,
                    _ => rest.find([' ', ',', ':', ']', '}']).unwrap_or(rest.len()),
                };
                return Some(start + column..start + column + length.max(usize::from(!rest.is_empty())));
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
}

impl Problems {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self { source, found: Vec::new() }
    }

    /// Notes a mistake. The same mistake at the same place counts once: rows of a table repeat it.
    pub(super) fn add(
        &mut self,
        at: Position,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        let error =
            SuiteError { source: Arc::clone(&self.source), at, message: message.into(), label: label.into(), help };
        if !self.found.contains(&error) {
            self.found.push(error);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_vec(mut self) -> Vec<SuiteError> {
        self.found.sort_by_key(|error| error.at);
        self.found
    }
}
