//! A 401 says how to authenticate (RFC 7644 §2, RFC 9110 §15.5.2, RFC 6750 §3).

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "challenge",
    title: "A 401 names the authentication schemes that the target supports",
    why: "Without the challenge a client cannot tell which credential is wanted, or that its token has expired.",
    requirements: &["7644-2-06", "6750-3-02", "6750-3-03", "6750-3-04", "6750-3.1-03"],
    rulings: &["G10", "X30"],
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
        if let Some(given) = given.filter(|_| names_scheme) {
            bearer(sight, given, &mut looks);
        }
    }
    looks.done()
}

/// The rules for bearer tokens, where the request carried one or the answer asks for one.
fn bearer(sight: &Sight<'_>, given: &str, looks: &mut Looks) {
    let sent = sight.request.header("authorization");
    let sent_bearer =
        sent.is_some_and(|value| value.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")));
    let challenge = challenge_of(given, "bearer");
    if sent_bearer {
        looks.judge("6750-3-02", challenge.is_some(), || {
            Breach::expected("header www-authenticate", "the scheme `Bearer`", format!("`{given}`")).warned("X30")
        });
    }
    let Some(parameters) = challenge else { return };
    looks.judge("6750-3-03", parameters.contains('='), || {
        Breach::expected("header www-authenticate", "a parameter such as `realm=\"scim\"`", format!("`{given}`"))
            .warned("X30")
            .hint("send `WWW-Authenticate: Bearer realm=\"scim\"`")
    });
    let names_error = parameters.to_ascii_lowercase().contains("error=");
    if sent_bearer {
        looks.judge("6750-3-04", names_error, || {
            Breach::expected("header www-authenticate", "`error=\"invalid_token\"`", format!("`{given}`"))
                .hint("name the error when a token was sent: clients then know that they need a new one")
        });
    } else if sent.is_none() {
        looks.judge("6750-3.1-03", !names_error, || {
            Breach::expected("header www-authenticate", "no error, since no credential was sent", format!("`{given}`"))
                .noted("X30")
                .hint("name an error only when a token was sent")
        });
    }
}

/// What follows a scheme in a header of one or more challenges, up to the next scheme.
fn challenge_of<'a>(header: &'a str, scheme: &str) -> Option<&'a str> {
    let is_start = |at: usize| header[..at].trim_end().is_empty() || header[..at].trim_end().ends_with(',');
    let lower = header.to_ascii_lowercase();
    let start = lower.match_indices(scheme).map(|(at, _)| at).find(|&at| {
        let end = at + scheme.len();
        is_start(at) && header[end..].chars().next().is_none_or(|c| c == ' ' || c == ',')
    })?;
    Some(header[start + scheme.len()..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::verdict::Seen;

    #[test]
    fn a_challenge_holds() {
        assert_held(&see(
            &CHECK,
            &get("/Users"),
            &plain(401, &[("www-authenticate", "Bearer realm=\"scim\", error=\"invalid_token\"")], ""),
        ));
        assert_silent(&see(&CHECK, &get("/Users"), &plain(403, &[], "")));
    }

    fn refused(token: bool, header: &str) -> Vec<Sighting> {
        let mut request = get("/Users");
        request.headers.retain(|(name, _)| token || name != "Authorization");
        see(&CHECK, &request, &plain(401, &[("www-authenticate", header)], ""))
    }

    fn seen(sightings: &[Sighting], requirement: &str) -> Option<Seen> {
        sightings.iter().find(|one| one.requirement == requirement).map(|one| one.seen)
    }

    #[test]
    fn a_refused_token_is_explained() {
        assert_held(&refused(true, "Bearer realm=\"scim\", error=\"invalid_token\""));
        assert_held(&refused(true, "Basic realm=\"x\", bearer error=\"invalid_token\""));
        let bare = refused(true, "Bearer");
        assert_eq!(seen(&bare, "6750-3-03"), Some(Seen::Warned));
        assert_eq!(seen(&bare, "6750-3-04"), Some(Seen::Broken));
        assert_eq!(seen(&refused(true, "Basic realm=\"bearer tokens\""), "6750-3-02"), Some(Seen::Warned));
    }

    #[test]
    fn nobody_is_told_of_an_error_that_they_did_not_make() {
        assert_held(&refused(false, "Bearer realm=\"scim\""));
        let seen = seen(&refused(false, "Bearer error=\"invalid_token\""), "6750-3.1-03");
        assert_eq!(seen, Some(Seen::Noted));
    }

    #[test]
    fn a_401_without_one_is_broken() {
        assert_broken(&see(&CHECK, &get("/Users"), &plain(401, &[], "")), "7644-2-06");
        assert_broken(&see(&CHECK, &get("/Users"), &plain(401, &[("www-authenticate", " ")], "")), "7644-2-06");
    }
}
