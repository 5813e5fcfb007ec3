//! The filter grammar of RFC 7644 §3.4.2.2 as a syntax tree.
//!
//! The tree prints back to text that parses to the same tree. Precedence is brackets, `not`, `and`, `or`.
//! Errata 4690, 7319 and 7322 are applied: logical expressions inside square brackets, no value path inside a value
//! path, and `not` with or without a space before its bracket.

use std::fmt;
use std::str::FromStr;

use serde_json::{Number, Value};

use super::path::{self, AttrPath};
use super::syntax::SyntaxError;

/// Brackets (round, square and those of `not`) may be nested this deep; deeper text is a syntax error, so that no
/// input can exhaust the stack.
pub const MAX_DEPTH: usize = 64;

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

/// How much beyond the RFC's grammar is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grammar {
    Rfc,
    Clients,
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

/// Reads `[filter]` from `text` at `start`, which holds the opening bracket; gives the filter and the offset behind
/// the closing one.
pub(super) fn scan_brackets(text: &str, start: usize) -> Result<(Filter, usize), SyntaxError> {
    let mut parser = Parser { at: start, ..Parser::new(text, Grammar::Rfc) };
    let filter = parser.brackets()?;
    Ok((filter, parser.at))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    in_value_path: bool,
    grammar: Grammar,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, grammar: Grammar) -> Self {
        Self { text, at: 0, depth: 0, in_value_path: false, grammar }
    }

    fn whole(mut self) -> Result<Filter, SyntaxError> {
        self.skip_spaces();
        let filter = self.or()?;
        self.skip_spaces();
        if self.at == self.text.len() { Ok(filter) } else { Err(self.error("`and`, `or` or the end of the filter")) }
    }

    fn or(&mut self) -> Result<Filter, SyntaxError> {
        self.chain("or", Self::and, Filter::Or)
    }

    fn and(&mut self) -> Result<Filter, SyntaxError> {
        self.chain("and", Self::term, Filter::And)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Filter, SyntaxError>,
        build: fn(Vec<Filter>) -> Filter,
    ) -> Result<Filter, SyntaxError> {
        let first = part(self)?;
        if !self.take_joint(word) {
            return Ok(first);
        }
        let mut parts = vec![first, part(self)?];
        while self.take_joint(word) {
            parts.push(part(self)?);
        }
        Ok(build(parts))
    }

    fn term(&mut self) -> Result<Filter, SyntaxError> {
        if self.peek() == Some('(') {
            return self.nested('(', ')');
        }
        let start = self.at;
        if self.take_word("not") {
            self.skip_spaces();
            if self.peek() == Some('(') {
                return Ok(Filter::Not(Box::new(self.nested('(', ')')?)));
            }
            if !self.starts_operator() {
                return Err(self.error("`(` behind `not`"));
            }
            self.at = start;
        }
        self.attribute_expression()
    }

    fn attribute_expression(&mut self) -> Result<Filter, SyntaxError> {
        let (path, end) = path::scan(self.text, self.at)?;
        self.at = end;
        if self.peek() == Some('[') {
            if self.in_value_path {
                return Err(self.error("an operator: a value path cannot stand inside a value path"));
            }
            let inner = self.brackets()?;
            return self.behind_brackets(path, inner);
        }
        self.comparison(path)
    }

    fn behind_brackets(&mut self, path: AttrPath, inner: Filter) -> Result<Filter, SyntaxError> {
        if self.grammar == Grammar::Rfc || self.peek() != Some('.') {
            return Ok(Filter::ValuePath(path, Box::new(inner)));
        }
        self.at += 1;
        let (sub, end) = path::scan(self.text, self.at)?;
        self.at = end;
        let compared = self.comparison(sub)?;
        let both = match inner {
            Filter::And(mut parts) => {
                parts.push(compared);
                Filter::And(parts)
            }
            other => Filter::And(vec![other, compared]),
        };
        Ok(Filter::ValuePath(path, Box::new(both)))
    }

    fn comparison(&mut self, path: AttrPath) -> Result<Filter, SyntaxError> {
        if self.peek() != Some(' ') {
            return Err(self.error("a space and an operator"));
        }
        self.skip_spaces();
        let start = self.at;
        let word = self.word();
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(path));
        }
        let Some(op) = CompareOp::named(word) else {
            self.at = start;
            return Err(self.error("an operator (eq ne co sw ew gt ge lt le pr)"));
        };
        if self.peek() != Some(' ') {
            return Err(self.error("a space and a value"));
        }
        self.skip_spaces();
        Ok(Filter::Compare(path, op, self.literal()?))
    }

    fn literal(&mut self) -> Result<Literal, SyntaxError> {
        const EXPECTED: &str = "a value: a string in double quotes, a number, true, false or null";
        if self.peek() == Some('"') {
            return self.string();
        }
        let start = self.at;
        let length = self.rest().find([' ', ')', ']']).unwrap_or(self.rest().len());
        let word = &self.rest()[..length];
        let literal = match serde_json::from_str::<Value>(word) {
            Ok(Value::Null) => Literal::Null,
            Ok(Value::Bool(value)) => Literal::Bool(value),
            Ok(Value::Number(value)) => Literal::Number(value),
            _ => return Err(SyntaxError::at(self.text, start, EXPECTED)),
        };
        self.at += length;
        Ok(literal)
    }

    fn string(&mut self) -> Result<Literal, SyntaxError> {
        let mut escaped = false;
        let length = self.rest().char_indices().skip(1).find_map(|(index, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends.then_some(index + 1)
        });
        let Some(length) = length else {
            return Err(SyntaxError::at(self.text, self.text.len(), "the closing double quote of the string"));
        };
        let quoted = &self.rest()[..length];
        let value = serde_json::from_str(quoted).map_err(|_| self.error("a JSON string (check the backslashes)"))?;
        self.at += length;
        Ok(Literal::String(value))
    }

    fn brackets(&mut self) -> Result<Filter, SyntaxError> {
        self.in_value_path = true;
        let inner = self.nested('[', ']');
        self.in_value_path = false;
        inner
    }

    fn nested(&mut self, open: char, close: char) -> Result<Filter, SyntaxError> {
        debug_assert_eq!(self.peek(), Some(open));
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("brackets nested at most {MAX_DEPTH} deep")));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_spaces();
        let inner = self.or()?;
        self.skip_spaces();
        if self.peek() != Some(close) {
            return Err(self.error(format!("`and`, `or` or `{close}`")));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }

    /// Takes ` word ` between two expressions; leaves everything as it was when another word follows.
    fn take_joint(&mut self, word: &str) -> bool {
        let start = self.at;
        self.skip_spaces();
        if self.take_word(word) && matches!(self.peek(), Some(' ' | '(')) {
            self.skip_spaces();
            return true;
        }
        // A dangling joint is committed to, so that the error speaks of what is missing behind it.
        if self.at == self.text.len() && self.at > start && self.text[start..].trim().eq_ignore_ascii_case(word) {
            return true;
        }
        self.at = start;
        false
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.rest().get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
            && !self.rest()[word.len()..]
                .starts_with(|c: char| super::syntax::continues_name(c) || matches!(c, '.' | ':' | '['));
        if found {
            self.at += word.len();
        }
        found
    }

    /// Whether an operator follows, which makes the word before it an attribute name.
    fn starts_operator(&self) -> bool {
        let word = self.rest().split([' ', '(', ')', ']']).next().unwrap_or("");
        word.eq_ignore_ascii_case("pr") || CompareOp::named(word).is_some()
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches(' ').len();
    }

    fn error(&self, expected: impl Into<String>) -> SyntaxError {
        SyntaxError::at(self.text, self.at, expected)
    }
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
