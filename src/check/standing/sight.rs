//! What a standing check sees: an exchange, and what kind of content its answer has.

use std::cell::OnceCell;

use serde_json::Value;
use url::Url;

use super::address::{discovery_urn, resource_type_at, segments_below};
use super::asked::Asked;
use super::context::{Context, KnownType};
use crate::check::schema_check::{Breach, Violation};
use crate::exchange::{Request, Response};
use crate::scim::schema::member;
use crate::scim::{message, urn};

/// The kind of content of an answer, by its status, the path of the request and its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// No body, or one that is no JSON, or one outside of what SCIM describes.
    None,
    /// One resource.
    Resource,
    /// The answer of a query, well-formed or not.
    List,
    /// An answer with status 400 or above, with or without a body.
    Error,
    /// One entry of a discovery endpoint.
    Discovery,
    /// The answer of a bulk request.
    Bulk,
}

/// One resource in an answer.
#[derive(Debug)]
pub struct Item<'a> {
    /// JSON Pointer of the resource in the body.
    pub pointer: String,
    /// The resource.
    pub value: &'a Value,
    /// Its type, where that can be told.
    pub kind: Option<&'a KnownType>,
    /// URN of the schema of a discovery entry (`urn:…:Schema` and so on); `None` for other resources.
    pub discovery: Option<&'static str>,
}

/// An exchange as the standing checks see it.
#[derive(Debug)]
pub struct Sight<'a> {
    /// The request.
    pub request: &'a Request,
    /// The response.
    pub response: &'a Response,
    /// What is known of the target.
    pub context: &'a Context,
    /// The kind of content.
    pub content: Content,
    /// Path segments below the base URL, percent-decoded; `None` for a URL outside of it.
    pub path: Option<Vec<String>>,
    /// What the request asked for.
    pub asked: Asked,
    /// The resources in the body, those of a list and of a bulk answer included.
    pub items: Vec<Item<'a>>,
    violations: OnceCell<Vec<Violation>>,
    /// Asked once, not for each of ten thousand resources.
    type_at_path: Option<&'a KnownType>,
}

impl<'a> Sight<'a> {
    /// Looks at one exchange.
    #[must_use]
    pub fn of(request: &'a Request, response: &'a Response, context: &'a Context) -> Self {
        let url = Url::parse(&request.url).ok();
        let path = url.as_ref().and_then(|url| segments_below(url, &context.base_url));
        let asked = Asked::of(request, url.as_ref(), path.as_deref());
        let body = response.json().ok();
        let content = content(request, response.status, path.as_deref(), body, context);
        let type_at_path = path.as_deref().and_then(|path| resource_type_at(path, context)).map(|(known, _)| known);
        let mut sight = Self {
            request,
            response,
            context,
            content,
            path,
            asked,
            items: Vec::new(),
            violations: OnceCell::new(),
            type_at_path,
        };
        sight.items = body.map_or_else(Vec::new, |body| sight.items_of(body));
        sight
    }

    /// The body as JSON.
    #[must_use]
    pub fn body(&self) -> Option<&'a Value> {
        self.response.json().ok()
    }

    /// The resources in the body that are no discovery entries.
    pub fn resources(&self) -> impl Iterator<Item = &Item<'a>> {
        self.items.iter().filter(|item| item.discovery.is_none())
    }

    /// Whether the answer is about resources: their endpoint, or one of them.
    #[must_use]
    pub fn is_at_resources(&self) -> bool {
        self.path.as_deref().and_then(|path| resource_type_at(path, self.context)).is_some()
    }

    /// Id in the path of the request, where it addresses one resource of a known type.
    #[must_use]
    pub fn id_in_path(&self) -> Option<&str> {
        let path = self.path.as_deref()?;
        let (_, rest) = resource_type_at(path, self.context)?;
        match rest {
            [id] if id != ".search" => Some(id),
            _ => None,
        }
    }

    /// Every value that is not of its declared type, by the target's schemas and by those of the RFC; with pointers
    /// into the body.
    pub(super) fn violations(&self) -> &[Violation] {
        self.violations.get_or_init(|| self.resources().flat_map(violations_of).take(200).collect())
    }

    fn items_of(&self, body: &'a Value) -> Vec<Item<'a>> {
        let one = |kind, discovery| vec![Item { pointer: String::new(), value: body, kind, discovery }];
        match self.content {
            Content::None | Content::Error => Vec::new(),
            Content::Discovery => one(None, self.discovery()),
            Content::Resource => one(self.kind_of(body), None),
            Content::List => {
                let Some(Value::Array(resources)) = member(body, "Resources") else { return Vec::new() };
                let key = key_of(body, "Resources");
                let of = |(index, value): (usize, &'a Value)| Item {
                    pointer: format!("/{key}/{index}"),
                    value,
                    kind: self.kind_of(value),
                    discovery: self.discovery(),
                };
                resources.iter().enumerate().map(of).collect()
            }
            Content::Bulk => {
                let Some(Value::Array(operations)) = member(body, "Operations") else { return Vec::new() };
                let key = key_of(body, "Operations");
                let of = |(index, operation): (usize, &'a Value)| {
                    let value = member(operation, "response").filter(|value| value.is_object())?;
                    if message::has_schema(value, urn::ERROR) || !item_succeeded(operation) {
                        return None;
                    }
                    let pointer = format!("/{key}/{index}/{}", key_of(operation, "response"));
                    Some(Item { pointer, value, kind: self.kind_of(value), discovery: None })
                };
                operations.iter().enumerate().filter_map(of).collect()
            }
        }
    }

    /// The type of a resource: by the path of the request, else by what the resource says of itself.
    fn kind_of(&self, value: &Value) -> Option<&'a KnownType> {
        if let Some(known) = self.type_at_path {
            return Some(known);
        }
        let named = member(value, "meta").and_then(|meta| member(meta, "resourceType")).and_then(Value::as_str);
        if let Some(known) = named.and_then(|name| self.context.type_named(name)) {
            return Some(known);
        }
        self.context.types.iter().find(|known| message::has_schema(value, &known.kind.schema))
    }

    fn discovery(&self) -> Option<&'static str> {
        discovery_urn(self.path.as_deref()?.first()?)
    }
}

fn content(
    request: &Request,
    status: u16,
    path: Option<&[String]>,
    body: Option<&Value>,
    context: &Context,
) -> Content {
    if status >= 400 {
        return Content::Error;
    }
    let (Some(path), Some(body)) = (path, body) else { return Content::None };
    if !(200..300).contains(&status) || matches!(status, 204 | 205) {
        return Content::None;
    }
    let is_list = message::has_schema(body, urn::LIST_RESPONSE) || member(body, "Resources").is_some();
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    match words.as_slice() {
        [first] if discovery_urn(first).is_some() => {
            let config = first.eq_ignore_ascii_case("ServiceProviderConfig");
            if config && !is_list { Content::Discovery } else { Content::List }
        }
        [first, _] if discovery_urn(first).is_some() => Content::Discovery,
        [only] if only.eq_ignore_ascii_case("Bulk") => Content::Bulk,
        [only] if only.eq_ignore_ascii_case("Me") => Content::Resource,
        [.., last] if *last == ".search" => Content::List,
        // What stands at the base URL of a provider without root queries is its own affair (ruling E16).
        [] if is_list => Content::List,
        [] => Content::None,
        _ => match resource_type_at(path, context) {
            Some((_, [])) if request.method == "GET" => Content::List,
            Some((_, [])) if request.method == "POST" => Content::Resource,
            Some((_, [_])) if matches!(request.method.as_str(), "GET" | "PUT" | "PATCH") => Content::Resource,
            _ if is_list => Content::List,
            _ => Content::None,
        },
    }
}

/// The name under which a member stands in the object.
pub(super) fn key_of(object: &Value, name: &str) -> String {
    let key = object.as_object().and_then(|members| {
        if members.contains_key(name) { None } else { members.keys().find(|key| key.eq_ignore_ascii_case(name)) }
    });
    key.map_or_else(|| name.to_owned(), Clone::clone)
}

/// Status of a bulk item, in any of the forms that are in use (ruling H1).
pub(super) fn item_status(operation: &Value) -> Option<u16> {
    let status = member(operation, "status")?;
    let code = member(status, "code").unwrap_or(status);
    match code {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_u64().and_then(|number| u16::try_from(number).ok()),
        _ => None,
    }
}

fn item_succeeded(operation: &Value) -> bool {
    item_status(operation).is_some_and(|status| (200..300).contains(&status))
}

fn violations_of(item: &Item<'_>) -> Vec<Violation> {
    let Some(kind) = item.kind else { return Vec::new() };
    let mut out = kind.declared.as_ref().map_or_else(Vec::new, |declared| declared.check.violations(item.value));
    if let Some(standard) = &kind.standard {
        // Where the target declares its own schema, the form of a value is judged by that alone; the JSON type of a
        // standard attribute is not the target's to choose.
        let by_target = kind.declared.is_some();
        let also = standard.check.violations(item.value);
        out.extend(also.into_iter().filter(|violation| !by_target || violation.breach != Breach::Form));
    }
    let mut seen: Vec<String> = Vec::new();
    out.retain(|violation| {
        // `schemas` and `id` have rules of their own.
        let first = violation.pointer.split('/').nth(1).unwrap_or_default();
        let elsewhere = ["schemas", "id"].iter().any(|name| first.eq_ignore_ascii_case(name));
        let fresh = violation.breach != Breach::Missing && !elsewhere && !seen.contains(&violation.pointer);
        if fresh {
            seen.push(violation.pointer.clone());
        }
        fresh
    });
    for violation in &mut out {
        violation.pointer.insert_str(0, &item.pointer);
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{ann, context, get, reply, request};
    use super::*;

    fn seen(request: &Request, status: u16, body: &Value) -> (Content, usize) {
        let context = context();
        let response = reply(status, body);
        let sight = Sight::of(request, &response, &context);
        (sight.content, sight.items.len())
    }

    #[test]
    fn content_follows_from_status_path_and_body() {
        let list = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 2, "Resources": [ann(), ann()] });
        assert_eq!(seen(&get("/Users/1"), 200, &ann()), (Content::Resource, 1));
        assert_eq!(seen(&request("POST", "/Users"), 201, &ann()), (Content::Resource, 1));
        assert_eq!(seen(&get("/Users?count=2"), 200, &list), (Content::List, 2));
        assert_eq!(seen(&get("/Users"), 200, &json!([])), (Content::List, 0));
        assert_eq!(seen(&request("POST", "/Users/.search"), 200, &list), (Content::List, 2));
        assert_eq!(seen(&request("POST", "/.search"), 200, &list), (Content::List, 2));
        assert_eq!(seen(&get("/"), 200, &list), (Content::List, 2));
        assert_eq!(seen(&get("/"), 200, &json!({ "welcome": true })), (Content::None, 0));
        assert_eq!(seen(&get("/Me"), 200, &ann()), (Content::Resource, 1));
        assert_eq!(seen(&get("/ServiceProviderConfig"), 200, &json!({})), (Content::Discovery, 1));
        assert_eq!(seen(&get("/Schemas"), 200, &list), (Content::List, 2));
        assert_eq!(seen(&get("/Schemas/urn:x"), 200, &json!({})), (Content::Discovery, 1));
        assert_eq!(seen(&get("/Users/1"), 404, &json!({})), (Content::Error, 0));
        assert_eq!(seen(&get("/elsewhere"), 200, &json!({})), (Content::None, 0));
        assert_eq!(seen(&request("DELETE", "/Users/1"), 204, &json!({})), (Content::None, 0));
    }

    #[test]
    fn the_type_comes_from_the_path_or_from_the_resource() {
        let context = context();
        let list = json!({ "Resources": [ann(), { "schemas": [urn::GROUP] }, { "schemas": [] }] });
        let response = reply(200, &list);
        let request = request("POST", "/.search");
        let sight = Sight::of(&request, &response, &context);
        let names: Vec<_> = sight.items.iter().map(|item| item.kind.map(|kind| kind.kind.name.as_str())).collect();
        assert_eq!(names, [Some("User"), Some("Group"), None]);
    }

    #[test]
    fn successful_bulk_items_hold_resources() {
        let bulk = json!({ "Operations": [
            { "status": "201", "response": ann() },
            { "status": { "code": "200" }, "response": ann() },
            { "status": "400", "response": { "schemas": [urn::ERROR] } },
            { "status": "204" },
        ] });
        assert_eq!(seen(&request("POST", "/Bulk"), 200, &bulk), (Content::Bulk, 2));
    }
}
