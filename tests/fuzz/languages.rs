//! The small languages of the protocol: filters, PATCH paths, attribute paths, dates, placeholders, addresses.

use proptest::prelude::*;
use scimspec::plan::Selector;
use scimspec::requirement::Catalogue;
use scimspec::scim::{AttrPath, Filter, PatchPath, datetime, urn};
use scimspec::suite::{self, SampleCall};
use scimspec::target::{base_url, is_loopback};

use crate::mutate::{changed, changes};
use crate::{cases, grammar, in_time};

const WORDS: &[&str] = &[
    "eq",
    "ne",
    "co",
    "sw",
    "ew",
    "gt",
    "ge",
    "lt",
    "le",
    "pr",
    "and",
    "or",
    "not",
    "not(",
    "(",
    ")",
    "[",
    "]",
    " ",
    ".",
    "userName",
    "emails.value",
    "\"x\"",
    "\"\\u00",
    "urn:ietf:params:scim:schemas:core:2.0:User:",
    "$ref",
    "true",
    "1.5e3",
];

/// Holds an error against the text: its offset is a place in it, and it says what was expected.
fn check_error(error: &(impl std::fmt::Display + ?Sized), offset: usize, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(offset <= text.len() && text.is_char_boundary(offset), "{offset} in {text:?}");
    let said = error.to_string();
    prop_assert!(said.contains("expected"), "{said}");
    Ok(())
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn damaged_filters(filter in grammar::filter(), changes in changes(WORDS)) {
        let text = changed(&filter.to_string(), &changes);
        match in_time(|| Filter::parse(&text)) {
            // Whatever the grammar takes, lenient reading takes too, and what is printed means the same.
            Ok(filter) => {
                prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter.clone()), "{}", text);
                prop_assert_eq!(Filter::parse_as_clients_send(&text), Ok(filter), "{}", text);
            }
            Err(error) => check_error(&error, error.offset, &text)?,
        }
        if let Err(error) = Filter::parse_as_clients_send(&text) {
            check_error(&error, error.offset, &text)?;
        }
    }

    #[test]
    fn damaged_patch_paths(path in grammar::patch_path(), changes in changes(WORDS)) {
        let text = changed(&path.to_string(), &changes);
        match in_time(|| PatchPath::parse(&text)) {
            Ok(path) => prop_assert_eq!(PatchPath::parse(&path.to_string()), Ok(path), "{}", text),
            Err(error) => check_error(&error, error.offset, &text)?,
        }
        // A projection names attributes: where it parses, it is a PATCH path without a filter.
        match AttrPath::parse(&text) {
            Ok(path) => {
                prop_assert_eq!(path.to_string(), text.clone());
                prop_assert_eq!(PatchPath::parse(&text), Ok(PatchPath { attr: path, filter: None, sub: None }));
            }
            Err(error) => check_error(&error, error.offset, &text)?,
        }
    }

    #[test]
    fn any_text_is_a_date_or_none(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,12})?(Z|[+-][0-9]{2}:[0-9]{2})?", changes in changes(&["T24:00:00", "0000", "9999", "-14:00", "+14:00", ".999999999", "Z"])) {
        for text in [text.clone(), changed(&text, &changes)] {
            if let Some(instant) = in_time(|| datetime::parse(&text)) {
                prop_assert_eq!(datetime::parse(&instant.to_string()), Some(instant), "{}", text);
            }
        }
    }

    #[test]
    fn urns_are_the_same_in_both_directions(a in any::<String>(), changes in changes(&["urn:", "URN:", ":User"])) {
        let b = changed(&a, &changes);
        prop_assert!(urn::same(&a, &a) && urn::same(&a.to_ascii_uppercase(), &a));
        prop_assert_eq!(urn::same(&a, &b), urn::same(&b, &a));
        let path = format!("{a}:x");
        if let Ok(path) = AttrPath::parse(&path) {
            prop_assert!(path.schema.is_some_and(|schema| urn::same(&schema, &a)));
        }
    }

    #[test]
    fn texts_with_holes(text in "(\\$\\{|\\}|\\$|\\{|[a-z.()0-9\" ]|ü){0,40}") {
        let lookup = |name: &str| if name.len().is_multiple_of(2) { Ok("x".into()) } else { Err("nobody".to_owned()) };
        let filled = in_time(|| suite::fill_text(&text, &lookup));
        if suite::holes(&text).is_empty() && !text.contains("${") {
            prop_assert!(filled.is_ok(), "{text}");
        }
        if let Err(error) = SampleCall::parse(&text) {
            prop_assert!(!error.is_empty());
        }
    }

    #[test]
    fn addresses_and_selectors(text in any::<String>(), changes in changes(&["http://", "https://", "user:pass@", "localhost", "127.0.0.1", ":0", "/scim", "[::1]", "?", "#", "%00", "..", "xn--"])) {
        let address = changed(&format!("https://app.example.com:8443/scim/v2{text}"), &changes);
        match base_url(&address) {
            Ok(url) => {
                let _ = is_loopback(&url);
                prop_assert!(matches!(url.scheme(), "http" | "https") && url.query().is_none(), "{url}");
            }
            Err(error) => prop_assert!(!error.to_string().contains('\u{1b}'), "{error}"),
        }
        if let Err(error) = Selector::parse_all(std::slice::from_ref(&text), &[], Catalogue::embedded()) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
