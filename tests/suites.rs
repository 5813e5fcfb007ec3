//! The embedded suites are sound and in style, and the editor schema agrees with the loader about them.

use std::collections::BTreeSet;

use scimspec::requirement::Catalogue;
use scimspec::suite::{self, Profile, Suite, SuiteEntry};

fn embedded() -> Vec<Suite> {
    suite::load(suite::embedded(), Catalogue::embedded()).unwrap_or_else(|errors| {
        let list: Vec<String> = errors.0.iter().map(|error| error.render(false)).collect();
        panic!("{} mistakes in the embedded suites\n{}", list.len(), list.join("\n\n"))
    })
}

/// Id, title and why of every case and table.
fn texts() -> Vec<(String, String, String)> {
    let of = |entry: &SuiteEntry| match entry {
        SuiteEntry::Case(case) => (case.id.clone(), case.title.clone(), case.why.clone()),
        SuiteEntry::Declared(table) => (table.id.clone(), table.title.clone(), table.why.clone()),
    };
    embedded().iter().flat_map(|suite| &suite.entries).map(of).collect()
}

#[test]
fn every_file_is_free_of_mistakes_and_named_like_its_suite() {
    let suites = embedded();
    let cases: usize = suites.iter().map(|suite| suite.entries.len()).sum();
    assert!(suites.len() >= 30 && cases >= 300, "{} suites, {cases} cases", suites.len());
    for suite in &suites {
        assert_eq!(suite.source.name, format!("suites/{}.yaml", suite.id));
    }
}

#[test]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    for (id, ..) in texts() {
        assert!(seen.insert(id.clone()), "{id} is there twice");
    }
}

#[test]
fn titles_are_short_and_say_what_happens() {
    let forbidden = ["must", "should", "shall"];
    let mut bad = Vec::new();
    for (id, title, _) in texts() {
        let first = title.split(' ').next().unwrap_or_default();
        let is_word = first.chars().all(char::is_alphabetic);
        let mut words = title.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        let why = match title.chars().count() {
            0 | 81.. => "has no letter, or more than 80",
            _ if title.ends_with('.') => "ends with a full stop",
            _ if is_word && first.starts_with(char::is_lowercase) => "begins with a small letter",
            _ if words.any(|word| forbidden.contains(&&*word)) => "names a level, which is data",
            _ => continue,
        };
        bad.push(format!("{id}: `{title}` {why}"));
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn every_case_says_why_in_one_sentence() {
    for (id, _, why) in texts() {
        let is_one = why.ends_with('.') && !why.trim_end_matches('.').contains(". ");
        assert!(is_one && why.starts_with(|c: char| !c.is_lowercase()), "{id}: {why}");
    }
}

#[test]
fn every_case_of_a_client_tells_its_effect() {
    for suite in embedded() {
        for entry in &suite.entries {
            if let SuiteEntry::Case(case) = entry
                && case.profile != Profile::Rfc
            {
                assert!(case.effect.is_some(), "{}", case.id);
            }
        }
    }
}

/// The language was designed on these; each uses words that few others use.
#[test]
fn the_worked_cases_are_there() {
    let ids: Vec<String> = texts().into_iter().map(|text| text.0).collect();
    for worked in [
        "patch/members/remove-one-leaves-the-others",
        "etag/if-match/stale-tag-is-refused",
        "etag/if-match/current-tag-is-accepted[strong]",
        "etag/if-match/current-tag-is-accepted[weak]",
        "bulk/references/forward-bulk-id-is-resolved",
        "filter/matrix/selects[eq-folds-case]",
        "pagination/walk/every-match-once",
        "patch/parallel/both-changes-survive",
        "entra/patch-user/disable[legacy]",
        "entra/patch-user/rename-and-extension[compliant]",
        "schema/round-trip/simple",
        "schema/round-trip/simple-removed",
    ] {
        assert!(ids.iter().any(|id| id == worked), "{worked} is not there");
    }
}

#[test]
fn the_editor_schema_accepts_every_file() {
    let schema = jsonschema::draft202012::new(&suite::json_schema()).expect("the schema is a schema");
    for source in suite::embedded() {
        let name = source.name.clone();
        let file = suite::to_json(source).unwrap_or_else(|errors| panic!("{errors}"));
        let wrong: Vec<String> =
            schema.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n"));
    }
}
