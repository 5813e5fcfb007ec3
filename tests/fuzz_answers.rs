//! Whatever a target answers, no check panics: every check of a real run is judged again on answers that are generated
//! or spoilt, and the standing checks look at them.
#![cfg(feature = "reference")]

mod embedded;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use scimspec::check::Judged;
use scimspec::check::standing::{Context, Sight, watch_all};
use scimspec::exchange::{Exchange, Response};
use scimspec::run::{Options, Run};
use scimspec::scim::urn;
use serde_json::{Value, json};

/// A run against the sound provider, with every judged check.
static CLEAN: LazyLock<Run> = LazyLock::new(|| {
    let options = Options { keep_judged: true, ..embedded::options() };
    embedded::run_with(embedded::provider(|_| {}), &options).expect("a run")
});

/// Each judged check with the exchanges of its case.
static JUDGED: LazyLock<Vec<(&'static Judged, &'static [Exchange])>> = LazyLock::new(|| {
    let of = |case: &'static scimspec::run::CaseRecord| case.judged.iter().map(|judged| (judged, &case.exchanges[..]));
    CLEAN.cases.iter().flat_map(of).collect()
});

static CONTEXT: LazyLock<Context> = LazyLock::new(|| {
    let target = &CLEAN.target;
    Context::new(&target.base, target.config.clone(), &target.resource_types, &target.schemas)
});

#[test]
fn every_kind_of_check_is_among_them() {
    let kinds: BTreeSet<&str> = JUDGED.iter().map(|(judged, _)| judged.kind.as_str()).collect();
    assert!(kinds.len() >= 12, "{kinds:?}");
    assert!(JUDGED.len() > 500, "{}", JUDGED.len());
}

const TEXTS: &[&str] = &[
    "",
    "1",
    "[masked]",
    "201",
    "/x",
    "2026-01-01T00:00:00Z",
    "+",
    "\u{0}",
    "\u{202e}",
    "é",
    urn::USER,
    urn::LIST_RESPONSE,
    urn::ERROR,
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(TEXTS).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        select(
            &[
                "schemas",
                "id",
                "ID",
                "meta",
                "location",
                "version",
                "resourceType",
                "created",
                "lastModified",
                "emails",
                "primary",
                "value",
                "type",
                "Resources",
                "resources",
                "totalResults",
                "startIndex",
                "itemsPerPage",
                "nextCursor",
                "Operations",
                "status",
                "code",
                "response",
                "method",
                "bulkId",
                "scimType",
                "detail",
                "password",
                "name",
                "members",
                "attributes",
                "subAttributes",
                "$ref",
                "patch",
                "supported",
                "userName",
                "a/b~",
                "",
                urn::USER,
                urn::ENTERPRISE_USER,
            ][..]
        )
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    leaf.prop_recursive(6, 60, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((name.clone(), inner), 0..7).prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

fn any_list() -> impl Strategy<Value = Value> {
    (any_json(), any_json(), vec(any_json(), 0..5)).prop_map(|(total, start, resources)| {
        json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": total, "startIndex": start, "Resources": resources })
    })
}

/// What becomes of a body.
#[derive(Clone, Debug)]
enum Spoilt {
    Other(Value),
    /// A member of the answer, at any depth, counted through, is another value.
    Member(usize, Value),
    /// Bytes at a place, so many of them, are others.
    Bytes(usize, usize, Vec<u8>),
}

fn any_spoilt() -> impl Strategy<Value = Spoilt> {
    prop_oneof![
        1 => any_json().prop_map(Spoilt::Other),
        1 => any_list().prop_map(Spoilt::Other),
        3 => (any::<usize>(), any_json()).prop_map(|(place, value)| Spoilt::Member(place, value)),
        2 => (any::<usize>(), 0_usize..4, vec(any::<u8>(), 0..4)).prop_map(|(at, gone, new)| Spoilt::Bytes(at, gone, new)),
    ]
}

fn spoil(body: &[u8], spoilt: &Spoilt) -> Vec<u8> {
    match spoilt {
        Spoilt::Other(value) => value.to_string().into_bytes(),
        Spoilt::Member(place, value) => {
            let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
            let mut left = place % count(&body).max(1);
            replace(&mut body, &mut left, value);
            body.to_string().into_bytes()
        }
        Spoilt::Bytes(at, gone, new) => {
            let start = at % (body.len() + 1);
            let end = (start + gone).min(body.len());
            [&body[..start], new, &body[end..]].concat()
        }
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Puts the value in the place of the one that is so many values away.
fn replace(of: &mut Value, left: &mut usize, value: &Value) -> bool {
    if *left == 0 {
        of.clone_from(value);
        return true;
    }
    *left -= 1;
    match of {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, left, value)),
        Value::Object(members) => members.values_mut().any(|member| replace(member, left, value)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_makes_a_check_panic(
        which in any::<usize>(),
        status in prop_oneof![4 => Just(None), 1 => (100_u16..1000).prop_map(Some)],
        spoilt in any_spoilt(),
        header in prop_oneof![2 => Just(None), 1 => "\\PC{0,12}".prop_map(Some)],
    ) {
        let (judged, exchanges) = JUDGED[which % JUDGED.len()];
        let mut exchanges = exchanges.to_vec();
        for (_, index) in &judged.answers {
            let exchange = &mut exchanges[*index];
            let Some(response) = exchange.response() else { continue };
            let mut headers = response.headers.clone();
            if let Some(value) = &header {
                for name in ["etag", "location", "content-type", "content-location", "www-authenticate", "allow"] {
                    headers.retain(|(known, _)| known != name);
                    headers.push((name.to_owned(), value.clone()));
                }
            }
            let body = spoil(&response.body, &spoilt);
            exchange.answer = Ok(Response::new(status.unwrap_or(response.status), headers, body));
        }
        let saw = judged.judge(&exchanges);
        prop_assert!(!saw.is_empty(), "a check that says nothing");
        for exchange in &exchanges {
            if let Some(response) = exchange.response() {
                for (check, sighting) in watch_all(&Sight::of(&exchange.request, response, &CONTEXT), &[]) {
                    prop_assert!(check.requirements.contains(&sighting.requirement), "{}", sighting.requirement);
                }
            }
        }
    }
}
