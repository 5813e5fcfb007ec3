//! Where requests may go: a text of the target ends in URLs (ids, endpoints, cursors), and the credential with it.

use url::Url;

use crate::exchange::Purpose;

/// The target's own place on the network.
#[derive(Clone, Debug)]
pub(super) struct Home {
    base: Url,
}

impl Home {
    pub(super) fn of(base: &Url) -> Self {
        Self { base: base.clone() }
    }

    /// Why a request does not go out: it leads to another server, or would remove more than one resource below the
    /// base URL.
    pub(super) fn refuses(&self, url: &Url, purpose: Purpose, method: &str) -> Option<String> {
        if url.origin() != self.base.origin() || !url.username().is_empty() || url.password().is_some() {
            return Some(format!(
                "not sent, since it leads away from {}: the credential would go there, too",
                self.base.origin().ascii_serialization()
            ));
        }
        if purpose == Purpose::CleanUp && method == "DELETE" {
            let base = self.base.path().trim_end_matches('/');
            let below = url.path().strip_prefix(base).filter(|rest| rest.starts_with('/'));
            let segments = below.into_iter().flat_map(|rest| rest.split('/')).filter(|part| !part.is_empty()).count();
            if segments < 2 || url.query().is_some() || url.path().ends_with('/') {
                return Some(format!("not sent, since it is no single resource below {}", self.base));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, purpose: Purpose) -> bool {
        let home = Home::of(&Url::parse("https://app.example/scim/v2").expect("a URL"));
        home.refuses(&Url::parse(url).expect("a URL"), purpose, "DELETE").is_some()
    }

    #[test]
    fn nothing_leads_away_from_the_target() {
        assert!(!refused("https://app.example/scim/v2/Users", Purpose::Step));
        assert!(!refused("https://app.example:443/elsewhere", Purpose::Step));
        for url in [
            "http://app.example/scim/v2/Users",
            "https://app.example:8443/scim/v2/Users",
            "https://app.example.evil.example/scim/v2",
            "https://app.example@evil.example/scim/v2/Users",
            "https://x@app.example/scim/v2/Users",
            "file:///scim/v2/Users/1",
        ] {
            assert!(refused(url, Purpose::Step), "{url}");
        }
    }

    #[test]
    fn clean_up_removes_single_resources_only() {
        assert!(!refused("https://app.example/scim/v2/Users/1", Purpose::CleanUp));
        assert!(!refused("https://app.example/scim/v2/a/Users/1%2F2", Purpose::CleanUp));
        for url in [
            "/scim/v2/Users/",
            "/scim/v2/Users",
            "/scim/v2/Users/..",
            "/scim/v2",
            "/scim/v22/a/b",
            "/a/b",
            "/scim/v2/Users/?a/1",
        ] {
            assert!(refused(&format!("https://app.example{url}"), Purpose::CleanUp), "{url}");
            assert!(!refused(&format!("https://app.example{url}"), Purpose::Step), "{url}");
        }
    }
}
