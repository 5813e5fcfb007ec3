//! Filters and paths as the grammar of RFC 7644 makes them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use scimspec::scim::{AttrPath, CompareOp, Filter, Literal, PatchPath};
use serde_json::Number;

fn name() -> impl Strategy<Value = String> {
    // Words of the grammar are legal names, too.
    prop_oneof![
        4 => "[a-zA-Z][a-zA-Z0-9_-]{0,8}",
        1 => Just("$ref".to_owned()),
        1 => prop_oneof![Just("not"), Just("and"), Just("or"), Just("pr"), Just("eq")].prop_map(str::to_owned),
    ]
}

fn schema() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(scimspec::scim::urn::USER.to_owned()),
        Just(scimspec::scim::urn::ENTERPRISE_USER.to_owned()),
        "urn:[a-z]{1,8}:[a-zA-Z0-9._-]{1,8}",
    ]
}

fn path() -> impl Strategy<Value = AttrPath> {
    (option::weighted(0.2, schema()), name(), option::weighted(0.3, name())).prop_map(|(schema, name, sub)| AttrPath {
        schema,
        name,
        sub,
    })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(|number| Literal::Number(number.into())),
        (-1e9..1e9_f64).prop_filter_map("finite", |number| Number::from_f64(number).map(Literal::Number)),
        any::<String>().prop_map(Literal::String),
        r#"[a-z"\\ \[\]().]{0,12}"#.prop_map(Literal::String),
    ]
}

fn comparison() -> impl Strategy<Value = Filter> {
    prop_oneof![
        path().prop_map(Filter::Present),
        (path(), prop::sample::select(CompareOp::ALL.to_vec()), literal())
            .prop_map(|(path, op, literal)| Filter::Compare(path, op, literal)),
    ]
}

fn joined(leaf: impl Strategy<Value = Filter> + 'static) -> impl Strategy<Value = Filter> {
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Filter::Or),
            vec(inner.clone(), 2..4).prop_map(Filter::And),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
}

/// Filters as the parser can build them: value paths do not stand inside value paths.
pub(crate) fn filter() -> impl Strategy<Value = Filter> {
    let value_path = (path(), joined(comparison())).prop_map(|(path, inner)| Filter::ValuePath(path, Box::new(inner)));
    joined(prop_oneof![3 => comparison(), 1 => value_path])
}

pub(crate) fn patch_path() -> impl Strategy<Value = PatchPath> {
    let plain = path().prop_map(|attr| PatchPath { attr, filter: None, sub: None });
    let selecting = (path(), joined(comparison()), option::of(name())).prop_map(|(attr, filter, sub)| PatchPath {
        attr: AttrPath { sub: None, ..attr },
        filter: Some(filter),
        sub,
    });
    prop_oneof![plain, selecting]
}
