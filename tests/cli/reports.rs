//! Reports: written, rendered again, made of the same requests.

use serde_json::Value;

use crate::process::Scimspec;

#[test]
fn a_rendered_report_is_the_one_that_the_run_wrote() {
    let ran = Scimspec::with("run patch/ --report html=r.html --report json=r.json --report junit=r.xml").exits(0);
    let render = || Scimspec::with("render r.json").file("r.json", ran.file("r.json"));
    let again = render().arg("--report").arg("html=r.html").arg("--report").arg("junit=r.xml").exits(0);
    assert!(again.file("r.html") == ran.file("r.html"), "the HTML differs");
    assert_eq!(again.file("r.xml"), ran.file("r.xml"));
    let on_terminal = render().exits(0);
    assert!(ran.stdout.starts_with(&on_terminal.stdout), "{}\n{}", ran.stdout, on_terminal.stdout);
}

#[test]
fn what_is_no_report_is_not_rendered() {
    for text in ["", "{}", "[1]", "{\"tool\": 3}", "\u{0}"] {
        Scimspec::with("render r.json").file("r.json", text).exits(2).is_one_message(&["r.json:1:"]);
    }
}

#[test]
fn equal_seeds_send_equal_requests() {
    let sent = |seed: &str| -> Vec<String> {
        let said = Scimspec::with("run users/create --report json=r.json --seed").arg(seed).exits(0);
        let report: Value = serde_json::from_str(&said.file("r.json")).expect("JSON");
        bodies(&report["cases"])
    };
    let first = sent("7");
    assert!(!first.is_empty());
    assert!(first == sent("7"), "the same seed sends something else");
    assert!(first != sent("8"), "the seed makes no difference");
}

/// The bodies of the requests that a report shows.
pub(crate) fn bodies(cases: &Value) -> Vec<String> {
    let exchanges = cases.as_array().expect("cases").iter().flat_map(|case| case["exchanges"].as_array()).flatten();
    exchanges.filter_map(|exchange| exchange["request_body"].as_str().map(str::to_owned)).collect()
}
