//! The error of the path and filter parsers, and the character classes that both share.

/// Text that does not follow the grammar of RFC 7644 §3.4.2.2 or §3.5.2.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at offset {offset}: expected {expected}, found {found}")]
pub struct SyntaxError {
    /// Byte offset into the text.
    pub offset: usize,
    /// What would have been right there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl SyntaxError {
    /// An error at `offset` of `text`; what was found is cut from the text itself.
    pub(super) fn at(text: &str, offset: usize, expected: impl Into<String>) -> Self {
        let rest = text.get(offset..).unwrap_or("");
        let found = if rest.is_empty() {
            "the end".to_owned()
        } else {
            let word: String = rest.chars().take_while(|c| !c.is_whitespace()).take(24).collect();
            if word.is_empty() { "a space".to_owned() } else { format!("`{word}`") }
        };
        Self { offset, expected: expected.into(), found }
    }
}

/// First character of an attribute name. `$` is let through for `$ref`, which the printed grammar forgets.
pub(super) fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '$'
}

/// Any further character of an attribute name.
pub(super) fn continues_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '$' | '-' | '_')
}

/// Whether `text` is an attribute name (RFC 7643 §2.1, with `$ref` allowed).
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_name) && chars.all(continues_name)
}
