//! Reading a report back. What is read may be damaged, of another program, or written by hand to do harm: either all of
//! it holds together, or nothing is read.

use std::collections::HashSet;

use serde::Deserialize;

use super::mistake::{in_words, other_format};
use crate::report::{FORMAT_VERSION, Report, Summary};
use crate::verdict::Verdict;

/// Why a text is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The text is no JSON, or not of the shape of a report.
    #[error("{line}:{column}: {message}")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected there, and what to do.
        message: String,
    },
    /// The report was written in a format that this program does not know.
    #[error(
        "{line}:{column}: the report has format {found:?}, expected {expected}: read it with the version of scimspec \
         that made it"
    )]
    Format {
        /// Line of the version, from 1.
        line: usize,
        /// Its column, from 1.
        column: usize,
        /// The format of the report.
        found: String,
        /// The format that is read here.
        expected: &'static str,
    },
    /// The parts of the report contradict each other.
    #[error("{line}:{column}: {message}; the report was changed after the run: make it again")]
    Contradiction {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What does not fit, with its place as `cases[3].findings[0]`.
        message: String,
    },
}

/// Reads a report that [`Format::Json`](crate::report::Format::Json) wrote.
///
/// # Errors
/// The place and what was expected there, when the text is no report; the two versions, when its format has another
/// major number; what does not fit together. Members that are not known are left out.
pub fn read_json(text: &str) -> Result<Report, ReadError> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    let shape = |error: serde_json::Error| {
        // A reader that met the end of a member's value stands behind it.
        let (line, column) = (error.line().max(1), error.column().max(1));
        ReadError::Shape { line, column, message: in_words(&error) }
    };
    if let Some(message) = other_format(text) {
        return Err(ReadError::Shape { line: 1, column: 1, message });
    }
    // A file of another major version must say so, not complain about the first member that has moved.
    let head: Head = serde_json::from_str(text).map_err(shape)?;
    if major(&head.format) != major(FORMAT_VERSION) {
        let (line, column) = member(text, "format");
        let found = head.format.chars().take(40).collect();
        return Err(ReadError::Format { line, column, found, expected: FORMAT_VERSION });
    }
    let report: Report = serde_json::from_str(text).map_err(shape)?;
    match contradiction(&report) {
        None => Ok(report),
        Some((of, message)) => {
            let (line, column) = match of {
                Of::Summary => member(text, "summary"),
                Of::Case(id, second) => case(text, id, second),
            };
            Err(ReadError::Contradiction { line, column, message })
        }
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// Where the first member of this name stands.
fn member(text: &str, name: &str) -> (usize, usize) {
    crate::file::line_and_column(text, text.find(&format!("\"{name}\"")).unwrap_or(0))
}

/// Where the case with this id begins to be told, or the second one of them.
fn case(text: &str, id: &str, second: bool) -> (usize, usize) {
    let id = serde_json::Value::from(id).to_string();
    let is_it = |at: &usize| {
        let value = text[at + 4..].trim_start().strip_prefix(':').map(str::trim_start);
        value.is_some_and(|value| value.starts_with(&id))
    };
    let mut places = text.match_indices("\"id\"").map(|(at, _)| at).filter(is_it);
    let first = places.next();
    match if second { places.next() } else { first } {
        Some(at) => crate::file::line_and_column(text, at),
        None => member(text, "cases"),
    }
}

/// What does not fit together.
enum Of<'a> {
    Summary,
    /// The case with this id; `true` for the second one that has it.
    Case(&'a str, bool),
}

/// Where something does not fit together, and what.
fn contradiction(report: &Report) -> Option<(Of<'_>, String)> {
    let mut counted = Summary { waived: report.summary.waived, ..Summary::default() };
    let mut ids = HashSet::new();
    for (at, case) in report.cases.iter().enumerate() {
        counted.add(case.verdict);
        if case.id.trim() != case.id || case.id.is_empty() {
            let message = format!("cases[{at}].id is {:?}, expected an id without blanks around it", short(&case.id));
            return Some((Of::Case(&case.id, false), message));
        }
        if !ids.insert(case.id.as_str()) {
            let message = format!("cases[{at}].id is {:?}, expected one that no earlier case has", short(&case.id));
            return Some((Of::Case(&case.id, true), message));
        }
        for (number, finding) in case.findings.iter().enumerate() {
            if finding.requirement.trim() != finding.requirement || finding.requirement.is_empty() {
                let message =
                    format!("cases[{at}].findings[{number}].requirement is no id, expected one of a requirement");
                return Some((Of::Case(&case.id, false), message));
            }
        }
    }
    let waived = report.cases.iter().filter(|case| case.verdict == Verdict::Fail && case.is_waived()).count();
    let differs = |verdict: &Verdict| counted.of(*verdict) != report.summary.of(*verdict);
    if let Some(verdict) = Verdict::ALL.iter().find(|verdict| differs(verdict)) {
        let (says, has) = (report.summary.of(*verdict), counted.of(*verdict));
        return Some((Of::Summary, format!("summary.{verdict} is {says}, expected {has} by the cases")));
    }
    (waived != report.summary.waived)
        .then(|| (Of::Summary, format!("summary.waived is {}, expected {waived} by the cases", report.summary.waived)))
}

fn short(id: &str) -> String {
    crate::file::tamed(&id.chars().take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        read_json(text).map_or_else(|error| error.to_string(), |_| "a report".to_owned())
    }

    #[test]
    fn a_mistake_is_reported_with_its_place() {
        assert_eq!(
            said("{\n  \"format\": 1\n}"),
            "2:13: expected a string, found a number; give a report as `run --report json=…` writes it"
        );
        assert!(said("{\n  \"format\": \"1.7\"\n}").starts_with("3:1: the member `tool` is missing"));
    }

    #[test]
    fn another_major_version_is_refused() {
        assert!(
            said("{\"format\": \"2.0\", \"tool\": []}").starts_with("1:2: the report has format \"2.0\", expected 1.0")
        );
    }

    #[test]
    fn what_looks_like_another_format_is_named() {
        for (text, part) in [
            ("", "the file is empty"),
            ("\n<testsuites/>", "JUnit or HTML"),
            ("{\"type\":\"report\"}\n", "ndjson"),
            ("::error::x", "another format"),
        ] {
            assert!(said(text).contains(part), "{text}: {}", said(text));
        }
    }
}
