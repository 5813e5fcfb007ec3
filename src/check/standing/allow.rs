//! A 405 says which methods there are (RFC 9110 §15.5.6).

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "allow",
    title: "A 405 lists the methods that the endpoint supports",
    why: "A client that meets a 405 learns from the list which method to fall back on.",
    requirements: &["9110-15.5.6-01"],
    rulings: &[],
    hint: "send an `Allow` header with every 405",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    if sight.response.status == 405 {
        // An empty list is legal: the resource then allows no method at all.
        looks.judge(CHECK.requirement(), sight.response.header("allow").is_some(), || {
            Breach::expected("header allow", "the supported methods", "no such header")
        });
    }
    looks.done()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn a_list_of_methods_holds() {
        assert_held(&see(&CHECK, &request("PUT", "/Users"), &plain(405, &[("allow", "GET, POST")], "")));
        assert_held(&see(&CHECK, &request("PUT", "/Users"), &plain(405, &[("Allow", "")], "")));
        assert_silent(&see(&CHECK, &request("PUT", "/Users"), &plain(404, &[], "")));
    }

    #[test]
    fn a_405_without_one_is_broken() {
        assert_broken(&see(&CHECK, &request("PUT", "/Users"), &plain(405, &[], "")), "9110-15.5.6-01");
    }
}
