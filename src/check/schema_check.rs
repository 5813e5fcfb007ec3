//! Types of returned values, checked against a resource schema by way of JSON Schema.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Keyword, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::wording::described;
use crate::scim::json_schema::{self, BINARY, DATE_TIME, REFERENCE, WHOLE_NUMBER};
use crate::scim::schema::member;
use crate::scim::{Attribute, ResourceSchema, Type, datetime};

/// At most so many violations of one resource are reported.
const LIMIT: usize = 50;

/// A resource schema, compiled once and used for any number of resources.
#[derive(Debug)]
pub struct SchemaCheck {
    schema: ResourceSchema,
    validator: Validator,
}

/// How a value breaks its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// A required member is not there.
    Missing,
    /// It has another JSON type.
    Type,
    /// It has the right JSON type and is no value of the SCIM type, for example a date without time.
    Form,
}

/// One value that is not of its declared type.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// JSON Pointer into the resource as it came.
    pub pointer: String,
    /// `/emails/0/primary: expected a boolean, got the string "true"`.
    pub message: String,
    /// What would have been right, as a fragment: `a boolean`.
    pub expected: String,
    /// What came, as a fragment: `the string "true"`.
    pub actual: String,
    /// How it is broken.
    pub breach: Breach,
    /// Declared type; `None` where the schema defines nothing at that place.
    pub kind: Option<Type>,
    /// Id of the requirement of RFC 7643 §2 that rules values of this type.
    pub requirement: &'static str,
}

impl SchemaCheck {
    /// Compiles the schema.
    ///
    /// # Errors
    /// Says why the JSON Schema that was derived from it could not be compiled.
    pub fn compile(schema: &ResourceSchema) -> Result<Self, String> {
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .offline()
            .with_pattern_options(PatternOptions::regex())
            .should_validate_formats(true)
            .with_format(DATE_TIME, |text: &str| datetime::parse(text).is_some())
            .with_format(BINARY, is_base64)
            .with_format(REFERENCE, is_reference)
            .with_keyword(WHOLE_NUMBER, |_, _, _| Ok(Box::new(WholeNumber)))
            .build(&json_schema::json_schema(schema))
            .map_err(|error| error.to_string())?;
        Ok(Self { schema: schema.clone(), validator })
    }

    /// The schema that was compiled.
    #[must_use]
    pub const fn schema(&self) -> &ResourceSchema {
        &self.schema
    }

    /// Every value of the resource that is not of its declared type, and what is missing of `schemas` and `id`.
    #[must_use]
    pub fn violations(&self, resource: &Value) -> Vec<Violation> {
        let normal = if json_schema::is_normal(resource, &self.schema) {
            Cow::Borrowed(resource)
        } else {
            Cow::Owned(json_schema::normalise(resource, &self.schema))
        };
        if self.validator.is_valid(&normal) {
            return Vec::new();
        }
        let mut out: Vec<Violation> = Vec::new();
        for error in self.validator.iter_errors(&normal) {
            let violation = self.violation(resource, &error);
            // A number with a fraction breaks both `type` and the keyword for whole numbers.
            if !out.iter().any(|other| other.pointer == violation.pointer && other.breach != Breach::Missing) {
                out.push(violation);
            }
            if out.len() == LIMIT {
                break;
            }
        }
        out
    }

    fn violation(&self, resource: &Value, error: &ValidationError<'_>) -> Violation {
        let segments: Vec<String> = error.instance_path().segments().map(|segment| segment.to_string()).collect();
        let pointer = pointer_as_it_came(resource, &segments);
        if let ValidationErrorKind::Required { property } = error.kind() {
            let name = property.as_str().unwrap_or_default();
            return Violation {
                message: format!("{}: expected a member `{name}`, got none", place(&pointer)),
                pointer,
                expected: format!("a member `{name}`"),
                actual: "none".to_owned(),
                breach: Breach::Missing,
                kind: None,
                requirement: if name == "id" { "7643-3.1-05" } else { "7643-2.1-01" },
            };
        }
        let actual = error.instance();
        let breach = if matches!(error.kind(), ValidationErrorKind::Type { .. }) { Breach::Type } else { Breach::Form };
        let (expected, kind, requirement) = match self.definition(&segments) {
            Some((attribute, element)) => {
                let (expected, requirement) = ruled(attribute, element, breach, actual);
                (expected, Some(attribute.kind), requirement)
            }
            None if segments.is_empty() => ("a JSON object", None, "7643-3-01"),
            None => ("an object that holds the attributes of the extension", None, "7643-3-11"),
        };
        let actual = described(actual);
        Violation {
            message: format!("{}: expected {expected}, got {actual}", place(&pointer)),
            pointer,
            expected: expected.to_owned(),
            actual,
            breach,
            kind,
            requirement,
        }
    }

    /// The definition at a place of the normalised resource, and whether the place is one value of an array.
    fn definition(&self, segments: &[String]) -> Option<(&Attribute, bool)> {
        let (first, mut rest) = segments.split_first()?;
        let mut attribute = match self.schema.extension(first) {
            Some(extension) => {
                let (name, behind) = rest.split_first()?;
                rest = behind;
                extension.attribute(name)?
            }
            None => json_schema::top_level(&self.schema, first)?,
        };
        let mut element = false;
        for segment in rest {
            if attribute.multi_valued && !element {
                element = true;
            } else {
                attribute = attribute.sub(segment)?;
                element = false;
            }
        }
        Some((attribute, element))
    }
}

/// What is expected of a value, and the requirement that says so.
fn ruled(attribute: &Attribute, element: bool, breach: Breach, actual: &Value) -> (&'static str, &'static str) {
    if attribute.multi_valued && !element {
        return ("an array, because the attribute is multi-valued", "7643-2.4-01");
    }
    match attribute.kind {
        Type::String => ("a string", "7643-2.3-02"),
        Type::Boolean => ("a boolean", "7643-2.3-03"),
        Type::Decimal => ("a number", "7643-2.3-04"),
        Type::Integer if actual.is_number() => ("a number without fraction and exponent", "7643-2.3.4-01"),
        Type::Integer => ("a number without fraction and exponent", "7643-2.3-05"),
        Type::DateTime if breach == Breach::Type => ("a string that holds an xsd:dateTime", "7643-2.3.5-03"),
        Type::DateTime if actual.as_str().is_some_and(|text| !text.contains('T')) => {
            ("an xsd:dateTime with date and time, such as 2026-01-31T08:30:00Z", "7643-2.3.5-02")
        }
        Type::DateTime => ("an xsd:dateTime such as 2026-01-31T08:30:00Z", "7643-2.3.5-01"),
        Type::Binary => ("a string of Base64", "7643-2.3.6-01"),
        Type::Reference => ("a string that is a URI", "7643-2.3.7-02"),
        Type::Complex => ("an object", "7643-2.3-06"),
    }
}

fn place(pointer: &str) -> &str {
    if pointer.is_empty() { "body" } else { pointer }
}

/// The JSON Pointer with the names as they stand in the resource.
fn pointer_as_it_came(resource: &Value, segments: &[String]) -> String {
    let mut out = String::new();
    let mut at = Some(resource);
    for segment in segments {
        let mut name = Cow::Borrowed(segment.as_str());
        at = match at {
            Some(Value::Object(members)) => {
                if !members.contains_key(segment)
                    && let Some(key) = members.keys().find(|key| key.eq_ignore_ascii_case(segment))
                {
                    name = Cow::Owned(key.clone());
                }
                at.and_then(|object| member(object, segment))
            }
            Some(Value::Array(items)) => segment.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        out.push('/');
        out.push_str(&name.replace('~', "~0").replace('/', "~1"));
    }
    out
}

fn is_base64(text: &str) -> bool {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    [STANDARD, URL_SAFE].into_iter().any(|alphabet| GeneralPurpose::new(&alphabet, config).decode(text).is_ok())
}

/// Whether the text can be a URI reference. Characters beyond ASCII are let through, as many providers return IRIs.
fn is_reference(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`')
    })
}

struct WholeNumber;

impl<'i> Keyword<'i> for WholeNumber {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom("fraction or exponent")) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        !instance.is_f64()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::{Schema, core, urn};

    fn user() -> SchemaCheck {
        SchemaCheck::compile(&core::resource_schema("User").unwrap()).unwrap()
    }

    fn ann() -> Value {
        json!({
            "schemas": [urn::USER],
            "id": "1",
            "userName": "ann",
            "active": true,
            "nickName": null,
            "emails": [{ "value": "a@x.example", "primary": true }],
            "x509Certificates": [{ "value": "TWFu" }, { "value": "TWE" }, { "value": "-_-_" }],
            "photos": [{ "value": "https://x.example/ü.png" }],
            "phoneNumbers": [],
            "groups": null,
            "unknown": { "anything": 1 },
            "meta": { "created": "2026-01-01T12:00:00+02:00", "lastModified": "2026-01-01T12:00:00" },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "R&D" },
        })
    }

    #[test]
    fn a_sound_resource_has_no_violations() {
        assert_eq!(user().violations(&ann()), []);
    }

    #[test]
    fn each_type_is_checked() {
        let check = user();
        for (pointer, value, requirement, message) in [
            ("/userName", json!(5), "7643-2.3-02", "/userName: expected a string, got the number 5"),
            ("/active", json!("true"), "7643-2.3-03", "/active: expected a boolean, got the string \"true\""),
            ("/emails/0/primary", json!("true"), "7643-2.3-03", "/emails/0/primary: expected a boolean"),
            ("/emails", json!({ "value": "x" }), "7643-2.4-01", "/emails: expected an array"),
            ("/emails/0", json!("x"), "7643-2.3-06", "/emails/0: expected an object, got the string"),
            ("/name", json!("Ann"), "7643-2.3-06", "/name: expected an object"),
            ("/userName", json!(["ann"]), "7643-2.3-02", "/userName: expected a string, got an array of 1"),
            ("/meta/created", json!(1_767_268_800), "7643-2.3.5-03", "/meta/created: expected a string that holds"),
            ("/meta/created", json!("2026-01-01"), "7643-2.3.5-02", "/meta/created: expected an xsd:dateTime with"),
            ("/meta/created", json!("2026-01-01T25:00:00Z"), "7643-2.3.5-01", "/meta/created: expected an xsd:"),
            ("/x509Certificates/0/value", json!("not base64"), "7643-2.3.6-01", "/x509Certificates/0/value: "),
            ("/photos/0/value", json!("a b"), "7643-2.3.7-02", "/photos/0/value: expected a string that is a URI"),
            ("/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", json!([]), "7643-3-11", "/urn:ietf"),
        ] {
            let mut user = ann();
            if let Some(place) = user.pointer_mut(pointer) {
                *place = value;
            } else {
                user[&pointer[1..]] = value;
            }
            let found = check.violations(&user);
            assert_eq!(found.len(), 1, "{pointer}: {found:?}");
            assert_eq!(found[0].requirement, requirement, "{found:?}");
            assert!(found[0].message.starts_with(message), "{}", found[0].message);
            assert_eq!(found[0].pointer, pointer);
        }
    }

    #[test]
    fn integers_have_neither_fraction_nor_exponent() {
        let thing =
            Schema::from_json(&json!({ "id": "urn:x:Thing", "attributes": [{ "name": "size", "type": "integer" }] }));
        let schema = ResourceSchema { name: "Thing".into(), core: thing.unwrap(), extensions: Vec::new() };
        let check = SchemaCheck::compile(&schema).unwrap();
        let of = |text: &str| {
            let body = format!(r#"{{"schemas":["urn:x:Thing"],"id":"1","size":{text}}}"#);
            let found = check.violations(&serde_json::from_str(&body).unwrap());
            found.first().map(|violation| violation.requirement)
        };
        assert_eq!(of("7"), None);
        assert_eq!(of("-7"), None);
        assert_eq!(of("7.0"), Some("7643-2.3.4-01"));
        assert_eq!(of("7.5"), Some("7643-2.3.4-01"));
        assert_eq!(of("1e3"), Some("7643-2.3.4-01"));
        assert_eq!(of("\"7\""), Some("7643-2.3-05"));
    }

    #[test]
    fn names_in_other_case_are_checked_and_pointed_at_as_they_came() {
        let mut user_json = ann();
        user_json["EMAILS"] = json!([{ "Primary": "yes" }]);
        user_json.as_object_mut().unwrap().remove("emails");
        let found = user().violations(&user_json);
        assert_eq!(found[0].pointer, "/EMAILS/0/Primary");
    }

    #[test]
    fn missing_members_are_told_apart_from_wrong_types() {
        let found = user().violations(&json!({ "userName": "ann" }));
        assert!(found.iter().all(|violation| violation.breach == Breach::Missing));
        assert_eq!(found.len(), 2);
    }
}
