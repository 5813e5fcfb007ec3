//! Known failures over several runs: written, waived, expired, compared.

use serde_json::Value;

use crate::process::{Said, Scimspec, Serving};

/// A provider with one fault, and the cases that notice it.
fn faulty() -> Serving {
    Serving::with(&["--token", "t", "--fault", "filter/and-is-or"])
}

fn run(serving: &Serving, more: &str) -> Scimspec {
    Scimspec::with(&format!("run filter/ users/create --seed 7 --token t {more} --report json=r.json --url"))
        .arg(serving.url())
}

fn report(said: &Said) -> Value {
    serde_json::from_str(&said.file("r.json")).expect("JSON")
}

#[test]
fn only_what_is_new_fails_a_run_with_a_baseline() {
    let serving = faulty();
    let first = run(&serving, "").exits(1);
    let fails = report(&first)["summary"]["fail"].as_u64().expect("a count");
    assert!(fails > 0);

    let baseline = || Scimspec::with("baseline r.json --expires 2999-12-31 --reason").arg("known since the migration");
    let written = baseline().file("r.json", first.file("r.json")).exits(0).stdout;
    assert_eq!(
        written.matches("\nreason = \"known since the migration\"\nexpires = 2999-12-31\n").count() as u64,
        written.matches("[[waivers]]\n").count() as u64
    );

    let second = run(&serving, "--baseline b.toml").file("b.toml", &written).exits(0);
    second.prints(&[
        "NOT CONFORMANT",
        "waived  filter/",
        "known since the migration",
        &format!("{fails} of {fails} failing cases are waived for now"),
    ]);
    let with_marks = report(&second);
    assert_eq!(with_marks["summary"]["waived"].as_u64(), Some(fails));
    assert_eq!(with_marks["summary"]["fail"].as_u64(), Some(fails), "a waiver changes no verdict");
    assert_eq!(with_marks["profiles"][0]["verdict"], "not-conformant");
    assert!(with_marks["run"]["command"].as_str().is_some_and(|command| command.contains("--baseline b.toml")));

    // The same from the configuration, and the day after its last one.
    run(&serving, "").file("scimspec.toml", &written).exits(0);
    let expired = written.replace("2999-12-31", "2000-01-01");
    let third = run(&serving, "--baseline b.toml").file("b.toml", expired).exits(1);
    third.prints(&["expired  b.toml:", "the waiver expired on 2000-01-01"]);

    // A baseline that is written from a report with marks keeps them.
    let again = baseline().file("r.json", second.file("r.json")).exits(0).stdout;
    assert_eq!(again, written);
}

#[test]
fn waivers_that_are_of_no_use_are_said_to_be_so() {
    let text = "[[waivers]]\ncase = \"users/create/answers-201\"\nreason = \"x\"\nexpires = 2999-12-31\n\
        [[waivers]]\ncase = \"users/create/answer-201\"\nreason = \"x\"\nexpires = 2999-12-31\n\
        [[waivers]]\ncase = \"patch/members/remove-one-leaves-the-others\"\nreason = \"x\"\nexpires = 2999-12-31\n";
    let said = Scimspec::with("run users/create --baseline b.toml --report json=r.json").file("b.toml", text).exits(0);
    let states: Vec<Value> =
        report(&said)["waivers"].as_array().expect("waivers").iter().map(|waiver| waiver["state"].clone()).collect();
    assert_eq!(states, ["stale", "unknown", "not-judged"]);
    said.prints(&["stale  b.toml:1:1", "unknown  b.toml:5:1", "did you mean", "`users/create/answers-201`?"]);
    assert!(!said.stdout.contains("patch/members"), "a case that was not selected is no reason to complain");
}

#[test]
fn two_runs_are_compared() {
    let good = Scimspec::with("run filter/ users/create --seed 7 --report json=r.json").exits(0);
    let serving = faulty();
    let bad = run(&serving, "").exits(1);
    let diff = |arguments: &str| {
        Scimspec::with(arguments).file("good.json", good.file("r.json")).file("bad.json", bad.file("r.json"))
    };
    let worse = diff("diff good.json bad.json").exits(1);
    worse.prints(&["New failures (", "before pass", "rfc: not-conformant, before withheld", " 0 fixed"]);
    worse.prints(&["note: the runs had different targets: "]);
    diff("diff bad.json good.json").exits(0).prints(&["Fixed (", "now pass", "0 new failures, "]);
    diff("diff bad.json bad.json").exits(0).prints(&["0 new failures, 0 fixed, "]);
    let json = diff("diff good.json bad.json --format json").exits(1).stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert!(json["new_failures"].as_array().is_some_and(|list| !list.is_empty()));
    assert_eq!((&json["format"], &json["fixed"]), (&Value::from("1.0"), &Value::Array(Vec::new())));
}

#[test]
fn mistakes_about_baselines_are_refused() {
    for (arguments, parts) in [
        ("baseline r.json --expires soon", &["soon", "2027-03-31"][..]),
        ("baseline r.json --expires 2000-01-01", &["2000-01-01 is over"]),
        ("baseline r.json --fail-on may", &["may"]),
        ("run --baseline", &["--baseline"]),
        ("diff one.json", &["<NEW.json>"]),
        ("diff one.json two.json --format html", &["html"]),
    ] {
        Scimspec::with(arguments).exits(2).complains(parts);
    }
    Scimspec::with("baseline r.json --reason").arg(" ").exits(2).is_one_message(&["the reason is empty"]);
}
