//! Attribute paths of filters, projections and PATCH operations (RFC 7644 §3.4.2.2, §3.5.2, §3.10).

use std::fmt;
use std::str::FromStr;

use super::filter::{self, Filter};
use super::syntax::{SyntaxError, continues_name, is_name, starts_name};

/// `[urn:]name[.sub]`: names one attribute, or one sub-attribute of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttrPath {
    /// The schema URI in front, without the colon that ends it.
    pub schema: Option<String>,
    /// The attribute name, as written.
    pub name: String,
    /// The sub-attribute name, as written.
    pub sub: Option<String>,
}

impl AttrPath {
    /// Parses a whole text as an attribute path.
    ///
    /// A bare schema URI (`urn:…:2.0:User`) parses too: its last segment is taken as the name, because the grammar
    /// cannot tell. Use [`AttrPath::is_urn`] with a known URI to find out.
    ///
    /// # Errors
    /// Says at which offset the grammar is left and what was expected there.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let (path, end) = scan(text, 0)?;
        if end == text.len() { Ok(path) } else { Err(SyntaxError::at(text, end, "the end of the attribute path")) }
    }

    /// Path of a core attribute.
    #[must_use]
    pub fn core(name: &str) -> Self {
        Self { schema: None, name: name.to_owned(), sub: None }
    }

    /// Whether the path as written is exactly this schema URI, that is, names the extension's container.
    #[must_use]
    pub fn is_urn(&self, urn: &str) -> bool {
        super::urn::same(&self.to_string(), urn)
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

impl FromStr for AttrPath {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Reads an attribute path from `text` at `start`; gives it and the offset behind it.
pub(super) fn scan(text: &str, start: usize) -> Result<(AttrPath, usize), SyntaxError> {
    let rest = &text[start..];
    let end =
        rest.find(|c: char| !(continues_name(c) || matches!(c, '.' | ':'))).map_or(text.len(), |length| start + length);
    let word = &text[start..end];
    let is_urn = word.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("urn:"));
    let (schema, local_start) = match word.rfind(':') {
        Some(colon) if is_urn => (Some(&word[..colon]), start + colon + 1),
        Some(colon) => {
            return Err(SyntaxError::at(text, start + colon, "an attribute name (a schema URI begins with `urn:`)"));
        }
        None => (None, start),
    };
    if schema.is_some_and(|urn| urn.split(':').any(str::is_empty) || urn.split(':').count() < 3) {
        return Err(SyntaxError::at(text, start, "a schema URI such as `urn:ietf:params:scim:schemas:core:2.0:User`"));
    }
    let local = &text[local_start..end];
    let (name, sub) = match local.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (local, None),
    };
    if !is_name(name) {
        return Err(SyntaxError::at(
            text,
            local_start,
            "an attribute name (a letter, then letters, digits, `-`, `_` or `$`)",
        ));
    }
    if let Some(sub) = sub
        && !is_name(sub)
    {
        let at = local_start + name.len() + 1;
        let bad = sub.find(|c: char| !continues_name(c)).map_or(at, |n| at + n);
        return Err(SyntaxError::at(text, bad, "one sub-attribute name behind the dot"));
    }
    let path = AttrPath { schema: schema.map(str::to_owned), name: name.to_owned(), sub: sub.map(str::to_owned) };
    Ok((path, end))
}

/// The `path` of a PATCH operation: an attribute path, or a value path with an optional sub-attribute behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchPath {
    /// The attribute. With a filter its `sub` is empty.
    pub attr: AttrPath,
    /// The filter in square brackets.
    pub filter: Option<Filter>,
    /// The sub-attribute behind the brackets.
    pub sub: Option<String>,
}

impl PatchPath {
    /// Parses a whole text as a PATCH path (RFC 7644 §3.5.2, Figure 7).
    ///
    /// # Errors
    /// Says at which offset the grammar is left and what was expected there.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let (attr, end) = scan(text, 0)?;
        if end == text.len() {
            return Ok(Self { attr, filter: None, sub: None });
        }
        if !text[end..].starts_with('[') {
            return Err(SyntaxError::at(text, end, "`[` or the end of the path"));
        }
        if let Some(sub) = &attr.sub {
            return Err(SyntaxError::at(
                text,
                end,
                format!("the end of the path: `{sub}` is a sub-attribute and takes no filter"),
            ));
        }
        let (filter, end) = filter::scan_brackets(text, end)?;
        if end == text.len() {
            return Ok(Self { attr, filter: Some(filter), sub: None });
        }
        let Some(sub) = text[end..].strip_prefix('.') else {
            return Err(SyntaxError::at(text, end, "`.` and a sub-attribute, or the end of the path"));
        };
        if !is_name(sub) {
            let bad = sub.find(|c: char| !starts_name(c) && !continues_name(c)).unwrap_or(0);
            return Err(SyntaxError::at(text, end + 1 + bad, "one sub-attribute name"));
        }
        Ok(Self { attr, filter: Some(filter), sub: Some(sub.to_owned()) })
    }

    /// The sub-attribute that is addressed, with or without a filter in front of it.
    #[must_use]
    pub fn sub_attribute(&self) -> Option<&str> {
        self.sub.as_deref().or(self.attr.sub.as_deref())
    }
}

impl fmt::Display for PatchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.attr)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

impl FromStr for PatchPath {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_urn_prefix_is_split_at_its_last_colon() {
        let path =
            AttrPath::parse("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName").unwrap();
        assert_eq!(path.schema.as_deref(), Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"));
        assert_eq!((path.name.as_str(), path.sub.as_deref()), ("manager", Some("displayName")));
    }

    #[test]
    fn a_container_path_is_recognised_by_its_urn() {
        let path = AttrPath::parse(super::super::urn::ENTERPRISE_USER).unwrap();
        assert!(path.is_urn(super::super::urn::ENTERPRISE_USER));
        assert!(!path.is_urn(super::super::urn::USER));
    }

    #[test]
    fn a_value_path_keeps_filter_and_sub_attribute() {
        let path = PatchPath::parse(r#"emails[type eq "work" and value ew "]"].value"#).unwrap();
        assert_eq!(path.attr.name, "emails");
        assert_eq!(path.sub.as_deref(), Some("value"));
        assert_eq!(path.to_string(), r#"emails[type eq "work" and value ew "]"].value"#);
    }

    #[test]
    fn errors_point_at_the_place() {
        for (text, offset) in [
            ("", 0),
            ("1name", 0),
            ("name.", 5),
            ("name.a.b", 6),
            ("emails[type eq \"w\"", 18),
            ("emails[type eq \"w\"]x", 19),
            ("name.first[a pr]", 10),
            ("a:b", 1),
        ] {
            let error = PatchPath::parse(text).unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {error}");
        }
    }
}
