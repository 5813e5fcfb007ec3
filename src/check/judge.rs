//! Judges one check of a suite: what it saw in the answers, as [`Saw`].

use serde_json::{Map, Value};

use super::{all_match, changed_only, empty, finds, header, ids, json, kept, message, resource, same, status};
use crate::exchange::{Exchange, Response};
use crate::scim::ResourceSchema;
use crate::suite::{CheckKind, Lowered};
use crate::verdict::Seen;

/// An answer that a check may look at.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Name of a parallel request; empty for others.
    pub name: &'a str,
    /// Index of the exchange in its case.
    pub index: usize,
    /// The exchange; it has a response.
    pub exchange: &'a Exchange,
}

impl<'a> Answer<'a> {
    /// The response, where there is one.
    #[must_use]
    pub fn response(&self) -> Option<&'a Response> {
        self.exchange.response()
    }
}

/// A resource that the case made, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Name of the fixture.
    pub name: String,
    /// Its ids; several where the fixture has a count.
    pub ids: Vec<String>,
}

/// A write of a `parallel` step.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// Name of the request.
    pub name: String,
    /// Whether it was answered with success.
    pub accepted: bool,
    /// Attribute paths with the values that were written.
    pub values: Vec<(String, Value)>,
}

/// Everything that the checks of a step may look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// The answers: one, or all pages, or those of all parallel requests.
    pub answers: &'a [Answer<'a>],
    /// False when a list was not read to its end.
    pub complete: bool,
    /// Schema of the resource type that the step is about.
    pub schema: Option<&'a ResourceSchema>,
    /// The case's own resources.
    pub own: &'a [Own],
    /// Last known state of the resource that `changed-only` names.
    pub before: Option<&'a Value>,
    /// The parallel writes so far.
    pub writes: &'a [Write],
}

impl<'a> Evidence<'a> {
    /// The last answer, which most checks look at.
    pub(super) fn last(&self) -> Option<(usize, &'a Response)> {
        let answer = self.answers.last()?;
        Some((answer.index, answer.response()?))
    }

    /// The resources of all lists, with the index of their exchange. `None` when one of the answers is no list.
    pub(super) fn listed(&self) -> Option<Vec<(usize, &'a Value)>> {
        let mut out = Vec::new();
        for answer in self.answers {
            let response = answer.response().filter(|response| response.is_success())?;
            let body = response.json().ok()?;
            body.as_object()?;
            let items = crate::scim::schema::member(body, "Resources").and_then(Value::as_array);
            out.extend(items.into_iter().flatten().map(|item| (answer.index, item)));
        }
        Some(out)
    }
}

/// What a check saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Saw {
    /// Whether it held.
    pub seen: Seen,
    /// One line that begins with the place.
    pub message: String,
    /// What would have been right.
    pub expected: Option<String>,
    /// What came.
    pub actual: Option<String>,
    /// A JSON Pointer, `status`, or `header NAME`.
    pub place: Option<String>,
    /// Index of the exchange.
    pub exchange: Option<usize>,
}

impl Saw {
    /// It held.
    pub(super) fn held(exchange: usize) -> Self {
        Self {
            seen: Seen::Held,
            message: String::new(),
            expected: None,
            actual: None,
            place: None,
            exchange: Some(exchange),
        }
    }

    /// There was nothing to look at.
    pub(super) fn not_judged(reason: impl Into<String>) -> Self {
        Self {
            seen: Seen::NotJudged,
            message: reason.into(),
            expected: None,
            actual: None,
            place: None,
            exchange: None,
        }
    }

    /// It broke at a place.
    pub(super) fn broken(
        exchange: usize,
        place: &str,
        what: &str,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        let (expected, actual) = (expected.into(), actual.into());
        Self {
            seen: Seen::Broken,
            message: format!("{what}: expected {expected}, got {actual}"),
            expected: Some(expected),
            actual: Some(actual),
            place: Some(place.to_owned()),
            exchange: Some(exchange),
        }
    }

    /// The same with a lower consequence.
    pub(super) fn lowered(self, to: Lowered) -> Self {
        let seen = match to {
            Lowered::Warn => Seen::Warned,
            Lowered::Note => Seen::Noted,
            Lowered::Skip => Seen::Skipped,
        };
        Self { seen, ..self }
    }

    /// Lowers a broken check by the first of the words whose alternative `matches`.
    pub(super) fn lowered_where(self, arguments: &Map<String, Value>, matches: impl Fn(&Value) -> bool) -> Self {
        let to = Lowered::ALL.into_iter().find(|word| {
            arguments.get(word.as_str()).is_some_and(|alternatives| one_or_many(alternatives).iter().any(&matches))
        });
        match to {
            Some(to) => self.lowered(to),
            None => self,
        }
    }
}

/// Judges a check whose placeholders are filled in. `status` gives one result per answer, all others give one.
#[must_use]
pub fn judge(
    kind: CheckKind,
    arguments: &Map<String, Value>,
    broken: Option<Lowered>,
    evidence: &Evidence<'_>,
) -> Vec<Saw> {
    let saw = match kind {
        CheckKind::Status => status::judge(arguments, evidence),
        CheckKind::Header => vec![header::judge(arguments, evidence)],
        CheckKind::Resource => vec![resource::judge(arguments, evidence)],
        CheckKind::Message => vec![message::judge(arguments, evidence)],
        CheckKind::Finds => vec![finds::judge(arguments, evidence)],
        CheckKind::Ids => vec![ids::judge(arguments, evidence)],
        CheckKind::AllMatch => vec![all_match::judge(arguments, evidence)],
        CheckKind::Same => vec![same::judge(arguments, evidence)],
        CheckKind::ChangedOnly => vec![changed_only::judge(arguments, evidence)],
        CheckKind::Kept => vec![kept::judge(arguments, evidence)],
        CheckKind::Json => vec![json::judge(arguments, evidence)],
        CheckKind::Empty => vec![empty::judge(evidence)],
    };
    match broken {
        None => saw,
        Some(to) => saw.into_iter().map(|one| if one.seen == Seen::Broken { one.lowered(to) } else { one }).collect(),
    }
}

/// The elements of a list, or the value itself.
pub(super) fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

/// The texts under a key, one or many.
pub(super) fn texts<'a>(arguments: &'a Map<String, Value>, key: &str) -> Vec<&'a str> {
    arguments.get(key).map(one_or_many).unwrap_or_default().iter().filter_map(Value::as_str).collect()
}

/// A value for a message, cut where it is long.
pub(super) fn shown(value: &Value) -> String {
    shorten(&value.to_string(), 120)
}

/// A text of at most `limit` characters.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        text.to_owned()
    } else {
        format!("{}…", text.chars().take(limit).collect::<String>())
    }
}
