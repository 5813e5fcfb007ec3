//! An evaluator of filters over one resource or message in memory (RFC 7644 §3.4.2.2).
//!
//! It shares nothing with the way in which the reference provider answers queries, so that the two can be compared.
//! Logic is two-valued: a comparison with an absent attribute is false, except that `eq null` holds and `ne` holds.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::lookup;
use crate::scim::schema::member;
use crate::scim::{AttrPath, Attribute, CompareOp, Filter, Literal, ResourceSchema, Type, core, datetime};

/// Whether the resource or message matches the filter.
///
/// With a schema, types and case exactness are those of the definitions. Without one, or for an attribute that it
/// does not define, values are compared by their JSON type: strings without regard to case, and as instants when
/// both sides are an xsd:dateTime. `id` and `externalId` are always case-exact (RFC 7643 §3.1).
#[must_use]
pub fn matches(resource: &Value, filter: &Filter, schema: Option<&ResourceSchema>) -> bool {
    holds(resource, filter, Scope::Resource(schema))
}

/// Whether one value of a multi-valued attribute matches the filter of a value path.
pub(super) fn value_matches(value: &Value, filter: &Filter, definition: Option<&Attribute>) -> bool {
    holds(value, filter, Scope::Value(definition))
}

/// Whether an attribute with this value counts as present: not null, not empty, and not an object or array that holds
/// nothing else.
#[must_use]
pub fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(is_present),
        Value::Object(members) => members.values().any(is_present),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// What the paths of a filter are relative to.
#[derive(Clone, Copy)]
enum Scope<'a> {
    Resource(Option<&'a ResourceSchema>),
    Value(Option<&'a Attribute>),
}

impl<'a> Scope<'a> {
    fn values<'v>(self, of: &'v Value, path: &AttrPath) -> Vec<&'v Value> {
        match self {
            Self::Resource(schema) => lookup::values_by(of, path, schema),
            // The values of a simple attribute have no name of their own; `value` stands for them.
            Self::Value(_) if !of.is_object() => {
                if path.name.eq_ignore_ascii_case("value") && path.sub.is_none() {
                    vec![of]
                } else {
                    Vec::new()
                }
            }
            // A resource of a list holds the attributes of an extension in an object of their own.
            Self::Value(_) if path.schema.as_deref().is_some_and(|urn| member(of, urn).is_some()) => {
                lookup::values(of, path)
            }
            Self::Value(_) => lookup::values(of, &AttrPath { schema: None, ..path.clone() }),
        }
    }

    fn definition(self, path: &AttrPath) -> Option<&'a Attribute> {
        match self {
            Self::Resource(Some(schema)) => schema.find(path).map(super::super::scim::resource_type::Found::leaf),
            Self::Resource(None) => {
                let common = core::common_attributes().iter().find(|one| one.name.eq_ignore_ascii_case(&path.name))?;
                match &path.sub {
                    None => Some(common),
                    Some(sub) => common.sub(sub),
                }
            }
            Self::Value(Some(parent)) if parent.kind == Type::Complex => {
                let attribute = parent.sub(&path.name)?;
                match &path.sub {
                    None => Some(attribute),
                    Some(sub) => attribute.sub(sub),
                }
            }
            Self::Value(parent) => parent,
        }
    }
}

fn holds(of: &Value, filter: &Filter, scope: Scope<'_>) -> bool {
    match filter {
        Filter::Or(parts) => parts.iter().any(|part| holds(of, part, scope)),
        Filter::And(parts) => parts.iter().all(|part| holds(of, part, scope)),
        Filter::Not(inner) => !holds(of, inner, scope),
        Filter::Present(path) => scope.values(of, path).into_iter().any(is_present),
        Filter::ValuePath(path, inner) => {
            let definition = scope.definition(path);
            scope.values(of, path).into_iter().any(|value| holds(value, inner, Scope::Value(definition)))
        }
        Filter::Compare(path, op, literal) => compare(of, path, *op, literal, scope),
    }
}

fn compare(of: &Value, path: &AttrPath, op: CompareOp, literal: &Literal, scope: Scope<'_>) -> bool {
    let values = scope.values(of, path);
    if *literal == Literal::Null {
        let present = values.into_iter().any(is_present);
        return match op {
            CompareOp::Eq => !present,
            CompareOp::Ne => present,
            _ => false,
        };
    }
    if values.is_empty() {
        return op == CompareOp::Ne;
    }
    let definition = scope.definition(path);
    values.into_iter().any(|value| {
        // A complex attribute without a named sub-attribute is compared by its `value`.
        match value.is_object().then(|| member(value, "value")).flatten() {
            Some(inner) => {
                let definition = definition.and_then(|complex| complex.sub("value"));
                satisfies(inner, op, literal, definition)
            }
            None => satisfies(value, op, literal, definition),
        }
    })
}

fn satisfies(value: &Value, op: CompareOp, literal: &Literal, definition: Option<&Attribute>) -> bool {
    match (value, literal) {
        (Value::String(value), Literal::String(literal)) => text_satisfies(value, op, literal, definition),
        (Value::Number(value), Literal::Number(literal)) => {
            number_order(value, literal).is_some_and(|order| ordered(op, order).unwrap_or(false))
        }
        (Value::Bool(value), Literal::Bool(literal)) => match op {
            CompareOp::Eq => value == literal,
            CompareOp::Ne => value != literal,
            _ => false,
        },
        // Values of different types are never identical.
        _ => op == CompareOp::Ne,
    }
}

fn text_satisfies(value: &str, op: CompareOp, literal: &str, definition: Option<&Attribute>) -> bool {
    let may_be_instant = definition.is_none_or(|definition| definition.kind == Type::DateTime);
    if may_be_instant
        && let (Some(a), Some(b)) = (datetime::parse(value), datetime::parse(literal))
        && let Some(held) = ordered(op, a.cmp(&b))
    {
        return held;
    }
    let exact = definition.is_some_and(|definition| definition.case_exact || definition.kind == Type::Binary);
    if exact {
        return string_satisfies(value, op, literal);
    }
    string_satisfies(&value.to_lowercase(), op, &literal.to_lowercase())
}

fn string_satisfies(value: &str, op: CompareOp, literal: &str) -> bool {
    match op {
        CompareOp::Co => value.contains(literal),
        CompareOp::Sw => value.starts_with(literal),
        CompareOp::Ew => value.ends_with(literal),
        _ => ordered(op, value.cmp(literal)).unwrap_or(false),
    }
}

/// Whether the order satisfies the operator; `None` for operators that are not about order.
fn ordered(op: CompareOp, order: Ordering) -> Option<bool> {
    Some(match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => return None,
    })
}

fn number_order(a: &Number, b: &Number) -> Option<Ordering> {
    let whole = |number: &Number| number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scim::urn;

    fn ann() -> Value {
        json!({
            "schemas": [urn::USER, urn::ENTERPRISE_USER],
            "id": "aB1",
            "userName": "Ann@x.example",
            "nickName": "",
            "active": true,
            "rank": 5,
            "name": { "givenName": "Ann" },
            "emails": [
                { "type": "work", "value": "ann@x.example", "primary": true },
                { "type": "home", "value": "ann@y.example" },
            ],
            "phoneNumbers": [],
            "meta": { "resourceType": "User", "created": "2026-01-01T12:00:00Z" },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "R&D", "manager": { "value": "b2" } },
        })
    }

    #[track_caller]
    fn check(resource: &Value, cases: &[(&str, bool)]) {
        let schema = core::resource_schema("User").unwrap();
        for (text, expected) in cases {
            let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(matches(resource, &filter, Some(&schema)), *expected, "with schema: {text}");
            assert_eq!(matches(resource, &filter, None), *expected, "without schema: {text}");
        }
    }

    #[test]
    fn strings_fold_unless_they_are_case_exact() {
        check(
            &ann(),
            &[
                (r#"username eq "ANN@X.EXAMPLE""#, true),
                (r#"userName sw "ANN" and userName ew "Example" and userName co "@""#, true),
                (r#"id eq "aB1""#, true),
                (r#"id eq "ab1""#, false),
                (r#"userName gt "an" and userName lt "b""#, true),
                (r#"userName ne "ann@X.example""#, false),
                (r#"meta.resourceType eq "user""#, false),
            ],
        );
    }

    #[test]
    fn presence_needs_a_value_that_is_not_empty() {
        check(
            &ann(),
            &[
                ("userName pr", true),
                ("nickName pr", false),
                ("phoneNumbers pr", false),
                ("title pr", false),
                ("emails pr", true),
                ("emails.display pr", false),
                ("name pr", true),
                ("title eq null", true),
                ("userName eq null", false),
                ("userName ne null", true),
            ],
        );
        check(&json!({ "name": { "givenName": null }, "emails": [{}] }), &[("name pr", false), ("emails pr", false)]);
    }

    #[test]
    fn a_value_path_wants_one_and_the_same_value() {
        check(
            &ann(),
            &[
                (r#"emails[type eq "work" and value co "@x"]"#, true),
                (r#"emails[type eq "work" and value co "@y"]"#, false),
                (r#"emails.type eq "work" and emails.value co "@y""#, true),
                (r#"emails[not (type eq "work")]"#, true),
                (r#"emails[primary eq true]"#, true),
                (r#"emails eq "ANN@y.example""#, true),
                (r#"emails co "@z""#, false),
            ],
        );
    }

    #[test]
    fn absent_attributes_follow_two_valued_logic() {
        check(
            &ann(),
            &[
                (r#"title eq "x""#, false),
                (r#"title ne "x""#, true),
                (r#"not (title eq "x")"#, true),
                (r#"title gt "a" or title le "a""#, false),
            ],
        );
    }

    #[test]
    fn instants_and_numbers_compare_by_value() {
        check(
            &ann(),
            &[
                (r#"meta.created eq "2026-01-01T14:00:00+02:00""#, true),
                (r#"meta.created gt "2026-01-01T13:59:59+02:00""#, true),
                (r#"meta.created lt "2026-01-01T12:00:00.5Z""#, true),
                (r#"meta.created sw "2026-01""#, true),
                ("rank eq 5.0", true),
                ("rank ge 5 and rank lt 5.5", true),
                (r#"rank eq "5""#, false),
                (r#"rank ne "5""#, true),
            ],
        );
    }

    #[test]
    fn booleans_have_no_order() {
        check(
            &ann(),
            &[
                ("active eq true", true),
                ("active ne true", false),
                ("active ge true", false),
                (r#"active eq "true""#, false),
            ],
        );
    }

    #[test]
    fn urn_prefixes_lead_to_extensions_and_core() {
        let (core, extension) = (urn::USER, urn::ENTERPRISE_USER);
        check(
            &ann(),
            &[
                (&format!(r#"{core}:userName sw "ann""#), true),
                (&format!(r#"{extension}:department eq "r&d""#), true),
                (&format!(r#"{extension}:manager.value eq "b2""#), true),
                (&format!(r#"{core}:department pr"#), false),
                (&format!(r#"schemas eq "{}""#, extension.to_uppercase()), true),
                (&format!(r#"schemas[value eq "{core}"]"#), true),
                (r#"schemas eq "urn:other""#, false),
                (&format!("{extension} pr"), true),
            ],
        );
    }

    #[test]
    fn messages_and_definitions_can_be_asked_too() {
        let bulk = json!({ "Operations": [{ "bulkId": "u", "status": "201" }, { "bulkId": "g", "status": { "code": "201" } }] });
        check(
            &bulk,
            &[
                (r#"Operations[bulkId eq "u" and (status eq "201" or status.code eq "201")]"#, true),
                (r#"Operations[bulkId eq "g" and (status eq "201" or status.code eq "201")]"#, true),
                (r#"Operations[bulkId eq "x"]"#, false),
            ],
        );
        let list =
            json!({ "totalResults": 7, "Resources": [{ "id": "1" }, { urn::ENTERPRISE_USER: { "department": "d" } }] });
        check(
            &list,
            &[
                (&format!("Resources[{}:department eq \"D\"]", urn::ENTERPRISE_USER), true),
                (&format!("Resources[{}:department eq \"x\"]", urn::ENTERPRISE_USER), false),
                ("totalResults eq 7", true),
                (r#"totalResults eq "7""#, false),
                (r#"Resources.id eq "1""#, true),
            ],
        );
    }
}
