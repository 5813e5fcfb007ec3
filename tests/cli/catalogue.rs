//! What there is: listed, explained, checked.

use serde_json::Value;

use crate::process::{Scimspec, repository};

#[test]
fn cases_are_listed() {
    let said = Scimspec::with("list patch/").exits(0);
    said.prints(&["patch/members/remove-one-leaves-the-others\n", " cases\n"]);
    let said = Scimspec::with("list --format json").exits(0);
    let list: Vec<Value> = serde_json::from_str(&said.stdout).expect("JSON");
    assert!(list.len() >= 300);
    for case in &list {
        assert!(["id", "title", "tier", "profile"].iter().all(|key| case[key].is_string()), "{case}");
        assert!(case["requirements"].as_array().is_some_and(|ids| !ids.is_empty()), "{case}");
    }
    Scimspec::with("list --format markdown must").exits(0).prints(&["| case | what it shows |", "| `"]);
}

#[test]
fn uncovered_requirements_are_listed() {
    // tests/coverage.rs holds that there are none.
    let all = Scimspec::with("list --uncovered").exits(0);
    all.prints(&["0 observable requirements are neither judged nor excused"]);
    assert_eq!(all.stdout.lines().count(), 1, "{}", all.stdout);
    Scimspec::with("list --uncovered entra-A1").exits(0).prints(&["0 observable requirements"]);
    let list = Scimspec::with("list --uncovered --format json").exits(0);
    assert_eq!(serde_json::from_str::<Vec<Value>>(&list.stdout).expect("JSON"), Vec::<Value>::new());
    Scimspec::with("list --uncovered patch/").exits(2).is_one_message(&["--uncovered takes sections"]);
}

#[test]
fn every_kind_of_id_is_explained() {
    for (id, parts) in [
        ("7644-3.3-08", &["MUST", "how it is tested", "judged by users/create/", "rfc-editor.org"][..]),
        ("7644-3.1-01", &["judged by standing/media-type"]),
        ("C8", &["ruling on", "unclear:", "judged:"]),
        ("patch/members/remove-one-leaves-the-others", &["why:", "needs:", "suites/patch/members.yaml:"]),
        ("etag/if-match/current-tag-is-accepted", &["[strong]", "[weak]"]),
        ("etag/if-match/current-tag-is-accepted[weak]", &["etag.weak"]),
        (
            "schema/round-trip/simple",
            &["one case for each attribute of each resource type", "suites/schema/round-trip.yaml:"],
        ),
        ("standing/media-type", &["looks at every answer", "requirements: "]),
        ("filter/and-is-or", &["fault of the reference provider", "breaks: "]),
        ("patch/answers-204", &["legal variant", "serve --variant patch/answers-204"]),
    ] {
        let said = Scimspec::with("explain").arg(id).exits(0);
        said.prints(&[id]);
        said.prints(parts);
    }
}

#[test]
fn sound_files_are_called_sound() {
    let one = Scimspec::with("check").arg(&repository("suites/users/retrieve.yaml")).exits(0);
    one.prints(&["1 suite with ", " cases, no mistakes"]);
    let all = Scimspec::with("check").arg(&repository("suites")).exits(0);
    all.prints(&[" suites with ", " cases, no mistakes"]);
}

#[test]
fn every_mistake_of_every_file_is_shown() {
    let of = |name: &str| std::fs::read(repository(&format!("tests/diagnostics/{name}.yaml"))).expect("it is there");
    let check = Scimspec::with("check a.yaml b.yaml").file("a.yaml", of("two-actions")).file("b.yaml", of("yaml-tab"));
    let said = check.exits(2);
    said.complains(&["a.yaml:10:9", "b.yaml:5:1", "this is no YAML: a tab", "2 mistakes in suite files"]);
    assert_eq!(said.stdout, "");
}

#[test]
fn what_cannot_be_checked_is_told() {
    let latin = b"suite: a\ntitle: caf\xe9\n";
    Scimspec::with("check a.yaml").file("a.yaml", latin).exits(2).is_one_message(&["a.yaml: line 2", "UTF-8"]);
    Scimspec::with("check own").file("own/notes.txt", "").exits(2).is_one_message(&["no suite file is there"]);
    Scimspec::with("check").exits(2).complains(&["<FILE>"]);
}
