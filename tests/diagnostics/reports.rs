//! Broken reports: what `render`, `diff` and `baseline` say about a file that is none.

use scimspec::report::read_json;

use super::{bind, is_placed};

const SOUND: &str = include_str!("reports/sound.json");

/// The sound report with `old` replaced by `new` once.
fn with(old: &str, new: &str) -> String {
    assert!(SOUND.contains(old), "{old} is not in the sound report");
    SOUND.replacen(old, new, 1)
}

/// The sound report without its end.
fn up_to(end: &str) -> String {
    SOUND[..SOUND.find(end).expect(end)].to_owned()
}

/// Name and text of each broken report.
fn broken() -> Vec<(&'static str, String)> {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    vec![
        ("empty", String::new()),
        ("blank", "\n  \n".to_owned()),
        ("an-empty-object", "{}".to_owned()),
        ("a-list", "[]".to_owned()),
        ("a-text", "\"report\"".to_owned()),
        ("null", "null".to_owned()),
        ("junit", "<?xml version=\"1.0\"?>\n<testsuites name=\"scimspec\"></testsuites>\n".to_owned()),
        ("html", "<!doctype html>\n<html lang=\"en\"></html>\n".to_owned()),
        ("markdown", "# SCIM 2.0 conformance\n\nTarget https://scim.example.com\n".to_owned()),
        ("github", "::error title=scimspec::not conformant\n".to_owned()),
        ("ndjson", "{\"type\":\"report\",\"format\":\"1.0\"}\n{\"type\":\"case\",\"id\":\"a/b\"}\n".to_owned()),
        (
            "a-scim-answer",
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"status\":\"404\"}".to_owned(),
        ),
        ("a-difference", "{\"format\":\"1.0\",\"old\":{},\"new\":{},\"new_failures\":[]}".to_owned()),
        ("a-baseline", "[[waivers]]\ncase = \"a/b\"\n".to_owned()),
        ("cut-off-in-a-text", up_to("believes that")),
        ("cut-off-between-members", up_to("\"cases\": [")),
        ("cut-off-before-the-end", SOUND.trim_end().trim_end_matches('}').to_owned()),
        ("two-reports-in-one", format!("{SOUND}{SOUND}")),
        ("a-line-behind-the-end", format!("{SOUND}done\n")),
        ("format-missing", with("  \"format\": \"1.0\",\n", "")),
        ("format-that-is-a-number", with("\"1.0\"", "1.0")),
        ("format-of-the-future", with("\"1.0\"", "\"2.0\"")),
        ("format-that-is-none", with("\"1.0\"", "\"latest\"")),
        ("format-that-is-long", with("\"1.0\"", &format!("\"{}\"", "9".repeat(100_000)))),
        ("member-missing", with("  \"suites\": { \"version\": \"0.1.0\" },\n", "")),
        ("member-of-a-case-missing", with("      \"why\": \"It matters.\",\n", "")),
        ("member-of-an-exchange-missing", with("          \"purpose\": \"step\",\n", "")),
        ("member-twice", with("\"tool\": {", "\"tool\": {}, \"tool\": {")),
        ("format-twice", with("\"format\": \"1.0\",", "\"format\": \"1.0\", \"format\": \"1.0\",")),
        ("cases-that-are-an-object", with("\"cases\": [\n", "\"cases\": {}, \"other\": [\n")),
        ("cases-that-are-null", with("\"cases\": [\n", "\"cases\": null, \"other\": [\n")),
        ("case-that-is-a-text", with("\"cases\": [\n", "\"cases\": [\"users/create/answers-201\",\n")),
        ("verdict-unknown", with("\"verdict\": \"fail\"", "\"verdict\": \"failed\"")),
        ("verdict-that-is-long", with("\"verdict\": \"fail\"", &format!("\"verdict\": \"{}\"", "x".repeat(100_000)))),
        ("verdict-with-an-escape", with("\"verdict\": \"fail\"", "\"verdict\": \"\\u001b[31mfail\"")),
        ("verdict-of-a-profile-unknown", with("\"not-conformant\"", "\"NOT CONFORMANT\"")),
        ("level-in-small-letters", with("\"MUST\"", "\"must\"")),
        ("seen-unknown", with("\"broken\"", "\"failed\"")),
        ("count-negative", with("\"pass\": 1", "\"pass\": -1")),
        ("count-with-a-fraction", with("\"pass\": 1", "\"pass\": 1.5")),
        ("count-in-quotes", with("\"pass\": 1", "\"pass\": \"1\"")),
        ("number-too-large", with("2417", "99999999999999999999999")),
        ("number-without-end", with("11.6", "1e999")),
        ("number-that-is-none", with("2417", "NaN")),
        ("status-out-of-range", with("\"status\": 200", "\"status\": 70000")),
        ("flag-in-quotes", with("\"complete\": true", "\"complete\": \"yes\"")),
        ("flag-in-capitals", with("\"complete\": true", "\"complete\": True")),
        ("header-of-three", with("[\"content-type\", \"application/scim+json\"]", "[\"a\", \"b\", \"c\"]")),
        ("header-of-one", with("[\"content-type\", \"application/scim+json\"]", "[\"a\"]")),
        ("header-as-an-object", with("[\"content-type\", \"application/scim+json\"]", "{\"a\": \"b\"}")),
        ("comma-missing", with("\"jobs\": 4,", "\"jobs\": 4")),
        ("comma-too-many", with("\"left_behind\": []\n", "\"left_behind\": [],\n")),
        ("colon-missing", with("\"jobs\": 4", "\"jobs\" 4")),
        ("single-quotes", with("\"jobs\"", "'jobs'")),
        ("a-comment", with("{\n  \"format\"", "{\n  // the last run\n  \"format\"")),
        ("line-break-in-a-text", with("Creating a user", "Creating\na user")),
        ("backslash-in-a-text", with("Creating a user", "Creating \\a user")),
        ("half-a-surrogate", with("Creating a user", "Creating \\ud800 user")),
        ("nested-lists", deep("[", "]")),
        ("nested-objects", deep("{\"a\":", "}")),
        ("nested-in-a-known-member", with("\"jobs\": 4", &format!("\"jobs\": {}", deep("[", "]")))),
        ("summary-that-does-not-fit", with("\"fail\": 1", "\"fail\": 0")),
        ("summary-beyond-all-bounds", with("\"skip\": 0", "\"skip\": 18446744073709551615")),
        ("summary-with-waivers-that-are-not-there", with("\"waived\": 0", "\"waived\": 1")),
        ("case-twice", with("users/retrieve/answers-200", "users/create/answers-201")),
        ("case-without-id", with("\"id\": \"users/create/answers-201\"", "\"id\": \"\"")),
        ("case-id-with-blanks", with("\"id\": \"users/create/answers-201\"", "\"id\": \" users/create\\n\"")),
        (
            "requirement-without-id",
            with(
                "\"requirement\": \"7644-3.3-08\",\n          \"level\"",
                "\"requirement\": \"\",\n          \"level\"",
            ),
        ),
    ]
}

#[test]
fn each_broken_report_has_its_message() {
    assert!(read_json(SOUND).is_ok());
    for (name, text) in broken() {
        let error = read_json(&text).expect_err(name).to_string();
        bind(&format!("reports/{name}"), &format!("report.json:{error}"));
        is_placed("report.json", &text, &format!("report.json:{error}"));
    }
}

#[test]
fn what_is_not_known_does_no_harm() {
    for text in [
        with("\"jobs\": 4", "\"jobs\": 4, \"lanes\": { \"deep\": [[[1]]] }"),
        with("\"1.0\"", "\"1.9\""),
        with("\"jobs\": 4", &format!("\"jobs\": 4, \"lanes\": {}1{}", "[".repeat(100_000), "]".repeat(100_000))),
        SOUND.replace('\n', "\r\n"),
    ] {
        assert_eq!(read_json(&text).map_err(|error| error.to_string()).map(|report| report.cases.len()), Ok(2));
    }
}
