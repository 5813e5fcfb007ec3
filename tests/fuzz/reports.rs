//! Reports: a sound one damaged as text and as data. What is accepted can be written in every format, and nothing in
//! it reaches a reader as markup or as an order to a terminal.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::civil::date;
use proptest::prelude::*;
use scimspec::report::diff::{diff, write as write_diff};
use scimspec::report::{Format, Report, baseline, read_json, terminal};
use scimspec::target::config::Baseline;
use serde_json::Value;

use crate::mutate::{changed, changes, damage, damaged};
use crate::{cases, deceives, hostile, in_time};

const WORDS: &[&str] = &[
    "\"format\"",
    "\"cases\"",
    "\"findings\"",
    "\"verdict\"",
    "\"fail\"",
    "\"pass\"",
    "\"id\"",
    "null",
    "true",
    "[]",
    "{}",
    "\"\\u001b[31m\"",
    "\"<script>\"",
    "18446744073709551615",
    "1e308",
    "-1",
    "0.1",
    "\\u202e",
    "\\ud800",
];

/// A report with waivers in each state, as data and as text.
static SOUND: LazyLock<(Report, Value, String)> = LazyLock::new(|| {
    let mut report = hostile::every_verdict();
    let known = baseline::text(&report, date(2999, 12, 31), "known", true).replacen("2999", "2000", 1);
    let waivers = Baseline::parse("b.toml", &known).expect("a baseline").waivers;
    baseline::apply(&mut report, &waivers, date(2026, 11, 21), &BTreeSet::new());
    let data = serde_json::to_value(&report).expect("JSON");
    let text = written(&report, Format::Json).expect("JSON");
    (report, data, text)
});

fn written(report: &Report, format: Format) -> Result<String, TestCaseError> {
    let mut out = Vec::new();
    format.reporter().write(report, &mut out).map_err(|error| TestCaseError::fail(format!("{format}: {error}")))?;
    String::from_utf8(out).map_err(|error| TestCaseError::fail(error.to_string()))
}

/// Holds every format of a report that was accepted.
fn check(report: &Report) -> Result<(), TestCaseError> {
    for format in Format::ALL {
        let text = in_time(|| written(report, format))?;
        match format {
            Format::Json => prop_assert_eq!(&read_json(&text).expect("what was written"), report),
            Format::Ndjson => {
                prop_assert_eq!(text.lines().count(), report.cases.len() + 1);
                prop_assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
            }
            Format::Junit => {
                let junit = quick_junit::Report::deserialize_from_str(&text);
                let junit = junit.map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
                prop_assert_eq!(junit.tests, report.cases.len());
            }
            Format::Html => {
                let (page, _) = text.rsplit_once("<script>\"use strict\"").expect("the script");
                let tag = |name: &str| {
                    page.matches(name).count()
                        - page.matches(&format!("{name} type=\"application/octet-stream\"")).count()
                };
                prop_assert_eq!((tag("<script"), tag("<img"), tag("<iframe")), (0, 0, 0));
                prop_assert!(!page.contains("href=\"javascript") && !page.contains("onerror=alert(3)>"));
            }
            Format::Markdown => {
                prop_assert!(text.len() < 64 * 1024, "{} bytes", text.len());
            }
            Format::Github => {
                let commands = ["::error ", "::warning ", "::notice "];
                prop_assert!(
                    text.lines().all(|line| commands.iter().any(|command| line.starts_with(command))),
                    "{text}"
                );
            }
        }
        prop_assert!(matches!(format, Format::Json | Format::Ndjson) || !deceives(&text), "{format}");
    }
    for (verbose, width) in [(false, 80), (true, 0)] {
        let mut out = Vec::new();
        let style = terminal::Style { color: false, width, verbose };
        in_time(|| terminal::write(report, &style, &mut out))
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(!deceives(&String::from_utf8_lossy(&out)));
    }
    let known = baseline::text(report, date(2999, 12, 31), "known", true);
    prop_assert!(!deceives(&known), "{known:?}");
    let known = Baseline::parse("b.toml", &known).map_err(|error| TestCaseError::fail(format!("{error}\n{known}")))?;
    let mut waived = report.clone();
    baseline::apply(&mut waived, &known.waivers, date(2026, 11, 21), &BTreeSet::new());
    for (old, new) in [(&SOUND.0, report), (report, &SOUND.0), (report, report), (report, &waived)] {
        let mut out = Vec::new();
        write_diff(&diff(old, new), true, &mut out).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(!deceives(&String::from_utf8_lossy(&out)));
    }
    prop_assert!(!diff(report, report).is_worse());
    Ok(())
}

/// Reads a text; gives whether it was a report, all of which holds then.
fn read(text: &str) -> Result<bool, TestCaseError> {
    match in_time(|| read_json(text)) {
        Ok(report) => check(&report).map(|()| true),
        Err(error) => {
            let said = error.to_string();
            let mut parts = said.split(':');
            let mut number = || parts.next().and_then(|part| part.parse::<usize>().ok());
            let (line, column) = (number(), number());
            prop_assert!(line.is_some_and(|line| line >= 1 && line <= text.matches('\n').count() + 1), "{said}");
            prop_assert!(column.is_some_and(|column| column >= 1), "{said}");
            prop_assert!(said.len() < 2000 && !deceives(&said) && !said.contains('\n'), "{said:?}");
            Ok(false)
        }
    }
}

/// The summary as the cases have it, so that other damage gets as far as the formats.
fn counted(mut report: Value) -> Value {
    let verdicts: Vec<Value> =
        report["cases"].as_array().into_iter().flatten().map(|case| case["verdict"].clone()).collect();
    if let Some(summary) = report.get_mut("summary").and_then(Value::as_object_mut) {
        for (name, count) in summary.iter_mut() {
            *count = verdicts.iter().filter(|verdict| *verdict == name.as_str()).count().into();
        }
        summary.remove("waived");
    }
    let text = report.to_string();
    if let Ok(error) = read_json(&text).map(|_| ()).map_err(|error| error.to_string()).map_or_else(Ok, |()| Err(()))
        && let Some(rest) = error.split("summary.waived is 0, expected ").nth(1)
    {
        let waived: usize = rest.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        report["summary"]["waived"] = waived.into();
    }
    report
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn reports_damaged_as_data(damage in damage()) {
        read(&counted(damaged(SOUND.1.clone(), &damage)).to_string())?;
    }

    #[test]
    fn reports_damaged_as_text(changes in changes(WORDS)) {
        read(&changed(&SOUND.2, &changes))?;
    }

    #[test]
    fn any_text_is_no_report(text in any::<String>(), value in crate::mutate::json_value()) {
        prop_assert!(!read(&text)?);
        prop_assert!(!read(&value.to_string())?);
        let opened = format!("{{{text}");
        prop_assert!(!read(&opened)?);
    }
}

#[test]
fn the_sound_report_is_accepted() {
    assert!(read(&SOUND.2).is_ok_and(|accepted| accepted));
    assert!(read(&counted(SOUND.1.clone()).to_string()).is_ok_and(|accepted| accepted));
}
