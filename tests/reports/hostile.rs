//! A report in which every verdict occurs and everything that a target controls is an attack.

use scimspec::report::{Report, RulingInfo, WaitInfo};
use scimspec::verdict::{Level, Seen, Verdict};

use super::build::{case, exchange, finding, report, requirement};
use super::readiness::checklist;

/// Markup, an end of script, terminal escapes, NUL, a direction override, an end of CDATA, a workflow command, and
/// Markdown.
pub(crate) const ATTACK: &str = "<script>alert(1)</script></script><script>alert(2)</script><img src=x onerror=alert(3)>\
    \u{1b}[31mred\u{1b}]0;title\u{7}\u{0}\u{9b}2J \u{202e}gnp.exe ]]> | **bold** [x](https://evil.example) `tick`\n\
    ::error::injected\r\n@team {{ 7*7 }} {% raw %} 'quote' \"double\" &amp; $(id) `id`";

pub(crate) fn every_verdict() -> Report {
    let body = serde_json::json!({ "userName": ATTACK, "</script>": [1, { "a\u{202e}b": ATTACK }] }).to_string();

    let mut fail = case("users/create/answers-201", "Creating a user answers 201", Verdict::Fail);
    fail.tier = "basic".into();
    fail.why = "A client that gets 200 believes that the user was there before.".into();
    fail.effect = Some("The user is provisioned again in each cycle.".into());
    fail.script = Some(format!("curl https://scim.example.com/v2/Users # {ATTACK}"));
    fail.requirements = vec!["7644-3.3-08".into()];
    let mut status = finding("7644-3.3-08", Level::Must, Seen::Broken, "status: expected 201, got 200");
    (status.expected, status.actual) = (Some("201".into()), Some("200".into()));
    (status.place, status.hint) = (Some("status".into()), Some("answer a create with 201 Created".into()));
    let mut name =
        finding("7644-3.3-09", Level::Must, Seen::Broken, &format!("/userName: expected \"ann\", got {ATTACK}"));
    (name.expected, name.actual) = (Some("\"ann\"".into()), Some(ATTACK.into()));
    name.place = Some("/userName".into());
    let mut missing = finding("7643-3.1-01", Level::Must, Seen::Broken, "/meta/version: missing");
    missing.place = Some("/meta/version".into());
    fail.findings = vec![status.clone(), name.clone(), missing];
    fail.exchanges = vec![exchange("step", "POST", "/Users", Some("{\"userName\":\"ann\"}"), 200, &body)];
    fail.exchanges[0].response_headers.push(("x-note".into(), ATTACK.into()));

    let mut again = case("users/create/keeps-values[two words]", "Creating a user keeps its values", Verdict::Fail);
    name.message = "/userName: expected \"bob\", got \"\"".into();
    again.findings = vec![name];
    again.exchanges = fail.exchanges.clone();

    let mut warn = case("etag/versions/has-etag", "A resource has an entity tag", Verdict::Warn);
    let mut absent = finding("7644-3.14-01", Level::Should, Seen::Broken, "header ETag: missing");
    (absent.place, absent.ruling) = (Some("header ETag".into()), Some("B6".into()));
    warn.findings = vec![absent];
    warn.exchanges = vec![exchange("step", "GET", "/Users/1", None, 200, &body)];

    let mut note = case("users/delete/twice", "Deleting twice answers 404", Verdict::Note);
    note.findings = vec![finding("7644-3.6-02", Level::May, Seen::Noted, "status: expected 404, got 204")];
    note.exchanges = vec![exchange("step", "DELETE", "/Users/1", None, 204, "")];
    note.exchanges[0].waits = vec![WaitInfo { status: 429, seconds: 2.5 }];

    let mut pass = case("discovery/schemas/lists-all", "All schemas are listed", Verdict::Pass);
    let mut held = finding("7644-4-05", Level::Must, Seen::Held, "status: 200");
    held.place = Some("status".into());
    let unseen = finding("7643-3.1-01", Level::Must, Seen::NotJudged, "nothing to look at");
    pass.findings = vec![held, unseen];
    pass.exchanges = vec![exchange("discovery", "GET", "/Schemas", None, 200, &body)];

    let mut skip = case("bulk/jobs/limits", "A bulk job within its limits is done", Verdict::Skip);
    skip.reason = Some(format!("the target does not declare bulk {ATTACK}"));
    let mut blocked = case("patch/members/remove-one", "Removing a member leaves the others", Verdict::Blocked);
    blocked.reason = Some("set-up: creating a group answered 500".into());
    blocked.exchanges =
        vec![exchange("set-up", "POST", "/Groups", Some("{\n  \"displayName\": \"it's\"\n}\n"), 500, ATTACK)];
    let mut error = case("filter/matrix/selects[eq]", "A filter selects what it says", Verdict::Error);
    error.reason = Some(format!("no answer within 30 s {ATTACK}"));
    let mut silent = exchange("step", "GET", "/Users?filter=userName%20eq%20%22a%22", None, 200, "");
    (silent.status, silent.error) = (None, Some(format!("connection reset {ATTACK}")));
    error.exchanges = vec![silent];

    let mut entra = case("entra/cycle/initial", "The first cycle creates every user once", Verdict::Pass);
    entra.profile = "entra".into();
    entra.findings = vec![finding("7644-3.3-08", Level::Must, Seen::Held, "status: 201")];

    let requirements = vec![
        requirement("7644-3.3-08", Level::Must, "3.3", "A create that succeeds is answered with 201."),
        requirement("7644-3.3-09", Level::Must, "3.3", "The answer holds the resource as it was stored."),
        requirement("7644-3.14-01", Level::Should, "3.14", "Resources carry an entity tag."),
        requirement("7644-3.6-02", Level::May, "3.6", "A second delete may be answered in more than one way."),
        requirement("7644-4-05", Level::Must, "4", "Every schema is listed."),
    ];
    let cases = vec![pass, fail, again, warn, note, skip, blocked, error, entra];
    let mut report = report("https://scim.example.com/v2", cases, requirements);
    report.target.discovery_notes = vec![format!("schema skipped: {ATTACK}")];
    report.target.capabilities.push(ATTACK.into());
    report.readiness = Some(checklist(&report.cases, ATTACK));
    report.run.warnings = vec![format!("TLS certificates were not checked {ATTACK}")];
    report.run.left_behind = vec![format!("https://scim.example.com/v2/Users/{ATTACK}")];
    report.rulings = vec![RulingInfo {
        id: "B6".into(),
        section: "RFC 7644 section 3.14".into(),
        point: "whether a provider with entity tags sends them with each answer".into(),
        verdict: "absent: warn".into(),
    }];
    report
}
