//! Sends queries. One that is refused as too sensitive for a URL is asked again in a body (RFC 7644 §7.5.2, ruling E29).

use serde_json::{Map, Value, json};

use super::{Stop, beside};
use crate::exchange::{Exchange, Purpose, Request};
use crate::run::case::{CaseRunner, object};
use crate::scim::schema::member;
use crate::scim::urn;
use crate::suite::Auth;

/// Sends a request and keeps the exchange. Gives the index of the one that answers it.
pub(super) async fn ask(runner: &mut CaseRunner<'_>, request: Request, auth: Auth) -> Result<usize, Stop> {
    let request = beside::with_granted(runner, request, auth)?;
    let exchange = runner.gate.send_as(Purpose::Step, request, auth).await;
    let index = runner.keep(exchange)?;
    let Some(search) = search_instead(&runner.exchanges[index]) else { return Ok(index) };
    let exchange = runner.gate.send_as(Purpose::Step, search, auth).await;
    runner.keep(exchange)
}

/// The same query as a SearchRequest, where the provider demands it.
fn search_instead(exchange: &Exchange) -> Option<Request> {
    let request = &exchange.request;
    let refused = exchange.response().is_some_and(|response| response.status == 403)
        && member(object(exchange)?, "scimType").and_then(Value::as_str) == Some("sensitive");
    let (path, query) = request.url.split_once('?')?;
    let given: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if !refused || request.method != "GET" || !given.iter().any(|(name, _)| name == "filter") {
        return None;
    }
    // The credential is masked in what is kept; the client adds it again.
    let mut headers = request.headers.clone();
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    headers.push(("Content-Type".to_owned(), urn::MEDIA_TYPE.to_owned()));
    let url = format!("{}/.search", path.trim_end_matches('/'));
    let body = Value::Object(message(given)).to_string().into_bytes();
    Some(Request { method: "POST".to_owned(), url, headers, body: Some(body) })
}

fn message(given: Vec<(String, String)>) -> Map<String, Value> {
    let mut message = Map::new();
    message.insert("schemas".to_owned(), json!([urn::SEARCH_REQUEST]));
    for (name, text) in given {
        let value = match name.as_str() {
            "startIndex" | "count" => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
            "attributes" | "excludedAttributes" => text.split(',').map(str::trim).collect(),
            _ => text.into(),
        };
        message.insert(name, value);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Response;

    fn refused(url: &str, scim_type: &str) -> Exchange {
        let request = Request { method: "GET".to_owned(), url: url.to_owned(), ..Request::default() };
        let body = json!({ "schemas": [urn::ERROR], "status": "403", "scimType": scim_type });
        let headers = vec![("Content-Type".to_owned(), urn::MEDIA_TYPE.to_owned())];
        let answer = Ok(Response::new(403, headers, body.to_string().into_bytes()));
        Exchange { purpose: Purpose::Step, request, answer, duration_ms: 1.0, waits: Vec::new() }
    }

    #[test]
    fn a_query_that_is_too_sensitive_for_a_url_goes_into_a_body() {
        let url = "https://x.test/Users?filter=title%20eq%20%22a%2Bb%22&count=2&attributes=id,title&cursor=";
        let search = search_instead(&refused(url, "sensitive")).expect("a search");
        assert_eq!((search.method.as_str(), search.url.as_str()), ("POST", "https://x.test/Users/.search"));
        let body: Value = serde_json::from_slice(&search.body.expect("a body")).expect("JSON");
        let expected = json!({
            "schemas": [urn::SEARCH_REQUEST], "filter": "title eq \"a+b\"", "count": 2,
            "attributes": ["id", "title"], "cursor": "",
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn everything_else_is_left_as_it_is() {
        for (url, scim_type) in [
            ("https://x.test/Users?filter=title%20pr", "invalidFilter"),
            ("https://x.test/Users?count=2", "sensitive"),
            ("https://x.test/Users/1", "sensitive"),
        ] {
            assert_eq!(search_instead(&refused(url, scim_type)), None, "{url}");
        }
    }
}
