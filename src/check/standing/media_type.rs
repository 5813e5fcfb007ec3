//! Bodies are labelled `application/scim+json` (RFC 7644 §3.1, §3.8).

use super::error_message::may_come_from_a_gateway;
use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};
use crate::scim::urn;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "media-type",
    title: "Bodies are labelled with the media type of SCIM",
    why: "Clients choose the parser by the media type; some refuse a body with another one.",
    requirements: &["7644-3.1-01", "7644-3.8-08"],
    rulings: &["G4", "G7", "G9"],
    hint: "send `Content-Type: application/scim+json` with every SCIM body",
    watch,
};

const JSON: &str = "application/json";

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let response = sight.response;
    // Error pages that are no JSON at all are one defect, which `error-message` reports.
    let is_error_page = response.status >= 400 && sight.body().is_none();
    let redirect = (300..400).contains(&response.status);
    if response.body.is_empty() || sight.path.is_none() || is_error_page || redirect {
        return looks.done();
    }
    let lenient = may_come_from_a_gateway(sight);
    let Some(given) = response.header("content-type") else {
        looks.broken("7644-3.1-01", || {
            Breach::expected("header content-type", urn::MEDIA_TYPE, "no such header").warned_if(lenient, "G4")
        });
        return looks.done();
    };
    let essence = essence(given);
    let wanted = Wanted::of(sight.request.header("accept"));
    if essence == urn::MEDIA_TYPE || (essence == JSON && wanted.json) {
        looks.held("7644-3.1-01");
    } else if essence == JSON && !wanted.scim {
        looks.broken("7644-3.8-08", || Breach::expected("header content-type", urn::MEDIA_TYPE, given).warned("G9"));
    } else {
        looks.broken("7644-3.1-01", || {
            let breach = Breach::expected("header content-type", urn::MEDIA_TYPE, given);
            if lenient { breach.warned("G4") } else { breach.ruled("G7") }
        });
    }
    looks.done()
}

/// The media type without its parameters, in lower case.
pub(super) fn essence(header: &str) -> String {
    header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// What the request accepts by name.
#[derive(Default)]
struct Wanted {
    scim: bool,
    json: bool,
}

impl Wanted {
    fn of(accept: Option<&str>) -> Self {
        let mut wanted = Self::default();
        for range in accept.unwrap_or_default().split(',') {
            match essence(range).as_str() {
                urn::MEDIA_TYPE => wanted.scim = true,
                JSON => wanted.json = true,
                _ => {}
            }
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::exchange::Request;

    fn accepting(accept: Option<&str>) -> Request {
        let headers = accept.map(|accept| ("Accept".to_owned(), accept.to_owned())).into_iter().collect();
        Request { headers, ..get("/Users/1") }
    }

    fn typed(status: u16, media_type: &str) -> crate::exchange::Response {
        plain(status, &[("Content-Type", media_type)], &ann().to_string())
    }

    #[test]
    fn scim_json_holds_with_parameters() {
        for given in
            ["application/scim+json", "application/scim+json; charset=utf-8", "Application/SCIM+JSON;charset=UTF-8"]
        {
            assert_held(&see(&CHECK, &get("/Users/1"), &typed(200, given)));
        }
        assert_held(&see(&CHECK, &accepting(Some("application/json")), &typed(200, urn::MEDIA_TYPE)));
    }

    #[test]
    fn plain_json_holds_when_it_was_asked_for() {
        for accept in ["application/json", "application/scim+json, application/json;q=0.5"] {
            assert_held(&see(&CHECK, &accepting(Some(accept)), &typed(200, "application/json; charset=utf-8")));
        }
    }

    #[test]
    fn plain_json_is_a_warning_when_nothing_was_asked_for() {
        for accept in [None, Some("*/*")] {
            assert_warned(&see(&CHECK, &accepting(accept), &typed(200, "application/json")), "7644-3.8-08");
        }
    }

    #[test]
    fn other_types_are_broken() {
        assert_broken(&see(&CHECK, &get("/Users/1"), &typed(200, "application/json")), "7644-3.1-01");
        assert_broken(&see(&CHECK, &accepting(None), &typed(200, "text/html")), "7644-3.1-01");
        assert_broken(&see(&CHECK, &get("/Users/1"), &plain(200, &[], "{}")), "7644-3.1-01");
        assert_broken(&see(&CHECK, &get("/Users/1"), &typed(404, "application/json")), "7644-3.1-01");
    }

    #[test]
    fn answers_from_before_scim_are_warnings_and_pages_are_left_alone() {
        assert_warned(&see(&CHECK, &get("/Users/1"), &typed(401, "application/json")), "7644-3.1-01");
        assert_warned(&see(&CHECK, &get("/nowhere"), &plain(404, &[], "{}")), "7644-3.1-01");
        assert_silent(&see(&CHECK, &get("/Users/1"), &plain(502, &[("content-type", "text/html")], "<html>")));
        assert_silent(&see(&CHECK, &get("/Users/1"), &plain(204, &[], "")));
    }
}
