//! The suites that are part of the binary.

use std::collections::BTreeSet;

use scimspec::requirement::Catalogue;
use scimspec::suite::{self, Suite, SuiteEntry};

fn embedded() -> Vec<Suite> {
    suite::load(suite::embedded(), Catalogue::embedded()).unwrap_or_else(|errors| {
        let list: Vec<String> = errors.0.iter().map(|error| error.render(false)).collect();
        panic!("{} mistakes in the embedded suites\n{}", list.len(), list.join("\n\n"))
    })
}

#[test]
fn every_file_is_free_of_mistakes() {
    let suites = embedded();
    let cases: usize = suites.iter().map(|suite| suite.entries.len()).sum();
    assert!(suites.len() >= 30 && cases >= 300, "{} suites, {cases} cases", suites.len());
    for suite in &suites {
        assert!(suite.source.name.ends_with(&format!("{}.yaml", suite.id)), "{} is in {}", suite.id, suite.source.name);
    }
}

#[test]
fn titles_are_short_and_say_what_happens() {
    let forbidden = BTreeSet::from(["must", "should", "shall"]);
    for suite in embedded() {
        for entry in &suite.entries {
            let (id, title) = match entry {
                SuiteEntry::Case(case) => (&case.id, &case.title),
                SuiteEntry::PerAttribute(table) => (&table.id, &table.title),
            };
            assert!(title.chars().count() <= 80, "{id}: {title}");
            assert!(!title.ends_with('.') && !title.contains("${run}"), "{id}: {title}");
            let words = title.split_whitespace().map(str::to_lowercase);
            assert!(!words.into_iter().any(|word| forbidden.contains(word.as_str())), "{id}: {title}");
        }
    }
}

#[test]
fn every_case_of_a_client_tells_its_effect() {
    for suite in embedded() {
        for entry in &suite.entries {
            if let SuiteEntry::Case(case) = entry
                && case.profile != suite::Profile::Rfc
            {
                assert!(case.effect.is_some(), "{}", case.id);
            }
        }
    }
}
