//! The walls between the modules: each uses only those above it in `src/lib.rs`, and what reaches out of the program
//! is named by one module only.

#[path = "walls/source.rs"]
mod source;

use std::fs;
use std::path::Path;

use source::Source;

/// Crates that only the modules that wrap them may name.
const WRAPPED: [(&str, &[&str]); 7] = [
    ("reqwest", &["client"]),
    ("rusqlite", &["reference"]),
    ("axum", &["reference"]),
    ("serde_saphyr", &["suite::node", "requirement::file"]),
    ("toml", &["target::config"]),
    ("jsonschema", &["check::schema_check"]),
    ("minijinja", &["report::html"]),
];

/// Network and clock, which what judges and what shows may not see.
const OUTSIDE: [&str; 7] = ["tokio", "reqwest", "std::net", "Instant", "SystemTime", "Timestamp::now", "crate::client"];

/// Every breach of a wall, as `module: what it does`.
fn breaches(order: &[String], sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    let place = |module: &str| order.iter().position(|one| one == module);
    for source in sources {
        let own = source.top();
        for used in source.uses() {
            let Some(at) = place(&used) else {
                found.push(format!("{}: uses `{used}`, which is no module", source.module()));
                continue;
            };
            if place(own).is_none_or(|own| at > own) {
                found.push(format!("{}: uses `{used}`, which is below it", source.module()));
            }
            if own == "reference" && !["reference", "scim", "suggest"].contains(&used.as_str()) {
                found.push(format!("{}: uses `{used}`, but shares nothing but `scim`", source.module()));
            }
        }
        for (wrapped, wrappers) in WRAPPED {
            let is_wrapper = wrappers.iter().any(|wrapper| source.is_inside(wrapper));
            if !is_wrapper && source.names(wrapped) {
                found.push(format!("{}: names `{wrapped}`, which {} wraps", source.module(), wrappers.join(" or ")));
            }
        }
        if ["check", "report"].contains(&own) {
            for outside in OUTSIDE.into_iter().filter(|outside| source.names(outside)) {
                found.push(format!("{}: names `{outside}`, but sees neither network nor clock", source.module()));
            }
        }
    }
    found
}

/// The modules in the order of `src/lib.rs`.
fn order() -> Vec<String> {
    let table = fs::read_to_string(root().join("lib.rs")).expect("src/lib.rs is there");
    let lines = table.lines().filter_map(|line| line.trim().trim_start_matches("pub ").strip_prefix("mod "));
    lines.map(|name| name.trim_end_matches(';').to_owned()).collect()
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_module_uses_only_those_above_it() {
    let (order, sources) = (order(), source::below(&root()));
    assert!(order.len() >= 14 && sources.len() >= 100, "{order:?}, {} files", sources.len());
    let edges: usize = sources.iter().map(|source| source.uses().len()).sum();
    assert!(edges >= 150, "only {edges} uses were seen");
    let found = breaches(&order, &sources);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_wrapper_names_what_it_wraps() {
    let sources = source::below(&root());
    for (wrapped, wrappers) in WRAPPED {
        for wrapper in wrappers {
            let names = sources.iter().any(|source| source.is_inside(wrapper) && source.names(wrapped));
            assert!(names, "{wrapper} does not name {wrapped}: mend the table");
        }
    }
}

#[test]
fn planted_breaches_are_seen() {
    let order: Vec<String> = ["scim", "suite", "check", "client", "reference", "report"].map(str::to_owned).to_vec();
    for (path, text, breach) in [
        ("scim/path.rs", "use crate::suite::Case;", "scim::path: uses `suite`, which is below it"),
        ("suite.rs", "use crate::{\n    scim::{Filter, urn},\n    check::judge,\n};", "suite: uses `check`"),
        ("suite.rs", "fn f() { super::check::judge() }", "suite: uses `check`"),
        ("suite.rs", "mod tests { use super::super::check; }", "suite: uses `check`"),
        (
            "suite/node.rs",
            "mod tests { fn f() { let x = super::super::super::check::X; } }",
            "suite::node: uses `check`",
        ),
        ("scim.rs", "macro_rules! m { () => { $crate::suite::load() } }", "scim: uses `suite`"),
        ("scim.rs", "use crate::utils::x;", "scim: uses `utils`, which is no module"),
        ("suite.rs", "type X = reqwest::Client;", "suite: names `reqwest`"),
        ("suite.rs", "use rusqlite as database;", "suite: names `rusqlite`"),
        ("client.rs", "use axum::Router;", "client: names `axum`"),
        ("suite/compile.rs", "let x: X = serde_saphyr::from_str(\"\");", "suite::compile: names `serde_saphyr`"),
        ("check.rs", "use ::jsonschema::Draft;", "check: names `jsonschema`"),
        ("check/status.rs", "use crate::client::Client;", "check::status: uses `client`, which is below it"),
        ("report/html.rs", "use crate::client::Client;", "report::html: names `crate::client`"),
        ("check/status.rs", "let now = std::time::Instant::now();", "check::status: names `Instant`"),
        ("report.rs", "use std::{io, net::TcpStream};", "report: names `std::net`"),
        ("report.rs", "let now = jiff::Timestamp::now();", "report: names `Timestamp::now`"),
        (
            "reference/list.rs",
            "use crate::check::judge;",
            "reference::list: uses `check`, but shares nothing but `scim`",
        ),
    ] {
        let found = breaches(&order, &[Source::new(path, text)]);
        assert!(found.iter().any(|one| one.starts_with(breach)), "{path}: {text}: {found:?}");
    }
}

#[test]
fn what_is_no_code_is_no_breach() {
    let order: Vec<String> = ["scim", "suite", "check"].map(str::to_owned).to_vec();
    for text in [
        "//! See [`crate::check`] and reqwest::Client.\n/// [`crate::check`]\nfn f() {}",
        "/* use crate::check; /* nested */ reqwest::Client */",
        "const HELP: &str = \"use crate::check; \\\" reqwest::get\";",
        "const HELP: &str = r#\"crate::check \" reqwest::get\"#;",
        "fn f<'a>(c: char, x: &'a str) -> bool { c == '\"' } // crate::check",
        "use super::model; use self::node; use crate::scim::Filter;",
        "mod tests { use super::*; use super::super::scim; }",
        "let reqwest = 1; let toml = 2;",
    ] {
        let found = breaches(&order, &[Source::new("suite.rs", text)]);
        assert!(found.is_empty() || text.contains("super::model"), "{text}: {found:?}");
    }
    assert!(breaches(&order, &[Source::new("suite/node.rs", "use super::model; use super::super::scim;")]).is_empty());
}
