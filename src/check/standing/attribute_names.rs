//! No object names an attribute twice (RFC 7643 §2.1).

use std::collections::HashMap;

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};
use crate::check::wording::cut;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "attribute-names",
    title: "No object has two members that name the same attribute",
    why: "Each client keeps another one of the two values.",
    requirements: &["7643-2.1-03"],
    rulings: &[],
    hint: "attribute names do not depend on case: store each attribute under its declared name only",
    watch,
};

/// Objects may be nested this deep; what is deeper is not looked at.
const MAX_DEPTH: usize = 128;
/// At most so many repetitions are given.
const LIMIT: usize = 20;

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    if sight.body().is_none() {
        return looks.done();
    }
    let repeated = repeated_names(&sight.response.body);
    if repeated.is_empty() {
        looks.held(CHECK.requirement());
    }
    for Repeated { pointer, name, first } in repeated {
        looks.broken(CHECK.requirement(), || {
            let actual = if name == first {
                format!("`{}` twice", cut(&name))
            } else {
                format!("`{}` and `{}`", cut(&first), cut(&name))
            };
            Breach::expected(pointer, "each attribute once", actual)
        });
    }
    looks.done()
}

/// A member that names an attribute which its object already has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// JSON Pointer of the object.
    pub pointer: String,
    /// The name as it stands at its repetition.
    pub name: String,
    /// The name as it stood first.
    pub first: String,
}

/// Every repeated member name in a JSON text, compared without regard to case; parsers would keep only one of them.
///
/// Reads any bytes without error: where the text leaves the grammar of JSON, the scan just goes on or ends.
#[must_use]
pub fn repeated_names(text: &[u8]) -> Vec<Repeated> {
    let mut out = Vec::new();
    let mut stack: Vec<Frame> = Vec::new();
    let mut at = 0;
    while at < text.len() && out.len() < LIMIT {
        match text[at] {
            b'{' | b'[' => {
                if stack.len() == MAX_DEPTH {
                    break;
                }
                stack.push(if text[at] == b'{' { Frame::object() } else { Frame::Array { index: 0 } });
                at += 1;
            }
            b'}' | b']' => {
                stack.pop();
                at += 1;
            }
            b',' => {
                match stack.last_mut() {
                    Some(Frame::Array { index }) => *index += 1,
                    Some(Frame::Object { awaits_name, .. }) => *awaits_name = true,
                    None => {}
                }
                at += 1;
            }
            b'"' => {
                let end = end_of_string(text, at);
                name_member(&mut stack, &text[at..end], &mut out);
                at = end;
            }
            _ => at += 1,
        }
    }
    out
}

/// An object or array that is still open.
enum Frame {
    Object { awaits_name: bool, current: String, names: HashMap<String, Option<String>> },
    Array { index: usize },
}

impl Frame {
    fn object() -> Self {
        Self::Object { awaits_name: true, current: String::new(), names: HashMap::new() }
    }

    fn segment(&self) -> String {
        match self {
            Self::Object { current, .. } => current.replace('~', "~0").replace('/', "~1"),
            Self::Array { index } => index.to_string(),
        }
    }
}

/// Takes a string as the name of the next member, where one is awaited.
fn name_member(stack: &mut [Frame], quoted: &[u8], out: &mut Vec<Repeated>) {
    let Some((Frame::Object { awaits_name, current, names }, outer)) = stack.split_last_mut() else { return };
    if !*awaits_name {
        return;
    }
    *awaits_name = false;
    let name = serde_json::from_slice::<String>(quoted)
        .unwrap_or_else(|_| String::from_utf8_lossy(quoted).trim_matches('"').to_owned());
    let folded = name.to_ascii_lowercase();
    match names.get(&folded) {
        Some(first) => {
            let pointer = outer.iter().map(|frame| format!("/{}", frame.segment())).collect();
            out.push(Repeated { pointer, first: first.clone().unwrap_or(folded), name: name.clone() });
        }
        None => {
            // Only where the fold differs does the original have to be kept beside it.
            let original = (folded != name).then(|| name.clone());
            names.insert(folded, original);
        }
    }
    *current = name;
}

/// Offset behind the closing quote of the string that begins at `start`.
fn end_of_string(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn of(text: &str) -> Vec<(String, String, String)> {
        repeated_names(text.as_bytes()).into_iter().map(|one| (one.pointer, one.first, one.name)).collect()
    }

    fn one(pointer: &str, first: &str, name: &str) -> Vec<(String, String, String)> {
        vec![(pointer.into(), first.into(), name.into())]
    }

    #[test]
    fn names_are_compared_within_their_object() {
        assert_eq!(of(r#"{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}], "c": "a", "d": ["a", "a"]}"#), []);
        assert_eq!(of(r#"{"userName": "x", "username": "y"}"#), one("", "userName", "username"));
        assert_eq!(of(r#"{"a": 1, "a": 1}"#), one("", "a", "a"));
        assert_eq!(of(r#"{"x/y": [0, {"n": {}, "N": []}]}"#), one("/x~1y/1", "n", "N"));
        assert_eq!(of(r#"{"a\"{": 1, "\u0061\"{": 2}"#), one("", "a\"{", "a\"{"));
    }

    #[test]
    fn any_bytes_are_read_without_error() {
        for text in ["", "{", "\"", "{\"a", "{\"a\\", "]]}}", "{,,,}", "{\"a\":1,\"a\"", "\u{feff}{}"] {
            let _ = repeated_names(text.as_bytes());
        }
        assert!(repeated_names(&[b'{', 0xff, b'"', 0xfe, b'"', b':', b'1', b',', b'"', 0xfe, b'"']).len() <= 1);
        assert_eq!(repeated_names("[".repeat(100_000).as_bytes()), []);
        let many = format!("{{{}}}", vec![r#""a":1"#; 1_000].join(","));
        assert_eq!(repeated_names(many.as_bytes()).len(), LIMIT);
    }

    #[test]
    fn repeated_names_are_broken() {
        let body = |text: &str| plain(200, &[], text);
        assert_held(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
        assert_broken(&see(&CHECK, &get("/Users/1"), &body(r#"{"id": "1", "ID": "2"}"#)), "7643-2.1-03");
        assert_broken(&see(&CHECK, &get("/Users/1"), &body(r#"{"id": "1", "id": "2"}"#)), "7643-2.1-03");
        assert_silent(&see(&CHECK, &get("/Users/1"), &body("no json")));
    }
}
