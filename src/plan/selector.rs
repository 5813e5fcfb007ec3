//! What may stand behind `run`: a case or the beginning of its id, a section, a requirement, a level, a tag.

use std::sync::Arc;

use crate::requirement::{Catalogue, Requirement};
use crate::suggest::nearest;
use crate::suite::{Case, DeclaredTable, Suite, SuiteEntry};
use crate::verdict::Level;

/// One selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// A case, or all cases whose id begins with it at a `/` or `[`.
    Case(String),
    /// A section of an RFC and those below it: `rfc7644/3.5.2`.
    Section(String, String),
    /// One requirement.
    Requirement(String),
    /// Requirements of a level.
    Level(Level),
    /// A tag.
    Tag(String),
}

/// A selector that selects nothing in any suite.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing is known as `{word}`: {advice}")]
pub struct UnknownSelector {
    /// The selector.
    pub word: String,
    /// What to do.
    pub advice: String,
}

impl Selector {
    /// Reads selectors, each held against what there is.
    ///
    /// # Errors
    /// The first one that names nothing, with a suggestion.
    pub fn parse_all(
        words: &[String],
        suites: &[Arc<Suite>],
        catalogue: &Catalogue,
    ) -> Result<Vec<Self>, UnknownSelector> {
        words.iter().map(|word| Self::parse(word, suites, catalogue)).collect()
    }

    fn parse(word: &str, suites: &[Arc<Suite>], catalogue: &Catalogue) -> Result<Self, UnknownSelector> {
        if let Some(level) =
            [Level::Must, Level::Should, Level::May].into_iter().find(|level| level.as_str().eq_ignore_ascii_case(word))
        {
            return Ok(Self::Level(level));
        }
        if catalogue.requirement(word).is_some() {
            return Ok(Self::Requirement(word.to_owned()));
        }
        if let Some((document, section)) =
            word.strip_prefix("rfc").and_then(|rest| rest.split_once('/').or(Some((rest, ""))))
            && catalogue.requirements().any(|requirement| requirement.document.name == document)
        {
            return Ok(Self::Section(document.to_owned(), section.to_owned()));
        }
        let entries: Vec<(&str, &[String])> = suites.iter().flat_map(|suite| &suite.entries).map(id_and_tags).collect();
        if entries.iter().any(|(id, _)| begins(id, word) || word.split('[').next() == Some(id)) {
            return Ok(Self::Case(word.to_owned()));
        }
        if entries.iter().any(|(_, tags)| tags.iter().any(|tag| tag == word)) {
            return Ok(Self::Tag(word.to_owned()));
        }
        let known = entries.iter().flat_map(|(id, tags)| std::iter::once(*id).chain(tags.iter().map(String::as_str)));
        let advice = nearest(word, known).map_or_else(
            || "give the beginning of a case id (`patch/`), a section (`rfc7644/3.5.2`), a requirement (`7644-3.3-08`), `must`, or a tag; `scimspec list` shows them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Err(UnknownSelector { word: word.to_owned(), advice })
    }

    /// Whether a case is selected.
    #[must_use]
    pub fn matches(&self, case: &Case, catalogue: &Catalogue) -> bool {
        self.selects(&case.id, &case.tags, &case.requirements(), catalogue)
    }

    /// Whether the cases of a table are selected.
    #[must_use]
    pub fn matches_table(&self, table: &DeclaredTable, catalogue: &Catalogue) -> bool {
        let requirements: Vec<&str> = table.requirements.iter().map(String::as_str).collect();
        // A selector may name one row, whichever rows the target has.
        if let Self::Case(word) = self
            && word.strip_prefix(&table.id).is_some_and(|rest| rest.starts_with('['))
        {
            return true;
        }
        self.selects(&table.id, &table.tags, &requirements, catalogue)
    }

    /// Whether a requirement is selected; what names cases selects none.
    #[must_use]
    pub fn matches_requirement(&self, requirement: &Requirement) -> bool {
        match self {
            Self::Case(_) | Self::Tag(_) => false,
            Self::Requirement(id) => requirement.id == *id,
            Self::Level(level) => requirement.level == *level,
            Self::Section(document, section) => {
                requirement.document.name == *document
                    && (section.is_empty() || begins_section(&requirement.section, section))
            }
        }
    }

    fn selects(&self, id: &str, tags: &[String], requirements: &[&str], catalogue: &Catalogue) -> bool {
        let any = |test: &dyn Fn(&Requirement) -> bool| {
            requirements.iter().filter_map(|id| catalogue.requirement(id)).any(test)
        };
        match self {
            Self::Case(word) => begins(id, word),
            Self::Tag(tag) => tags.contains(tag),
            Self::Requirement(_) | Self::Level(_) | Self::Section(..) => {
                any(&|requirement| self.matches_requirement(requirement))
            }
        }
    }
}

fn id_and_tags(entry: &SuiteEntry) -> (&str, &[String]) {
    match entry {
        SuiteEntry::Case(case) => (&case.id, &case.tags),
        SuiteEntry::Declared(table) => (&table.id, &table.tags),
    }
}

fn begins(id: &str, word: &str) -> bool {
    id.strip_prefix(word).is_some_and(|rest| rest.is_empty() || word.ends_with('/') || rest.starts_with(['/', '[']))
}

fn begins_section(section: &str, wanted: &str) -> bool {
    section.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
