//! A stored document as the client sees it: references and location filled in, projected (RFC 7644 §3.9).

use serde_json::Value;

use super::call::Call;
use super::kind::{Kind, is_hidden, referred};
use super::problem::Problem;
use super::store::version;
use super::{Object, Provider};
use crate::scim::{AttrPath, Attribute, Returned, Schema, urn};

/// Which attributes are asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Projection {
    /// `attributes`; replaces the default set.
    pub(crate) include: Option<Vec<AttrPath>>,
    /// `excludedAttributes`; taken off the default set.
    pub(crate) exclude: Vec<AttrPath>,
    /// Names of attributes that the client has just written.
    pub(crate) sent: Vec<String>,
}

/// A resource about to be shown.
pub(crate) struct Rendered {
    /// As it is stored; holds what is never returned.
    pub(crate) stored: Object,
    /// As it is shown.
    pub(crate) shown: Object,
}

impl Projection {
    /// Reads the parameters of a call.
    ///
    /// # Errors
    /// 400 when both are given: they exclude each other (RFC 7644 §3.9).
    pub(crate) fn of_call(call: &Call) -> Result<Self, Problem> {
        let names = |key| call.param(key).map(|text| text.split(',').map(str::to_owned).collect());
        Self::of(names("attributes"), names("excludedAttributes"))
    }

    /// From the two lists of names. A name that is no attribute path selects nothing.
    pub(crate) fn of(include: Option<Vec<String>>, exclude: Option<Vec<String>>) -> Result<Self, Problem> {
        let given = |names: Option<Vec<String>>| names.filter(|names| names.iter().any(|name| !name.trim().is_empty()));
        let (include, exclude) = (given(include), given(exclude));
        if include.is_some() && exclude.is_some() {
            return Err(Problem::invalid_value(
                "both attributes and excludedAttributes are given, expected one of them",
            ));
        }
        // Old tests of Microsoft ask for `emails[type eq "work"]`, which is no attribute path: the attribute is shown.
        let path = |name: &String| {
            let name = name.trim();
            let name = name.strip_suffix(']').and_then(|name| name.split_once('[')).map_or(name, |(name, _)| name);
            AttrPath::parse(name).ok()
        };
        let paths = |names: Vec<String>| names.iter().filter_map(path).collect();
        Ok(Self { include: include.map(paths), exclude: exclude.map(paths).unwrap_or_default(), sent: Vec::new() })
    }
}

impl Provider {
    /// A stored document as it is shown.
    pub(crate) fn show(&self, kind: &Kind, stored: &Object, base: &str, projection: &Projection) -> Value {
        let mut projection = projection.clone();
        self.seams.projection.pass(&mut projection);
        let projection = &projection;
        let mut shown = Object::new();
        for (key, value) in stored {
            if let Some(attribute) = kind.attribute(key) {
                let value = if attribute.name == "meta" {
                    self.meta(kind, stored, value, base)
                } else {
                    with_references(attribute, value, base)
                };
                if let Some(value) = project(kind, None, attribute, value, projection) {
                    shown.insert(key.clone(), value);
                }
            } else if let (Some(extension), Value::Object(inner)) = (kind.extension(key), value) {
                let members: Object = inner
                    .iter()
                    .filter_map(|(key, value)| {
                        let attribute = extension.attribute(key)?;
                        let value = with_references(attribute, value, base);
                        Some((key.clone(), project(kind, Some(extension), attribute, value, projection)?))
                    })
                    .collect();
                if !members.is_empty() {
                    shown.insert(key.clone(), Value::Object(members));
                }
            }
        }
        let mut rendered = Rendered { stored: stored.clone(), shown };
        self.seams.render.pass(&mut rendered);
        Value::Object(rendered.shown)
    }

    /// URI of a stored document.
    pub(crate) fn location(&self, kind: &Kind, stored: &Object, base: &str) -> String {
        let id = stored.get("id").and_then(Value::as_str).unwrap_or("");
        (self.rules.location)(base, &kind.of.endpoint, id)
    }

    /// Entity tag of a stored document; `None` where tags are not supported.
    pub(crate) fn tag(&self, stored: &Object) -> Option<String> {
        self.supports.etag.then(|| (self.rules.etag)(version(stored)))
    }

    fn meta(&self, kind: &Kind, stored: &Object, meta: &Value, base: &str) -> Value {
        let mut meta = meta.as_object().cloned().unwrap_or_default();
        meta.shift_remove("version");
        meta.insert("location".into(), self.location(kind, stored, base).into());
        if let Some(tag) = self.tag(stored) {
            meta.insert("version".into(), tag.into());
        }
        Value::Object(meta)
    }
}

/// Fills in `$ref` where a value refers to a resource.
fn with_references(attribute: &Attribute, value: &Value, base: &str) -> Value {
    if attribute.sub("$ref").is_none() {
        return value.clone();
    }
    let fill = |value: &Value| {
        let mut filled = value.clone();
        if let Some(reference) = referred(attribute, value) {
            filled["$ref"] = format!("{base}{reference}").into();
        }
        filled
    };
    match value {
        Value::Array(values) => values.iter().map(fill).collect(),
        single => fill(single),
    }
}

/// The part of an attribute that is asked for.
fn project(
    kind: &Kind,
    extension: Option<&Schema>,
    attribute: &Attribute,
    value: Value,
    projection: &Projection,
) -> Option<Value> {
    if is_hidden(attribute) {
        return None;
    }
    match attribute.returned {
        Returned::Always => return Some(value),
        Returned::Default | Returned::Request | Returned::Never => {}
    }
    let names = |path: &AttrPath| names(kind, extension, attribute, path);
    // A container path names every attribute of its extension.
    let container = |path: &AttrPath| extension.is_some_and(|schema| path.is_urn(&schema.id));
    let asked = |sub: Option<&Attribute>| {
        let listed = |path: &AttrPath| {
            container(path)
                || names(path)
                    && path.sub.as_ref().is_none_or(|name| sub.is_some_and(|sub| sub.name.eq_ignore_ascii_case(name)))
        };
        projection.include.as_ref().is_some_and(|paths| paths.iter().any(listed))
    };
    let sent = projection.sent.iter().any(|name| name.eq_ignore_ascii_case(&attribute.name));
    let by_default = projection.include.is_none() && (attribute.returned == Returned::Default || sent);
    let excluded = |sub: Option<&Attribute>| {
        let listed = |path: &AttrPath| {
            container(path)
                || names(path)
                    && match (&path.sub, sub) {
                        (None, _) => true,
                        (Some(name), Some(sub)) => sub.name.eq_ignore_ascii_case(name),
                        (Some(_), None) => false,
                    }
        };
        projection.exclude.iter().any(listed)
    };
    if excluded(None) {
        return None;
    }
    if attribute.sub_attributes.is_empty() {
        return (by_default || asked(None)).then_some(value);
    }
    let whole = asked(None);
    let keep = |sub: &Attribute| match sub.returned {
        _ if is_hidden(sub) => false,
        Returned::Always => true,
        Returned::Default => (by_default || whole || asked(Some(sub))) && !excluded(Some(sub)),
        Returned::Request | Returned::Never => asked(Some(sub)) && !whole,
    };
    let reached = by_default || whole || attribute.sub_attributes.iter().any(|sub| asked(Some(sub)));
    reached.then(|| pruned(attribute, value, &keep)).flatten()
}

/// The value without the sub-attributes that are not kept.
fn pruned(attribute: &Attribute, value: Value, keep: &impl Fn(&Attribute) -> bool) -> Option<Value> {
    match value {
        Value::Object(members) => {
            let kept = |key: &str| attribute.sub(key).is_none_or(keep);
            let members: Object = members.into_iter().filter(|(key, _)| kept(key)).collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
        Value::Array(values) => {
            let values: Vec<Value> = values.into_iter().filter_map(|value| pruned(attribute, value, keep)).collect();
            (!values.is_empty()).then_some(Value::Array(values))
        }
        other => Some(other),
    }
}

/// Whether the path is that of the attribute, its sub-attribute left aside.
fn names(kind: &Kind, extension: Option<&Schema>, attribute: &Attribute, path: &AttrPath) -> bool {
    let schema = match (&path.schema, extension) {
        (None, None) => true,
        (Some(given), Some(extension)) => urn::same(given, &extension.id),
        (Some(given), None) => urn::same(given, &kind.schema.core.id),
        (None, Some(_)) => false,
    };
    schema && path.name.eq_ignore_ascii_case(&attribute.name)
}
