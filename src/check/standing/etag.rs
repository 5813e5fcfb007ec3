//! Entity tags are well-formed and agree with `meta.version` (RFC 7643 §3.1, RFC 7644 §3.14, RFC 9110 §8.8.3).

use serde_json::Value;

use super::looks::{Breach, Looks};
use super::{Content, Sight, Sighting, StandingCheck};
use crate::check::wording::cut;
use crate::scim::schema::member;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "etag",
    title: "Entity tags are well-formed and agree with meta.version",
    why: "Clients send the tag back as they got it; one that differs or is malformed makes every safe update fail.",
    requirements: &["7643-3.1-28", "9110-8.8.3-01", "7643-3.1-30", "7644-3.14-02", "7644-3.14-03", "9110-15.4.5-01"],
    rulings: &["A6", "B1", "B6"],
    hint: "use one text for the ETag header and for meta.version: a quoted tag, with W/ in front where it is weak",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let header = sight.response.header("etag").map(str::trim);
    if let Some(tag) = header {
        well_formed("header etag", tag, &mut looks);
    }
    if sight.response.status == 304 && sight.request.header("if-none-match").is_some() {
        looks.judge("9110-15.4.5-01", header.is_some(), || {
            Breach::expected("header etag", "the current entity tag", "no such header")
                .hint("send the ETag header with a 304 as with the 200 in its place")
        });
    }
    // Frameworks add tags of their own to any answer; only who declares support is held to them.
    let resource = sight.body().filter(|_| sight.content == Content::Resource && sight.context.config.etag);
    let Some(resource) = resource else { return looks.done() };
    let version = member(resource, "meta").and_then(|meta| member(meta, "version")).and_then(Value::as_str);
    match (header, version.filter(|version| !version.is_empty())) {
        (Some(header), Some(version)) => {
            looks.judge("7643-3.1-28", header == version, || {
                let quoted = header.contains('"') && !version.contains('"');
                let breach =
                    Breach::expected("/meta/version", format!("{}, as the ETag header", cut(header)), cut(version));
                let breach = breach.ruled("B6");
                if quoted {
                    breach.hint("the quotes and the W/ belong to the tag, in meta.version too")
                } else {
                    breach
                }
            });
        }
        (Some(_), None) if !sight.asked.projected => looks.broken("7644-3.14-03", || {
            Breach::expected("/meta/version", "the entity tag of the ETag header", "none").ruled("B6")
        }),
        (None, Some(version)) => looks.broken("7644-3.14-02", || {
            Breach::expected("header etag", format!("{}, as meta.version", cut(version)), "no such header").warned("A6")
        }),
        _ => {}
    }
    looks.done()
}

fn well_formed(place: &str, tag: &str, looks: &mut Looks) {
    let marked = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/"));
    looks.judge("7643-3.1-30", !tag.starts_with("w/"), || {
        Breach::expected(place, "an upper-case W/ before a weak tag", format!("`{}`", cut(tag)))
    });
    let opaque = marked.unwrap_or(tag);
    let inner = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let sound = inner.is_some_and(|inner| !inner.contains(|c: char| c == '"' || c == ' ' || c.is_ascii_control()));
    looks.judge("9110-8.8.3-01", sound, || {
        Breach::expected(place, "a tag in double quotes, such as \"3\" or W/\"3\"", format!("`{}`", cut(tag)))
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;

    fn at(header: Option<&str>, version: Option<&str>) -> Vec<Sighting> {
        let body = version.map_or_else(ann, |version| ann_with("/meta/version", json!(version)));
        let response = reply(200, &body);
        let response = match header {
            Some(header) => with(response, "etag", header),
            None => response,
        };
        see(&CHECK, &get("/Users/1"), &response)
    }

    #[test]
    fn weak_and_strong_tags_hold() {
        assert_held(&at(Some("\"3\""), Some("\"3\"")));
        assert_held(&at(Some("W/\"a-b\""), Some("W/\"a-b\"")));
        assert_silent(&at(None, None));
    }

    #[test]
    fn differences_are_broken() {
        assert_broken(&at(Some("\"3\""), Some("\"2\"")), "7643-3.1-28");
        assert_broken(&at(Some("W/\"3\""), Some("3")), "7643-3.1-28");
        assert_broken(&at(Some("\"3\""), None), "7644-3.14-03");
        assert_warned(&at(None, Some("\"3\"")), "7644-3.14-02");
    }

    #[test]
    fn malformed_tags_are_broken() {
        assert_broken(&at(Some("3"), Some("3")), "9110-8.8.3-01");
        assert_broken(&at(Some("W/3"), Some("W/3")), "9110-8.8.3-01");
        assert_broken(&at(Some("\"a\"b\""), Some("\"a\"b\"")), "9110-8.8.3-01");
        assert_broken(&at(Some("w/\"3\""), Some("w/\"3\"")), "7643-3.1-30");
        assert_broken(&at(Some("\""), Some("\"")), "9110-8.8.3-01");
    }

    #[test]
    fn a_304_repeats_the_tag() {
        let mut conditional = get("/Users/1");
        conditional.headers.push(("If-None-Match".into(), "\"3\"".into()));
        assert_broken(&see(&CHECK, &conditional, &plain(304, &[], "")), "9110-15.4.5-01");
        assert_held(&see(&CHECK, &conditional, &plain(304, &[("etag", "\"3\"")], "")));
    }

    #[test]
    fn only_who_declares_support_is_held_to_agreement() {
        let response = with(reply(200, &ann()), "etag", "W/\"framework\"");
        assert_held(&see_in(&unknown(), &CHECK, &get("/Users/1"), &response));
        let projected = with(reply(200, &json!({ "id": "1" })), "etag", "\"3\"");
        assert_held(&see(&CHECK, &get("/Users/1?attributes=id"), &projected));
    }
}
