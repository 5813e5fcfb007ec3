//! Text that a target controls, made harmless to look at.
//!
//! Escaping for a format is the business of that format. Here go the characters that no format escapes and that still
//! change what a reader sees: terminal escapes and other control characters, and the Unicode characters that turn the
//! direction of text or take no room.

use std::borrow::Cow;

pub(crate) use crate::file::is_deceptive;

/// The text with each deceptive character written as JSON would escape it, `\u202e`; line feeds and tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // A carriage return before a line feed is a line end like any other.
        if c == '\r' && rest.peek() == Some(&'\n') {
            continue;
        }
        push_visible(&mut out, c);
    }
    Cow::Owned(out)
}

/// Adds one character, spelled out when it is deceptive.
fn push_visible(out: &mut String, c: char) {
    if !is_deceptive(c) {
        out.push(c);
    } else if u32::from(c) <= 0xffff {
        out.push_str(&format!("\\u{:04x}", u32::from(c)));
    } else {
        out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
    }
}

/// The text in one line: as [`visible`], with line feeds and tabs as single spaces.
pub(crate) fn one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}

/// At most `limit` characters; what was cut is said in words.
pub(crate) fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((at, _)) => Cow::Owned(format!("{}… ({} bytes more)", &text[..at], text.len() - at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_direction_characters_are_spelled_out() {
        assert_eq!(visible("a\u{1b}[31mb\u{0}\u{202e}c\u{9b}"), "a\\u001b[31mb\\u0000\\u202ec\\u009b");
        assert_eq!(visible("\u{e0041}"), "\\u{e0041}");
        assert_eq!(one_line("a\r\nb\tc\rd"), "a b c\\u000dd");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        let text = "Zoë\tשלום\n日本 👍";
        assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn cutting_respects_characters_and_says_how_much_is_gone() {
        assert_eq!(shortened("äöü", 2), "äö… (2 bytes more)");
        assert_eq!(shortened("äöü", 3), "äöü");
    }
}
