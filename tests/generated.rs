//! Generated files are fresh, and the editor schemas refuse what the readers refuse.
//!
//! `UPDATE_GENERATED=1 cargo test --test generated` writes them anew.

use std::fs;
use std::path::Path;

use scimspec::report;
use scimspec::suite::{self, Source};
use scimspec::target::Config;
use scimspec::target::config::Baseline;
use serde_json::{Value, json};

fn assert_fresh(path: &str, schema: &Value) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let fresh = format!("{schema:#}\n");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&file, &fresh).expect("the file can be written");
    }
    let committed = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == fresh, "{path} is stale: refresh it with `UPDATE_GENERATED=1 cargo test --test generated`");
}

fn config_schema() -> Value {
    let mut schema = schemars::schema_for!(Config).to_value();
    schema["title"] = "scimspec.toml".into();
    schema
}

#[test]
fn the_suite_schema_is_fresh() {
    assert_fresh("schemas/harness/suite.schema.json", &suite::json_schema());
}

#[test]
fn the_config_schema_is_fresh() {
    assert_fresh("schemas/harness/config.schema.json", &config_schema());
}

fn baseline_schema() -> Value {
    let mut schema = schemars::schema_for!(Baseline).to_value();
    schema["title"] = "scimspec baseline".into();
    schema
}

#[test]
fn the_baseline_schema_is_fresh() {
    assert_fresh("schemas/harness/baseline.schema.json", &baseline_schema());
}

#[test]
fn the_diff_schema_is_fresh() {
    assert_fresh("schemas/harness/diff.schema.json", &report::diff::schema());
}

#[test]
fn the_baseline_schema_refuses_what_it_can_know() {
    let schema = jsonschema::draft202012::new(&baseline_schema()).expect("the schema is a schema");
    let with = |waiver: Value| json!({ "waivers": [waiver] });
    let good = json!({ "case": "a/b", "requirement": "R", "reason": "x", "expires": "2027-03-31" });
    assert!(schema.is_valid(&with(good.clone())) && schema.is_valid(&json!({ "waivers": [] })));
    for (key, value) in [("case", json!("")), ("reason", json!(" ")), ("expires", json!(3)), ("verdict", json!("pass"))]
    {
        let mut wrong = good.clone();
        wrong[key] = value;
        assert!(!schema.is_valid(&with(wrong.clone())), "{wrong}");
    }
    for key in ["case", "reason", "expires"] {
        let mut wrong = good.clone();
        wrong.as_object_mut().expect("an object").remove(key);
        assert!(!schema.is_valid(&with(wrong)), "without {key}");
    }
    assert!(!schema.is_valid(&json!({})));
}

#[test]
fn the_suite_schema_refuses_what_it_can_know() {
    let schema = jsonschema::draft202012::new(&suite::json_schema()).expect("the schema is a schema");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    // What stands at which place and beside what; names, requirements and filters are for the loader.
    for name in [
        "body-and-raw",
        "case-id-that-is-a-number",
        "expectations-that-are-empty",
        "file-that-is-a-list",
        "fixture-of-two-types",
        "flag-expected",
        "from-without-a-row",
        "header-check-without-expectation",
        "key-out-of-place",
        "list-expected",
        "mapping-expected",
        "missing-operations",
        "missing-req",
        "missing-req-of-unchanged",
        "missing-why",
        "no-action",
        "no-check-in-line",
        "number-expected",
        "bad-name",
        "bad-suite-id",
        "row-without-id",
        "rows-that-are-empty",
        "status-out-of-range",
        "steps-that-are-empty",
        "text-empty",
        "two-actions",
        "two-checks-in-one-line",
        "unknown-key-in-check",
        "unknown-key-in-suite",
        "unknown-need",
        "unknown-tier",
    ] {
        let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).expect("a broken file");
        let file = suite::to_json(Source { name: name.to_owned(), text }).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(!schema.is_valid(&file), "the schema lets {name}.yaml through");
    }
}

#[test]
fn the_config_schema_refuses_unknown_keys() {
    let schema = jsonschema::draft202012::new(&config_schema()).expect("the schema is a schema");
    let full = json!({
        "target": { "url": "http://localhost/scim", "timeout": 1.5, "jobs": 2, "consent": true },
        "auth": { "token": "t", "second": { "basic": "a:b", "headers": { "X-Key": "k" } } },
        "template": { "User": { "name.givenName": "Ann" } },
        "assume": ["patch"],
        "waivers": [{ "case": "a/b", "reason": "known", "expires": "2027-03-31" }],
    });
    assert!(schema.is_valid(&full) && schema.is_valid(&json!({})));
    for wrong in [json!({ "tagret": {} }), json!({ "target": { "timout": 3 } }), json!({ "auth": { "token": 3 } })] {
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}
