//! Every format of a report: what it says is pinned by snapshots, and nothing a target answers breaks out of it.

#[path = "reports/build.rs"]
mod build;
#[path = "reports/hostile.rs"]
mod hostile;
#[path = "reports/readiness.rs"]
mod readiness;
#[path = "reports/sample.rs"]
mod sample;
#[path = "reports/waived.rs"]
mod waived;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use scimspec::report::{Format, Report, read_json, schema, terminal};
use sha2::{Digest, Sha256};

fn written(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    format.reporter().write(report, &mut out).expect("writing to memory");
    String::from_utf8(out).expect("every format is UTF-8")
}

fn on_terminal(report: &Report, color: bool, verbose: bool) -> String {
    let mut out = Vec::new();
    terminal::write(report, &terminal::Style { color, width: 80, verbose }, &mut out).expect("writing to memory");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn each_format_says_what_it_said() {
    let report = hostile::every_verdict();
    for format in Format::ALL {
        insta::assert_snapshot!(format!("every_verdict_{format}"), written(format, &report));
    }
    insta::assert_snapshot!("every_verdict_terminal", on_terminal(&report, false, false));
    insta::assert_snapshot!("every_verdict_terminal_verbose", on_terminal(&report, false, true));
}

#[test]
fn equal_reports_give_equal_bytes() {
    for format in Format::ALL {
        assert_eq!(written(format, &sample::typical()), written(format, &sample::typical()), "{format}");
    }
}

#[test]
fn control_and_direction_characters_reach_no_reader() {
    let report = hostile::every_verdict();
    let texts = [Format::Html, Format::Junit, Format::Markdown, Format::Github].map(|format| written(format, &report));
    for text in texts.iter().map(String::as_str).chain([&*on_terminal(&report, false, true)]) {
        let bad = text.find(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}');
        assert_eq!(bad, None, "{:?}", bad.map(|at| &text[at..]));
    }
    let lines = written(Format::Ndjson, &report);
    assert_eq!(lines.lines().count(), report.cases.len() + 1);
}

#[test]
fn colours_are_only_for_those_who_ask() {
    let report = hostile::every_verdict();
    assert!(!on_terminal(&report, false, true).contains('\u{1b}'));
    let coloured = on_terminal(&report, true, true);
    assert!(coloured.contains("\u{1b}[1;31mNOT CONFORMANT\u{1b}[0m"));
    let unpainted = coloured
        .split("\u{1b}[")
        .skip(1)
        .all(|rest| rest.find('m').is_some_and(|end| rest[..end].bytes().all(|b| b.is_ascii_digit() || b == b';')));
    assert!(unpainted, "an escape that is no colour");
}

#[test]
fn terminal_lines_fit_apart_from_commands_and_addresses() {
    for report in [hostile::every_verdict(), sample::typical()] {
        for line in on_terminal(&report, false, false).lines() {
            let may_be_long = ["replay", "rerun", "https://"].iter().any(|word| line.contains(word));
            assert!(may_be_long || line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn the_record_is_read_back_as_it_was() {
    for report in [hostile::every_verdict(), sample::typical()] {
        assert_eq!(read_json(&written(Format::Json, &report)).expect("a report"), report);
    }
}

#[test]
fn the_record_follows_its_schema() {
    let validator = jsonschema::validator_for(&schema()).expect("a valid schema");
    for report in [hostile::every_verdict(), sample::typical()] {
        let record = serde_json::from_str(&written(Format::Json, &report)).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&record).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    assert!(!validator.is_valid(&serde_json::json!({ "format": "1.0" })));
}

#[test]
fn the_committed_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/harness/report.schema.json");
    let current = serde_json::to_string_pretty(&schema()).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, &current).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == current,
        "schemas/harness/report.schema.json is stale; refresh it with `UPDATE_GENERATED=1 cargo test --test reports`"
    );
}

#[test]
fn junit_is_read_by_others_with_the_right_counts() {
    let report = hostile::every_verdict();
    let junit = quick_junit::Report::deserialize_from_str(&written(Format::Junit, &report)).expect("JUnit XML");
    assert_eq!((junit.tests, junit.failures, junit.errors, junit.skipped), (9, 2, 2, 1));
    let fail = &junit.test_suites[1].test_cases[0];
    assert_eq!(fail.classname.as_ref().map(quick_junit::XmlString::as_str), Some("users.create"));
    assert_eq!(fail.name.as_str(), "Creating a user answers 201 (users/create/answers-201)");
    let quick_junit::TestCaseStatus::NonSuccess { message, description, .. } = &fail.status else {
        panic!("a fail is a failure");
    };
    assert_eq!(message.as_ref().map(quick_junit::XmlString::as_str), Some("status: expected 201, got 200"));
    assert!(description.as_ref().is_some_and(|text| text.contains("replay: curl ") && text.contains("3.3 MUST")));
}

#[test]
fn the_summary_stays_below_the_limit_of_ci_pages() {
    let mut report = sample::typical();
    let cases = report.cases.clone();
    for copy in 0..40 {
        report.cases.extend(cases.iter().cloned().map(|mut case| {
            case.id = format!("copy{copy}/{}", case.id);
            case.findings.iter_mut().for_each(|finding| finding.requirement.push_str(&format!("-{copy}")));
            case
        }));
    }
    let text = written(Format::Markdown, &report);
    assert!(text.len() < 64 * 1024 && text.contains("more: see the HTML or JSON report"), "{}", text.len());
}

/// The tags of a page, without those in comments or scripts.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '/')).next()).collect()
}

#[test]
fn nothing_a_target_answers_becomes_part_of_the_page() {
    let html = written(Format::Html, &hostile::every_verdict());
    let (page, script) = html.rsplit_once("<script>\"use strict\"").expect("one script");
    // What is left are the island and the script itself.
    assert_eq!(tags(page).iter().filter(|tag| **tag == "script").count(), 1);
    assert_eq!(tags(script).iter().filter(|tag| **tag == "/script").count(), 1);
    assert!(!tags(page).contains(&"img"));
    assert!(!page.contains("onerror=alert(3)>") && page.contains("onerror=alert(3)&gt;"));
    assert!(page.contains("{{ 7*7 }}"), "a template in an answer is text");
    assert!(
        !page.contains("href=\"javascript")
            && !tags(page).iter().any(|tag| matches!(*tag, "link" | "iframe" | "object"))
    );
}

#[test]
fn the_packed_evidence_is_as_harmless_as_the_rest() {
    let html = written(Format::Html, &hostile::every_verdict());
    let (_, rest) = html.split_once("id=\"island-0\">").expect("an island");
    let packed = STANDARD.decode(rest.split('<').next().unwrap_or_default()).expect("Base64");
    let text = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("zlib");
    let fragments: Vec<String> = serde_json::from_slice(&text).expect("JSON");
    let first = &fragments[0];
    assert!(first.contains("&lt;script&gt;") && first.contains("\\u202e") && first.contains("GET"), "{first}");
    assert!(!tags(first).iter().any(|tag| matches!(*tag, "script" | "img")) && !first.contains('\u{202e}'));
}

#[test]
fn the_policy_names_exactly_the_style_and_the_script_of_the_page() {
    let html = written(Format::Html, &hostile::every_verdict());
    let hash = |text: &str| format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())));
    let inner = |from: &str, to: &str| {
        let (_, rest) = html.rsplit_once(from).expect(from);
        rest.split_once(to).expect(to).0.to_owned()
    };
    let policy = inner("Content-Security-Policy\" content=\"", "\"").replace("&#39;", "'");
    assert!(policy.starts_with("default-src 'none'; "));
    assert!(policy.contains(&format!("style-src '{}'", hash(&inner("<style>", "</style>")))));
    assert!(policy.contains(&format!("script-src '{}'", hash(&inner("<script>", "</script>")))));
    assert!(!html.contains(" style=\"") && !policy.contains("unsafe"));
}

#[test]
fn every_link_within_the_page_arrives() {
    let html = written(Format::Html, &sample::typical());
    let values = |name: &str| -> Vec<String> {
        let start = format!(" {name}=\"");
        html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).map(String::from).collect()
    };
    let ids = values("id");
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an id is used twice");
    let lost: Vec<String> = values("href")
        .into_iter()
        .filter(|link| !link.starts_with("https://www.rfc-editor.org/"))
        .filter(|link| !link.strip_prefix('#').is_some_and(|target| ids.iter().any(|id| id == target)))
        .collect();
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn colours_are_readable_in_both_themes() {
    let css = include_str!("../reports/report.css");
    let colour = |name: &str, dark: bool| -> f64 {
        let (_, rest) = css.split_once(&format!("--{name}: light-dark(")).expect(name);
        let pair: Vec<&str> = rest.split(')').next().unwrap_or_default().split(", ").collect();
        let hex = pair[usize::from(dark)].trim_start_matches('#');
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a hex colour")) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    };
    let inks = ["ink", "soft", "link", "fail", "warn", "pass", "note", "skip", "blocked", "error"];
    let grounds = [
        ("page", &inks[..]),
        ("surface", &inks),
        ("sunk", &inks),
        ("mark", &["ink"]),
        ("fail-wash", &["ink", "soft"]),
        ("warn-wash", &["ink", "soft"]),
        ("pass-wash", &["ink", "soft"]),
    ];
    for dark in [false, true] {
        for (ground, inks) in grounds {
            for ink in inks {
                let (a, b) = (colour(ground, dark), colour(ink, dark));
                let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(ratio >= 4.5, "{ink} on {ground}, dark {dark}: {ratio:.2}");
            }
        }
    }
}

#[test]
#[ignore = "writes files to look at: cargo test --test reports look -- --ignored, in $REPORT_DIR or the temporary folder"]
fn look() {
    let folder = std::env::var_os("REPORT_DIR").map_or_else(std::env::temp_dir, Into::into);
    for (name, report) in
        [("typical", sample::typical()), ("hostile", hostile::every_verdict()), ("large", sample::large())]
    {
        for format in Format::ALL {
            let path = folder.join(format!("scimspec-{name}.{format}"));
            std::fs::write(&path, written(format, &report)).expect("the file can be written");
        }
        let page = folder.join(format!("scimspec-{name}.txt"));
        std::fs::write(&page, on_terminal(&report, false, false)).expect("the file can be written");
        assert!(page.exists());
    }
}
