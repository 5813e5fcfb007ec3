//! The JSON Schema of suite files, for completion in editors, made from the table of the language.

use serde_json::{Map, Value, json};

use super::grammar::{Block, DECLARED_ROWS, NEED_WORDS, SUITE, Shape};

/// A name that placeholders can say; a row may be a part of it.
const NAME: &str = r"^([A-Za-z0-9_-]|\$\{[^}]*\})+$";

/// The schema of a suite file (draft 2020-12). It describes the same language as the loader, as far as a schema can:
/// names, requirements and filters are only checked by the loader.
#[must_use]
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    let root = block(&SUITE, &mut definitions);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "scimspec suite",
        "$ref": root["$ref"],
        "$defs": definitions,
    })
}

fn block(block: &Block, definitions: &mut Map<String, Value>) -> Value {
    let name = block.what.trim_start_matches("a ").trim_start_matches("an ").replace(' ', "-");
    let reference = json!({ "$ref": format!("#/$defs/{name}") });
    if definitions.contains_key(&name) {
        return reference;
    }
    definitions.insert(name.clone(), Value::Null);
    let mut properties = Map::new();
    for key in block.keys {
        let mut property = shape(&key.shape, definitions);
        property["description"] = key.doc.into();
        properties.insert(key.name.to_owned(), property);
    }
    let required: Vec<&str> = block.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({
        "type": "object",
        "description": block.doc,
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    let any_of = |words: &[&str]| -> Value { words.iter().map(|word| json!({ "required": [word] })).collect() };
    if !block.one_of.is_empty() {
        schema["oneOf"] = any_of(block.one_of);
    }
    let beside = block.keys.iter().filter(|key| !key.with.is_empty()).map(|key| (key.name, key.with));
    let needed: Map<String, Value> = beside
        .chain(block.completed_by.iter().copied())
        .map(|(key, others)| (key.to_owned(), json!({ "anyOf": any_of(others) })))
        .collect();
    if !needed.is_empty() {
        schema["dependentSchemas"] = needed.into();
    }
    if !block.rivals.is_empty() {
        let both = |(one, other): &(&str, &str)| json!({ "not": { "required": [one, other] } });
        schema["allOf"] = block.rivals.iter().map(both).collect();
    }
    definitions.insert(name, schema);
    reference
}

fn shape(of: &Shape, definitions: &mut Map<String, Value>) -> Value {
    // Wherever a value stands, a placeholder of a row may stand instead.
    let or_row = |schema: Value| json!({ "anyOf": [schema, { "type": "string", "pattern": r"^\$\{(row|choose)\b" }] });
    match of {
        Shape::Any => json!({}),
        Shape::Flag => or_row(json!({ "type": "boolean" })),
        Shape::Number => or_row(json!({ "type": "integer", "minimum": 0 })),
        Shape::Count => or_row(json!({ "type": "integer", "minimum": 1 })),
        Shape::Prose => json!({ "type": "string", "minLength": 1 }),
        Shape::ResourceTypeOrEach => or_row(json!({ "type": "string", "pattern": "^([A-Z]|each$)" })),
        Shape::ResourceType => or_row(json!({ "type": "string", "pattern": "^[A-Z]" })),
        Shape::FromRow => json!({ "type": "string", "pattern": r"^\$\{row\." }),
        Shape::Status => or_row(json!({ "type": "integer", "minimum": 100, "maximum": 599 })),
        Shape::Word(words) => or_row(json!({ "enum": words })),
        Shape::Need => json!({ "anyOf": [{ "enum": NEED_WORDS }, { "type": "string", "pattern": "^[A-Z]" }] }),
        Shape::Id => json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" }),
        Shape::SuiteId => json!({ "type": "string", "pattern": "^[a-z0-9]+([-/][a-z0-9]+)*$" }),
        Shape::Text
        | Shape::Filter
        | Shape::Path
        | Shape::Pointer
        | Shape::Regex
        | Shape::Base64
        | Shape::Requirement
        | Shape::Ruling
        | Shape::Recorded
        | Shape::Name
        | Shape::Part
        | Shape::Request => json!({ "type": "string" }),
        Shape::List(inner) => or_row(json!({ "type": "array", "items": shape(inner, definitions) })),
        Shape::Some(inner) => or_row(json!({ "type": "array", "minItems": 1, "items": shape(inner, definitions) })),
        Shape::OneOrMany(inner) => {
            let one = shape(inner, definitions);
            json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one }] })
        }
        Shape::Named(inner) => or_row(json!({ "type": "object", "additionalProperties": shape(inner, definitions) })),
        Shape::Names(inner) => json!({
            "type": "object",
            "propertyNames": { "pattern": NAME },
            "additionalProperties": shape(inner, definitions),
        }),
        Shape::Block(inner) => block(inner, definitions),
        Shape::Fixtures => json!({
            "type": "object",
            "propertyNames": { "pattern": NAME },
            "additionalProperties": { "anyOf": [
                { "type": "string" },
                { "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": { "type": "object" } },
            ] },
        }),
        Shape::Rows => {
            let table = block(&DECLARED_ROWS, definitions);
            json!({ "anyOf": [{ "type": "array", "minItems": 1, "items": { "type": "object", "required": ["id"] } }, table] })
        }
    }
}
