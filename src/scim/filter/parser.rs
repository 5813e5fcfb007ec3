//! Text to filter, by the grammar of RFC 7644 §3.4.2.2 (Figure 1), with the offset at which it is left.

use serde_json::Value;

use super::{CompareOp, Filter, Literal};
use crate::scim::path::{self, AttrPath};
use crate::scim::syntax::{SyntaxError, continues_name};

/// Brackets (round, square and those of `not`) may be nested this deep; deeper text is a syntax error, so that no
/// input can exhaust the stack.
pub const MAX_DEPTH: usize = 64;

/// How much beyond the RFC's grammar is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    Rfc,
    Clients,
}

/// Reads `[filter]` from `text` at `start`, which holds the opening bracket; gives the filter and the offset behind
/// the closing one.
pub(in crate::scim) fn scan_brackets(text: &str, start: usize) -> Result<(Filter, usize), SyntaxError> {
    let mut parser = Parser { at: start, ..Parser::new(text, Grammar::Rfc) };
    let filter = parser.brackets()?;
    Ok((filter, parser.at))
}

pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    in_value_path: bool,
    grammar: Grammar,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, grammar: Grammar) -> Self {
        Self { text, at: 0, depth: 0, in_value_path: false, grammar }
    }

    pub(super) fn whole(mut self) -> Result<Filter, SyntaxError> {
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
            && !self.rest()[word.len()..].starts_with(|c: char| continues_name(c) || matches!(c, '.' | ':' | '['));
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
