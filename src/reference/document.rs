//! A whole stored document: put in order, completed and checked before it is saved.

use serde_json::{Value, json};

use super::Object;
use super::coerce::is_unassigned;
use super::kind::Kind;
use super::problem::Problem;
use crate::scim::{Attribute, Mutability, Schema};

/// Puts a document in order: unassigned parts dropped, members in the order of the schemas, `schemas` listing the
/// core schema and each extension that has data (RFC 7643 §3).
pub(crate) fn arranged(kind: &Kind, mut doc: Object) -> Object {
    let mut take = |key: &str| doc.shift_remove(key).filter(|value| !is_unassigned(value));
    let mut out = Object::new();
    let mut schemas = vec![Value::from(kind.schema.core.id.clone())];
    out.insert("schemas".into(), Value::Null);
    let common = ["id", "externalId"].into_iter();
    for name in common.chain(kind.schema.core.attributes.iter().map(|attribute| attribute.name.as_str())) {
        if let Some(value) = take(name) {
            out.insert(name.to_owned(), value);
        }
    }
    for extension in &kind.schema.extensions {
        if let Some(Value::Object(mut inner)) = take(&extension.id) {
            inner.retain(|_, value| !is_unassigned(value));
            schemas.push(extension.id.clone().into());
            out.insert(extension.id.clone(), Value::Object(inner));
        }
    }
    out.insert("schemas".into(), schemas.into());
    if let Some(meta) = take("meta") {
        out.insert("meta".into(), meta);
    }
    out
}

/// Names of the attributes that have a value, those of extensions too.
pub(crate) fn names(kind: &Kind, doc: &Object) -> Vec<String> {
    let named = |(key, value): (&String, &Value)| match value {
        Value::Object(inner) if kind.extension(key).is_some() => inner.keys().cloned().collect(),
        _ => vec![key.clone()],
    };
    doc.iter().flat_map(named).collect()
}

/// Every required attribute has a value, and every required extension is there (RFC 7643 §6, §7).
///
/// # Errors
/// 400 `invalidValue` naming the one that has none.
pub(crate) fn check_required(kind: &Kind, doc: &Object) -> Result<(), Problem> {
    let missing = |name: &str| Err(Problem::invalid_value(format!("`{name}` is missing, but required")));
    let empty = |value: Option<&Value>| value.is_none_or(|value| is_unassigned(value) || value == "");
    for extension in kind.of.extensions.iter().filter(|extension| extension.required) {
        if !doc.contains_key(&extension.schema) {
            return missing(&extension.schema);
        }
    }
    for (extension, attribute) in kind.attributes() {
        let holder = match extension {
            None => Some(doc),
            Some(schema) => doc.get(&schema.id).and_then(Value::as_object),
        };
        let Some(value) = holder.map(|holder| holder.get(&attribute.name)) else { continue };
        if attribute.mutability == Mutability::ReadOnly {
            continue;
        }
        if attribute.required && empty(value) {
            return missing(&attribute.name);
        }
        let single = value.map_or(&[][..], std::slice::from_ref);
        let values = value.and_then(Value::as_array).map_or(single, Vec::as_slice);
        for sub in attribute.sub_attributes.iter().filter(|sub| sub.required && sub.mutability != Mutability::ReadOnly)
        {
            if values.iter().any(|value| empty(value.get(&sub.name))) {
                return missing(&format!("{}.{}", attribute.name, sub.name));
            }
        }
    }
    Ok(())
}

/// What a PUT leaves as it was: readOnly attributes, and immutable and writeOnly ones that it does not mention
/// (RFC 7644 §3.5.1).
///
/// # Errors
/// 400 `mutability` when it gives an immutable attribute another value.
pub(crate) fn carry_over(kind: &Kind, before: &Object, after: &mut Object) -> Result<(), Problem> {
    for name in ["id", "meta"] {
        if let Some(value) = before.get(name) {
            after.insert(name.to_owned(), value.clone());
        }
    }
    for (extension, attribute) in kind.attributes() {
        let held = match extension {
            None => before.get(&attribute.name),
            Some(schema) => before.get(&schema.id).and_then(|inner| inner.get(&attribute.name)),
        };
        let Some(old) = held else { continue };
        let holder = match extension {
            None => Some(&mut *after),
            Some(schema) => holder_of(after, schema),
        };
        let Some(holder) = holder else { continue };
        carry(attribute, old, holder)?;
    }
    Ok(())
}

/// The object of an extension, made when it is not there.
pub(crate) fn holder_of<'a>(doc: &'a mut Object, extension: &Schema) -> Option<&'a mut Object> {
    doc.entry(extension.id.clone()).or_insert_with(|| json!({})).as_object_mut()
}

fn carry(attribute: &Attribute, old: &Value, holder: &mut Object) -> Result<(), Problem> {
    let given = holder.get(&attribute.name);
    match (attribute.mutability, given) {
        (Mutability::ReadOnly, _) | (Mutability::Immutable | Mutability::WriteOnly, None) => {
            holder.insert(attribute.name.clone(), old.clone());
        }
        (Mutability::Immutable, Some(new)) if new != old => return Err(is_immutable(&attribute.name)),
        (Mutability::ReadWrite, Some(Value::Object(_))) if !attribute.multi_valued => {
            if let (Some(Value::Object(new)), Value::Object(old)) = (holder.get_mut(&attribute.name), old) {
                for sub in &attribute.sub_attributes {
                    if let Some(old) = old.get(&sub.name)
                        && sub.mutability != Mutability::ReadWrite
                    {
                        carry(sub, old, new)?;
                    }
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// The refusal to change an immutable attribute.
pub(crate) fn is_immutable(name: &str) -> Problem {
    Problem::mutability(format!("`{name}` is immutable and already has another value"))
}
