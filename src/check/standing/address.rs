//! What the URL of a request addresses.

use url::Url;

use super::context::{Context, KnownType};
use crate::scim::urn;

/// The resource type whose endpoint the path begins with, and the rest of the path.
pub(super) fn resource_type_at<'a, 'p>(
    path: &'p [String],
    context: &'a Context,
) -> Option<(&'a KnownType, &'p [String])> {
    let below = |known: &'a KnownType| {
        let mut rest = path;
        for wanted in known.kind.endpoint.split('/').filter(|part| !part.is_empty()) {
            let (first, behind) = rest.split_first()?;
            if !first.eq_ignore_ascii_case(wanted) {
                return None;
            }
            rest = behind;
        }
        Some((known, rest))
    };
    // One endpoint may begin with another one; the longer one is meant.
    context.types.iter().filter_map(below).min_by_key(|(_, rest)| rest.len())
}

/// URN of the schema that the entries of a discovery endpoint have.
pub(super) fn discovery_urn(segment: &str) -> Option<&'static str> {
    [
        ("ServiceProviderConfig", urn::SERVICE_PROVIDER_CONFIG),
        ("ResourceTypes", urn::RESOURCE_TYPE),
        ("Schemas", urn::SCHEMA),
    ]
    .into_iter()
    .find_map(|(name, urn)| name.eq_ignore_ascii_case(segment).then_some(urn))
}

/// Percent-decoded segments of the path below the base URL; the origin is not compared.
pub(super) fn segments_below(url: &Url, base: &str) -> Option<Vec<String>> {
    let base = Url::parse(base).ok()?;
    let mut rest = url.path_segments()?.filter(|segment| !segment.is_empty());
    for wanted in base.path_segments()?.filter(|segment| !segment.is_empty()) {
        if rest.next()? != wanted {
            return None;
        }
    }
    Some(rest.map(decoded).collect())
}

/// A path segment without its percent-encoding.
pub(super) fn decoded(segment: &str) -> String {
    let mut out = Vec::with_capacity(segment.len());
    let bytes = segment.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex =
            segment.get(at + 1..at + 3).filter(|hex| bytes[at] == b'%' && hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::testing::BASE;
    use super::*;
    use crate::scim::{ResourceType, ServiceProviderConfig};

    #[test]
    fn paths_are_decoded_and_cut_at_the_base() {
        let below = |url: &str| segments_below(&Url::parse(url).unwrap(), "https://x.example/scim/v2");
        assert_eq!(below("https://x.example/scim/v2/Users/a%20b%2Fc"), Some(vec!["Users".into(), "a b/c".into()]));
        assert_eq!(below("https://x.example/scim/v2/"), Some(Vec::new()));
        assert_eq!(below("https://x.example/other/Users"), None);
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%41%+1"), "%zzA%+1");
    }

    #[test]
    fn the_longest_endpoint_counts() {
        let of = |name: &str, endpoint: &str| ResourceType {
            name: name.into(),
            endpoint: endpoint.into(),
            ..ResourceType::default()
        };
        let types = [of("Thing", "/Things"), of("Part", "/Things/Parts")];
        let context = Context::new(BASE, ServiceProviderConfig::default(), &types, &[]);
        let at = |path: &[&str]| {
            let path: Vec<String> = path.iter().map(|&part| part.to_owned()).collect();
            resource_type_at(&path, &context).map(|(known, rest)| (known.kind.name.clone(), rest.len()))
        };
        assert_eq!(at(&["things", "1"]), Some(("Thing".into(), 1)));
        assert_eq!(at(&["Things", "Parts", "1"]), Some(("Part".into(), 1)));
        assert_eq!(at(&["Elsewhere"]), None);
    }
}
