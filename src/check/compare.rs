//! Comparing resources as SCIM does: names without regard to case, values of multi-valued attributes without order,
//! and nothing made of the difference between absent, null and empty (RFC 7643 §2.1, §2.4, §2.5).

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::scim::json_schema::{is_container_name, top_level};
use crate::scim::{AttrPath, Attribute, Mutability, ResourceSchema, core, urn};

mod canonical;
mod same;

use canonical::canonical;
pub use same::{Sameness, same_value};

/// One attribute that is not as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Path of the attribute, with its URN where it belongs to an extension: `name.givenName`.
    pub path: String,
    /// What was there; of a multi-valued attribute only the values that are gone.
    pub before: Option<Value>,
    /// What is there now; of a multi-valued attribute only the values that are new.
    pub after: Option<Value>,
}

/// What differs between two representations of one resource.
///
/// `primary: false` equals no `primary` (RFC 7643 §2.4), a dateTime equals any other spelling of its instant, and
/// `schemas` is a set of URNs. An ignored path also ignores what is below it; the URN of an extension may be one.
#[must_use]
pub fn differences(
    before: &Value,
    after: &Value,
    schema: Option<&ResourceSchema>,
    ignore: &[AttrPath],
) -> Vec<Difference> {
    let compared = Compared { schema, ignore };
    let mut out = Vec::new();
    for (key, (old, new)) in paired(before, after) {
        let container = schema.and_then(|schema| schema.extension(&key));
        if container.is_some() || is_container_name(&key) {
            if ignore.iter().any(|path| path.is_urn(&key)) {
                continue;
            }
            let empty = Value::Null;
            for (name, (old, new)) in paired(old.unwrap_or(&empty), new.unwrap_or(&empty)) {
                let definition = container.and_then(|extension| extension.attribute(&name));
                compared.attribute(Some(&key), &name, definition, old, new, &mut out);
            }
        } else {
            compared.attribute(None, &key, compared.top_level(&key), old, new, &mut out);
        }
    }
    out
}

/// The attributes that a provider may change by itself when something else is written: `meta`, and every read-only
/// attribute but `id`, such as `groups` of a User.
#[must_use]
pub fn provider_owned(schema: Option<&ResourceSchema>) -> Vec<AttrPath> {
    let Some(schema) = schema else { return vec![AttrPath::core("meta"), AttrPath::core("groups")] };
    let read_only = |attributes: &[Attribute], urn: Option<&str>| {
        attributes
            .iter()
            .filter(|attribute| {
                attribute.mutability == Mutability::ReadOnly && !attribute.name.eq_ignore_ascii_case("id")
            })
            .map(|attribute| AttrPath { schema: urn.map(str::to_owned), name: attribute.name.clone(), sub: None })
            .collect::<Vec<_>>()
    };
    let mut out = vec![AttrPath::core("meta")];
    out.extend(read_only(&schema.core.attributes, None));
    for extension in &schema.extensions {
        out.extend(read_only(&extension.attributes, Some(&extension.id)));
    }
    out
}

struct Compared<'a> {
    schema: Option<&'a ResourceSchema>,
    ignore: &'a [AttrPath],
}

impl<'a> Compared<'a> {
    fn top_level(&self, name: &str) -> Option<&'a Attribute> {
        match self.schema {
            Some(schema) => top_level(schema, name),
            None => core::common_attributes().iter().find(|common| common.name.eq_ignore_ascii_case(name)),
        }
    }

    fn attribute(
        &self,
        urn: Option<&str>,
        name: &str,
        definition: Option<&Attribute>,
        old: Option<&Value>,
        new: Option<&Value>,
        out: &mut Vec<Difference>,
    ) {
        if self.ignores(urn, name, None) {
            return;
        }
        let path = urn.map_or_else(|| name.to_owned(), |urn| format!("{urn}:{name}"));
        let form =
            |value: Option<&Value>| value.and_then(|value| self.canonical_attribute(urn, name, value, definition));
        let (was, is) = (form(old), form(new));
        if was == is {
            return;
        }
        match (old, new, &was, &is) {
            (Some(Value::Array(old)), Some(Value::Array(new)), ..) => {
                let text =
                    |item: &Value| self.canonical_attribute(urn, name, item, definition).map(|item| item.to_string());
                let (gone, added) = unmatched(old, new, text);
                out.push(Difference { path, before: some_array(gone), after: some_array(added) });
            }
            (Some(Value::Object(_)), _, Some(_), _) | (_, Some(Value::Object(_)), _, Some(_))
                if [old, new].into_iter().flatten().all(|value| value.is_object() || value.is_null()) =>
            {
                let empty = Value::Null;
                for (sub, (old, new)) in paired(old.unwrap_or(&empty), new.unwrap_or(&empty)) {
                    let definition = definition.and_then(|definition| definition.sub(&sub));
                    let form = |value: Option<&Value>| value.and_then(|value| canonical(value, &sub, definition));
                    if form(old) != form(new) && !self.ignores(urn, name, Some(&sub)) {
                        let (before, after) = (old.cloned(), new.cloned());
                        out.push(Difference { path: format!("{path}.{sub}"), before, after });
                    }
                }
            }
            _ => out.push(Difference { path, before: old.cloned(), after: new.cloned() }),
        }
    }

    /// The canonical form without the sub-attributes that are ignored.
    fn canonical_attribute(
        &self,
        urn: Option<&str>,
        name: &str,
        value: &Value,
        definition: Option<&Attribute>,
    ) -> Option<Value> {
        let subs: Vec<&str> = self
            .ignore
            .iter()
            .filter(|path| self.is_at(path, urn, name))
            .filter_map(|path| path.sub.as_deref())
            .collect();
        if subs.is_empty() {
            return canonical(value, name, definition);
        }
        let without = |value: &Value| match value {
            Value::Object(members) => {
                let kept = members.iter().filter(|(key, _)| !subs.iter().any(|sub| sub.eq_ignore_ascii_case(key)));
                Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
            }
            other => other.clone(),
        };
        let value = match value {
            Value::Array(items) => items.iter().map(without).collect(),
            one => without(one),
        };
        canonical(&value, name, definition)
    }

    fn ignores(&self, urn: Option<&str>, name: &str, sub: Option<&str>) -> bool {
        self.ignore.iter().any(|path| {
            self.is_at(path, urn, name)
                && match (&path.sub, sub) {
                    (None, _) => true,
                    (Some(ignored), Some(sub)) => ignored.eq_ignore_ascii_case(sub),
                    (Some(_), None) => false,
                }
        })
    }

    fn is_at(&self, path: &AttrPath, urn: Option<&str>, name: &str) -> bool {
        let schema = path.schema.as_deref().filter(|prefix| {
            let core =
                self.schema.map_or(prefix.contains(":schemas:core:"), |schema| urn::same(prefix, &schema.core.id));
            !core
        });
        let same_schema = match (schema, urn) {
            (None, None) => true,
            (Some(a), Some(b)) => urn::same(a, b),
            _ => false,
        };
        same_schema && path.name.eq_ignore_ascii_case(name)
    }
}

/// The members of both objects side by side, under the name that comes first; anything else than an object is empty.
fn paired<'a>(before: &'a Value, after: &'a Value) -> BTreeMap<String, (Option<&'a Value>, Option<&'a Value>)> {
    let mut out: BTreeMap<String, (Option<&Value>, Option<&Value>)> = BTreeMap::new();
    let members = |value: &'a Value| value.as_object().into_iter().flatten();
    let mut names: HashMap<String, String> = HashMap::new();
    for (name, value) in members(before) {
        let name = names.entry(name.to_ascii_lowercase()).or_insert_with(|| name.clone());
        out.entry(name.clone()).or_default().0.get_or_insert(value);
    }
    for (name, value) in members(after) {
        let name = names.entry(name.to_ascii_lowercase()).or_insert_with(|| name.clone());
        out.entry(name.clone()).or_default().1.get_or_insert(value);
    }
    out
}

/// The items of each list that have no equal partner in the other one, each item being used once.
fn unmatched(old: &[Value], new: &[Value], text: impl Fn(&Value) -> Option<String>) -> (Vec<Value>, Vec<Value>) {
    let mut open: HashMap<String, usize> = HashMap::new();
    for key in old.iter().filter_map(&text) {
        *open.entry(key).or_default() += 1;
    }
    let take = |open: &mut HashMap<String, usize>, item: &Value| {
        let Some(key) = text(item) else { return false };
        match open.get_mut(&key) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        }
    };
    let added: Vec<Value> = new.iter().filter(|item| take(&mut open, item)).cloned().collect();
    // What is still open was not matched; give the last ones of each kind.
    let gone: Vec<Value> = old
        .iter()
        .rev()
        .filter(|item| {
            let Some(count) = text(item).and_then(|key| open.get_mut(&key).filter(|count| **count > 0).map(|_| key))
            else {
                return false;
            };
            open.entry(count).and_modify(|count| *count -= 1);
            true
        })
        .cloned()
        .collect();
    (gone.into_iter().rev().collect(), added)
}

fn some_array(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then_some(Value::Array(items))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(before: &Value, after: &Value, ignore: &[&str]) -> Vec<String> {
        let schema = core::resource_schema("User").unwrap();
        let ignore: Vec<AttrPath> = ignore.iter().map(|path| AttrPath::parse(path).unwrap()).collect();
        differences(before, after, Some(&schema), &ignore).into_iter().map(|difference| difference.path).collect()
    }

    #[test]
    fn spellings_of_the_same_state_do_not_differ() {
        let before = json!({
            "schemas": [urn::USER, urn::ENTERPRISE_USER],
            "userName": "ann",
            "nickName": null,
            "photos": [],
            "name": { "givenName": "Ann", "middleName": null },
            "emails": [{ "value": "a", "primary": false }, { "value": "b", "type": "work" }],
            "meta": { "created": "2026-01-01T12:00:00Z" },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {},
        });
        let after = json!({
            "USERNAME": "ann",
            "schemas": ["URN:ietf:params:scim:schemas:extension:enterprise:2.0:User", urn::USER],
            "name": { "GivenName": "Ann" },
            "emails": [{ "type": "work", "value": "b" }, { "VALUE": "a" }],
            "meta": { "created": "2026-01-01T14:00:00.000+02:00" },
        });
        assert_eq!(paths(&before, &after, &[]), Vec::<String>::new());
        assert_eq!(paths(&after, &before, &[]), Vec::<String>::new());
    }

    #[test]
    fn differences_name_the_attribute() {
        let before = json!({ "userName": "ann", "name": { "givenName": "Ann", "familyName": "X" }, "active": true });
        let after = json!({ "userName": "Ann", "name": { "givenName": "Bea", "familyName": "X" }, "title": "" });
        assert_eq!(paths(&before, &after, &[]), ["active", "name.givenName", "title", "userName"]);
        assert_eq!(paths(&before, &after, &["name", "title", "userName"]), ["active"]);
        assert_eq!(paths(&before, &after, &["name.givenName", "title", "userName", "active"]), Vec::<String>::new());
    }

    #[test]
    fn lists_show_only_what_is_gone_and_what_is_new() {
        let before = json!({ "emails": [{ "value": "a" }, { "value": "b" }, { "value": "a" }] });
        let after = json!({ "emails": [{ "value": "c" }, { "value": "a" }] });
        let found = differences(&before, &after, None, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "emails");
        assert_eq!(found[0].before, Some(json!([{ "value": "b" }, { "value": "a" }])));
        assert_eq!(found[0].after, Some(json!([{ "value": "c" }])));
    }

    #[test]
    fn extensions_are_compared_inside_and_can_be_ignored() {
        let department = |name: &str| json!({ urn::ENTERPRISE_USER: { "department": name } });
        let path = format!("{}:department", urn::ENTERPRISE_USER);
        assert_eq!(paths(&department("A"), &department("B"), &[]), std::slice::from_ref(&path));
        assert!(paths(&department("A"), &department("B"), &[&path]).is_empty());
        assert!(paths(&department("A"), &json!({}), &[urn::ENTERPRISE_USER]).is_empty());
        assert_eq!(paths(&department("A"), &json!({}), &["department"]), [path]);
    }

    #[test]
    fn ignored_sub_attributes_are_left_out_of_list_values() {
        let before = json!({ "members": [{ "value": "1", "display": "Ann" }] });
        let after = json!({ "members": [{ "value": "1", "display": "Bea" }] });
        assert_eq!(paths(&before, &after, &[]), ["members"]);
        assert!(paths(&before, &after, &["members.display"]).is_empty());
    }

    #[test]
    fn an_attribute_that_changes_its_shape_differs() {
        assert_eq!(paths(&json!({ "name": { "givenName": "A" } }), &json!({ "name": "A" }), &[]), ["name"]);
        assert_eq!(paths(&json!({ "name": { "givenName": "A" } }), &json!({}), &[]), ["name.givenName"]);
        assert_eq!(paths(&json!({ "emails": [{ "value": "a" }] }), &json!({}), &[]), ["emails"]);
        assert!(paths(&json!({ "emails": 5.0 }), &json!({ "emails": 5 }), &[]).is_empty());
    }

    #[test]
    fn what_the_provider_owns_is_read_from_the_schema() {
        let schema = core::resource_schema("User").unwrap();
        let owned: Vec<String> = provider_owned(Some(&schema)).iter().map(ToString::to_string).collect();
        assert!(owned.contains(&"meta".to_owned()) && owned.contains(&"groups".to_owned()), "{owned:?}");
        assert!(!owned.contains(&"id".to_owned()) && !owned.contains(&"userName".to_owned()));
    }
}
