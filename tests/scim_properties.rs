//! Properties of the protocol syntax: what is printed parses to the same tree, and no text makes a parser panic.

mod grammar;

use grammar::{filter, patch_path};
use proptest::collection::vec;
use proptest::prelude::*;
use scimspec::check::evaluate::matches;
use scimspec::check::standing::repeated_names;
use scimspec::scim::filter::MAX_DEPTH;
use scimspec::scim::{AttrPath, Filter, PatchPath, datetime};
use serde_json::{Value, json};

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
