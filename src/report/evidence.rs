//! What a finding rests on: the exchange in which it was seen, and the write before it whose effect was read.

use super::model::{Case, ExchangeInfo};
use crate::verdict::Finding;

/// The exchange that a finding is about.
pub(crate) fn exchange_of<'a>(case: &'a Case, finding: &Finding) -> Option<&'a ExchangeInfo> {
    case.exchanges.get(finding.exchange?)
}

/// The last write before the read in which a finding was seen: what was asked for there is not what is there now.
/// `None` for a finding about the answer to a write, and where the case had written nothing yet but its set-up.
pub(crate) fn write_before<'a>(case: &'a Case, finding: &Finding) -> Option<(usize, &'a ExchangeInfo)> {
    let seen = finding.exchange.filter(|at| case.exchanges.get(*at).is_some_and(reads))?;
    let before = case.exchanges[..seen].iter().enumerate();
    before.rev().find(|(_, exchange)| exchange.purpose == "step" && !reads(exchange))
}

fn reads(exchange: &ExchangeInfo) -> bool {
    !matches!(exchange.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE") || exchange.url.ends_with("/.search")
}

/// `PATCH /scim/v2/Users/7 {"…"}: HTTP 204`.
pub(crate) fn told(exchange: &ExchangeInfo) -> String {
    let body = exchange.request_body.as_deref().map(|body| format!(" {body}")).unwrap_or_default();
    format!("{} {}{body}: {}", exchange.method, path_and_query(&exchange.url), answer(exchange))
}

/// The same without the body: `PATCH /scim/v2/Users/7: HTTP 204`.
pub(crate) fn outcome(exchange: &ExchangeInfo) -> String {
    format!("{} {}: {}", exchange.method, path_and_query(&exchange.url), answer(exchange))
}

/// `HTTP 204`, or why there was no answer.
fn answer(exchange: &ExchangeInfo) -> String {
    let status = exchange.status.map(|status| format!("HTTP {status}"));
    status.or_else(|| exchange.error.clone()).unwrap_or_default()
}

/// The part of a URL behind the authority.
pub(crate) fn path_and_query(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |at| at + 3);
    url[authority..].find('/').map_or(url, |at| &url[authority + at..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{answer as got, case, finding};
    use crate::verdict::{Level, Verdict};

    #[test]
    fn a_read_leads_to_the_write_before_it_and_a_write_to_itself() {
        let sent = |purpose: &str, method: &str, url: &str| ExchangeInfo {
            purpose: purpose.into(),
            method: method.into(),
            url: format!("https://x.example/v2{url}"),
            request_body: (method == "PATCH").then(|| "{}".to_owned()),
            ..got(200)
        };
        let mut case = case("a/b", Verdict::Fail, vec![finding("R1", Level::Must, "x")]);
        case.exchanges = vec![
            sent("set-up", "POST", "/Users"),
            sent("step", "GET", "/Users/1"),
            sent("step", "PATCH", "/Users/1"),
            sent("step", "POST", "/Users/.search"),
        ];
        let before = |at: usize| {
            let finding = Finding { exchange: Some(at), ..finding("R1", Level::Must, "x") };
            write_before(&case, &finding).map(|(at, exchange)| (at, told(exchange)))
        };
        assert_eq!(before(3), Some((2, "PATCH /v2/Users/1 {}: HTTP 200".to_owned())));
        assert_eq!((before(2), before(1), before(9)), (None, None, None));
    }
}
