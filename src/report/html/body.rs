//! A body as lines: JSON is indented without changing a token, so that numbers, escapes and repeated members stay as
//! they were sent, and each line knows its JSON Pointer.

use serde::de::IgnoredAny;

use super::escape;
use crate::exchange::limits;
use crate::report::untrusted;

/// A line of a body, ready for the page.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Escaped text with the member name in `<b>`.
    pub(super) html: String,
    /// Pointer of the value that begins in this line.
    pub(super) pointer: Option<String>,
}

/// A value that is longer than this is cut.
const LONGEST_TOKEN: usize = 4000;

/// The lines of a body: indented when it is JSON, as they are otherwise.
pub(super) fn lines(body: &str) -> Vec<Line> {
    // Indenting what is nested without end takes the square of its length.
    if limits::beyond(body.as_bytes()).is_none() && serde_json::from_str::<IgnoredAny>(body).is_ok() {
        return Indenter::default().run(body);
    }
    let plain = |line: &str| Line { html: escape::html(&untrusted::shortened(line, LONGEST_TOKEN)), pointer: None };
    body.trim_end_matches('\n').split('\n').map(plain).collect()
}

/// A container that is open.
struct Frame {
    is_array: bool,
    index: usize,
    /// Length of the pointer of the container itself.
    base: usize,
}

#[derive(Default)]
struct Indenter {
    lines: Vec<Line>,
    line: Line,
    pointer: String,
    open: Vec<Frame>,
    /// Whether the next string is the name of a member.
    at_name: bool,
}

impl Indenter {
    /// Takes valid JSON only.
    fn run(mut self, body: &str) -> Vec<Line> {
        let mut tokens = tokens(body).peekable();
        while let Some(token) = tokens.next() {
            match token {
                "{" | "[" => {
                    self.begin_value();
                    self.line.html.push_str(token);
                    if let Some(close) = tokens.next_if(|next| matches!(*next, "}" | "]")) {
                        self.line.html.push_str(close);
                        continue;
                    }
                    self.flush();
                    self.open.push(Frame { is_array: token == "[", index: 0, base: self.pointer.len() });
                    self.at_name = token == "{";
                }
                "}" | "]" => {
                    self.flush();
                    if let Some(frame) = self.open.pop() {
                        self.pointer.truncate(frame.base);
                    }
                    self.indent();
                    self.line.html.push_str(token);
                }
                "," => {
                    self.line.html.push(',');
                    self.flush();
                    if let Some(frame) = self.open.last_mut() {
                        frame.index += 1;
                        self.pointer.truncate(frame.base);
                        self.at_name = !frame.is_array;
                    }
                }
                ":" => self.line.html.push_str(": "),
                name if self.at_name => {
                    self.at_name = false;
                    self.indent();
                    self.line.html.push_str("<b>");
                    escape::push(&mut self.line.html, &untrusted::shortened(name, LONGEST_TOKEN));
                    self.line.html.push_str("</b>");
                    let name: String = serde_json::from_str(name).unwrap_or_default();
                    self.pointer.push('/');
                    self.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                    self.line.pointer = Some(self.pointer.clone());
                }
                atom => {
                    self.begin_value();
                    escape::push(&mut self.line.html, &untrusted::shortened(atom, LONGEST_TOKEN));
                }
            }
        }
        self.flush();
        self.lines
    }

    fn begin_value(&mut self) {
        match self.open.last() {
            Some(frame) if frame.is_array => {
                self.pointer.truncate(frame.base);
                self.pointer.push_str(&format!("/{}", frame.index));
                self.indent();
                self.line.pointer = Some(self.pointer.clone());
            }
            Some(_) => {}
            None => self.line.pointer = Some(String::new()),
        }
    }

    fn indent(&mut self) {
        if self.line.html.is_empty() {
            self.line.html.push_str(&"  ".repeat(self.open.len()));
        }
    }

    fn flush(&mut self) {
        if !self.line.html.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
    }
}

/// The tokens of valid JSON, without white space.
fn tokens(body: &str) -> impl Iterator<Item = &str> {
    let mut rest = body;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let end = match rest.as_bytes().first()? {
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            b'"' => string_end(rest),
            _ => rest.find([',', '}', ']', ' ', '\t', '\n', '\r']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(body: &str) -> Vec<(String, Option<String>)> {
        let strip = |html: &str| html.replace("<b>", "").replace("</b>", "").replace("&quot;", "\"");
        lines(body).into_iter().map(|line| (strip(&line.html), line.pointer)).collect()
    }

    #[test]
    fn each_value_has_its_pointer_and_each_token_stays_as_it_was() {
        let got = plain(r#"{"a/b":[1.10,{"c":"\u00e9"},[]],"a/b":{},"d":12345678901234567890}"#);
        let expected = [
            ("{", Some("")),
            ("  \"a/b\": [", Some("/a~1b")),
            ("    1.10,", Some("/a~1b/0")),
            ("    {", Some("/a~1b/1")),
            ("      \"c\": \"\\u00e9\"", Some("/a~1b/1/c")),
            ("    },", None),
            ("    []", Some("/a~1b/2")),
            ("  ],", None),
            ("  \"a/b\": {},", Some("/a~1b")),
            ("  \"d\": 12345678901234567890", Some("/d")),
            ("}", None),
        ];
        let got: Vec<(&str, Option<&str>)> = got.iter().map(|(text, pointer)| (&**text, pointer.as_deref())).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn what_is_no_json_stays_as_it_is() {
        assert_eq!(plain("{\"a\":\n<b>"), [("{\"a\":".to_owned(), None), ("&lt;b&gt;".to_owned(), None)]);
        assert_eq!(plain("\"x\""), [("\"x\"".to_owned(), Some(String::new()))]);
    }

    proptest::proptest! {
        #[test]
        fn no_input_is_too_odd(body in "[\\[\\]{}\",:\\\\ a1\n<]{0,60}") {
            let text: String = lines(&body).iter().map(|line| line.html.as_str()).collect();
            let tags = text.replace("<b>", "").replace("</b>", "");
            proptest::prop_assert!(!tags.contains('<'));
        }
    }
}
