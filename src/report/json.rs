//! `report.json`: the record from which every other format can be made again.

use std::io;

use serde::Deserialize;

use super::model::FORMAT_VERSION;
use super::{Report, Reporter};

pub(super) struct Json;

impl Reporter for Json {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, report)?;
        out.write_all(b"\n")
    }
}

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
        /// What was expected there.
        message: String,
    },
    /// The report was written in a format that this program does not know.
    #[error("the report has format {found:?}, expected {expected}: read it with the version of scimspec that made it")]
    Format {
        /// The format of the report.
        found: String,
        /// The format that is read here.
        expected: &'static str,
    },
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let place = format!(" at line {line} column {column}");
        let message = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        Self::Shape { line, column, message }
    }
}

/// Reads a report that [`Format::Json`](super::Format::Json) wrote.
///
/// # Errors
/// The place and what was expected there, when the text is no report; the two versions, when its format has another
/// major number. Members that are not known are left out.
pub fn read_json(text: &str) -> Result<Report, ReadError> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    // A file of another major version must say so, not complain about the first member that has moved.
    let head: Head = serde_json::from_str(text)?;
    if major(&head.format) != major(FORMAT_VERSION) {
        return Err(ReadError::Format { found: head.format, expected: FORMAT_VERSION });
    }
    Ok(serde_json::from_str(text)?)
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// The JSON Schema of `report.json`.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Report).to_value();
    if let Some(members) = schema.as_object_mut() {
        members.insert("title".into(), "scimspec report".into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_reported_with_its_place() {
        let error = read_json("{\n  \"format\": 1\n}").map_err(|error| error.to_string());
        assert_eq!(error, Err("2:13: invalid type: integer `1`, expected a string".to_owned()));
        let error = read_json("{\n  \"format\": \"1.7\"\n}").map_err(|error| error.to_string());
        assert_eq!(error, Err("3:1: missing field `tool`".to_owned()));
    }

    #[test]
    fn another_major_version_is_refused() {
        let error = read_json("{\"format\": \"2.0\", \"tool\": []}").map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| text.contains("format \"2.0\", expected 1.0")));
    }
}
