//! What a provider declares of itself: definitions that are damaged, and sound ones that nobody has thought of.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::sample::Index;
use scimspec::check::schema_check::SchemaCheck;
use scimspec::plan::{Selection, plan};
use scimspec::requirement::Catalogue;
use scimspec::scim::{AttrPath, Filter, Schema, core, json_schema};
use scimspec::suite::{self, Suite};
use scimspec::target::{Config, Declared, Target, attribute_rows};
use serde_json::{Map, Value, json};
use url::Url;

use crate::mutate::{damage, damaged, json_value};
use crate::{cases, in_time};

const MARKER: &str = "m4rk3r";

static SUITES: LazyLock<Vec<Arc<Suite>>> = LazyLock::new(|| {
    let suites = suite::load(suite::embedded(), Catalogue::embedded()).expect("they are sound");
    suites.into_iter().map(Arc::new).collect()
});

fn base() -> Url {
    Url::parse("https://app.example.com/scim/v2").expect("a URL")
}

/// What the reference provider might answer.
fn declared() -> Value {
    let kinds =
        [("User", "/Users", core::schemas()[0].id.clone()), ("Group", "/Groups", core::schemas()[1].id.clone())];
    json!({
        "config": {
            "patch": { "supported": true }, "bulk": { "supported": true, "maxOperations": 10, "maxPayloadSize": 1000 },
            "filter": { "supported": true, "maxResults": 20 }, "sort": { "supported": false }, "etag": { "supported": true },
            "changePassword": { "supported": false }, "authenticationSchemes": [{ "type": "oauthbearertoken" }],
            "pagination": { "cursor": true, "index": true, "defaultPaginationMethod": "index", "maxPageSize": 10 },
        },
        "resource_types": kinds.map(|(name, endpoint, schema)| json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": name, "name": name,
            "endpoint": endpoint, "schema": schema,
            "schemaExtensions": [{ "schema": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "required": false }],
        })),
        "schemas": core::schemas().iter().map(Schema::to_json).collect::<Vec<_>>(),
    })
}

fn learn(declared: &Value, config: &Config) -> Target {
    let list = |key: &str| declared[key].as_array().cloned();
    let declared = Declared {
        config: declared.get("config").cloned(),
        resource_types: list("resource_types"),
        schemas: list("schemas"),
    };
    Target::learn(&base(), &declared, config)
}

/// Everything that is made from a target.
fn use_all(target: &Target, values: &Map<String, Value>) -> Result<(), TestCaseError> {
    for kind in &target.resource_types {
        let schema = target.resource_schema(&kind.name).expect("the type is there");
        let sample = target.sample_resource(&kind.name, MARKER, values).expect("the type is there");
        prop_assert!(sample.is_object());
        let rows = attribute_rows(&schema);
        prop_assert!(rows.iter().all(|row| row.contains_key("path") && row.contains_key("sample(1)")));
        let _ = json_schema::is_normal(&sample, &schema);
        let normal = json_schema::normalise(&sample, &schema);
        prop_assert!(json_schema::is_normal(&normal, &schema), "{normal}");
        if let Ok(check) = in_time(|| SchemaCheck::compile(&schema)) {
            in_time(|| check.violations(&sample));
        }
        let filter = target.own_filter(&kind.name, "a \"b\" \\");
        prop_assert!(Filter::parse(&filter).is_ok(), "{filter}");
        let _ = target.pins(&kind.name, "userName");
        for path in ["userName", "emails.value", "urn:a:b:c:d.e"] {
            let _ = schema.find(&AttrPath::parse(path).expect("a path"));
        }
    }
    Ok(())
}

/// A sound attribute definition.
fn attribute(name: String) -> impl Strategy<Value = Value> {
    let simple =
        prop::sample::select(vec!["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference"]);
    let word = |words: &[&'static str]| prop::sample::select(words.to_vec());
    let base = (
        simple,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        word(&["readOnly", "readWrite", "immutable", "writeOnly"]),
        word(&["always", "never", "default", "request"]),
        word(&["none", "server", "global"]),
        prop::collection::vec("[a-z]{1,6}", 0..3),
    );
    base.prop_map(move |(kind, multi, required, exact, mutability, returned, uniqueness, canonical)| {
        let mut definition = json!({
            "name": name, "type": kind, "multiValued": multi, "required": required, "caseExact": exact,
            "mutability": mutability, "returned": returned, "uniqueness": uniqueness, "description": "x",
        });
        definition["canonicalValues"] = canonical.into();
        if kind == "reference" {
            definition["referenceTypes"] = json!(["external"]);
        }
        definition
    })
}

/// A sound schema: distinct names, complex attributes with simple parts.
fn schema() -> impl Strategy<Value = Value> {
    let names =
        ["alpha", "beta", "gammaRay", "delta-4", "epsilon_x", "zeta", "locale", "timezone", "password", "value"];
    let plain = names.map(|name| attribute(name.to_owned()).boxed());
    let complex = (attribute("outer".into()), attribute("one".into()), attribute("two".into()), any::<bool>())
        .prop_map(|(mut outer, one, two, multi)| {
            outer["type"] = "complex".into();
            outer["multiValued"] = multi.into();
            outer["subAttributes"] = json!([one, two]);
            outer
        });
    (prop::sample::subsequence(plain.to_vec(), 0..=10).prop_flat_map(|some| some), complex).prop_map(
        |(mut attributes, complex)| {
            attributes.push(complex);
            json!({ "id": "urn:example:schemas:2.0:Thing", "name": "Thing", "attributes": attributes })
        },
    )
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn damaged_declarations(damage in damage(), values in prop::collection::vec(("[a-zA-Z.:]{0,12}", json_value()), 0..4)) {
        let values: Map<String, Value> = values.into_iter().collect();
        let config = Config { template: Map::from_iter([("User".to_owned(), Value::Object(values.clone()))]), ..Config::default() };
        use_all(&in_time(|| learn(&damaged(declared(), &damage), &config)), &values)?;
    }

    #[test]
    fn anything_may_be_declared(value in json_value(), list in prop::collection::vec(json_value(), 0..4)) {
        let declared = json!({ "config": value, "resource_types": list, "schemas": list });
        use_all(&learn(&declared, &Config::default()), &Map::new())?;
    }

    #[test]
    fn a_sample_of_any_sound_schema_is_valid_by_it(schema in schema()) {
        let declared = json!({
            "resource_types": [{ "name": "Thing", "endpoint": "/Things", "schema": "urn:example:schemas:2.0:Thing" }],
            "schemas": [schema],
        });
        let target = learn(&declared, &Config::default());
        use_all(&target, &Map::new())?;
        let schema = target.resource_schema("Thing").expect("it is declared");
        let sample = target.sample_resource("Thing", MARKER, &Map::new()).expect("it is declared");
        let check = SchemaCheck::compile(&schema).expect("a sound schema");
        let mut wrong = check.violations(&sample);
        // What the provider has to add, a client need not send.
        wrong.retain(|one| !["id", "meta"].iter().any(|name| one.message.contains(name)));
        prop_assert!(wrong.is_empty(), "{wrong:?} in {sample}");
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn every_suite_can_be_planned_for_a_damaged_target(damage in damage(), tier in any::<Index>()) {
        let target = learn(&damaged(declared(), &damage), &Config::default());
        let tiers = [suite::Tier::Basic, suite::Tier::Edge];
        let selection = Selection { selectors: Vec::new(), tier: *tier.get(&tiers), profiles: vec![suite::Profile::Rfc] };
        let planned = in_time(|| plan(&SUITES, &target, &selection, Catalogue::embedded()));
        prop_assert!(planned.is_ok(), "{:?}", planned.err());
    }
}
