//! The harness against the reference provider, sound and spoilt.

use std::sync::atomic::{AtomicBool, Ordering};

use libtest_mimic::Conclusion;
use tokio::net::TcpListener;

use super::*;
use crate::reference::{self, Provider, Settings};

const TOKEN: &str = "the-token-of-these-tests";

/// A provider with a fault or a variant, or a sound one without an id.
fn spoilt(id: &'static str) -> Harness {
    Harness::start(move || async move {
        let settings = Settings { token: Some(TOKEN.to_owned()), ..Settings::default() };
        let mut provider = Provider::new(settings).unwrap();
        if let Some(variant) = reference::variant(id) {
            variant.apply(&mut provider);
        } else if !id.is_empty() {
            reference::fault(id).unwrap().apply(&mut provider);
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        tokio::spawn(reference::serve(Arc::new(provider), listener, std::future::pending()));
        Server::at(url).token(TOKEN)
    })
}

/// Runs the trials as the command line asks, and gives what was printed.
fn run(harness: Harness, arguments: &[&str]) -> (Conclusion, String) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let path = log.path().display().to_string();
    let arguments = Arguments::from_iter(["test", "--logfile", &path].iter().chain(arguments));
    let conclusion = libtest_mimic::run(&arguments, harness.trials().unwrap());
    (conclusion, std::fs::read_to_string(&path).unwrap())
}

#[test]
fn listing_starts_nothing() {
    static STARTED: AtomicBool = AtomicBool::new(false);
    let harness = Harness::start(|| async {
        STARTED.store(true, Ordering::SeqCst);
        Server::at("http://127.0.0.1:1/")
    });
    let (_, list) = run(harness, &["--list", "--format", "terse"]);
    assert!(list.lines().any(|line| line == "users/create/answers-201: test"), "{list}");
    assert!(list.lines().any(|line| line == "schema/round-trip/simple[…]: test"), "{list}");
    assert!(!STARTED.load(Ordering::SeqCst));
}

#[test]
fn a_sound_provider_passes_and_what_it_lacks_is_ignored_with_the_reason() {
    let harness = spoilt("").select(["users/retrieve", "schema/round-trip/simple", "etag/if-match", "auth/isolation"]);
    let (conclusion, log) = run(harness, &[]);
    assert_eq!(conclusion.num_failed, 0, "{log}");
    assert!(conclusion.num_passed > 6 && conclusion.num_ignored > 1, "{log}");
    assert!(log.contains("ignored (no second credential is configured"), "{log}");
    // The kind of entity tag is not declared but seen.
    assert!(log.contains("ignored (the target was not seen to send strong entity tags"), "{log}");
}

#[test]
fn a_failure_tells_the_whole_story_and_no_secret() {
    let name = "users/create/answers-201";
    let (conclusion, log) = run(spoilt("create/answers-200"), &["--exact", name]);
    assert_eq!((conclusion.num_failed, conclusion.num_passed), (1, 0), "{log}");
    for part in [
        "users/create/answers-201: A create answers 201 with the new user and its location",
        "\nstatus: expected 201, got 200\n",
        "\n  rule      RFC 7644 section 3.3, MUST (7644-3.3-08): ",
        "\n  see       https://www.rfc-editor.org/rfc/rfc7644.html#section-3.3\n",
        "\n  suite     suites/users/create.yaml:",
        "\n  request   POST http://127.0.0.1:",
        "\n  answer    HTTP 200\n            content-type: application/scim+json\n",
        "\"userName\": ",
        "\n  replay    curl -sS -i --path-as-is -g -X POST http://127.0.0.1:",
        "\"Authorization: Bearer $SCIM_TOKEN\"",
        "-- --exact users/create/answers-201\n",
    ] {
        assert!(log.contains(part), "{part} is missing in:\n{log}");
    }
    assert!(!log.contains(TOKEN), "{log}");
}

#[test]
fn a_broken_standing_check_fails_the_trial_that_sees_it() {
    let (conclusion, log) =
        run(spoilt("retrieve/boolean-as-text"), &["--exact", "users/create/what-was-sent-is-stored"]);
    assert_eq!(conclusion.num_failed, 1, "{log}");
    assert!(log.contains("\nstanding/types: "), "{log}");
}

#[test]
fn a_should_fails_a_trial_only_when_asked_for() {
    let arguments = ["--exact", "users/create/text-for-a-boolean-stays-no-text"];
    let harness = || spoilt("write/texts-for-booleans").tier(Tier::Edge);
    assert_eq!(run(harness(), &arguments).0.num_passed, 1);
    let (conclusion, log) = run(harness().fail_on_should(), &arguments);
    assert_eq!(conclusion.num_failed, 1, "{log}");
    assert!(log.contains("\nstatus: expected 400, got 201\n") && log.contains("\n  ruling    C12\n"), "{log}");
}

#[test]
fn a_table_is_one_trial_that_names_each_failing_row() {
    let arguments = ["--exact", "schema/round-trip/simple[…]"];
    let (conclusion, log) = run(spoilt("retrieve/boolean-as-text"), &arguments);
    assert_eq!(conclusion.num_failed, 1, "{log}");
    assert!(log.contains("\nschema/round-trip/simple[User.active]: active can be "), "{log}");
    // A selector may name a single row.
    let harness = spoilt("retrieve/boolean-as-text").select(["schema/round-trip/simple[User.title]"]);
    assert_eq!(run(harness, &arguments).0.num_passed, 1);
}

#[test]
fn what_cannot_be_reached_is_not_blamed() {
    let (conclusion, log) = run(Harness::url("http://127.0.0.1:1/scim"), &["--exact", "users/create/answers-201"]);
    assert_eq!(conclusion.num_failed, 1);
    assert!(log.contains("could not be judged: cannot reach http://127.0.0.1:1/scim"), "{log}");
    let (_, log) = run(spoilt("").token("unused"), &["--exact", "users/create/answers-201"]);
    assert!(log.contains("... ok"), "{log}");
}

#[test]
fn mistakes_are_told_before_anything_runs() {
    let mistake = |harness: Harness| harness.trials().err().map(|mistake| mistake.to_string()).unwrap_or_default();
    assert!(mistake(spoilt("").select(["pach/"])).starts_with("nothing is known as `pach/`"));
    assert!(mistake(spoilt("").config("no/such/file.toml")).starts_with("cannot read no/such/file.toml"));
    let folder = tempfile::tempdir().unwrap();
    assert!(mistake(spoilt("").suites(folder.path())).ends_with("holds no .yaml file"));
    std::fs::write(folder.path().join("own.yaml"), "suite: own\ntitle: Own\ncases: []\n").unwrap();
    assert!(mistake(spoilt("").suites(folder.path())).contains("a suite has at least one case"));
}

#[test]
fn one_trial_is_made_from_its_suite_alone() {
    let names = |only: Option<&str>| -> Vec<String> {
        let trials = spoilt("").trials_with(Config::default(), only).unwrap();
        trials.iter().map(|trial| trial.name().to_owned()).collect()
    };
    let some = names(Some("users/create/answers-201"));
    assert!(some.iter().all(|name| name.starts_with("users/create/")), "{some:?}");
    assert!(some.contains(&"users/create/answers-201".to_owned()));
    for name in names(None).into_iter().step_by(7) {
        assert!(names(Some(&name)).contains(&name), "{name}");
    }
}
