//! A request taken apart: segments below the base path, decoded parameters, base URL.

use http::{HeaderMap, Method};
use serde_json::Value;

use super::problem::Problem;
use crate::scim::urn;

/// Path under which the provider answers.
pub const BASE_PATH: &str = "/scim/v2";

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The path as it came.
    pub(crate) path: String,
    /// Path segments below the base path, decoded; `None` for a path outside of it.
    pub(crate) segments: Option<Vec<String>>,
    /// Query parameters in order, `+` read as a space.
    pub(crate) params: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Index of the tenant whose credential it carries.
    pub(crate) tenant: usize,
    /// Absolute base URL as the client sees it, without a slash at the end.
    pub(crate) base: String,
    /// What is answered instead, before anything is done.
    pub(crate) refusal: Option<Problem>,
}

impl Call {
    /// Takes a request apart. `base` overrides the URL that is built from the Host header.
    pub(crate) fn read(request: http::Request<Vec<u8>>, base: Option<&str>) -> Self {
        let (parts, body) = request.into_parts();
        let host = parts.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str)).unwrap_or("localhost");
        let scheme = parts.uri.scheme_str().unwrap_or("http");
        let base = match base {
            Some(base) => base.trim_end_matches('/').to_owned(),
            None => format!("{scheme}://{host}{BASE_PATH}"),
        };
        let query = parts.uri.query().unwrap_or("");
        let params = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let method = if parts.method == Method::HEAD { Method::GET } else { parts.method };
        let path = parts.uri.path().to_owned();
        Self {
            method,
            segments: segments(&path),
            path,
            params,
            headers: parts.headers,
            body,
            tenant: 0,
            base,
            refusal: None,
        }
    }

    /// A request inside this one: same base URL and credential, another place, headers and body.
    pub(crate) fn part(&self, method: Method, path: &str, headers: HeaderMap, body: Vec<u8>) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let segments = path.split('/').filter(|segment| !segment.is_empty()).map(decoded).collect();
        let params = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let (tenant, base) = (self.tenant, self.base.clone());
        let path = format!("{BASE_PATH}{path}");
        Self { method, path, segments: Some(segments), params, headers, body, tenant, base, refusal: None }
    }

    pub(crate) fn segments(&self) -> Vec<&str> {
        self.segments.iter().flatten().map(String::as_str).collect()
    }

    /// The first parameter of this name.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The values of all header lines of this name, joined as HTTP allows.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let lines: Vec<&str> =
            self.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("\u{fffd}")).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// The body as JSON (RFC 7644 §3.8).
    ///
    /// # Errors
    /// 415 for another media type, 400 `invalidSyntax` for a body that is no JSON object.
    pub(crate) fn json(&self) -> Result<Value, Problem> {
        if let Some(given) = self.header("content-type") {
            let essence = given.split(';').next().unwrap_or("").trim();
            if !essence.eq_ignore_ascii_case(urn::MEDIA_TYPE) && !essence.eq_ignore_ascii_case("application/json") {
                let detail = format!("the body has media type `{essence}`, expected {}", urn::MEDIA_TYPE);
                return Err(Problem::new(415, None, detail));
            }
        }
        let body: Value = serde_json::from_slice(&self.body)
            .map_err(|error| Problem::invalid_syntax(format!("the body is no JSON: {error}")))?;
        if body.is_object() { Ok(body) } else { Err(Problem::invalid_syntax("the body is no JSON object")) }
    }
}

fn segments(path: &str) -> Option<Vec<String>> {
    let rest = path.strip_prefix(BASE_PATH)?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    Some(rest.split('/').filter(|segment| !segment.is_empty()).map(decoded).collect())
}

/// Undoes percent-encoding; what is no valid escape stays as it is.
fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let escaped = escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        out.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(uri: &str) -> Call {
        let request = http::Request::get(uri).header("Host", "idp.test:8080").body(Vec::new());
        Call::read(request.expect("a request"), None)
    }

    #[test]
    fn path_and_query_are_decoded() {
        let call = call("/scim/v2/Users/a%20b%zz/?filter=userName+eq+%22x%2By%22&filter=second");
        assert_eq!(call.segments(), ["Users", "a b%zz"]);
        assert_eq!(call.param("filter"), Some(r#"userName eq "x+y""#));
        assert_eq!(call.base, "http://idp.test:8080/scim/v2");
    }

    #[test]
    fn other_paths_are_outside() {
        assert_eq!(call("/scim/v20/Users").segments, None);
        assert_eq!(call("/").segments, None);
        assert_eq!(call("/scim/v2").segments, Some(Vec::new()));
    }
}
