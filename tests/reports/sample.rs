//! A report as a real run would give it: about sixty cases, a few root causes, some remarks.

#[path = "sample/passing.rs"]
mod passing;

use scimspec::report::{Case, ExchangeInfo, Report, RequirementInfo, RulingInfo};
use scimspec::verdict::{Finding, Level, Seen, Verdict};
use serde_json::json;

use super::build::{case, exchange, finding, report, requirement};
use passing::PASSING;

const USER: &str = "/Users/2819c223-7f76-453a-919d-413861904646";
const GROUP: &str = "/Groups/e9e30dba-f08f-4109-8486-d5c6a331660a";

/// About sixty cases with five root causes.
pub(crate) fn typical() -> Report {
    let mut cases: Vec<Case> = Vec::new();
    for (suite, list) in PASSING {
        cases.extend(list.iter().enumerate().map(|(at, (id, title))| passing(&format!("{suite}/{id}"), title, at)));
    }
    cases.extend([member_removal(), member_removal_of_two(), created_with_200(), filter_ignored(), version_missing()]);
    cases.extend(filter_warnings());
    cases.extend(skipped());
    cases.push(blocked());
    cases.push(timed_out());
    cases.push(noted());
    cases.extend(entra());
    cases.sort_by(|a, b| a.tags.cmp(&b.tags));
    let mut report = report("https://scim.example.com/v2", cases, requirements());
    report.target.discovery_notes = vec!["/Schemas describes urn:example:Device, but no resource type uses it".into()];
    report.target.capabilities.extend(["sort", "changePassword", "EnterpriseUser"].map(String::from));
    report.rulings = vec![
        RulingInfo {
            id: "E2".into(),
            section: "RFC 7644 section 3.4.2.2".into(),
            point: "whether a provider has to support filters on one value of a multi-valued attribute".into(),
            verdict: "400 with invalidFilter: warn".into(),
        },
        RulingInfo {
            id: "B6".into(),
            section: "RFC 7644 section 3.14".into(),
            point: "whether a provider with entity tags sends them with each answer".into(),
            verdict: "differs: fail; absent: warn".into(),
        },
    ];
    report
}

/// As many cases as a large run has.
pub(crate) fn large() -> Report {
    let mut large = typical();
    let cases = std::mem::take(&mut large.cases);
    for copy in 0..80 {
        large.cases.extend(cases.iter().cloned().map(|mut case| {
            case.id = format!("{}{copy}", case.id);
            case
        }));
    }
    large
}

fn requirements() -> Vec<RequirementInfo> {
    vec![
        requirement("7644-3.3-08", Level::Must, "3.3", "A create that succeeds is answered with 201."),
        requirement("7644-3.3-10", Level::Should, "3.3", "The answer to a create holds the whole resource."),
        requirement(
            "7644-3.4.2.2-04",
            Level::Must,
            "3.4.2.2",
            "A filtered list holds only resources that match the filter.",
        ),
        requirement(
            "7644-3.4.2.2-35",
            Level::Must,
            "3.4.2.2",
            "Conditions inside square brackets hold for one and the same value.",
        ),
        requirement("7644-3.4.2-03", Level::Must, "3.4.2", "A list states how many resources match."),
        requirement(
            "7644-3.5.2.2-04",
            Level::Must,
            "3.5.2.2",
            "Removing by a value filter removes the values that match it and no others.",
        ),
        requirement(
            "7644-3.14-01",
            Level::Should,
            "3.14",
            "Resources carry an entity tag when the provider supports them.",
        ),
        requirement("7644-3.6-02", Level::May, "3.6", "A second delete may be answered in more than one way."),
        requirement(
            "7644-3.12-01",
            Level::Must,
            "3.12",
            "An error is answered with an error body that states the status.",
        ),
    ]
}

fn user_body(name: &str) -> String {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": format!("ext-{name}"),
        "userName": format!("{name}@example.com"),
        "name": { "formatted": "Ann Example", "familyName": "Example", "givenName": "Ann" },
        "active": true,
        "emails": [
            { "type": "work", "value": format!("{name}@example.com"), "primary": true },
            { "type": "home", "value": format!("{name}@home.example") }
        ],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Research", "employeeNumber": "701984" },
        "meta": { "resourceType": "User", "created": "2026-03-14T09:26:53Z", "lastModified": "2026-03-14T09:26:53Z",
                  "location": format!("https://scim.example.com/v2{USER}"), "version": "W/\"a330bc54f0671c9\"" }
    })
    .to_string()
}

fn set_up(name: &str) -> ExchangeInfo {
    let sent = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("{name}@example.com"), "active": true });
    exchange("set-up", "POST", "/Users", Some(&sent.to_string()), 201, &user_body(name))
}

fn held(requirement: &str, message: &str, exchange: usize) -> Finding {
    let mut held = finding(requirement, Level::Must, Seen::Held, message);
    held.exchange = Some(exchange);
    held
}

fn passing(id: &str, title: &str, at: usize) -> Case {
    let mut case = case(id, title, Verdict::Pass);
    case.tier = ["basic", "onboarding", "full"][at % 3].into();
    case.why = "Clients rely on it each time they synchronise.".into();
    case.duration_ms = 9 + (at as u64 * 7919) % 61;
    case.requirements = vec!["7644-3.12-01".into()];
    case.exchanges = vec![
        set_up("ann"),
        exchange("step", "GET", USER, None, 200, &user_body("ann")),
        exchange("clean-up", "DELETE", USER, None, 204, ""),
    ];
    case.findings = vec![held("7644-3.3-08", "status: 201", 0), held("7644-3.4.2-03", "status: 200", 1)];
    case
}

fn broken(
    requirement: &str,
    message: &str,
    exchange: usize,
    place: &str,
    expected: &str,
    actual: &str,
    hint: &str,
) -> Finding {
    let mut broken = finding(requirement, Level::Must, Seen::Broken, message);
    broken.exchange = Some(exchange);
    broken.place = Some(place.into());
    broken.expected = Some(expected.into());
    broken.actual = Some(actual.into());
    broken.hint = Some(hint.into());
    broken
}

fn member_removal() -> Case {
    let mut case = case(
        "patch/members/remove-one-leaves-the-others",
        "Removing one member by filter leaves the other members",
        Verdict::Fail,
    );
    case.tier = "onboarding".into();
    case.why = "Offboarding one person must not empty the group.".into();
    case.effect = Some("Everyone loses access to what the group grants as soon as one person leaves it.".into());
    case.duration_ms = 96;
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "remove", "path": "members[value eq \"2819c223-7f76-453a-919d-413861904646\"]" }]
    });
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": "e9e30dba-f08f-4109-8486-d5c6a331660a",
        "displayName": "Tour guides",
        "meta": { "resourceType": "Group", "location": format!("https://scim.example.com/v2{GROUP}") }
    });
    let members = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Tour guides",
        "members": [{ "value": "2819c223-7f76-453a-919d-413861904646" }, { "value": "902c246b-6245-4190-8e05-00816be7344a" }]
    });
    case.exchanges = vec![
        set_up("ann"),
        set_up("bob"),
        exchange("set-up", "POST", "/Groups", Some(&members.to_string()), 201, &members.to_string()),
        exchange("step", "PATCH", GROUP, Some(&patch.to_string()), 204, ""),
        exchange("step", "GET", GROUP, None, 200, &group.to_string()),
        exchange("clean-up", "DELETE", GROUP, None, 204, ""),
    ];
    case.findings = vec![
        held("7644-3.3-08", "status: 204", 3),
        broken(
            "7644-3.5.2.2-04",
            "members: expected the member 902c246b-6245-4190-8e05-00816be7344a to be left, found no members",
            4,
            "/members",
            "members[value eq \"902c246b-6245-4190-8e05-00816be7344a\"]",
            "no members",
            "apply the filter in the brackets before removing; do not clear the attribute when the path has a filter",
        ),
        held("7644-3.4.2-03", "members: the removed member is gone", 4),
    ];
    case
}

fn member_removal_of_two() -> Case {
    let mut twin = member_removal();
    twin.id = "patch/members/remove-two-leaves-the-third".into();
    twin.title = "Removing two members by filter leaves the third".into();
    twin.rerun = format!("scimspec run {}", twin.id);
    twin
}

fn created_with_200() -> Case {
    let mut case = case("users/create/answers-201", "Creating a user answers 201", Verdict::Fail);
    case.tier = "basic".into();
    case.why = "A client that gets 200 believes that the user was there before.".into();
    case.duration_ms = 21;
    let mut step = set_up("ann");
    step.purpose = "step".into();
    step.status = Some(200);
    case.exchanges = vec![step];
    case.findings = vec![broken(
        "7644-3.3-08",
        "status: expected 201, got 200",
        0,
        "status",
        "201",
        "200",
        "answer a successful create with 201 Created and a Location header",
    )];
    case
}

fn filter_ignored() -> Case {
    let mut case = case(
        "filter/matrix/selects[same-value]",
        "A list filtered by same-value holds exactly the matching users",
        Verdict::Fail,
    );
    case.why = "A filter that selects too much hands other people's accounts to the client.".into();
    case.duration_ms = 58;
    let user = |name: &str| serde_json::from_str::<serde_json::Value>(&user_body(name)).expect("JSON");
    let list = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 2, "startIndex": 1, "itemsPerPage": 2, "Resources": [user("ann"), user("cid")] });
    case.exchanges = vec![
        set_up("ann"),
        set_up("cid"),
        exchange(
            "step",
            "GET",
            "/Users?filter=emails%5Btype%20eq%20%22work%22%20and%20value%20co%20%22ann%22%5D",
            None,
            200,
            &list.to_string(),
        ),
    ];
    let mut second = broken(
        "7644-3.4.2.2-04",
        "/Resources/1: does not match the filter",
        2,
        "/Resources/1/userName",
        "only users that match",
        "cid@example.com",
        "check both conditions against the same value",
    );
    second.expected = None;
    case.findings = vec![
        broken(
            "7644-3.4.2.2-35",
            "finds: expected ann, got ann and cid",
            2,
            "/Resources/1",
            "ann",
            "ann, cid",
            "check both conditions in the brackets against the same value",
        ),
        second,
        held("7644-3.4.2-03", "status: 200", 2),
    ];
    case
}

fn version_missing() -> Case {
    let mut case = case("etag/versions/list-has-versions", "Resources in a list carry their version", Verdict::Warn);
    let mut missing = finding("7644-3.14-01", Level::Should, Seen::Broken, "/Resources/0/meta/version: missing");
    missing.place = Some("/Resources/0/meta/version".into());
    missing.ruling = Some("B6".into());
    case.findings = vec![missing];
    let list = json!({ "totalResults": 1, "Resources": [{ "id": "1", "userName": "ann", "meta": { "resourceType": "User" } }] });
    case.exchanges = vec![exchange("step", "GET", "/Users", None, 200, &list.to_string())];
    case
}

fn filter_warnings() -> Vec<Case> {
    ["urn-prefix", "not", "ew"]
        .map(|row| {
            let title = format!("A list filtered by {row} holds exactly the matching users");
            let mut case = case(&format!("filter/matrix/selects[{row}]"), &title, Verdict::Warn);
            let mut lowered = finding("7644-3.4.2.2-35", Level::Must, Seen::Warned, "status: expected 200, got 400");
            lowered.ruling = Some("E2".into());
            lowered.place = Some("status".into());
            case.findings = vec![lowered];
            let error = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "scimType": "invalidFilter", "detail": "operator is not supported" });
            case.exchanges = vec![exchange("step", "GET", "/Users?filter=not%20(active%20eq%20true)", None, 400, &error.to_string())];
            case
        })
        .into()
}

fn skipped() -> Vec<Case> {
    let skip = |id: &str, title: &str, reason: &str| {
        let mut case = case(id, title, Verdict::Skip);
        case.reason = Some(reason.into());
        case.duration_ms = 0;
        case
    };
    let bulk = "the provider does not declare bulk (ServiceProviderConfig, /bulk/supported is false)";
    let cursor = "the provider does not declare cursor paging (RFC 9865)";
    vec![
        skip("bulk/references/forward-bulk-id", "A group may name a user that a later operation creates", bulk),
        skip("bulk/limits/too-many-operations", "A job with too many operations is refused with 413", bulk),
        skip("bulk/errors/fail-on-errors", "A job stops after the number of errors it allows", bulk),
        skip("cursor/walk/every-match-once", "The pages of a cursor hold each match once", cursor),
        skip("cursor/errors/expired", "An expired cursor is refused", cursor),
    ]
}

fn blocked() -> Case {
    let mut case = case("groups/nested/member-of-member", "A group may be a member of a group", Verdict::Blocked);
    case.reason = Some("set-up: creating a Group with a group as its member answered 500, expected 201".into());
    let sent = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "outer", "members": [{ "value": "e9e30dba", "type": "Group" }] });
    case.exchanges = vec![exchange(
        "set-up",
        "POST",
        "/Groups",
        Some(&sent.to_string()),
        500,
        "{\"status\":\"500\",\"detail\":\"internal error\"}",
    )];
    case
}

fn timed_out() -> Case {
    let mut case = case("sort/users/by-name", "A sorted list is in the order of the attribute", Verdict::Error);
    case.reason = Some("GET /Users?sortBy=userName: no answer within 30 s".into());
    case.duration_ms = 30_004;
    let mut silent = exchange("step", "GET", "/Users?sortBy=userName&sortOrder=ascending", None, 200, "");
    (silent.status, silent.error, silent.duration_ms) = (None, Some("no answer within 30 s".into()), 30_002.0);
    silent.response_headers.clear();
    case.exchanges = vec![silent];
    case
}

fn noted() -> Case {
    let mut case = case("users/delete/twice", "A second delete is answered", Verdict::Note);
    case.findings = vec![finding("7644-3.6-02", Level::May, Seen::Noted, "status: 404 is usual, got 204")];
    case.exchanges = vec![exchange("step", "DELETE", USER, None, 204, "")];
    case
}

fn entra() -> Vec<Case> {
    let list = [
        ("entra/probe/unknown-user", "Looking for a user that is not there answers an empty list"),
        ("entra/cycle/initial", "The first cycle creates each user once"),
        ("entra/cycle/incremental", "A second cycle without changes sends no writes"),
        ("entra/cycle/disable", "Leaving the scope disables the user"),
        ("entra/groups/members", "Members are added and removed one by one"),
    ];
    list.iter()
        .enumerate()
        .map(|(at, (id, title))| {
            let mut case = passing(id, title, at);
            case.profile = "entra".into();
            case
        })
        .collect()
}
