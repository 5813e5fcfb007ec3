//! Every bound on what is taken from a target, in one place.
//!
//! Targets are not trusted: whatever one answers, a run ends, and its memory stays small. Peak memory is about
//! `jobs` × [`HELD_BY_CASE`] × 2 and [`KEPT_OF_RUN`]. What is beyond a bound is never the target's fault by itself,
//! since no RFC sets it: the case is `error` or `blocked`, and its reason names the bound.
//!
//! Not here, since others hold them: time per request (`Settings::timeout`), and the head of an answer (100 header
//! lines and 400 KiB, by the HTTP library).

/// An answer whose body is larger is not read to its end.
pub const MOST_BODY: usize = 16 * 1024 * 1024;

/// The bodies that one case may hold at the same time, while it is judged, weighed with the values that are read from them.
pub const HELD_BY_CASE: usize = 32 * 1024 * 1024;

/// A body is parsed when it is nested no deeper. Messages of SCIM need fewer than ten levels (RFC 7643 §2.3.8), and
/// RFC 8259 §9 leaves the bound to parsers.
pub const MOST_DEPTH: usize = 100;

/// A body is parsed when it has no more values: in memory, each takes many times its bytes.
pub const MOST_VALUES: usize = 100_000;

/// Longest id or cursor that is put into a URL, in bytes as they go over the wire; the HTTP library takes URLs up to
/// 65 534 bytes.
pub const MOST_IN_URL: usize = 60_000;

/// Resource types that are read from `/ResourceTypes`.
pub const MOST_RESOURCE_TYPES: usize = 100;

/// Attribute definitions, inner ones included, of all schemas together; schemas beyond are not used.
pub const MOST_ATTRIBUTES: usize = 20_000;

/// Attributes of a resource type that the tables over its attributes try.
pub const MOST_ROWS: usize = 500;

/// Pages that a walk through a list reads.
pub const MOST_PAGES: usize = 200;

/// Resources behind which such a walk stops.
pub const MOST_LISTED: u64 = 1_000;

/// Bytes of a body that are kept as evidence when its case has been judged.
pub const KEPT_OF_BODY: usize = 256 * 1024;

/// Bytes of one header value that are kept.
pub const KEPT_OF_HEADER: usize = 4 * 1024;

/// Bytes of evidence that the cases of a run keep; further exchanges keep [`KEPT_AT_LEAST`]. The standing checks keep
/// a quarter of it.
pub const KEPT_OF_RUN: usize = 16 * 1024 * 1024;

/// Bytes of a body that are kept when a run has much evidence already.
pub const KEPT_AT_LEAST: usize = 1024;

/// Characters of a message or reason; the evidence beside it has the rest.
pub const KEPT_OF_MESSAGE: usize = 2_000;

/// Bytes that a body takes while it is judged: its own, and those of the values that are made of it, roughly.
pub(crate) fn weight(body: &[u8]) -> usize {
    const OF_VALUE: usize = 200;
    let (depth, values) = measure(body);
    let is_parsed = depth <= MOST_DEPTH && values <= MOST_VALUES;
    body.len() + if is_parsed { body.len() + values * OF_VALUE } else { 0 }
}

/// Why a JSON text is not parsed, as a fragment; `None` when it may be.
///
/// Counts brackets and commas outside of strings, whether the text is valid or not: that takes no memory, where
/// parsing could take gigabytes.
pub(crate) fn beyond(json: &[u8]) -> Option<String> {
    let (depth, values) = measure(json);
    if depth > MOST_DEPTH {
        return Some(format!(
            "it is nested deeper than {MOST_DEPTH} levels, where messages of SCIM need fewer than ten"
        ));
    }
    (values > MOST_VALUES).then(|| format!("it holds more than {MOST_VALUES} values"))
}

/// How deep a JSON text is nested, and how many values it has.
fn measure(json: &[u8]) -> (usize, usize) {
    let (mut depth, mut deepest, mut values) = (0_usize, 0_usize, 1_usize);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                values += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            b'"' => {
                while let Some(inner) = bytes.next() {
                    match inner {
                        b'\\' => {
                            bytes.next();
                        }
                        b'"' => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    (deepest, values)
}

/// At most [`KEPT_OF_MESSAGE`] characters of a text; what was cut is said in words.
#[must_use]
pub fn message(text: String) -> String {
    cut(&text, KEPT_OF_MESSAGE).unwrap_or(text)
}

/// The first characters of a text and how much more there is; `None` where that would hardly be shorter.
pub(super) fn cut(text: &str, characters: usize) -> Option<String> {
    const WORTH_IT: usize = 40;
    if text.len() <= characters + WORTH_IT {
        return None;
    }
    let (at, _) = text.char_indices().nth(characters)?;
    (text.len() - at > WORTH_IT).then(|| format!("{}… ({} bytes more)", &text[..at], text.len() - at))
}

/// The evidence that may still be kept.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    left: usize,
}

impl Budget {
    /// A budget of so many bytes.
    #[must_use]
    pub const fn of(bytes: usize) -> Self {
        Self { left: bytes }
    }

    /// Takes as much as a body may keep.
    pub(super) fn take(&mut self, wanted: usize) -> usize {
        let kept = wanted.min(KEPT_OF_BODY.min(self.left.max(KEPT_AT_LEAST)));
        self.left = self.left.saturating_sub(kept);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_and_values_are_bounded_before_parsing() {
        assert_eq!(beyond(br#"{"a":[1,2,{"b":"[[[[{{{,,,\"[["}]}"#), None);
        assert_eq!(beyond("[".repeat(MOST_DEPTH).as_bytes()), None);
        assert!(beyond("[".repeat(MOST_DEPTH + 1).as_bytes()).is_some_and(|why| why.contains("nested")));
        assert!(beyond("{\"a\":".repeat(100_000).as_bytes()).is_some_and(|why| why.contains("nested")));
        let many = |count: usize| format!("[{}0]", "0,".repeat(count));
        assert_eq!(beyond(many(MOST_VALUES - 3).as_bytes()), None);
        assert!(beyond(many(MOST_VALUES).as_bytes()).is_some_and(|why| why.contains("values")));
    }

    #[test]
    fn what_ends_within_a_string_is_no_trouble() {
        for text in ["\"", "\"\\", "\"\\\"", "[\"a", "]]]]"] {
            assert_eq!(beyond(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_budget_gives_less_when_it_is_used_up_and_never_nothing() {
        let mut budget = Budget::of(KEPT_OF_BODY + 10);
        assert_eq!(budget.take(100 * KEPT_OF_BODY), KEPT_OF_BODY);
        assert_eq!(budget.take(5), 5);
        assert_eq!(budget.take(100_000), KEPT_AT_LEAST);
        assert_eq!(budget.take(100_000), KEPT_AT_LEAST);
    }

    #[test]
    fn messages_are_cut_between_characters() {
        assert_eq!(message("short".to_owned()), "short");
        let cut = message("ä".repeat(KEPT_OF_MESSAGE + 100));
        assert!(cut.ends_with("… (200 bytes more)") && cut.starts_with('ä'));
        let hardly_longer = "x".repeat(KEPT_OF_MESSAGE + 9);
        assert_eq!(message(hardly_longer.clone()), hardly_longer);
    }
}
