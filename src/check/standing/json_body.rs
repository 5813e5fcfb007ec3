//! Bodies of successful answers are JSON in UTF-8 (RFC 7644 §3.1, §3.8).

use super::looks::{Breach, Looks};
use super::media_type::essence;
use super::{Sight, Sighting, StandingCheck};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "json-body",
    title: "Bodies of successful answers are JSON in UTF-8",
    why: "A body that cannot be parsed is lost on every client.",
    requirements: &["7644-3.1-02", "7644-3.8-01", "7644-3.8-02"],
    rulings: &[],
    hint: "write bodies with a JSON library, in UTF-8 and without a byte order mark",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let response = sight.response;
    let labelled = response.header("content-type").is_none_or(|given| essence(given).ends_with("json"));
    if !response.is_success() || response.body.is_empty() || response.truncated || !labelled || sight.path.is_none() {
        return looks.done();
    }
    // A sequence that is only cut off may be our own limit; the parser then says that the body ends too early.
    if let Err(error) = std::str::from_utf8(&response.body)
        && error.error_len().is_some()
    {
        let at = error.valid_up_to();
        looks.broken("7644-3.8-01", || Breach::at("", format!("expected UTF-8, got another byte at offset {at}")));
        return looks.done();
    }
    looks.held("7644-3.8-01");
    let starts_at_once = looks.judge("7644-3.8-02", !response.body.starts_with(b"\xef\xbb\xbf"), || {
        Breach::expected("", "JSON from the first byte on", "a byte order mark in front of it")
    });
    if !starts_at_once {
        return looks.done();
    }
    let problem = response.json().err();
    // Nesting and numbers beyond what our parser takes are no breach of JSON.
    if response.is_unread() {
        return looks.done();
    }
    looks.judge("7644-3.1-02", problem.is_none(), || Breach::at("", problem.unwrap_or_default()));
    looks.done()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::exchange::Response;
    use crate::scim::urn;

    fn body(bytes: &[u8]) -> Response {
        Response::new(200, vec![("content-type".into(), urn::MEDIA_TYPE.into())], bytes.to_vec())
    }

    #[test]
    fn json_in_utf_8_holds() {
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_held(&see(&CHECK, &get("/Users/1"), &body("{\"displayName\": \"Zoë\"}".as_bytes())));
    }

    #[test]
    fn other_bodies_are_broken() {
        assert_broken(&see(&CHECK, &get("/Users/1"), &body(b"{\"a\": 1,}")), "7644-3.1-02");
        assert_broken(&see(&CHECK, &get("/Users/1"), &body(b"{\"a\": ")), "7644-3.1-02");
        assert_broken(&see(&CHECK, &get("/Users/1"), &body(b"{\"a\": \"Zo\xeb\"}")), "7644-3.8-01");
        assert_broken(&see(&CHECK, &get("/Users/1"), &body(b"\xef\xbb\xbf{}")), "7644-3.8-02");
    }

    #[test]
    fn what_says_nothing_about_the_target_is_left_alone() {
        let mut cut_off = body(b"{\"a\": ");
        cut_off.truncated = true;
        assert_silent(&see(&CHECK, &get("/Users/1"), &cut_off));
        assert_silent(&see(&CHECK, &get("/Users/1"), &plain(200, &[("content-type", "text/html")], "<html>")));
        assert_silent(&see(&CHECK, &get("/Users/1"), &plain(204, &[], "")));
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert_held(&see(&CHECK, &get("/Users/1"), &body(deep.as_bytes())));
    }
}
