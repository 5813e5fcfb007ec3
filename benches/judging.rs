//! Judging, without any network: a list of 10 000 resources before the standing checks and before a filter.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use scimspec::check::standing::{Context, Sight, watch_all};
use scimspec::exchange::{Request, Response};
use scimspec::scim::{ServiceProviderConfig, core, urn};
use serde_json::{Value, json};

const BASE: &str = "http://target.example/scim/v2";
const RESOURCES: usize = 10_000;

fn user(number: usize) -> Value {
    let id = format!("{number:08}-7f76-453a-919d-413861904646");
    json!({
        "schemas": [urn::USER, urn::ENTERPRISE_USER],
        "id": id,
        "externalId": format!("external-{number}"),
        "userName": format!("user-{number}@target.example"),
        "name": { "givenName": "Given", "familyName": format!("Family {number}"), "formatted": "Given Family" },
        "displayName": format!("User {number}"),
        "active": !number.is_multiple_of(3),
        "emails": [
            { "value": format!("user-{number}@target.example"), "type": "work", "primary": true },
            { "value": format!("user-{number}@home.example"), "type": "home" },
        ],
        "phoneNumbers": [{ "value": "tel:+1-201-555-0123", "type": "mobile" }],
        urn::ENTERPRISE_USER: { "employeeNumber": number.to_string(), "department": "Tour Operations" },
        "meta": {
            "resourceType": "User",
            "created": "2026-01-02T03:04:05Z",
            "lastModified": "2026-01-02T03:04:05.678Z",
            "location": format!("{BASE}/Users/{id}"),
            "version": "W/\"1\"",
        },
    })
}

fn list() -> Vec<u8> {
    let resources: Vec<Value> = (0..RESOURCES).map(user).collect();
    let message = json!({
        "schemas": [urn::LIST_RESPONSE],
        "totalResults": RESOURCES,
        "startIndex": 1,
        "itemsPerPage": RESOURCES,
        "Resources": resources,
    });
    message.to_string().into_bytes()
}

fn judging(criterion: &mut Criterion) {
    let body = list();
    let config = ServiceProviderConfig { filter: true, patch: true, etag: true, ..ServiceProviderConfig::default() };
    let context = Context::new(BASE, config, &core::resource_types(), core::schemas());
    let request = Request { method: "GET".into(), url: format!("{BASE}/Users"), headers: Vec::new(), body: None };
    let response = || Response::new(200, vec![("content-type".into(), urn::MEDIA_TYPE.into())], body.clone());
    let mut group = criterion.benchmark_group("a list of 10 000 resources");
    group.sample_size(10);
    group.bench_function("read as JSON (the floor)", |bencher| {
        bencher.iter(|| black_box(serde_json::from_slice::<Value>(&body).expect("JSON")));
    });
    group.bench_function("read and put before every standing check", |bencher| {
        bencher.iter(|| {
            let response = response();
            let sight = Sight::of(&request, &response, &context);
            let sightings = watch_all(&sight, &[]);
            assert!(sightings.len() > 5);
            black_box(sightings.len())
        });
    });
    group.finish();
}

criterion_group!(benches, judging);
criterion_main!(benches);
