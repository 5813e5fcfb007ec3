//! Everything that reads what others wrote, fed with what nobody would write: no panic, no hang, errors with a place,
//! and nothing dangerous in what comes out.
//!
//! `PROPTEST_CASES=10000 cargo test --test fuzz` goes on for longer. A failure prints the smallest input that fails and
//! adds its seed to `tests/fuzz/seeds.txt`, which is committed, so that it is tried first from then on.

#[path = "reports/readiness.rs"]
mod readiness;
#[path = "reports/build.rs"]
mod build;
mod grammar;
#[path = "reports/hostile.rs"]
mod hostile;
#[path = "fuzz/languages.rs"]
mod languages;
#[path = "fuzz/mutate.rs"]
mod mutate;
#[path = "fuzz/reports.rs"]
mod reports;
#[path = "fuzz/suites.rs"]
mod suites;
#[path = "fuzz/targets.rs"]
mod targets;
#[path = "fuzz/toml.rs"]
mod toml;

use std::time::{Duration, Instant};

use proptest::test_runner::{Config, FileFailurePersistence};

/// As many cases as a test can afford in every build; `PROPTEST_CASES` says otherwise.
fn cases(usual: u32) -> Config {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    Config {
        cases: wanted.unwrap_or(usual),
        max_shrink_iters: 4000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/fuzz/seeds.txt"))),
        ..Config::default()
    }
}

/// The value of `work`, which may not take longer than any input of such a size is worth.
fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = work();
    assert!(start.elapsed() < Duration::from_secs(10), "it took {:?}", start.elapsed());
    value
}

/// Whether a text would do something to a terminal, or to the order in which it is read.
fn deceives(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}
