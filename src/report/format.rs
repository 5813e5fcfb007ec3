//! The formats by name.

use std::fmt;
use std::io;
use std::str::FromStr;

use super::{Report, github, html, json, junit, markdown, ndjson};

/// Writes a finished run in one format.
pub trait Reporter {
    /// Writes the whole report.
    ///
    /// # Errors
    /// Whatever `out` reports.
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()>;
}

/// A format that a run can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One page for people, without any file beside it.
    Html,
    /// The record: everything, described by [`super::schema`].
    Json,
    /// JUnit XML, for the test tab of a CI system.
    Junit,
    /// A summary below 64 KiB, for the summary page of a CI job.
    Markdown,
    /// The record as one JSON document per line.
    Ndjson,
    /// Workflow commands that GitHub shows as annotations.
    Github,
}

impl Format {
    /// Every format, in the order in which they are listed for people.
    pub const ALL: [Self; 6] = [Self::Html, Self::Json, Self::Junit, Self::Markdown, Self::Ndjson, Self::Github];

    /// Its name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Ndjson => "ndjson",
            Self::Github => "github",
        }
    }

    /// The writer of this format.
    #[must_use]
    pub const fn reporter(self) -> &'static dyn Reporter {
        match self {
            Self::Html => &html::Html,
            Self::Json => &json::Json,
            Self::Junit => &junit::Junit,
            Self::Markdown => &markdown::Markdown,
            Self::Ndjson => &ndjson::Ndjson,
            Self::Github => &github::Github,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no report format: expected {}{}", expected(), meant(.nearest))]
pub struct UnknownFormat {
    /// The name as it was given.
    given: String,
    /// The format that was probably meant.
    nearest: Option<Format>,
}

fn expected() -> String {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    format!("{} or {last}", others.join(", "))
}

fn meant(nearest: &Option<Format>) -> String {
    nearest.map(|format| format!("; did you mean `{format}`?")).unwrap_or_default()
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(given: &str) -> Result<Self, UnknownFormat> {
        let named = |name: &str| Self::ALL.into_iter().find(|format| format.as_str() == name);
        named(given).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str);
            let lower = given.to_ascii_lowercase();
            let near = match lower.as_str() {
                "md" => Some("markdown"),
                "xml" => Some("junit"),
                "jsonl" => Some("ndjson"),
                "htm" => Some("html"),
                _ => crate::suggest::nearest(&lower, names),
            };
            UnknownFormat { given: given.to_owned(), nearest: near.and_then(named) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
    }

    #[test]
    fn a_wrong_name_gets_the_list_and_a_suggestion() {
        let message = |name: &str| name.parse::<Format>().map_err(|error| error.to_string());
        assert_eq!(
            message("jnit"),
            Err("`jnit` is no report format: expected html, json, junit, markdown, ndjson or github; \
                 did you mean `junit`?"
                .to_owned())
        );
        assert!(message("md").is_err_and(|text| text.ends_with("did you mean `markdown`?")));
        assert!(message("powerpoint").is_err_and(|text| text.ends_with("or github")));
    }
}
