//! The entries of `/Schemas` and the attribute definitions in them, as they stand in the answer.

use serde_json::Value;

use super::sight::{Item, key_of};
use super::{KnownType, Sight};
use crate::scim::schema::member;
use crate::scim::{Type, urn};

/// At most so many definitions of one schema are looked at.
const ENOUGH: usize = 500;

/// An entry of `/Schemas`.
pub(super) struct Document<'a> {
    pub(super) value: &'a Value,
    pub(super) pointer: &'a str,
    /// Its id; empty where it has none.
    pub(super) id: &'a str,
}

/// One attribute definition; `parent` is there for sub-attributes.
pub(super) struct Definition<'a> {
    pub(super) value: &'a Value,
    pub(super) parent: Option<&'a Value>,
    pub(super) place: String,
    /// Its name; empty where it has none.
    pub(super) name: &'a str,
}

/// Every schema in the answer.
pub(super) fn documents<'a>(sight: &'a Sight<'_>) -> impl Iterator<Item = Document<'a>> {
    let is_schema = |item: &&Item<'_>| item.discovery == Some(urn::SCHEMA) && item.value.is_object();
    sight.items.iter().filter(is_schema).map(|item| Document {
        value: item.value,
        pointer: &item.pointer,
        id: text(item.value, "id").unwrap_or_default(),
    })
}

impl<'a> Document<'a> {
    /// A place in the schema.
    pub(super) fn at(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, key_of(self.value, name))
    }

    /// The definitions, each attribute before its sub-attributes.
    pub(super) fn definitions(&self) -> Vec<Definition<'a>> {
        let mut out = Vec::new();
        collect(self.value, None, "attributes", self.pointer, &mut out);
        out
    }

    /// The resource types that it extends.
    pub(super) fn extends<'c>(&self, sight: &'c Sight<'_>) -> Vec<&'c KnownType> {
        let extended = |known: &&KnownType| known.kind.extensions.iter().any(|one| urn::same(&one.schema, self.id));
        sight.context.types.iter().filter(extended).collect()
    }
}

fn collect<'a>(holder: &'a Value, parent: Option<&'a Value>, key: &str, pointer: &str, out: &mut Vec<Definition<'a>>) {
    let listed = member(holder, key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let key = key_of(holder, key);
    for (index, value) in listed.iter().enumerate().filter(|(_, value)| value.is_object()) {
        if out.len() == ENOUGH {
            return;
        }
        let place = format!("{pointer}/{key}/{index}");
        out.push(Definition { value, parent, place: place.clone(), name: text(value, "name").unwrap_or_default() });
        collect(value, Some(value), "subAttributes", &place, out);
    }
}

impl Definition<'_> {
    /// The declared type; text where none or an unknown one is declared.
    pub(super) fn kind(&self) -> Type {
        self.text("type").and_then(Type::named).unwrap_or_default()
    }

    /// A characteristic that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        text(self.value, name)
    }

    /// Whether a characteristic is declared as true.
    pub(super) fn says(&self, name: &str) -> bool {
        member(self.value, name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A characteristic, where it is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        member(self.value, name).filter(|value| !value.is_null())
    }

    /// A place in the definition.
    pub(super) fn at(&self, name: &str) -> String {
        format!("{}/{}", self.place, key_of(self.value, name))
    }

    /// The sub-attributes that it lists.
    pub(super) fn subs(&self) -> &[Value] {
        self.get("subAttributes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// The definition that it is a part of, where that has several values.
    pub(super) fn is_part_of_many(&self) -> bool {
        self.parent.is_some_and(|parent| member(parent, "multiValued").and_then(Value::as_bool).unwrap_or(false))
    }
}

/// A member that is a text.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name).and_then(Value::as_str)
}
