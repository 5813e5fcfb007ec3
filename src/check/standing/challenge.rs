//! A 401 says how to authenticate (RFC 7644 §2, RFC 9110 §15.5.2).

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "challenge",
    title: "A 401 names the authentication schemes that the target supports",
    why: "Without the challenge a client cannot tell which credential is wanted, or that its token has expired.",
    requirements: &["7644-2-06"],
    rulings: &["G10"],
    hint: "send `WWW-Authenticate: Bearer` (or the scheme in use) with every 401",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    if sight.response.status == 401 {
        let given = sight.response.header("www-authenticate");
        let names_scheme = given.is_some_and(|text| text.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric()));
        looks.judge(CHECK.requirement(), names_scheme, || {
            let actual = given.map_or_else(|| "no such header".to_owned(), |text| format!("`{text}`"));
            Breach::expected("header www-authenticate", "at least one challenge such as `Bearer`", actual).ruled("G10")
        });
    }
    looks.done()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn a_challenge_holds() {
        assert_held(&see(&CHECK, &get("/Users"), &plain(401, &[("www-authenticate", "Bearer realm=\"scim\"")], "")));
        assert_silent(&see(&CHECK, &get("/Users"), &plain(403, &[], "")));
    }

    #[test]
    fn a_401_without_one_is_broken() {
        assert_broken(&see(&CHECK, &get("/Users"), &plain(401, &[], "")), "7644-2-06");
        assert_broken(&see(&CHECK, &get("/Users"), &plain(401, &[("www-authenticate", " ")], "")), "7644-2-06");
    }
}
