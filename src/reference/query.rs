//! What a query asks for, as parameters of a GET or as a SearchRequest (RFC 7644 §3.4.2, §3.4.3).

use serde_json::Value;

use super::call::Call;
use super::problem::Problem;
use super::render::Projection;
use super::rules::Rules;
use crate::scim::schema::member;
use crate::scim::{AttrPath, Filter, urn};

/// A query as it was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pub(crate) filter: Option<Filter>,
    pub(crate) sort_by: Option<AttrPath>,
    pub(crate) descending: bool,
    pub(crate) start: Option<i64>,
    pub(crate) count: Option<i64>,
    /// Asks for paging by cursor (RFC 9865 §2); empty for the first page.
    pub(crate) cursor: Option<String>,
    pub(crate) projection: Projection,
    /// Whether it came as the body of a POST to `/.search`.
    pub(crate) in_body: bool,
}

impl Query {
    /// Reads the parameters of a GET.
    ///
    /// # Errors
    /// 400 `invalidFilter` or `invalidValue`.
    pub(super) fn of_call(call: &Call, rules: &Rules) -> Result<Self, Problem> {
        Ok(Self {
            filter: call.param("filter").map_or(Ok(None), rules.filter)?,
            sort_by: call.param("sortBy").and_then(|path| AttrPath::parse(path).ok()),
            descending: descending(call.param("sortOrder"))?,
            start: call.param("startIndex").map(|text| number("startIndex", text)).transpose()?,
            count: call
                .param("count")
                .map(|text| number("count", text))
                .transpose()
                .map_err(|problem| of_count(problem, call.param("cursor").is_some()))?,
            cursor: call.param("cursor").map(str::to_owned),
            projection: Projection::of_call(call)?,
            in_body: false,
        })
    }

    /// Reads a SearchRequest (RFC 7644 §3.4.3).
    ///
    /// # Errors
    /// 400 `invalidSyntax`, `invalidFilter` or `invalidValue`.
    pub(super) fn of_message(body: &Value, rules: &Rules) -> Result<Self, Problem> {
        if !(rules.is_search)(body) {
            return Err(Problem::invalid_syntax(format!("schemas does not list {}", urn::SEARCH_REQUEST)));
        }
        let given = |key: &str| member(body, key).filter(|value| !value.is_null());
        let text = |key: &str| match given(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(other) => Err(Problem::invalid_value(format!("{key} is {other}, expected a string"))),
        };
        let integer = |key: &str| match given(key) {
            None => Ok(None),
            Some(value) => {
                let found = value.as_i64().ok_or_else(|| format!("{key} is {value}, expected an integer"));
                found.map(Some).map_err(Problem::invalid_value)
            }
        };
        let names = |key: &str| match given(key) {
            None => Ok(None),
            Some(Value::Array(names)) if names.iter().all(Value::is_string) => {
                Ok(Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
            }
            Some(other) => Err(Problem::invalid_value(format!("{key} is {other}, expected an array of strings"))),
        };
        Ok(Self {
            filter: text("filter")?.map_or(Ok(None), rules.filter)?,
            sort_by: text("sortBy")?.and_then(|path| AttrPath::parse(path).ok()),
            descending: descending(text("sortOrder")?)?,
            start: integer("startIndex")?,
            count: integer("count").map_err(|problem| of_count(problem, given("cursor").is_some()))?,
            cursor: text("cursor")?.map(str::to_owned),
            projection: Projection::of(names("attributes")?, names("excludedAttributes")?)?,
            in_body: true,
        })
    }
}

/// A count that is none has a keyword of its own where pages are asked for by cursor (RFC 9865 §2.1).
fn of_count(problem: Problem, by_cursor: bool) -> Problem {
    if by_cursor { Problem::invalid_count(problem.detail) } else { problem }
}

fn number(name: &str, text: &str) -> Result<i64, Problem> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::invalid_value(format!("{name} is `{text}`, expected an integer")));
    }
    // More digits than fit are still an integer.
    Ok(trimmed.parse().unwrap_or(if trimmed.starts_with('-') { i64::MIN } else { i64::MAX }))
}

fn descending(order: Option<&str>) -> Result<bool, Problem> {
    match order {
        None => Ok(false),
        Some(order) if order.eq_ignore_ascii_case("ascending") => Ok(false),
        Some(order) if order.eq_ignore_ascii_case("descending") => Ok(true),
        Some(other) => {
            Err(Problem::invalid_value(format!("sortOrder is `{other}`, expected `ascending` or `descending`")))
        }
    }
}
