//! What a request asked for that changes what its answer has to hold.

use serde_json::Value;
use url::Url;

use crate::exchange::Request;
use crate::scim::schema::member;

/// What the request asked for, in its query or in the body of a search.
#[derive(Debug, Default, PartialEq)]
pub struct Asked {
    /// Whether `attributes` or `excludedAttributes` was given.
    pub projected: bool,
    /// `count`, where it is a number.
    pub count: Option<i64>,
    /// `startIndex`, where it is a number.
    pub start_index: Option<i64>,
    /// Whether a cursor was given.
    pub cursor: bool,
}

impl Asked {
    /// Reads the query and, of a search, the body.
    pub(super) fn of(request: &Request, url: Option<&Url>, path: Option<&[String]>) -> Self {
        let mut asked = Self::default();
        for (name, value) in url.into_iter().flat_map(Url::query_pairs) {
            match name.as_ref() {
                "attributes" | "excludedAttributes" => asked.projected = true,
                "count" => asked.count = whole(&value),
                "startIndex" => asked.start_index = whole(&value),
                "cursor" => asked.cursor = true,
                _ => {}
            }
        }
        let is_search = path.and_then(<[String]>::last).is_some_and(|last| last == ".search");
        if let Some(body) = is_search.then(|| request.json()).flatten() {
            let given = |name: &str| member(&body, name).filter(|value| !value.is_null());
            asked.projected |= given("attributes").is_some() || given("excludedAttributes").is_some();
            asked.count = given("count").and_then(Value::as_i64).or(asked.count);
            asked.start_index = given("startIndex").and_then(Value::as_i64).or(asked.start_index);
            asked.cursor |= given("cursor").is_some();
        }
        asked
    }
}

/// A whole number; one with more digits than fit is as large as a number can be.
fn whole(text: &str) -> Option<i64> {
    let is_large = text.len() > 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().or(is_large.then_some(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{get, request};
    use super::*;

    #[test]
    fn query_and_search_body_are_read() {
        let of =
            |request: &Request, path: &[String]| Asked::of(request, Url::parse(&request.url).ok().as_ref(), Some(path));
        let asked = of(&get("/Users?attributes=userName&count=0&startIndex=3&cursor"), &["Users".into()]);
        assert_eq!(asked, Asked { projected: true, count: Some(0), start_index: Some(3), cursor: true });
        let mut search = request("POST", "/Users/.search");
        search.body = Some(br#"{"count": 5, "excludedAttributes": ["emails"], "startIndex": null}"#.to_vec());
        let asked = of(&search, &["Users".into(), ".search".into()]);
        assert_eq!(asked, Asked { projected: true, count: Some(5), start_index: None, cursor: false });
        let beyond = of(&get("/Users?startIndex=99999999999999999999999999"), &["Users".into()]);
        assert_eq!(beyond.start_index, Some(i64::MAX));
        assert_eq!(of(&get("/Users?count=many"), &["Users".into()]), Asked::default());
    }
}
