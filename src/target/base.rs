//! Base URLs as people write them.

use url::{Host, Url};

use crate::file::harmless;

/// A text that is no base URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no base URL: {reason}; it looks like https://app.example.com/scim/v2")]
pub struct BaseUrlError {
    /// The text, with `…` where a password or a query was.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads a base URL, under which `/Users` is (RFC 7644 section 1.3).
///
/// # Errors
/// It is no URL, neither http nor https, or has a query, a fragment or a password in it.
pub fn base_url(text: &str) -> Result<Url, BaseUrlError> {
    let wrong = |reason: &str| BaseUrlError { text: harmless(&without_secrets(text)), reason: reason.to_owned() };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it begins with neither http:// nor https://"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has no query and no fragment (RFC 7644 section 1.3)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a password in a URL ends in logs; give it as a credential"));
    }
    Ok(url)
}

/// Query parameters of a tenant URL that switch the behaviour of Microsoft Entra ID and are no part of the base URL.
const FLAGS: [&str; 2] = ["aadOptscim062020", "AzureAdScimPatch2017"];

/// Reads a base URL as it stands in the portal of Microsoft Entra ID: it may have flags behind it, which are given
/// apart.
///
/// # Errors
/// As [`base_url`].
pub fn tenant_url(text: &str) -> Result<(Url, Vec<String>), BaseUrlError> {
    let is_flag = |word: &str| FLAGS.iter().any(|flag| flag.eq_ignore_ascii_case(word));
    match text.split_once('?') {
        Some((base, query)) if query.split('&').all(is_flag) => {
            Ok((base_url(base)?, query.split('&').map(str::to_owned).collect()))
        }
        _ => Ok((base_url(text)?, Vec::new())),
    }
}

/// A URL of something else than the target that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {kind}: {reason}; it looks like {example}")]
pub struct WrongUrl {
    /// The text, with `…` where a password or a query was.
    pub text: String,
    /// What it should be.
    pub kind: &'static str,
    /// What is wrong with it.
    pub reason: String,
    /// How one looks.
    pub example: &'static str,
}

/// Reads the URL of an OAuth token endpoint, which may have a query but no fragment (RFC 6749 section 3.2).
pub(super) fn token_url(text: &str) -> Result<Url, WrongUrl> {
    let example = "https://login.example.com/oauth2/token";
    let wrong = |reason: &str| wrong_url(text, "token URL", reason, example);
    let url = http_url(text, &wrong)?;
    if url.fragment().is_some() {
        return Err(wrong("it has no fragment (RFC 6749 section 3.2)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a password in a URL ends in logs; give the client's as its secret"));
    }
    Ok(url)
}

/// Reads the URL of a forward proxy. User and password may stand in it: that is how proxies are given everywhere.
///
/// # Errors
/// It is no URL, or neither http nor https.
pub fn proxy_url(text: &str) -> Result<Url, WrongUrl> {
    http_url(text, &|reason| wrong_url(text, "proxy URL", reason, "http://proxy.example.com:8080"))
}

fn http_url(text: &str, wrong: &dyn Fn(&str) -> WrongUrl) -> Result<Url, WrongUrl> {
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if matches!(url.scheme(), "http" | "https") {
        Ok(url)
    } else {
        Err(wrong("it begins with neither http:// nor https://"))
    }
}

fn wrong_url(text: &str, kind: &'static str, reason: &str, example: &'static str) -> WrongUrl {
    WrongUrl { text: without_secrets(text), kind, reason: reason.to_owned(), example }
}

/// What stands before an `@` or behind a `?` may be secret, and a message ends in logs.
fn without_secrets(text: &str) -> String {
    let (text, query) = text.split_once('?').map_or((text, ""), |(text, _)| (text, "?…"));
    let scheme = text.find("://").map_or(0, |index| index + 3);
    match text.rfind('@').filter(|&at| at >= scheme) {
        Some(at) => format!("{}…{}{query}", &text[..scheme], &text[at..]),
        None => format!("{text}{query}"),
    }
}

/// Whether a URL leads to this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_a_tenant_url_are_given_apart() {
        let (url, flags) = tenant_url("https://app.example.com/scim?aadOptscim062020").unwrap();
        assert_eq!(
            (url.as_str(), flags.as_slice()),
            ("https://app.example.com/scim", &["aadOptscim062020".to_owned()][..])
        );
        assert!(tenant_url("https://app.example.com/scim?aadOptscim062020&key=sesame").is_err());
        assert_eq!(tenant_url("https://app.example.com/scim").unwrap().1, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_base_url_is_refused_with_the_reason() {
        let reason = |text: &str| base_url(text).unwrap_err().reason;
        assert!(reason("ftp://x/scim").contains("neither http"));
        assert!(reason("https://x/scim?a=b").contains("no query"));
        assert!(reason("https://u:secret@x/scim").contains("ends in logs"));
        for text in ["https://u:secret@x/scim", "http://x/scim?token=secret", "u:secret@x", "http://u:se/cret@x:y/"] {
            let shown = base_url(text).unwrap_err().to_string();
            assert!(!shown.contains("secret") && !shown.contains("cret"), "{shown}");
        }
        assert!(base_url("app.example.com").unwrap_err().to_string().starts_with("`app.example.com` is no base URL: "));
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let of = |text: &str| is_loopback(&base_url(text).unwrap());
        assert!(of("http://127.0.0.1:8080/scim/v2") && of("http://[::1]/") && of("http://scim.localhost/v2"));
        assert!(!of("https://localhost.example.com/scim") && !of("http://10.0.0.1/scim"));
    }
}
