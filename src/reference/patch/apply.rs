//! One operation applied to a document.

use serde_json::Value;

use super::super::Object;
use super::super::coerce::{Coercer, is_unassigned};
use super::super::document::{holder_of, is_immutable};
use super::super::problem::Problem;
use super::target::{Place, Target, resolve};
use super::{Op, Operation};
use crate::scim::{Attribute, Mutability, Schema, Type};

/// A document while it is patched.
pub(super) struct Patcher<'a> {
    pub(super) coercer: Coercer<'a>,
    pub(super) doc: Object,
    /// Names of the attributes that were addressed.
    pub(super) touched: Vec<String>,
}

impl<'a> Patcher<'a> {
    pub(super) fn new(coercer: Coercer<'a>, doc: Object) -> Self {
        Self { coercer, doc, touched: Vec::new() }
    }

    /// Applies an operation; after an error the document is half done and must not be used.
    ///
    /// # Errors
    /// 400 with the `scimType` that says why.
    pub(super) fn apply(&mut self, operation: &Operation) -> Result<(), Problem> {
        let Operation { op, path, value } = operation;
        let value = value.as_ref();
        if *op == Op::Remove && path.is_none() {
            return Err(Problem::no_target("a remove has no path, so it is not clear what to remove"));
        }
        if *op != Op::Remove && value.is_none() {
            return Err(Problem::invalid_value("an add or replace has no `value`"));
        }
        let target = path.as_deref().map_or(Ok(Target::Resource), |path| resolve(self.coercer.kind, path))?;
        match (target, value) {
            (Target::Resource, Some(value)) if *op != Op::Remove => self.resource(*op, value),
            (Target::Resource, _) => Err(Problem::mutability("a resource cannot be removed by PATCH")),
            (Target::Extension(extension), _) if *op == Op::Remove => self.remove_extension(extension),
            (Target::Extension(extension), Some(value)) => self.extension(*op, extension, value),
            (Target::Extension(_), None) => Ok(()),
            (Target::Attribute(place), value) => self.place(*op, &place, value),
        }
    }

    /// Without a path each member of the value is an operation of its own. Keys may be names, dotted names, names
    /// with a schema URI in front, and the URI of an extension with an object.
    fn resource(&mut self, op: Op, value: &Value) -> Result<(), Problem> {
        let Value::Object(members) = value else {
            return Err(Problem::invalid_value("an operation without path has no object as its value"));
        };
        for (key, value) in members {
            // What no schema defines is left out, as in a POST.
            let Ok(target) = resolve(self.coercer.kind, key) else { continue };
            match target {
                Target::Resource if value.is_object() => self.resource(op, value)?,
                Target::Resource => return Err(Problem::invalid_value(format!("`{key}` is no object"))),
                Target::Extension(extension) => self.extension(op, extension, value)?,
                Target::Attribute(place) if place.leaf().mutability == Mutability::ReadOnly => {
                    self.unchanged(&place, value)?;
                }
                Target::Attribute(place) => self.place(op, &place, Some(value))?,
            }
        }
        Ok(())
    }

    fn extension(&mut self, op: Op, extension: &Schema, value: &Value) -> Result<(), Problem> {
        if value.is_null() {
            return if op == Op::Replace { self.remove_extension(extension) } else { Ok(()) };
        }
        let Value::Object(members) = value else {
            return Err(Problem::invalid_value(format!("`{}` has no object as its value", extension.id)));
        };
        for (key, value) in members {
            self.resource(op, &Value::Object(Object::from_iter([(format!("{}:{key}", extension.id), value.clone())])))?;
        }
        Ok(())
    }

    fn remove_extension(&mut self, extension: &Schema) -> Result<(), Problem> {
        let held = self.doc.get(&extension.id).and_then(Value::as_object);
        let fixed = |known: &&Attribute| {
            known.required || matches!(known.mutability, Mutability::ReadOnly | Mutability::Immutable)
        };
        let fixed =
            extension.attributes.iter().filter(fixed).find(|known| held.is_some_and(|h| h.contains_key(&known.name)));
        if let Some(fixed) = fixed {
            return Err(Problem::mutability(format!("`{}` cannot be removed", fixed.name)));
        }
        self.doc.shift_remove(&extension.id);
        Ok(())
    }

    /// A readOnly attribute may be sent along with its present value, as some clients do with `id`.
    fn unchanged(&self, place: &Place<'_>, value: &Value) -> Result<(), Problem> {
        let current = self.current(place);
        let current = match (place.sub, current) {
            (Some(sub), Some(whole)) => whole.get(&sub.name),
            (_, whole) => whole,
        };
        if current == Some(value) || (current.is_none() && is_unassigned(value)) {
            return Ok(());
        }
        Err(Problem::mutability(format!("`{}` is readOnly", place.name())))
    }

    fn current(&self, place: &Place<'_>) -> Option<&Value> {
        let holder = match place.extension {
            None => Some(&self.doc),
            Some(extension) => self.doc.get(&extension.id).and_then(Value::as_object),
        };
        holder?.get(&place.attribute.name)
    }

    fn place(&mut self, op: Op, place: &Place<'_>, value: Option<&Value>) -> Result<(), Problem> {
        self.touched.push(place.attribute.name.clone());
        if place.attribute.mutability == Mutability::ReadOnly || place.leaf().mutability == Mutability::ReadOnly {
            return Err(Problem::mutability(format!("`{}` is readOnly", place.name())));
        }
        if place.attribute.name == "schemas" {
            return self.schemas(op, value);
        }
        let clears = op == Op::Remove || (op == Op::Replace && value.is_some_and(Value::is_null));
        if clears && place.filter.is_none() && place.leaf().required {
            return Err(Problem::mutability(format!("`{}` is required and cannot be removed", place.name())));
        }
        let current = self.current(place).cloned();
        let next = if place.attribute.multi_valued {
            let list = current.clone().and_then(|list| list.as_array().cloned()).unwrap_or_default();
            let list = self.list(op, place, value, list)?;
            (!list.is_empty()).then_some(Value::Array(list))
        } else {
            self.single(op, place, value, current.as_ref())?
        };
        if place.attribute.mutability == Mutability::Immutable && current.is_some() && next != current {
            return Err(is_immutable(&place.attribute.name));
        }
        let holder = match place.extension {
            None => Some(&mut self.doc),
            Some(extension) => holder_of(&mut self.doc, extension),
        };
        let Some(holder) = holder else { return Ok(()) };
        match next {
            Some(next) => holder.insert(place.attribute.name.clone(), next),
            None => holder.shift_remove(&place.attribute.name),
        };
        Ok(())
    }

    /// `schemas` follows from the data; an operation on it is checked and has no effect of its own, so that a later
    /// operation on the extension finds nothing in its way.
    fn schemas(&self, op: Op, value: Option<&Value>) -> Result<(), Problem> {
        let core = Value::from(self.coercer.kind.schema.core.id.clone());
        match (op, value) {
            (Op::Remove, _) => Err(Problem::mutability("`schemas` is required and cannot be removed")),
            (Op::Replace, Some(value)) => self.coercer.check_schemas(value),
            (_, Some(Value::Array(added))) => {
                let all = std::iter::once(core).chain(added.iter().cloned()).collect();
                self.coercer.check_schemas(&all)
            }
            (_, Some(added)) => self.coercer.check_schemas(&Value::Array(vec![core, added.clone()])),
            (_, None) => Ok(()),
        }
    }

    /// An attribute with one value at most, or a sub-attribute of it.
    fn single(
        &self,
        op: Op,
        place: &Place<'_>,
        value: Option<&Value>,
        current: Option<&Value>,
    ) -> Result<Option<Value>, Problem> {
        let given = value.filter(|value| op != Op::Remove && !value.is_null());
        if let Some(sub) = place.sub {
            let mut members = current.and_then(Value::as_object).cloned().unwrap_or_default();
            self.set(&mut members, sub, op, value)?;
            return Ok((!members.is_empty()).then_some(Value::Object(members)));
        }
        let Some(given) = given else {
            let stays = op == Op::Add;
            return Ok(current.filter(|_| stays).cloned());
        };
        if place.attribute.kind != Type::Complex {
            return self.coercer.scalar(place.attribute, given).map(Some);
        }
        // A complex value is merged: sub-attributes that are not mentioned stay (RFC 7644 §3.5.2.3).
        let mut members = current.and_then(Value::as_object).cloned().unwrap_or_default();
        self.merge_members(place.attribute, &mut members, given)?;
        let cleared = place.attribute.sub("$ref").is_some() && members.get("value") == Some(&"".into());
        Ok((!members.is_empty() && !cleared).then_some(Value::Object(members)))
    }

    pub(super) fn merge_members(
        &self,
        attribute: &Attribute,
        members: &mut Object,
        given: &Value,
    ) -> Result<(), Problem> {
        if let Value::Object(given) = given {
            let read_only = attribute.sub_attributes.iter().filter(|sub| sub.mutability == Mutability::ReadOnly);
            for sub in read_only {
                let sent = given.iter().find(|(key, _)| key.eq_ignore_ascii_case(&sub.name)).map(|(_, value)| value);
                if sent.is_some_and(|sent| !is_unassigned(sent) && members.get(&sub.name) != Some(sent)) {
                    return Err(Problem::mutability(format!("`{}.{}` is readOnly", attribute.name, sub.name)));
                }
            }
        }
        for (name, value) in self.coercer.members(attribute, given)? {
            if let Some(sub) = attribute.sub(&name) {
                self.check_immutable(members, sub, Some(&value))?;
            }
            if value.is_null() {
                members.shift_remove(&name);
            } else {
                members.insert(name, value);
            }
        }
        Ok(())
    }

    /// Sets or clears one sub-attribute of one value.
    pub(super) fn set(
        &self,
        members: &mut Object,
        sub: &Attribute,
        op: Op,
        value: Option<&Value>,
    ) -> Result<(), Problem> {
        match value.filter(|value| op != Op::Remove && !value.is_null()) {
            Some(value) => {
                let value = self.coercer.scalar(sub, value)?;
                self.check_immutable(members, sub, Some(&value))?;
                members.insert(sub.name.clone(), value);
            }
            None if op == Op::Add => {}
            None => {
                self.check_immutable(members, sub, None)?;
                if sub.required {
                    return Err(Problem::mutability(format!("`{}` is required and cannot be removed", sub.name)));
                }
                members.shift_remove(&sub.name);
            }
        }
        Ok(())
    }

    fn check_immutable(&self, members: &Object, sub: &Attribute, value: Option<&Value>) -> Result<(), Problem> {
        match (sub.mutability, members.get(&sub.name)) {
            (Mutability::Immutable, Some(known)) if Some(known) != value => Err(is_immutable(&sub.name)),
            _ => Ok(()),
        }
    }
}
