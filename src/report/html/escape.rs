//! Text for HTML.

use crate::report::untrusted;

/// The text for an element or a quoted attribute, deceptive characters spelled out.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    push(&mut out, text);
    out
}

/// Adds the text as [`html`] gives it.
pub(super) fn push(out: &mut String, text: &str) {
    for c in untrusted::visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// An id for a fragment of the page that needs no further encoding in a link.
pub(super) fn anchor(prefix: &str, id: &str) -> String {
    let mut out = prefix.to_owned();
    for c in id.chars() {
        if c.is_ascii_alphanumeric() || "-_./".contains(c) {
            out.push(c);
        } else {
            out.push_str(&format!("~{:x}", u32::from(c)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_direction_characters_are_text() {
        assert_eq!(html("<a href='x'>\"&\u{202e}"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;\\u202e");
    }

    #[test]
    fn different_ids_have_different_anchors() {
        assert_eq!(anchor("case-", "a/b[c d]"), "case-a/b~5bc~20d~5d");
        assert_ne!(anchor("", "a b"), anchor("", "a~20b"));
    }
}
