//! Values as clients send them, checked against the schema and brought into the one form that is stored.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::kind::{Kind, is_hidden};
use super::problem::Problem;
use super::store::instant_key;
use super::{Object, Rules};
use crate::scim::{Attribute, Mutability, Schema, Type, urn};

/// Entra ID lists a URI of its own beside the core schema when it creates a group; there is no such schema and it is
/// not stored.
const ENTRA_SCHEMAS: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/";

/// Turns what was sent into what is stored: canonical names, checked types, no unknown, readOnly or unassigned
/// parts.
pub(crate) struct Coercer<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) rules: &'a Rules,
    /// Makes equal passwords look different in the store.
    pub(crate) salt: [u8; 16],
}

/// Whether a value means that the attribute has none (RFC 7643 §2.5).
pub(crate) fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.values().all(is_unassigned),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

impl Coercer<'_> {
    /// The body of a POST or PUT. Values of readOnly attributes are ignored (RFC 7644 §3.3, §3.5.1), those that no
    /// schema defines are dropped.
    ///
    /// # Errors
    /// 400 `invalidSyntax` for bad `schemas` or a name given twice, 400 `invalidValue` for a value of the wrong type.
    pub(crate) fn resource(&self, body: &Value) -> Result<Object, Problem> {
        let members = body.as_object().ok_or_else(|| Problem::invalid_syntax("the resource is no JSON object"))?;
        let mut out = Object::new();
        let mut seen: Vec<String> = Vec::new();
        for (key, value) in members {
            let lower = key.to_ascii_lowercase();
            if seen.contains(&lower) {
                return Err(Problem::invalid_syntax(format!("`{key}` is given twice; names do not differ by case")));
            }
            seen.push(lower);
            if key.eq_ignore_ascii_case("schemas") {
                self.check_schemas(value)?;
            } else if let Some(attribute) = self.kind.attribute(key) {
                if let Some(value) = self.writable(attribute, value)? {
                    out.insert(attribute.name.clone(), value);
                }
            } else if let Some(extension) = self.kind.extension(key) {
                let inner = self.extension(extension, value)?;
                if !inner.is_empty() {
                    out.insert(extension.id.clone(), Value::Object(inner));
                }
            }
        }
        if !seen.iter().any(|key| key == "schemas") {
            return Err(Problem::invalid_syntax("`schemas` is missing"));
        }
        Ok(out)
    }

    fn extension(&self, extension: &Schema, value: &Value) -> Result<Object, Problem> {
        let mut out = Object::new();
        match value {
            Value::Null => {}
            Value::Object(members) => {
                for (key, value) in members {
                    if let Some(attribute) = extension.attribute(key)
                        && let Some(value) = self.writable(attribute, value)?
                    {
                        out.insert(attribute.name.clone(), value);
                    }
                }
            }
            other => {
                let shown: String = other.to_string().chars().take(60).collect();
                return Err(Problem::invalid_value(format!("`{}` is {shown}, expected an object", extension.id)));
            }
        }
        Ok(out)
    }

    /// `schemas` names this type's schemas only, the core schema among them (RFC 7643 §3).
    pub(crate) fn check_schemas(&self, value: &Value) -> Result<(), Problem> {
        let listed = value.as_array().ok_or_else(|| Problem::invalid_syntax("`schemas` is no array of strings"))?;
        let mut has_core = false;
        for value in listed {
            let name = value.as_str().ok_or_else(|| Problem::invalid_syntax("`schemas` is no array of strings"))?;
            if name.starts_with(ENTRA_SCHEMAS) {
                continue;
            }
            if !self.kind.schemas().any(|schema| urn::same(&schema.id, name)) {
                let detail = format!("schemas lists `{name}`, which {} does not have", self.kind.name());
                return Err(Problem::invalid_value(detail));
            }
            has_core |= urn::same(name, &self.kind.schema.core.id);
        }
        if has_core {
            return Ok(());
        }
        Err(Problem::invalid_syntax(format!("schemas does not list `{}`", self.kind.schema.core.id)))
    }

    fn writable(&self, attribute: &Attribute, value: &Value) -> Result<Option<Value>, Problem> {
        if attribute.mutability == Mutability::ReadOnly {
            return Ok(None);
        }
        if attribute.multi_valued && !value.is_null() && !value.is_array() && !(self.rules.takes_any_type)(attribute) {
            return Err(wrong(attribute, value, "an array"));
        }
        self.attribute(attribute, value)
    }

    /// A whole attribute; `None` is unassigned. A single value of a multi-valued attribute is taken as a list of one.
    ///
    /// # Errors
    /// 400 `invalidValue`.
    pub(crate) fn attribute(&self, attribute: &Attribute, value: &Value) -> Result<Option<Value>, Problem> {
        if is_unassigned(value) {
            return Ok(None);
        }
        if !attribute.multi_valued {
            return self.value(attribute, value);
        }
        let single = std::slice::from_ref(value);
        let given = value.as_array().map_or(single, Vec::as_slice);
        let mut values = Vec::with_capacity(given.len());
        for value in given {
            if let Some(value) = self.value(attribute, value)? {
                values.push(value);
            }
        }
        (self.rules.primaries)(&attribute.name, &mut values)?;
        let values = (self.rules.joined)(values);
        Ok((!values.is_empty()).then_some(Value::Array(values)))
    }

    /// One value of an attribute; `None` is unassigned.
    ///
    /// # Errors
    /// 400 `invalidValue`.
    pub(crate) fn value(&self, attribute: &Attribute, value: &Value) -> Result<Option<Value>, Problem> {
        if value.is_null() {
            return Ok(None);
        }
        if attribute.kind != Type::Complex {
            return self.scalar(attribute, value).map(Some);
        }
        if !value.is_object() && (self.rules.takes_any_type)(attribute) {
            return Ok(Some(value.clone()));
        }
        let members = self.members(attribute, value)?;
        let cleared =
            !attribute.multi_valued && attribute.sub("$ref").is_some() && members.get("value") == Some(&"".into());
        let assigned: Object = members.into_iter().filter(|(_, value)| !value.is_null()).collect();
        Ok((!assigned.is_empty() && !cleared).then_some(Value::Object(assigned)))
    }

    /// The sub-attributes of a complex value, those set to null included. `$ref` is not kept: it follows from `value`.
    ///
    /// # Errors
    /// 400 `invalidValue`.
    pub(crate) fn members(&self, attribute: &Attribute, value: &Value) -> Result<Object, Problem> {
        let mut out = Object::new();
        let refers = attribute.sub("$ref").is_some() && attribute.sub("value").is_some();
        let members = match value {
            Value::Object(members) => members,
            // Entra ID sends the bare id of a manager.
            Value::String(id) if refers && !attribute.multi_valued => {
                out.insert("value".into(), id.clone().into());
                return Ok(out);
            }
            other => return Err(wrong(attribute, other, "an object")),
        };
        let mut reference = None;
        for (key, value) in members {
            let Some(sub) = attribute.sub(key) else { continue };
            if refers && sub.name == "$ref" {
                reference = value.as_str().and_then(|uri| uri.rsplit('/').next());
            } else if sub.mutability == Mutability::ReadOnly {
            } else if value.is_null() {
                out.insert(sub.name.clone(), Value::Null);
            } else {
                let value = match self.scalar(sub, value)? {
                    Value::String(text) if sub.name == "value" => (self.rules.usual)(&attribute.name, &text).into(),
                    other => other,
                };
                out.insert(sub.name.clone(), value);
            }
        }
        if refers
            && !out.contains_key("value")
            && let Some(id) = reference
        {
            out.insert("value".into(), id.into());
        }
        Ok(out)
    }

    /// A value that is not complex, as it is stored.
    ///
    /// # Errors
    /// 400 `invalidValue`.
    pub(crate) fn scalar(&self, attribute: &Attribute, value: &Value) -> Result<Value, Problem> {
        let value = self.typed(attribute, value)?;
        if !is_hidden(attribute) {
            return Ok(value);
        }
        let secret = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(self.digest(&secret).into())
    }

    fn typed(&self, attribute: &Attribute, value: &Value) -> Result<Value, Problem> {
        if (self.rules.takes_any_type)(attribute) {
            return Ok(value.clone());
        }
        let expected = |what: &str| wrong(attribute, value, what);
        let text = value.as_str();
        match attribute.kind {
            Type::String => text.map(Value::from).ok_or_else(|| expected("a string")),
            Type::Boolean => (self.rules.boolean)(value).map(Value::from).ok_or_else(|| expected("true or false")),
            Type::Decimal => value.is_number().then(|| value.clone()).ok_or_else(|| expected("a number")),
            Type::Integer => {
                let whole = value.is_i64() || value.is_u64();
                whole.then(|| value.clone()).ok_or_else(|| expected("a number without fraction"))
            }
            Type::DateTime => {
                let valid = text.filter(|text| instant_key(text).is_some());
                valid.map(Value::from).ok_or_else(|| expected("a dateTime such as \"2026-01-31T12:00:00Z\""))
            }
            Type::Binary => {
                text.filter(|text| is_base64(text)).map(Value::from).ok_or_else(|| expected("base64 in a string"))
            }
            Type::Reference => {
                text.filter(|text| is_uri(text)).map(Value::from).ok_or_else(|| expected("a URI in a string"))
            }
            Type::Complex => Err(expected("an object")),
        }
    }

    /// What is stored of a secret: nobody can read it back, and it can be checked.
    fn digest(&self, secret: &str) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let mut hasher = Sha256::new();
        hasher.update(self.salt);
        hasher.update(secret.as_bytes());
        format!("sha256:{}:{}", hex(&self.salt), hex(&hasher.finalize()))
    }
}

/// What nobody may read is not repeated either.
fn wrong(attribute: &Attribute, value: &Value, expected: &str) -> Problem {
    let shown: String =
        if is_hidden(attribute) { "of another type".to_owned() } else { value.to_string().chars().take(60).collect() };
    Problem::invalid_value(format!("`{}` is {shown}, expected {expected}", attribute.name))
}

/// Base64 of the standard or the URL-safe alphabet, with or without padding (RFC 7643 §2.3.6); nothing else stands in
/// between (RFC 4648 §3.3).
fn is_base64(text: &str) -> bool {
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    let of = |more: [char; 2]| bare.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(&c));
    (of(['+', '/']) || of(['-', '_']))
        && bare.len() % 4 != 1
        && (padding == 0 || text.len().is_multiple_of(4))
        && padding < 3
}

/// Characters that no URI reference has (RFC 3986 §2) are refused; letters beyond ASCII are let through.
fn is_uri(text: &str) -> bool {
    !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_told_from_other_text() {
        for text in ["", "TWFu", "TWE=", "TQ==", "TWE", "-_-_"] {
            assert!(is_base64(text), "{text}");
        }
        for text in ["TWF!", "T", "T=", "TWFu====", "TWFu=", "TWFu\nTWFu", "TWF-TWF/"] {
            assert!(!is_base64(text), "{text}");
        }
    }

    #[test]
    fn a_value_of_nothing_but_nulls_is_unassigned() {
        assert!(is_unassigned(&serde_json::json!({ "value": null, "type": [] })));
        assert!(!is_unassigned(&serde_json::json!({ "value": "" })));
    }
}
