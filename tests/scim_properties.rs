//! Properties of the protocol syntax: what is printed parses to the same tree, and no text makes a parser panic.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use scimspec::check::evaluate::matches;
use scimspec::check::standing::repeated_names;
use scimspec::scim::filter::MAX_DEPTH;
use scimspec::scim::{AttrPath, CompareOp, Filter, Literal, PatchPath, datetime};
use serde_json::{Number, Value, json};

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
fn filter() -> impl Strategy<Value = Filter> {
    let value_path = (path(), joined(comparison())).prop_map(|(path, inner)| Filter::ValuePath(path, Box::new(inner)));
    joined(prop_oneof![3 => comparison(), 1 => value_path])
}

fn patch_path() -> impl Strategy<Value = PatchPath> {
    let plain = path().prop_map(|attr| PatchPath { attr, filter: None, sub: None });
    let selecting = (path(), joined(comparison()), option::of(name())).prop_map(|(attr, filter, sub)| PatchPath {
        attr: AttrPath { sub: None, ..attr },
        filter: Some(filter),
        sub,
    });
    prop_oneof![plain, selecting]
}

/// Text that is close to the grammar, so that it gets past the first character.
fn near_filter() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "userName",
        "emails",
        "[",
        "]",
        "(",
        ")",
        " ",
        "  ",
        "eq",
        "pr",
        "not",
        "and",
        "or",
        "\"",
        "\\",
        "\"a\"",
        ".",
        "value",
        "urn:a:b:c",
        ":",
        "true",
        "null",
        "1",
        "-1.5e3",
        "ü",
        "$ref",
        "\u{0}",
    ]);
    vec(token, 0..24).prop_map(|tokens| tokens.concat())
}

fn json_text() -> impl Strategy<Value = Vec<u8>> {
    let token = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"A\"",
        "\"b\\\"\"",
        "\\",
        "\\u0061",
        "1",
        "null",
        " ",
        "ü",
    ]);
    prop_oneof![vec(token, 0..40).prop_map(|tokens| tokens.concat().into_bytes()), vec(any::<u8>(), 0..64)]
}

proptest! {
    #[test]
    fn a_printed_filter_parses_to_the_same_tree(filter in filter()) {
        let text = filter.to_string();
        let parsed = Filter::parse(&text);
        prop_assert_eq!(parsed.as_ref(), Ok(&filter), "{}", text);
        prop_assert_eq!(Filter::parse_as_clients_send(&text), Ok(filter), "{}", text);
    }

    #[test]
    fn a_printed_patch_path_parses_to_the_same_path(path in patch_path()) {
        let text = path.to_string();
        prop_assert_eq!(PatchPath::parse(&text), Ok(path), "{}", text);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in prop_oneof![any::<String>(), near_filter()]) {
        for parsed in [Filter::parse(&text), Filter::parse_as_clients_send(&text)] {
            match parsed {
                Ok(filter) => prop_assert_eq!(Filter::parse_as_clients_send(&filter.to_string()), Ok(filter)),
                Err(error) => prop_assert!(error.offset <= text.len()),
            }
        }
        if let Ok(path) = AttrPath::parse(&text) {
            prop_assert_eq!(path.to_string(), text.clone());
        }
        if let Ok(path) = PatchPath::parse(&text) {
            prop_assert_eq!(PatchPath::parse(&path.to_string()), Ok(path));
        }
    }

    #[test]
    fn no_text_makes_the_date_parser_panic(text in prop_oneof![
        any::<String>(),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?(Z|[+-][0-9]{2}:[0-9]{2})?",
        "[0-9TZ:.+ü-]{0,32}",
    ]) {
        if let Some(instant) = datetime::parse(&text) {
            prop_assert_eq!(datetime::parse(&instant.to_string()), Some(instant), "{}", text);
        }
    }

    #[test]
    fn no_bytes_make_the_name_scanner_panic(text in json_text()) {
        let repeated = repeated_names(&text);
        prop_assert!(repeated.iter().all(|one| one.name.eq_ignore_ascii_case(&one.first)));
    }

    #[test]
    fn a_filter_and_its_negation_never_agree(filter in filter(), pick in 0..4_usize) {
        let resources = [
            json!({}),
            json!({ "eq": "x", "pr": [1, { "value": "y" }], "not": { "and": true } }),
            json!([1, "a", null]),
            Value::Null,
        ];
        let negated = Filter::Not(Box::new(filter.clone()));
        prop_assert_ne!(matches(&resources[pick], &filter, None), matches(&resources[pick], &negated, None));
    }
}

#[test]
fn nesting_beyond_the_limit_is_an_error_and_no_overflow() {
    for (open, close) in [("(", ")"), ("not (", ")"), ("a[", "]")] {
        let text = format!("{}a pr{}", open.repeat(50_000), close.repeat(50_000));
        assert!(Filter::parse(&text).is_err(), "{open}");
    }
    let deepest = format!("{}a pr{}", "(".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
    assert_eq!(Filter::parse(&deepest), Filter::parse("a pr"));
}
