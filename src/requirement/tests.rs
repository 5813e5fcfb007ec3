use std::collections::HashSet;

use super::file::{RequirementsFile, RulingsFile, ShapesFile};
use super::*;

#[test]
fn holds_every_statement_of_the_rfcs_once() {
    let catalogue = Catalogue::embedded();
    let of = |name: &str| catalogue.requirements().filter(|requirement| requirement.document.name == name).count();
    assert_eq!(
        ["7643", "7644", "9865", "9967", "9110", "6750"].map(of),
        [269, 436, 47, 11, 14, 7],
        "requirements per RFC"
    );
    let ids: HashSet<&str> = catalogue.requirements().map(|requirement| requirement.id.as_str()).collect();
    assert_eq!(ids.len(), catalogue.requirements().count());
}

#[test]
fn ids_are_made_of_document_section_and_number() {
    for requirement in Catalogue::embedded().requirements() {
        let (document, rest) = requirement.id.split_once('-').expect("an id has a dash");
        assert_eq!(document, requirement.document.name);
        if requirement.document.rfc.is_some() {
            let (section, number) = rest.rsplit_once('-').expect("an RFC's id has two dashes");
            assert_eq!((section, number.len()), (requirement.section.as_str(), 2), "{}", requirement.id);
        } else {
            assert!(rest.starts_with(&requirement.section), "{}", requirement.id);
        }
    }
}

#[test]
fn derived_requirements_are_recommendations_unless_others_rule_them() {
    let binding: Vec<&str> = Catalogue::embedded()
        .requirements()
        .filter(|requirement| requirement.basis == Basis::Derived && requirement.level == Level::Must)
        .map(|requirement| requirement.id.as_str())
        .collect();
    assert_eq!(binding, ["7644-2-11", "7644-3.5.1-16", "7644-3.5.1-17", "7644-3.5.2.3-13"]);
}

#[test]
fn links_and_labels_lead_to_the_section() {
    let catalogue = Catalogue::embedded();
    let create = catalogue.requirement("7644-3.3-08").expect("known");
    assert_eq!(create.link().as_deref(), Some("https://www.rfc-editor.org/rfc/rfc7644.html#section-3.3"));
    assert_eq!(create.section_label(), "RFC 7644 section 3.3");
    assert_eq!((create.level, create.section_title.as_str()), (Level::Must, "Creating Resources"));
    for requirement in catalogue.requirements().filter(|requirement| requirement.document.rfc.is_some()) {
        let link = url::Url::parse(&requirement.link().expect("an RFC has links")).expect("a URL");
        assert_eq!(link.fragment(), Some(format!("section-{}", requirement.section).as_str()));
    }
}

#[test]
fn a_client_requirement_tells_source_confidence_and_effect() {
    let catalogue = Catalogue::embedded();
    let entra = catalogue.requirements().filter(|requirement| requirement.document.name == "entra");
    for requirement in entra {
        assert_eq!(requirement.document.profile.as_deref(), Some("entra@2026-08"));
        assert!(!requirement.sources.is_empty() && requirement.confidence.is_some(), "{}", requirement.id);
        assert!(requirement.effect.is_some(), "{}", requirement.id);
    }
    let booleans = catalogue.requirement("entra-B4").expect("known");
    assert!(booleans.section_label().starts_with("Known issues"), "{}", booleans.section_label());
    assert_eq!(booleans.link(), None);
}

#[test]
fn a_section_holds_those_below_it() {
    let catalogue = Catalogue::embedded();
    let sections: HashSet<&str> =
        catalogue.in_section("7644", "3.5.2").map(|requirement| requirement.section.as_str()).collect();
    assert_eq!(sections, HashSet::from(["3.5.2", "3.5.2.1", "3.5.2.2", "3.5.2.3"]));
    assert_eq!(catalogue.in_section("7644", "3.1").filter(|requirement| requirement.section == "3.14").count(), 0);
    assert_eq!(catalogue.in_section("7642", "1").count(), 0);
}

#[test]
fn rulings_are_found_by_id() {
    let catalogue = Catalogue::embedded();
    assert_eq!(catalogue.ruling("B3").map(|ruling| ruling.verdict.as_str()), Some("412 is a pass, 409 warn."));
    assert_eq!(catalogue.ruling("Z9"), None);
    assert!(catalogue.rulings().count() >= 146);
    assert!(catalogue.rulings().all(|ruling| !ruling.point.is_empty() && !ruling.verdict.is_empty()));
}

const HEAD: &str = "rfc: 1\ntitle: T\nsections:\n- section: '2'\n  title: S\n  requirements:\n";

fn row(id: &str, rest: &str) -> String {
    format!("  - id: {id}\n    level: MUST\n    area: a\n    text: t\n    probe: p\n{rest}")
}

fn mistakes(requirements: &str, rulings: &str) -> Vec<String> {
    let errors = Catalogue::load(&[("r.yaml", requirements)], &[("u.yaml", rulings)]);
    errors.expect_err("the files have mistakes").iter().map(ToString::to_string).collect()
}

const NO_RULINGS: &str = "topics: []";

#[test]
fn every_mistake_is_reported_with_its_place() {
    let twice = format!("{HEAD}{}{}{}", row("1-2-01", ""), row("1-2-01", ""), row("1-3-01", ""));
    assert_eq!(
        mistakes(
            &twice,
            "topics:\n- topic: A\n  title: T\n  rulings:\n  - { id: B1, section: s, point: p, verdict: v }"
        ),
        [
            "r.yaml:17:9: id 1-3-01 does not belong to section 2 of 1",
            "r.yaml:12:9: id 1-2-01 is already taken",
            "u.yaml:5:11: id B1 does not belong to topic A",
        ]
    );
}

#[test]
fn unknown_words_are_refused_with_their_place() {
    let [error] = &mistakes(&format!("{HEAD}{}", row("1-2-01", "    leval: MUST\n")), NO_RULINGS)[..] else {
        panic!("one mistake expected")
    };
    assert!(error.starts_with("r.yaml:12:5: ") && error.contains("leval"), "{error}");
    let [error] = &mistakes(&format!("{HEAD}{}", row("1-2-01", "    observable: maybe\n")), NO_RULINGS)[..] else {
        panic!("one mistake expected")
    };
    assert!(error.starts_with("r.yaml:12:17: ") && error.contains("maybe"), "{error}");
}

#[test]
fn an_undeclared_source_is_refused_with_a_suggestion() {
    let file =
        format!("profile: x@1\nsources: {{ tutorial: T }}\n{}{}", &HEAD[7..], row("x-21", "    source: [tutorail]\n"));
    assert_eq!(mistakes(&file, NO_RULINGS), ["r.yaml:13:14: unknown source tutorail, did you mean tutorial?"]);
}

#[test]
fn a_file_is_of_one_rfc_or_of_one_client() {
    let neither = &HEAD[7..];
    assert_eq!(
        mistakes(&format!("{neither}{}", row("1-2-01", "")), NO_RULINGS),
        ["r.yaml:1:8: either rfc or profile has to be given"]
    );
}

/// The files of the catalogue are described for editors; `UPDATE_GENERATED=1 cargo test requirement` refreshes.
#[test]
fn generated_schemas_are_fresh() {
    let of_requirements = schemars::schema_for!(RequirementsFile);
    let of_rulings = schemars::schema_for!(RulingsFile);
    let of_shapes = schemars::schema_for!(ShapesFile);
    for (name, schema) in [("requirements", of_requirements), ("rulings", of_rulings), ("shapes", of_shapes)] {
        let path = format!("{}/schemas/harness/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        let fresh = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::write(&path, &fresh).expect("the schema can be written");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(committed, fresh, "{path} is stale, refresh it with UPDATE_GENERATED=1 cargo test requirement");
    }
}
