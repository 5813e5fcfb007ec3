//! A 204 and a 304 have no content (RFC 9110 §15.3.5, §15.4.5).

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "empty-answer",
    title: "Answers with status 204 or 304 have no content",
    why: "Content behind a 204 or 304 is read as the beginning of the next answer on the same connection.",
    requirements: &["9110-15.3.5-01", "9110-15.4.5-02"],
    rulings: &[],
    hint: "send the content with status 200, or leave it out",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let response = sight.response;
    let requirement = match response.status {
        204 => "9110-15.3.5-01",
        304 => "9110-15.4.5-02",
        _ => return looks.done(),
    };
    // HTTP libraries drop the content of a 204, so that only its announcement is left to see. On a 304 the header
    // gives the length that a 200 would have had.
    let announced = response.header("content-length").and_then(|length| length.trim().parse::<u64>().ok());
    if response.status == 204
        && let Some(length) = announced.filter(|length| *length > 0)
    {
        looks.broken(requirement, || Breach::expected("header content-length", "no content", length.to_string()));
    } else {
        looks.judge(requirement, response.body.is_empty(), || {
            Breach::expected("", "no content", format!("{} bytes", response.body.len()))
        });
    }
    looks.done()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn empty_answers_hold() {
        assert_held(&see(&CHECK, &request("DELETE", "/Users/1"), &plain(204, &[], "")));
        assert_held(&see(&CHECK, &request("DELETE", "/Users/1"), &plain(204, &[("content-length", "0")], "")));
        assert_held(&see(&CHECK, &get("/Users/1"), &plain(304, &[("content-length", "512")], "")));
        assert_silent(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
    }

    #[test]
    fn content_is_broken() {
        assert_broken(&see(&CHECK, &request("DELETE", "/Users/1"), &plain(204, &[], "{}")), "9110-15.3.5-01");
        let announced = plain(204, &[("content-length", "2")], "");
        assert_broken(&see(&CHECK, &request("DELETE", "/Users/1"), &announced), "9110-15.3.5-01");
        assert_broken(&see(&CHECK, &get("/Users/1"), &plain(304, &[], "{}")), "9110-15.4.5-02");
    }
}
