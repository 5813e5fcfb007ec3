//! Writing a report of 5 000 cases in every format.

#[path = "../tests/reports/readiness.rs"]
mod readiness;
#[path = "../tests/reports/build.rs"]
#[allow(dead_code, reason = "the tests of the reports use the rest")]
mod build;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use scimspec::report::{Format, Report};
use scimspec::verdict::{Level, Seen, Verdict};

const CASES: usize = 5_000;

/// Two exchanges per case; one case in fifty fails.
fn report() -> Report {
    let body =
        r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"2819c223","userName":"ann@x.example"}"#;
    let cases = (0..CASES).map(|number| {
        let fails = number.is_multiple_of(50);
        let verdict = if fails { Verdict::Fail } else { Verdict::Pass };
        let mut case = build::case(&format!("topic{}/suite/case-{number}", number % 12), "A case", verdict);
        let seen = if fails { Seen::Broken } else { Seen::Held };
        case.findings = vec![build::finding("7644-3.3-08", Level::Must, seen, "status: expected 201, got 200")];
        case.exchanges = vec![
            build::exchange("step", "POST", "/Users", Some(body), 201, body),
            build::exchange("clean-up", "DELETE", "/Users/2819c223", None, 204, ""),
        ];
        case
    });
    let requirements = vec![build::requirement("7644-3.3-08", Level::Must, "3.3", "A create answers 201.")];
    build::report("https://scim.example.com/v2", cases.collect(), requirements)
}

fn rendering(criterion: &mut Criterion) {
    let report = report();
    let mut group = criterion.benchmark_group("a report of 5 000 cases");
    group.sample_size(10);
    for format in Format::ALL {
        group.bench_function(format.as_str(), |bencher| {
            bencher.iter(|| {
                let mut out = Vec::new();
                format.reporter().write(&report, &mut out).expect("memory takes every report");
                assert!(!out.is_empty());
                black_box(out.len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, rendering);
criterion_main!(benches);
