//! Waivers: failures that are known and accepted for a while, each with its reason and its last day.
//!
//! They stand as `[[waivers]]` in a baseline file, or in `scimspec.toml`. What they do to a report is the business of
//! `report::baseline`.

use std::borrow::Cow;
use std::path::Path;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use super::{ConfigError, parse, read};
use crate::file;

/// A baseline file: what is known to fail, so that only what is new turns a build red.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// What is known to fail, one `[[waivers]]` each; `waivers = []` when nothing is.
    pub waivers: Vec<Waiver>,
}

/// One known failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Id of a case or of a standing check; the id of a table without a row stands for each of its rows.
    pub case: String,
    /// The requirement that is known to be broken there; every one when there is none.
    pub requirement: Option<String>,
    /// Why it is accepted, for the people who read the report.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// Where it stands: `baseline.toml:3:1`. Empty until the whole file has been read.
    pub source: String,
    /// Byte in the file.
    offset: usize,
}

/// A waiver as it is written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Id of a case or of a standing check (`standing/media-type`), as reports show it. The id of a table without
    /// a row stands for each of its rows.
    case: Filled,
    /// Id of the requirement that is known to be broken there; every one when it is left out.
    requirement: Option<Filled>,
    /// Why it is accepted, for the people who read the report.
    reason: Filled,
    /// The last day on which it holds, as `2027-03-31`.
    expires: Day,
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// The file cannot be read, or is not what it should be; then with line, column and what was expected.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        read(path, Self::parse)
    }

    /// Reads a text; `name` is the file for messages.
    ///
    /// # Errors
    /// As [`Baseline::read`].
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigError> {
        let mut baseline: Self = parse(name, text)?;
        place(&mut baseline.waivers, name, text)?;
        Ok(baseline)
    }
}

/// Gives each waiver its place, and refuses one that is there twice.
pub(super) fn place(waivers: &mut [Waiver], name: &str, text: &str) -> Result<(), ConfigError> {
    let mut seen: std::collections::HashMap<(String, Option<String>), usize> = std::collections::HashMap::new();
    for waiver in waivers {
        let (line, column) = file::line_and_column(text, waiver.offset);
        let key = (waiver.case.clone(), waiver.requirement.clone());
        if let Some(first) = seen.insert(key, line) {
            let message = format!(
                "this waiver is there already, at line {first}: expected one per case and requirement; keep one of them"
            );
            return Err(ConfigError::Wrong { path: name.to_owned(), line, column, message });
        }
        waiver.source = format!("{name}:{line}:{column}");
    }
    Ok(())
}

impl Waiver {
    /// Whether it is about this case: the id is the same, or that of the table whose row the case is.
    #[must_use]
    pub fn covers(&self, case: &str) -> bool {
        case.strip_prefix(self.case.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    }
}

impl<'de> Deserialize<'de> for Waiver {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = Spanned::<Row>::deserialize(deserializer)?;
        let offset = row.span().start;
        let Row { case, requirement, reason, expires } = row.into_inner();
        Ok(Self {
            case: case.0,
            requirement: requirement.map(|id| id.0),
            reason: reason.0,
            expires: expires.0,
            source: String::new(),
            offset,
        })
    }
}

impl JsonSchema for Waiver {
    fn schema_name() -> Cow<'static, str> {
        "Waiver".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Row::json_schema(generator)
    }
}

/// A text with something in it, without blanks around.
struct Filled(String);

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.trim() {
            "" => Err(de::Error::custom(
                "the text is empty: expected one with something in it; fill it in, or delete the waiver",
            )),
            trimmed => Ok(Self(trimmed.to_owned())),
        }
    }
}

impl JsonSchema for Filled {
    fn schema_name() -> Cow<'static, str> {
        "Filled".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "\\S" })
    }
}

/// A day, as a date of TOML or as a text.
struct Day(Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = toml::Value::deserialize(deserializer)?;
        let text = match &value {
            toml::Value::Datetime(date) if date.time.is_none() => Some(date.to_string()),
            toml::Value::String(text) => Some(text.clone()),
            _ => None,
        };
        let is_day = |text: &String| text.len() == 10 && text.is_ascii();
        text.filter(is_day).and_then(|text| text.parse().ok()).map(Self).ok_or_else(|| {
            de::Error::custom(
                "this is no day: expected the last one on which the waiver holds; write it as `expires = 2027-03-31`",
            )
        })
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waivers_are_read_with_their_places() {
        let text = "[[waivers]]\ncase = \"users/create/answers-201\"\nreason = \" known \"\nexpires = 2027-03-31\n\n\
                    [[waivers]]\ncase = \"a/b\"\nrequirement = \"R\"\nreason = \"x\"\nexpires = \"2026-12-31\"\n";
        let baseline = Baseline::parse("b.toml", text).unwrap();
        let [first, second] = &baseline.waivers[..] else { panic!("two of them") };
        assert_eq!((first.reason.as_str(), first.source.as_str()), ("known", "b.toml:1:1"));
        assert_eq!(second.expires, jiff::civil::date(2026, 12, 31));
        assert_eq!((second.requirement.as_deref(), second.source.as_str()), (Some("R"), "b.toml:6:1"));
        assert!(Baseline::parse("b.toml", "waivers = []").unwrap().waivers.is_empty());
    }

    #[test]
    fn a_table_is_covered_with_all_its_rows_and_nothing_else() {
        let text = "waivers = [{ case = \"filter/matrix/selects\", reason = \"x\", expires = 2027-01-01 }]";
        let waiver = &Baseline::parse("b.toml", text).unwrap().waivers[0];
        assert!(waiver.covers("filter/matrix/selects") && waiver.covers("filter/matrix/selects[a/b]"));
        assert!(!waiver.covers("filter/matrix/selects-more") && !waiver.covers("filter/matrix"));
    }
}
