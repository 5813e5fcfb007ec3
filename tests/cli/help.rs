//! Help and colours.

use crate::process::{Said, Scimspec, repository};

const COMMANDS: [&str; 7] = ["run", "list", "explain", "check", "cleanup", "render", "serve"];

#[test]
fn every_help_fits_and_shows_how() {
    for command in [""].into_iter().chain(COMMANDS) {
        for help in [format!("{command} --help"), format!("{command} -h"), format!("help {command}")] {
            let said = Scimspec::with(&help).exits(0);
            for line in said.stdout.lines() {
                assert!(line.chars().count() <= 100, "{help}: {line}");
            }
            assert_eq!(said.stderr, "");
        }
        Scimspec::with(&format!("{command} --help")).exits(0).prints(&["Examples:\n  scimspec "]);
    }
    Scimspec::with("--help").exits(0).prints(&COMMANDS);
    Scimspec::with("--help").exits(0).prints(&["Exit codes:", "  0  ", "  1  ", "  2  ", "  3  "]);
    Scimspec::with("--version").exits(0).prints(&[&format!("scimspec {}\n", env!("CARGO_PKG_VERSION"))]);
}

#[test]
fn colours_are_for_those_who_ask() {
    let broken = std::fs::read(repository("tests/diagnostics/two-actions.yaml")).expect("it is there");
    let check = |arguments: &str| Scimspec::with(&format!("check a.yaml {arguments}")).file("a.yaml", &broken);
    let plain = |said: Said| !(said.stdout + &said.stderr).contains('\u{1b}');
    assert!(!plain(check("--color always").exits(2)));
    assert!(plain(check("--color never").env("CLICOLOR_FORCE", "1").exits(2)));
    assert!(plain(check("").env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1").exits(2)));
    assert!(plain(check("").exits(2)), "a pipe is no terminal");
    let run = |arguments: &str| Scimspec::with(&format!("run users/retrieve {arguments}"));
    assert!(!plain(run("--color always").exits(0)));
    assert!(plain(run("--color never").exits(0)));
    assert!(plain(run("-v").env("NO_COLOR", "1").exits(0)));
    assert!(plain(Scimspec::with("run --color never --tier bsic").exits(2)));
}
