//! From a step to the bytes of a request.

use serde_json::Value;

use super::names::Names;
use super::step::whole::filters;
use crate::exchange::Request;
use crate::exchange::limits::MOST_IN_URL;
use crate::scim::{message, urn};
use crate::suite::{Action, Body, Encode, PatchBody, Step};

/// The request of a step that sends exactly one.
///
/// # Errors
/// A placeholder has no value.
pub(super) fn build(step: &Step, names: &Names) -> Result<Request, String> {
    let mut query = Vec::new();
    let (method, path, body) = match &step.action {
        Action::Patch { name, body } => {
            let path = names.resource(name)?.path.clone();
            let body = match body {
                PatchBody::Operations(operations) => to_bytes(&message::patch_op(names.fill(operations)?)),
                PatchBody::Raw(text) => names.fill_text(text)?.into_bytes(),
            };
            ("PATCH", path, Some(body))
        }
        Action::Read { name } => {
            let resource = names.resource(name)?;
            if !step.query.iter().any(|(name, _)| matches!(name.as_str(), "attributes" | "excludedAttributes")) {
                query.extend(names.on_request(&resource.resource_type));
            }
            ("GET", resource.path.clone(), None)
        }
        Action::List { resource_type, filter, own } | Action::Pages { resource_type, filter, own, .. } => {
            if let Some(filter) = list_filter(resource_type, filter.as_deref(), *own, names)? {
                query.push(("filter".to_owned(), filter));
            }
            let kind = names
                .target
                .resource_type(resource_type)
                .ok_or_else(|| format!("the target has no resource type {resource_type}"))?;
            ("GET", kind.endpoint.clone(), None)
        }
        Action::Send { method, path, body } => {
            let body = match body {
                Body::None => None,
                Body::Json(value) => Some(to_bytes(&names.fill(value)?)),
                Body::Sample(call) => Some(to_bytes(&names.sample_of(call)?)),
                Body::Raw(text) => Some(names.fill_text(text)?.into_bytes()),
                Body::Bytes(bytes) => Some(bytes.clone()),
            };
            (method.as_str(), names.fill_text(path)?, body)
        }
        Action::Parallel { .. } | Action::Unchanged { .. } | Action::Token { .. } | Action::Observe { .. } => {
            return Err("this step is no single SCIM request".to_owned());
        }
    };
    for (name, value) in &step.query {
        let text = match names.fill(value)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        query.push((name.clone(), text));
    }
    let mut request = Request {
        method: method.to_owned(),
        url: format!("{}{path}{}", names.target.base, query_text(&query, step.encode, path.contains('?'))),
        headers: default_headers(body.is_some()),
        body,
    };
    for (name, value) in &step.headers {
        request.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        if let Some(value) = value {
            request.headers.push((name.clone(), names.fill_text(value)?));
        }
    }
    Ok(request)
}

/// A GET below the base URL.
pub(super) fn get(base: &str, path: &str) -> Request {
    Request { method: "GET".to_owned(), url: format!("{base}{path}"), headers: default_headers(false), body: None }
}

/// A GET of a resource with all that the case looks at.
pub(super) fn read(names: &Names, resource_type: &str, path: &str) -> Request {
    let request = get(&names.target.base, path);
    match names.on_request(resource_type) {
        Some(query) => with_query(&request, &[query]),
        None => request,
    }
}

/// A DELETE below the base URL.
pub(super) fn delete(base: &str, path: &str) -> Request {
    Request { method: "DELETE".to_owned(), ..get(base, path) }
}

/// A POST below the base URL.
pub(super) fn post(base: &str, path: &str, body: &Value) -> Request {
    Request {
        method: "POST".to_owned(),
        url: format!("{base}{path}"),
        headers: default_headers(true),
        body: Some(to_bytes(body)),
    }
}

/// A request with further query parameters, percent-encoded.
pub(super) fn with_query(request: &Request, more: &[(String, String)]) -> Request {
    let more = query_text(more, Encode::Percent, request.url.contains('?'));
    Request { url: format!("{}{more}", request.url), ..request.clone() }
}

/// One path segment, percent-encoded: ids are opaque and may hold any character. `None` for what no URL can hold: an
/// empty text, `.` and `..`, which mean the collection and what is above it even when they are encoded (RFC 3986
/// §5.2.4), and what is too long.
pub(super) fn segment(id: &str) -> Option<String> {
    let segment = percent(id);
    (!matches!(id, "" | "." | "..") && segment.len() <= MOST_IN_URL).then_some(segment)
}

fn default_headers(with_body: bool) -> Vec<(String, String)> {
    let mut headers = vec![("Accept".to_owned(), urn::MEDIA_TYPE.to_owned())];
    if with_body {
        headers.push(("Content-Type".to_owned(), urn::MEDIA_TYPE.to_owned()));
    }
    headers
}

fn list_filter(resource_type: &str, filter: Option<&str>, own: bool, names: &Names) -> Result<Option<String>, String> {
    let own = (own && filters(&names.target)).then(|| names.target.own_filter(resource_type, &names.run));
    let filter = filter.map(|filter| names.fill_text(filter)).transpose()?;
    Ok(match (own, filter) {
        (Some(own), Some(filter)) => Some(format!("{own} and ({filter})")),
        (own, filter) => own.or(filter),
    })
}

fn query_text(query: &[(String, String)], encode: Encode, has_query: bool) -> String {
    let mut out = String::new();
    for (index, (name, value)) in query.iter().enumerate() {
        out.push(if index == 0 && !has_query { '?' } else { '&' });
        match encode {
            Encode::Percent => out.push_str(&format!("{}={}", percent(name), percent(value))),
            Encode::Form => {
                let form = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                out.push_str(&format!("{}={}", form(name), form(value)));
            }
            Encode::Raw => out.push_str(&format!("{name}={value}")),
        }
    }
    out
}

fn percent(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn to_bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
