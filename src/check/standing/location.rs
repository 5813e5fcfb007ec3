//! `Location` and `meta.location` lead to the resource (RFC 7643 §3.1, RFC 7644 §3.3).
//!
//! Both may be absolute or relative, and hosts may differ behind a proxy (ruling A8), so that only the end of the
//! path decides: the endpoint and the id.

use serde_json::Value;
use url::Url;

use super::address::decoded;
use super::looks::{Breach, Looks};
use super::{Content, Sight, Sighting, StandingCheck};
use crate::check::wording::cut;
use crate::scim::schema::member;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "location",
    title: "Location and meta.location lead to the resource itself",
    why: "Clients read and change what they created by this address.",
    requirements: &["7644-3.3-10", "7644-3.3-11", "7643-3.1-26", "7643-3.1-27", "7644-1.3-01"],
    rulings: &["A4", "A6", "A7", "A8"],
    hint: "set both to the URL under which the resource is read, such as https://…/Users/{id}",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    if sight.response.is_success() && sight.content != Content::Bulk {
        headers(sight, &mut looks);
    }
    for item in sight.resources() {
        let id = member(item.value, "id").and_then(Value::as_str).filter(|id| !id.is_empty());
        let given = location_of(item.value);
        if let (Some(id), Some(given)) = (id, given)
            && let Some(place) = Place::of(given, sight)
        {
            looks.judge("7643-3.1-27", place.id().is_some_and(|last| last.eq_ignore_ascii_case(id)), || {
                let expected = format!("a URL that ends in the id `{}`", cut(id));
                Breach::expected(format!("{}/meta/location", item.pointer), expected, cut(given))
            });
            looks.judge("7644-1.3-01", !given.contains('?'), || {
                Breach::expected(format!("{}/meta/location", item.pointer), "a URL without a query", cut(given))
            });
        }
    }
    looks.done()
}

fn headers(sight: &Sight<'_>, looks: &mut Looks) {
    let resource = sight.body().filter(|_| sight.content == Content::Resource);
    let in_body = resource.and_then(location_of);
    let header = sight.response.header("location").filter(|value| !value.trim().is_empty());
    let created = sight.response.status == 201 && sight.request.method == "POST";
    if created {
        looks.judge("7644-3.3-10", header.is_some(), || {
            Breach::expected("header location", "the URL of the created resource", "no such header")
        });
        if resource.is_some() && !sight.asked.projected {
            looks.judge("7644-3.3-11", in_body.is_some(), || {
                Breach::expected("/meta/location", "the URL of the created resource", "none").ruled("A4")
            });
        }
    }
    if let (Some(header), Some(in_body)) = (header, in_body) {
        let requirement = if created { "7644-3.3-11" } else { "7643-3.1-26" };
        agree(sight, requirement, "header location", header, in_body, looks);
    } else if let (Some(header), Some(asked), false) = (header, sight.id_in_path(), created)
        && let Some(place) = Place::of(header, sight)
    {
        looks.judge("7643-3.1-26", place.id().is_some_and(|id| id.eq_ignore_ascii_case(asked)), || {
            let expected = format!("a URL that ends in the id `{}`", cut(asked));
            Breach::expected("header location", expected, cut(header)).ruled("A6")
        });
    }
    if let (Some(header), Some(in_body)) = (sight.response.header("content-location"), in_body) {
        agree(sight, "7643-3.1-26", "header content-location", header, in_body, looks);
    }
}

/// Compares the targets of a header and of `meta.location`.
fn agree(
    sight: &Sight<'_>,
    requirement: &'static str,
    place: &'static str,
    header: &str,
    in_body: &str,
    looks: &mut Looks,
) {
    let (Some(a), Some(b)) = (Place::of(header, sight), Place::of(in_body, sight)) else { return };
    let same_resource = a.end() == b.end();
    looks.judge(requirement, same_resource && a.url == b.url, || {
        let expected = format!("{}, as meta.location", cut(in_body));
        let breach = Breach::expected(place, expected, cut(header));
        if same_resource { breach.warned("A8") } else { breach.ruled("A8") }
    });
}

fn location_of(resource: &Value) -> Option<&str> {
    member(resource, "meta").and_then(|meta| member(meta, "location"))?.as_str().filter(|text| !text.is_empty())
}

/// A resolved address.
struct Place {
    url: Url,
    segments: Vec<String>,
}

impl Place {
    /// Resolves an address. One that is relative stands for a path below the base URL, whether or not it repeats the
    /// path of the base (RFC 7643 §2.3.7); `None` for text that is no URL, which `types` reports.
    fn of(text: &str, sight: &Sight<'_>) -> Option<Self> {
        let base = Url::parse(&format!("{}/", sight.context.base_url)).ok()?;
        let text = text.trim();
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(_) if text.starts_with("//") => base.join(text).ok()?,
            Err(_) if text.starts_with('/') && !text.starts_with(base.path()) => base.join(&text[1..]).ok()?,
            Err(_) if text.starts_with("..") => Url::parse(&sight.request.url).ok()?.join(text).ok()?,
            Err(_) => base.join(text).ok()?,
        };
        let segments = url.path_segments()?.filter(|segment| !segment.is_empty()).map(decoded).collect();
        Some(Self { url, segments })
    }

    fn id(&self) -> Option<&str> {
        self.segments.last().map(String::as_str)
    }

    /// Endpoint and id.
    fn end(&self) -> &[String] {
        &self.segments[self.segments.len().saturating_sub(2)..]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;

    fn created(header: Option<&str>, body: &Value) -> Vec<Sighting> {
        let response = reply(201, body);
        let response = match header {
            Some(header) => with(response, "location", header),
            None => response,
        };
        see(&CHECK, &request("POST", "/Users"), &response)
    }

    fn url() -> String {
        format!("{BASE}/Users/1")
    }

    #[test]
    fn the_same_address_holds_absolute_and_relative() {
        assert_held(&created(Some(&url()), &ann()));
        for relative in ["/scim/v2/Users/1", "/Users/1", "Users/1"] {
            assert_held(&created(Some(relative), &ann()));
            assert_held(&created(Some(&url()), &ann_with("/meta/location", json!(relative))));
        }
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_held(&see(&CHECK, &get("/Users/1"), &with(reply(200, &ann()), "content-location", &url())));
    }

    #[test]
    fn other_hosts_and_prefixes_are_a_warning() {
        assert_warned(&created(Some("http://inner:8080/scim/v2/Users/1"), &ann()), "7644-3.3-11");
        assert_warned(&created(Some("https://target.example/scim/Users/1"), &ann()), "7644-3.3-11");
    }

    #[test]
    fn a_creation_names_its_address_twice() {
        assert_broken(&created(None, &ann()), "7644-3.3-10");
        assert_broken(&created(Some(&url()), &ann_with("/meta/location", Value::Null)), "7644-3.3-11");
        assert_broken(&created(Some(&format!("{BASE}/Users/2")), &ann()), "7644-3.3-11");
        assert_broken(&created(Some(&format!("{BASE}/Groups/1")), &ann()), "7644-3.3-11");
        let empty = with(plain(201, &[], ""), "location", &url());
        assert_held(&see(&CHECK, &request("POST", "/Users"), &empty));
    }

    #[test]
    fn a_projected_creation_may_leave_meta_out() {
        let response = with(reply(201, &json!({ "id": "1" })), "location", &url());
        assert_held(&see(&CHECK, &request("POST", "/Users?attributes=userName"), &response));
    }

    #[test]
    fn addresses_of_something_else_are_told() {
        let seen =
            see(&CHECK, &get("/Users/1"), &reply(200, &ann_with("/meta/location", json!(format!("{BASE}/Users")))));
        assert_broken(&seen, "7643-3.1-27");
        let seen = see(&CHECK, &request("PATCH", "/Users/1"), &plain(204, &[("location", "/Users/9")], ""));
        assert_broken(&seen, "7643-3.1-26");
        let elsewhere = with(reply(200, &ann()), "content-location", &format!("{BASE}/Users/9"));
        assert_broken(&see(&CHECK, &get("/Users/1"), &elsewhere), "7643-3.1-26");
    }

    #[test]
    fn absence_is_legal_but_on_201() {
        assert_silent(&see(&CHECK, &request("PATCH", "/Users/1"), &plain(204, &[], "")));
        assert_silent(&see(&CHECK, &request("POST", "/Bulk"), &reply(200, &json!({ "Operations": [] }))));
    }
}
