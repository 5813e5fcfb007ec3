//! The catalogue's files as they are written: their shape, and reading them.

mod shapes;

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::{Location, Spanned};

use super::{
    Apart, Basis, CatalogueError, Confidence, Document, Excuse, Observable, Reading, Reason, Requirement, Ruling,
    Subject,
};
use crate::suggest::nearest;
use crate::verdict::Level;

#[cfg(test)]
pub(super) use shapes::ShapesFile;
pub(super) use shapes::shapes;

/// Requirements of one RFC or of one client.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequirementsFile {
    /// Number of the RFC; either this or `profile` is given.
    rfc: Option<u16>,
    /// Client and edition of its requirements, `name@edition`.
    profile: Option<String>,
    /// Title of the RFC, or name of the client.
    #[schemars(with = "String")]
    title: Spanned<String>,
    /// Link to a section, with `{section}` in place of its number.
    link: Option<String>,
    /// Titles of the texts that the requirements name as their source.
    #[serde(default)]
    sources: BTreeMap<String, String>,
    /// Requirements, grouped by section in the order of the text.
    sections: Vec<Section>,
}

/// One section of the text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Section {
    /// Its number or letter.
    section: String,
    /// Its heading.
    title: String,
    requirements: Vec<Row>,
}

/// One normative statement.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Row {
    /// RFC-section-number, or client-section and number.
    #[schemars(with = "String")]
    id: Spanned<String>,
    /// How binding it is, negations folded in.
    level: Level,
    /// What the level rests on; `keyword` for RFCs and `text` for clients when left out.
    basis: Option<Basis>,
    /// Whom it binds.
    #[serde(default)]
    subject: Subject,
    /// Whether a test tool can see it broken.
    #[serde(default)]
    observable: Observable,
    /// Topic.
    area: String,
    /// When it applies.
    needs: Option<String>,
    /// The statement in our words.
    text: String,
    /// How to test it.
    probe: String,
    /// Keys of `sources`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    source: Vec<Spanned<String>>,
    /// How well it is known.
    confidence: Option<Confidence>,
    /// What a user of the client is likely to notice when it is broken.
    effect: Option<String>,
    /// Contradictions between sources.
    note: Option<String>,
    /// What each of the sources says, where they differ in how binding it is.
    #[serde(default)]
    readings: Vec<ReadingRow>,
    /// Where the client wants something else than an RFC does.
    apart: Option<Apart>,
    /// Key below `[entra.declarations]`, where only a person can say whether it is kept.
    declaration: Option<String>,
    /// Why no check judges it.
    excuse: Option<ExcuseRow>,
}

/// How one source reads a requirement.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReadingRow {
    /// Key of `sources`.
    #[schemars(with = "String")]
    source: Spanned<String>,
    /// How binding it is there.
    level: Level,
}

/// Why no check judges a requirement.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExcuseRow {
    /// The kind of reason.
    reason: Reason,
    /// The reason, in a sentence.
    #[schemars(with = "String", length(min = 1))]
    why: Spanned<String>,
}

/// Rulings on places where the texts are ambiguous.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RulingsFile {
    topics: Vec<Topic>,
}

/// Rulings on one topic.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Topic {
    /// Letter with which the ids of its rulings begin.
    topic: String,
    /// What it is about.
    title: String,
    rulings: Vec<RulingRow>,
}

/// One ruling.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RulingRow {
    /// Letter of the topic and number.
    #[schemars(with = "String")]
    id: Spanned<String>,
    /// RFC and sections that it reads.
    section: String,
    /// What is ambiguous.
    point: String,
    /// How it is judged.
    verdict: String,
}

/// A thing read and where it stands.
pub(super) struct Read<T> {
    pub(super) value: T,
    pub(super) at: Location,
}

/// What a file holds, and the mistakes in it.
pub(super) type Contents<T> = (Vec<Read<T>>, Vec<CatalogueError>);

/// Reads a requirements file.
pub(super) fn requirements(file: &str, text: &str) -> Contents<Requirement> {
    let RequirementsFile { rfc, profile, title, link, sources, sections } = match parse(file, text) {
        Ok(contents) => contents,
        Err(error) => return (Vec::new(), vec![error]),
    };
    let name = match (rfc, &profile) {
        (Some(number), None) => number.to_string(),
        (None, Some(profile)) => profile.split('@').next().unwrap_or_default().to_owned(),
        _ => {
            let message = "either rfc or profile has to be given".to_owned();
            return (Vec::new(), vec![error(file, title.referenced, message)]);
        }
    };
    let document = Arc::new(Document { name, rfc, profile, title: title.value, link });
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for Section { section, title, requirements } in sections {
        for row in requirements {
            let at = row.id.referenced;
            if !belongs(&row.id.value, &document, &section) {
                let message = format!("id {} does not belong to section {section} of {}", row.id.value, document.name);
                errors.push(error(file, at, message));
            }
            let mut titles = Vec::new();
            for key in &row.source {
                titles.extend(title_of(key, &sources, file, &mut errors));
            }
            let mut readings = Vec::new();
            for ReadingRow { source, level } in &row.readings {
                let title = title_of(source, &sources, file, &mut errors);
                readings.extend(title.map(|source| Reading { source, level: *level }));
            }
            let excuse = row.excuse.map(|excuse| {
                if excuse.why.value.trim().is_empty() {
                    let message = format!("the excuse of {} says nothing, expected a sentence", row.id.value);
                    errors.push(error(file, excuse.why.referenced, message));
                }
                Excuse { reason: excuse.reason, why: excuse.why.value }
            });
            let usual = if rfc.is_some() { Basis::Keyword } else { Basis::Text };
            let value = Requirement {
                id: row.id.value,
                document: Arc::clone(&document),
                section: section.clone(),
                section_title: title.clone(),
                level: row.level,
                basis: row.basis.unwrap_or(usual),
                subject: row.subject,
                observable: row.observable,
                area: row.area,
                needs: row.needs,
                text: row.text,
                probe: row.probe,
                sources: titles,
                confidence: row.confidence,
                effect: row.effect,
                note: row.note,
                readings,
                apart: row.apart,
                declaration: row.declaration,
                excuse,
            };
            found.push(Read { value, at });
        }
    }
    (found, errors)
}

/// The title of a source; a mistake when there is none of that key.
fn title_of(
    key: &Spanned<String>,
    sources: &BTreeMap<String, String>,
    file: &str,
    errors: &mut Vec<CatalogueError>,
) -> Option<String> {
    let title = sources.get(&key.value);
    if title.is_none() {
        let help = nearest(&key.value, sources.keys().map(String::as_str));
        errors.push(error(file, key.referenced, with_help(format!("unknown source {}", key.value), help)));
    }
    title.cloned()
}

/// Reads a rulings file.
pub(super) fn rulings(file: &str, text: &str) -> Contents<Ruling> {
    let RulingsFile { topics } = match parse(file, text) {
        Ok(contents) => contents,
        Err(error) => return (Vec::new(), vec![error]),
    };
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for Topic { topic, title, rulings } in topics {
        for RulingRow { id, section, point, verdict } in rulings {
            if !id.value.strip_prefix(&topic).is_some_and(is_number) {
                let message = format!("id {} does not belong to topic {topic}", id.value);
                errors.push(error(file, id.referenced, message));
            }
            let value = Ruling { id: id.value, topic: title.clone(), section, point, verdict };
            found.push(Read { value, at: id.referenced });
        }
    }
    (found, errors)
}

/// Whether the id is made of document and section as the catalogue writes it.
fn belongs(id: &str, document: &Document, section: &str) -> bool {
    let rest = id.strip_prefix(document.name.as_str()).and_then(|rest| rest.strip_prefix('-'));
    let rest = rest.and_then(|rest| rest.strip_prefix(section));
    match document.rfc {
        Some(_) => rest.and_then(|rest| rest.strip_prefix('-')).is_some_and(is_number),
        None => rest.is_some_and(is_number),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, CatalogueError> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|cause| {
        let at = cause.location().unwrap_or(Location::UNKNOWN);
        error(file, at, cause.render_with_formatter(&serde_saphyr::UserMessageFormatter))
    })
}

pub(super) fn error(file: &str, at: Location, message: String) -> CatalogueError {
    CatalogueError { file: file.to_owned(), line: at.line(), column: at.column(), message }
}

fn with_help(message: String, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("{message}, did you mean {meant}?"),
        None => message,
    }
}
