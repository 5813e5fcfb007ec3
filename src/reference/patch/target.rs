//! What a PATCH path points at.

use super::super::kind::Kind;
use super::super::problem::Problem;
use crate::scim::{AttrPath, Attribute, Filter, PatchPath, Schema, urn};

/// The target of an operation.
#[derive(Clone, Debug)]
pub(super) enum Target<'k> {
    /// The resource itself: no path, or the URI of its core schema.
    Resource,
    /// The container object of an extension.
    Extension(&'k Schema),
    Attribute(Place<'k>),
}

/// An attribute, perhaps some of its values, perhaps one sub-attribute of them.
#[derive(Clone, Debug)]
pub(super) struct Place<'k> {
    pub(super) extension: Option<&'k Schema>,
    pub(super) attribute: &'k Attribute,
    pub(super) filter: Option<Filter>,
    pub(super) sub: Option<&'k Attribute>,
}

/// Resolves a path, or the key of an object that was sent without a path.
///
/// # Errors
/// 400 `invalidPath` for a path that leaves the grammar or names no attribute, `invalidFilter` when the brackets
/// hold no filter.
pub(super) fn resolve<'k>(kind: &'k Kind, text: &str) -> Result<Target<'k>, Problem> {
    let text = text.trim();
    if urn::same(text, &kind.schema.core.id) {
        return Ok(Target::Resource);
    }
    if let Some(extension) = kind.extension(text) {
        return Ok(Target::Extension(extension));
    }
    let path = PatchPath::parse(text).map_err(|error| {
        let detail = format!("the path `{text}` is wrong {error}");
        match text.find('[') {
            Some(open) if error.offset > open && text.contains(']') => Problem::invalid_filter(detail),
            _ => Problem::invalid_path(detail),
        }
    })?;
    let unknown = || Problem::invalid_path(format!("`{text}` names no attribute of {}", kind.name()));
    let (extension, attribute) = attribute(kind, &path.attr).ok_or_else(unknown)?;
    let sub = match path.sub_attribute() {
        None => None,
        Some(name) => Some(attribute.sub(name).ok_or_else(unknown)?),
    };
    if path.filter.is_some() && !attribute.multi_valued {
        let detail = format!("`{text}` has a filter, but `{}` has no more than one value", attribute.name);
        return Err(Problem::invalid_path(detail));
    }
    Ok(Target::Attribute(Place { extension, attribute, filter: path.filter, sub }))
}

fn attribute<'k>(kind: &'k Kind, path: &AttrPath) -> Option<(Option<&'k Schema>, &'k Attribute)> {
    let whole = AttrPath { sub: None, ..path.clone() };
    kind.schema.find(&whole).map(|found| (found.extension, found.attribute))
}

impl Place<'_> {
    /// The definition that the path names.
    pub(super) fn leaf(&self) -> &Attribute {
        self.sub.unwrap_or(self.attribute)
    }

    /// The path in words of the schema, for messages.
    pub(super) fn name(&self) -> String {
        match self.sub {
            Some(sub) => format!("{}.{}", self.attribute.name, sub.name),
            None => self.attribute.name.clone(),
        }
    }
}
