//! What a request will write, read off before it is sent.

use std::collections::HashSet;

use serde_json::Value;

use super::Marks;
use crate::exchange::{Exchange, Request, Response};
use crate::run::fixture::id_of_location;
use crate::run::request::segment;
use crate::scim::schema::member;

/// One write of a request; a bulk job has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Intent {
    pub(super) method: String,
    pub(super) endpoint: String,
    pub(super) path: Option<String>,
    pub(super) marks: Marks,
    /// Its place in a bulk job.
    operation: Option<(usize, Option<String>)>,
}

/// What came of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is there, at this path.
    Made(String),
    /// Nothing was done.
    Refused,
    /// The answer does not tell.
    Unclear,
    /// There was no answer.
    Unanswered,
}

/// The writes of a request. A PATCH without a name in it writes nothing that has to be found again.
pub(super) fn intents(request: &Request, base: &str, markers: &HashSet<String>) -> Vec<Intent> {
    let body = request.json().unwrap_or_default();
    if request.method == "POST" && ends_with_segment(below(&request.url, base), "Bulk") {
        return bulk(&body, base, markers);
    }
    single(&request.method, path_below(&request.url, base), &body, markers, None).into_iter().collect()
}

/// `path` is below the base URL, as it was written.
fn single(
    method: &str,
    path: &str,
    body: &Value,
    markers: &HashSet<String>,
    operation: Option<(usize, Option<String>)>,
) -> Option<Intent> {
    let below = path.trim_end_matches('/');
    let (endpoint, path) = match method {
        // An empty id names no resource, and what comes of it may be anywhere.
        "PUT" | "PATCH" if below != path => (below, None),
        "POST" if ends_with_segment(below, ".search") => return None,
        "POST" => (below, None),
        "PUT" | "PATCH" => (below.rsplit_once('/').map_or("", |(endpoint, _)| endpoint), Some(below.to_owned())),
        _ => return None,
    };
    let marks = if method == "PATCH" { Marks::of_patch(body, markers) } else { Marks::of_resource(body, markers) };
    if marks.is_empty() && method == "PATCH" {
        return None;
    }
    Some(Intent { method: method.to_owned(), endpoint: endpoint.to_owned(), path, marks, operation })
}

/// The operations of a bulk job (RFC 7644 §3.7).
fn bulk(body: &Value, base: &str, markers: &HashSet<String>) -> Vec<Intent> {
    let operations = member(body, "Operations").and_then(Value::as_array).into_iter().flatten().enumerate();
    let of = |(index, operation): (usize, &Value)| {
        let text = |name: &str| member(operation, name).and_then(Value::as_str);
        let data = member(operation, "data").cloned().unwrap_or_default();
        let place = (index, text("bulkId").map(str::to_owned));
        let method = text("method")?.to_ascii_uppercase();
        single(&method, path_below(text("path")?, base), &data, markers, Some(place))
    };
    operations.filter_map(of).collect()
}

impl Intent {
    /// What came of it.
    pub(super) fn outcome(&self, exchange: &Exchange, base: &str) -> Outcome {
        let Ok(response) = &exchange.answer else { return Outcome::Unanswered };
        if matches!(response.status, 400..=499) {
            return Outcome::Refused;
        }
        if !response.is_success() {
            return Outcome::Unclear;
        }
        let body = response.json().ok();
        match (&self.operation, &self.path) {
            (Some((index, bulk_id)), _) => self.outcome_in_bulk(body, *index, bulk_id.as_deref(), base),
            (None, Some(path)) => Outcome::Made(path.clone()),
            (None, None) => self.made(id_of(body), location_of(response)),
        }
    }

    fn outcome_in_bulk(&self, body: Option<&Value>, index: usize, bulk_id: Option<&str>, base: &str) -> Outcome {
        let answers = body.and_then(|body| member(body, "Operations")).and_then(Value::as_array);
        let text = |answer: &'_ Value, name: &str| member(answer, name).and_then(Value::as_str).map(str::to_owned);
        let answer = answers.and_then(|answers| match bulk_id {
            Some(id) => answers.iter().find(|answer| text(answer, "bulkId").as_deref() == Some(id)),
            None => answers.get(index),
        });
        let Some(answer) = answer else { return Outcome::Unclear };
        let status = member(answer, "status");
        let status = status.and_then(|status| member(status, "code")).or(status);
        let status = status.and_then(|status| status.as_str().map(str::to_owned).or_else(|| Some(status.to_string())));
        match (status.as_deref().and_then(|status| status.chars().next()), &self.path) {
            // Nobody else has our names: who finds one taken may have made it himself, in a step before.
            (_, None) if status.as_deref() == Some("409") => Outcome::Unclear,
            (Some('4'), _) => Outcome::Refused,
            (Some('2'), Some(path)) => Outcome::Made(path.clone()),
            (Some('2'), None) => {
                let location = text(answer, "location");
                let location = location.as_deref().map(|location| below(location, base));
                self.made(location.and_then(id_of_location), None)
            }
            _ => Outcome::Unclear,
        }
    }

    fn made(&self, id: Option<String>, location: Option<&str>) -> Outcome {
        match id.or_else(|| location.and_then(id_of_location)).and_then(|id| segment(&id)) {
            Some(segment) => Outcome::Made(format!("{}/{segment}", self.endpoint)),
            None => Outcome::Unclear,
        }
    }
}

fn id_of(body: Option<&Value>) -> Option<String> {
    body.and_then(|body| member(body, "id")).and_then(Value::as_str).map(str::to_owned)
}

fn location_of(response: &Response) -> Option<&str> {
    response.header("location")
}

/// The path below the base URL, without a query and without a slash at its end.
pub(super) fn below<'a>(url: &'a str, base: &str) -> &'a str {
    path_below(url, base).trim_end_matches('/')
}

fn path_below<'a>(url: &'a str, base: &str) -> &'a str {
    url.strip_prefix(base).unwrap_or(url).split(['?', '#']).next().unwrap_or_default()
}

fn ends_with_segment(path: &str, segment: &str) -> bool {
    path.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(segment))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::{Masker, Purpose};
    use crate::run::{marker, request};

    const BASE: &str = "http://x.example/v2";

    fn of(method: &str, path: &str, body: &Value) -> Vec<Intent> {
        let request = Request { method: method.to_owned(), ..request::post(BASE, path, body) };
        intents(&request, BASE, &HashSet::from([marker(1, "a")]))
    }

    fn answered(status: u16, body: &Value) -> Exchange {
        let response = Response::new(status, Vec::new(), body.to_string().into_bytes());
        Exchange::new(Purpose::Step, Request::default(), Ok(response), 0.0, &Masker::new(Vec::<String>::new()))
    }

    #[test]
    fn what_writes_is_seen_before_it_is_sent() {
        let user = json!({ "userName": marker(1, "a") });
        let post = of("POST", "/Users?attributes=id", &user);
        assert_eq!((post.len(), post[0].endpoint.as_str(), &post[0].path), (1, "/Users", &None));
        assert!(!post[0].marks.is_empty());
        let put = of("PUT", "/Users/7", &user);
        assert_eq!((put[0].endpoint.as_str(), put[0].path.as_deref()), ("/Users", Some("/Users/7")));
        let nobody = of("PUT", "/Users/", &user);
        assert_eq!((nobody[0].endpoint.as_str(), &nobody[0].path), ("/Users", &None));
        for (method, path) in [("POST", "/Users/.search"), ("GET", "/Users"), ("DELETE", "/Users/7")] {
            assert!(of(method, path, &user).is_empty(), "{method} {path}");
        }
        let patch = |value: &str| json!({ "Operations": [{ "op": "replace", "path": "displayName", "value": value }] });
        assert!(of("PATCH", "/Users/7", &patch("After")).is_empty());
        assert_eq!(of("PATCH", "/Users/7", &patch(&marker(1, "a"))).len(), 1);
    }

    #[test]
    fn each_operation_of_a_bulk_job_is_a_write_with_its_own_outcome() {
        let data = json!({ "userName": marker(1, "a") });
        let job = json!({ "Operations": [
            { "method": "post", "path": "/Users", "bulkId": "b", "data": data },
            { "method": "DELETE", "path": "/Users/1" },
            { "method": "POST", "path": "/Users", "bulkId": "a", "data": data },
            { "method": "PUT", "path": "/Users/9", "data": data },
            { "method": "POST", "path": "/Users", "bulkId": "c", "data": data },
        ] });
        let intents = of("POST", "/Bulk", &job);
        assert_eq!(intents.len(), 4);
        let answer = answered(
            200,
            &json!({ "Operations": [
            { "method": "POST", "bulkId": "b", "status": "201", "location": format!("{BASE}/Users/5%206") },
            { "method": "DELETE", "status": "204" },
            { "method": "POST", "bulkId": "a", "status": { "code": "400" } },
            { "method": "PUT", "status": 200 },
        ] }),
        );
        let outcomes: Vec<Outcome> = intents.iter().map(|intent| intent.outcome(&answer, BASE)).collect();
        let made = |path: &str| Outcome::Made(path.to_owned());
        assert_eq!(outcomes, [made("/Users/5%206"), Outcome::Refused, made("/Users/9"), Outcome::Unclear]);
        // Nobody else has our names, so that a job may have made what it finds taken.
        let taken = json!({ "Operations": [{ "method": "POST", "bulkId": "a", "status": "409" }] });
        assert_eq!(intents[1].outcome(&answered(200, &taken), BASE), Outcome::Unclear);
    }

    #[test]
    fn an_answer_that_does_not_tell_is_unclear() {
        let post = of("POST", "/Users", &json!({ "userName": marker(1, "a") })).remove(0);
        assert_eq!(post.outcome(&answered(201, &json!({ "id": "7" })), BASE), Outcome::Made("/Users/7".to_owned()));
        assert_eq!(post.outcome(&answered(409, &json!({})), BASE), Outcome::Refused);
        for status in [200, 302, 500] {
            assert_eq!(post.outcome(&answered(status, &json!({})), BASE), Outcome::Unclear, "{status}");
        }
        let silent = Exchange { answer: Err("no answer".to_owned()), ..answered(200, &json!({})) };
        assert_eq!(post.outcome(&silent, BASE), Outcome::Unanswered);
    }
}
