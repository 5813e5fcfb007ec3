//! Credentials and accounts travel encrypted (RFC 7644 §7.2, §7.4).

use url::{Host, Url};

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "transport",
    title: "Requests to other machines are encrypted",
    why: "Tokens and personal data that cross a network in clear text can be read and used by others on the way.",
    requirements: &["7644-7.2-01"],
    rulings: &["X32"],
    hint: "serve SCIM under https only, and refuse plain http",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let Ok(url) = Url::parse(&sight.request.url) else { return looks.done() };
    looks.judge(CHECK.requirement(), url.scheme() == "https" || is_this_machine(&url), || {
        Breach::expected("url", "https", format!("an answer over {}", url.scheme())).warned("X32")
    });
    looks.done()
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::exchange::Request;
    use crate::verdict::Seen;

    fn at(url: &str) -> Vec<Sighting> {
        let request = Request { url: url.to_owned(), ..get("/Users") };
        see(&CHECK, &request, &reply(200, &ann()))
    }

    #[test]
    fn https_and_this_machine_hold() {
        assert_held(&at("https://target.example/scim/v2/Users"));
        assert_held(&at("http://127.0.0.1:8080/scim/v2/Users"));
        assert_held(&at("http://[::1]:8080/scim/v2/Users"));
        assert_held(&at("http://localhost/scim/v2/Users"));
    }

    #[test]
    fn clear_text_to_another_machine_is_a_warning() {
        let seen = at("http://target.example/scim/v2/Users");
        assert_eq!(seen[0].seen, Seen::Warned);
        assert_eq!(at("http://localhost.example/scim/v2/Users")[0].seen, Seen::Warned);
    }
}
