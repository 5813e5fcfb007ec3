//! `scimspec.toml`, the environment, and what beats what.

use serde_json::Value;

use crate::process::{Scimspec, Serving};
use crate::reports::bodies;

#[test]
fn a_mistake_in_the_configuration_has_its_place() {
    let run = Scimspec::with("run").file("scimspec.toml", "[target]\nurl = \"http://localhost/\"\ntimout = 3\n");
    run.exits(2).is_one_message(&["scimspec.toml:3:1: unknown field `timout`", "did you mean `timeout`?"]);
    let run = Scimspec::with("run --config own.toml").file("own.toml", "[templates.User]\ntitle = \"x\"\n");
    run.exits(2).is_one_message(&["own.toml:1:2: unknown field `templates`", "did you mean `template`?"]);
    let run = Scimspec::with("run").file("scimspec.toml", "assume = [\"bulkk\"]\n");
    run.exits(2).is_one_message(&["`bulkk`", "did you mean `bulk`?"]);
    let run = Scimspec::with("run").file("scimspec.toml", "[target\n");
    run.exits(2).is_one_message(&["scimspec.toml:1:8: "]);
}

#[test]
fn values_of_the_template_reach_the_target() {
    let toml = "[template.User]\nnickName = \"Pinned\"\n\"name.familyName\" = \"${run}-family\"\n";
    let run = Scimspec::with("run users/create --report json=r.json").file("scimspec.toml", toml);
    let report: Value = serde_json::from_str(&run.exits(0).file("r.json")).expect("JSON");
    let sent: Vec<String> = bodies(&report["cases"]);
    let with = |part: &str| sent.iter().any(|body| body.contains(part));
    assert!(with("\"nickName\":\"Pinned\"") && with("-family"), "{sent:?}");
    assert!(!with("${run}"), "{sent:?}");
}

#[test]
fn flags_beat_the_environment_and_the_environment_beats_the_file() {
    let serving = Serving::with(&["--token", "right"]);
    let run = |arguments: &str| Scimspec::with(&format!("run users/retrieve --url {} {arguments}", serving.url()));
    let file = |token: &str| format!("[auth]\ntoken = \"{token}\"\n");
    run("").file("scimspec.toml", file("right")).exits(0);
    run("").file("scimspec.toml", file("wrong")).env("SCIMSPEC_TOKEN", "right").exits(0);
    run("--token right").env("SCIMSPEC_TOKEN", "wrong").exits(0);
    run("--token-file t").file("t", "right\n").env("SCIMSPEC_TOKEN", "wrong").exits(0);
    run("--basic a:b").env("SCIMSPEC_TOKEN", "right").exits(3);
    run("").arg("--header").arg("Authorization: Bearer right").env("SCIMSPEC_TOKEN", "wrong").exits(0);
    // A job that was not given its secret has the variable without a value.
    run("").file("scimspec.toml", file("right")).env("SCIMSPEC_TOKEN", "").exits(0);
    Scimspec::with("run users/retrieve").env("SCIMSPEC_URL", serving.url()).env("SCIMSPEC_TOKEN", "right").exits(0);
}

#[test]
fn a_credential_that_no_header_can_carry_is_refused() {
    let said = Scimspec::with("run --token-file t").file("t", "sesame\nopen").exits(2);
    said.is_one_message(&["is there a line break in it?"]);
    assert!(!said.stderr.contains("sesame"), "{}", said.stderr);
    Scimspec::with("run --token-file t").file("t", " \n").exits(2).is_one_message(&["t holds no token"]);
    Scimspec::with("run --header").arg("Bad Name: x").exits(2).is_one_message(&["`Bad Name` is no name of a header"]);
}
