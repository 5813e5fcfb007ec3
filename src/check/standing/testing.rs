//! Exchanges for the tests of the rules.

use serde_json::{Value, json};

use super::{Context, Sight, Sighting, StandingCheck};
use crate::exchange::{Request, Response};
use crate::scim::{ServiceProviderConfig, core, urn};
use crate::verdict::Seen;

pub(super) const BASE: &str = "https://target.example/scim/v2";

/// A target that declares the standard types and schemas, and entity tags.
pub(super) fn context() -> Context {
    let config = ServiceProviderConfig { etag: true, patch: true, filter: true, ..ServiceProviderConfig::default() };
    Context { secrets_are_distinctive: true, ..Context::new(BASE, config, &core::resource_types(), core::schemas()) }
}

/// A target of which nothing could be learnt.
pub(super) fn unknown() -> Context {
    Context::new(BASE, ServiceProviderConfig::default(), &[], &[])
}

pub(super) fn get(path: &str) -> Request {
    request("GET", path)
}

pub(super) fn request(method: &str, path: &str) -> Request {
    Request {
        method: method.to_owned(),
        url: format!("{BASE}{path}"),
        headers: vec![("Accept".into(), urn::MEDIA_TYPE.into()), ("Authorization".into(), "Bearer [masked]".into())],
        body: None,
    }
}

pub(super) fn reply(status: u16, body: &Value) -> Response {
    plain(status, &[("content-type", urn::MEDIA_TYPE)], &body.to_string())
}

pub(super) fn plain(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Response::new(status, headers, body.as_bytes().to_vec())
}

pub(super) fn with(mut response: Response, name: &str, value: &str) -> Response {
    response.headers.push((name.to_owned(), value.to_owned()));
    response
}

/// A User as a sound target returns it.
pub(super) fn ann() -> Value {
    json!({
        "schemas": [urn::USER, urn::ENTERPRISE_USER],
        "id": "1",
        "userName": "ann",
        "name": { "givenName": "Ann" },
        "active": true,
        "emails": [{ "value": "ann@x.example", "type": "work", "primary": true }, { "value": "ann@y.example" }],
        "meta": {
            "resourceType": "User",
            "created": "2026-01-01T12:00:00Z",
            "lastModified": "2026-01-01T12:00:00Z",
            "location": format!("{BASE}/Users/1"),
        },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "R&D" },
    })
}

/// Ann, with one place set to another value; null takes the member away.
pub(super) fn ann_with(pointer: &str, value: Value) -> Value {
    let mut ann = ann();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = ann.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    if value.is_null() {
        parent.remove(key);
    } else {
        parent.insert(key.to_owned(), value);
    }
    ann
}

pub(super) fn see_in(
    context: &Context,
    check: &StandingCheck,
    request: &Request,
    response: &Response,
) -> Vec<Sighting> {
    let seen = (check.watch)(&Sight::of(request, response, context));
    for sighting in &seen {
        assert!(check.requirements.contains(&sighting.requirement), "{} is not listed", sighting.requirement);
        assert!(sighting.ruling.is_none_or(|ruling| check.rulings.contains(&ruling)), "{sighting:?}");
        assert_eq!(sighting.message.is_empty(), sighting.seen == Seen::Held);
    }
    seen
}

pub(super) fn see(check: &StandingCheck, request: &Request, response: &Response) -> Vec<Sighting> {
    see_in(&context(), check, request, response)
}

/// Asserts that the rule looked and that everything held.
#[track_caller]
pub(super) fn assert_held(seen: &[Sighting]) {
    assert!(!seen.is_empty(), "the rule had nothing to look at");
    assert!(seen.iter().all(|sighting| sighting.seen == Seen::Held), "{seen:#?}");
}

/// Asserts that the rule had nothing to look at.
#[track_caller]
pub(super) fn assert_silent(seen: &[Sighting]) {
    assert!(seen.is_empty(), "{seen:#?}");
}

/// Asserts that exactly one thing was wrong: this requirement, in this way.
#[track_caller]
pub(super) fn assert_one(seen: &[Sighting], requirement: &str, how: Seen) {
    let wrong: Vec<_> = seen.iter().filter(|sighting| sighting.seen != Seen::Held).collect();
    assert_eq!(wrong.len(), 1, "{seen:#?}");
    assert_eq!((wrong[0].requirement, wrong[0].seen), (requirement, how), "{wrong:#?}");
}

#[track_caller]
pub(super) fn assert_broken(seen: &[Sighting], requirement: &str) {
    assert_one(seen, requirement, Seen::Broken);
}

#[track_caller]
pub(super) fn assert_warned(seen: &[Sighting], requirement: &str) {
    assert_one(seen, requirement, Seen::Warned);
}

/// A target whose User is standard but for one attribute definition.
pub(super) fn context_with(attribute: &Value) -> Context {
    let mut schemas = core::schemas().to_vec();
    let user = schemas.iter_mut().find(|schema| urn::same(&schema.id, urn::USER)).expect("the User schema");
    let attribute = crate::scim::Attribute::from_json(attribute).expect("a definition");
    user.attributes.retain(|other| !other.name.eq_ignore_ascii_case(&attribute.name));
    user.attributes.push(attribute);
    Context::new(BASE, ServiceProviderConfig::default(), &core::resource_types(), &schemas)
}
