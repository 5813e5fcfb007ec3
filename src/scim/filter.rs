//! The filter grammar of RFC 7644 §3.4.2.2 as a syntax tree.
//!
//! The tree prints back to text that parses to the same tree. Precedence is brackets, `not`, `and`, `or`.
//! Errata 4690, 7319 and 7322 are applied: logical expressions inside square brackets, no value path inside a value
//! path, and `not` with or without a space before its bracket.

mod parser;

use std::fmt;
use std::str::FromStr;

use serde_json::{Number, Value};

pub use parser::MAX_DEPTH;
pub(super) use parser::scan_brackets;
use parser::{Grammar, Parser};

use super::path::AttrPath;
use super::syntax::SyntaxError;

/// A filter expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// At least two alternatives joined by `or`.
    Or(Vec<Filter>),
    /// At least two conditions joined by `and`.
    And(Vec<Filter>),
    /// `not (…)`.
    Not(Box<Filter>),
    /// `path pr`.
    Present(AttrPath),
    /// `path op literal`.
    Compare(AttrPath, CompareOp, Literal),
    /// `path[…]`: the conditions hold for one and the same value of the attribute.
    ValuePath(AttrPath, Box<Filter>),
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// equal
    Eq,
    /// not equal
    Ne,
    /// contains
    Co,
    /// starts with
    Sw,
    /// ends with
    Ew,
    /// greater than
    Gt,
    /// greater or equal
    Ge,
    /// less than
    Lt,
    /// less or equal
    Le,
}

impl CompareOp {
    /// Every operator, in the order of the RFC's table.
    pub const ALL: [Self; 9] =
        [Self::Eq, Self::Ne, Self::Co, Self::Sw, Self::Ew, Self::Gt, Self::Ge, Self::Lt, Self::Le];

    /// The operator as it is written in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str().eq_ignore_ascii_case(word))
    }
}

/// The value on the right of a comparison: a JSON scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A JSON number.
    Number(Number),
    /// A JSON string, unescaped.
    String(String),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::String(value) => write!(f, "{}", Value::String(value.clone())),
        }
    }
}

impl Filter {
    /// Parses a whole text as a filter by the grammar of the RFC.
    ///
    /// # Errors
    /// Says at which offset the grammar is left and what was expected there.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Parser::new(text, Grammar::Rfc).whole()
    }

    /// Like [`Filter::parse`], and also accepts the form `emails[type eq "work"].value eq "x"` that Entra ID sends.
    /// It is read as `emails[type eq "work" and value eq "x"]`.
    ///
    /// # Errors
    /// As [`Filter::parse`].
    pub fn parse_as_clients_send(text: &str) -> Result<Self, SyntaxError> {
        Parser::new(text, Grammar::Clients).whole()
    }

    /// The attribute paths of the expression without those inside square brackets, which are relative.
    #[must_use]
    pub fn outer_paths(&self) -> Vec<&AttrPath> {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().flat_map(Self::outer_paths).collect(),
            Self::Not(inner) => inner.outer_paths(),
            Self::Present(path) | Self::Compare(path, ..) | Self::ValuePath(path, _) => vec![path],
        }
    }

    /// Every attribute path of the expression; paths inside square brackets are given as written, relative to their
    /// parent.
    #[must_use]
    pub fn paths(&self) -> Vec<&AttrPath> {
        match self {
            Self::Or(parts) | Self::And(parts) => parts.iter().flat_map(Self::paths).collect(),
            Self::Not(inner) => inner.paths(),
            Self::Present(path) | Self::Compare(path, ..) => vec![path],
            Self::ValuePath(path, inner) => std::iter::once(path).chain(inner.paths()).collect(),
        }
    }
}

impl FromStr for Filter {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(parts) => join(f, parts, " or ", |part| matches!(part, Self::Or(_))),
            Self::And(parts) => join(f, parts, " and ", |part| matches!(part, Self::Or(_) | Self::And(_))),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare(path, op, literal) => write!(f, "{path} {} {literal}", op.as_str()),
            Self::ValuePath(path, inner) => write!(f, "{path}[{inner}]"),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Filter], word: &str, bracketed: impl Fn(&Filter) -> bool) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        if bracketed(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
    }

    #[test]
    fn and_binds_before_or() {
        let Filter::Or(parts) = Filter::parse(r#"a eq 1 or b eq 2 and c eq 3"#).unwrap() else { panic!("not an or") };
        assert!(matches!(&parts[1], Filter::And(both) if both.len() == 2));
    }

    #[test]
    fn canonical_text_is_a_fixed_point() {
        for text in [
            r#"userName eq "bjensen""#,
            r#"title pr and not (userType eq "Employee")"#,
            r#"(a eq 1 or b pr) and c ne null"#,
            r#"emails[type eq "work" and (value co "@x" or value co "@y")]"#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J\"\\""#,
            r#"members.$ref pr"#,
            r#"not pr or and eq true"#,
            r#"a[not pr]"#,
        ] {
            assert_eq!(printed(text), text);
        }
        assert_eq!(printed(r#"A EQ "x" AND not(b PR)"#), r#"A eq "x" and not (b pr)"#);
    }

    #[test]
    fn errors_name_the_offset_and_what_was_expected() {
        for (text, offset, expected) in [
            ("", 0, "attribute name"),
            ("userName", 8, "operator"),
            ("userName eq", 11, "a value"),
            ("userName xx \"a\"", 9, "operator"),
            ("userName eq 'a'", 12, "double quotes"),
            ("userName eq \"a", 14, "closing double quote"),
            ("a pr and", 8, "attribute name"),
            ("a pr or ", 8, "attribute name"),
            ("(a pr", 5, "`)`"),
            ("a pr)", 4, "end of the filter"),
            ("not a pr", 4, "behind `not`"),
            ("e[f[g pr]]", 3, "inside a value path"),
            (r#"emails[type eq "work"].value eq "x""#, 22, "end of the filter"),
        ] {
            let error = Filter::parse(text).unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {error}");
            assert!(error.expected.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_form_that_entra_sends_is_an_option() {
        let filter = Filter::parse_as_clients_send(r#"emails[type eq "work"].value eq "x""#).unwrap();
        assert_eq!(filter.to_string(), r#"emails[type eq "work" and value eq "x"]"#);
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = |n: usize| format!("{}a pr{}", "(".repeat(n), ")".repeat(n));
        assert!(Filter::parse(&deep(MAX_DEPTH)).is_ok());
        assert!(Filter::parse(&deep(MAX_DEPTH + 1)).is_err());
        let wide = vec!["a pr"; 5_000].join(" or ");
        assert!(Filter::parse(&wide).is_ok());
    }
}
