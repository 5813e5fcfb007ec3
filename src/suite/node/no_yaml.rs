//! Syntax errors, in words for the author of a file and not for the user of a YAML library.

use super::Position;

/// A text that is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::suite) struct NoYaml {
    pub(in crate::suite) at: Position,
    pub(in crate::suite) message: String,
    pub(in crate::suite) help: String,
}

impl NoYaml {
    /// From the message of the reader and the place where it gave up, which may be behind the mistake.
    pub(super) fn new(text: &str, at: Position, said: &str) -> Self {
        let said = said.rsplit_once(" at line ").map_or(said, |(message, _)| message);
        let said = said.split(", set ").next().unwrap_or(said);
        let of =
            |at: Position, message: &str, help: &str| Self { at, message: message.to_owned(), help: help.to_owned() };
        let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
        let before: String = line.chars().take(at.column.saturating_sub(1)).collect();
        if let Some(tab) = tab_near(text, at).filter(|_| said.contains("tab")) {
            return of(tab, "this is no YAML: a tab where spaces indent", "indent with spaces");
        }
        if before.ends_with('$') || line.chars().skip(at.column.saturating_sub(1)).collect::<String>().starts_with("${")
        {
            let help = "quote a placeholder that stands inside `{ }` or `[ ]`: \"${ann.id}\"";
            return of(at, "this is no YAML: a brace opens inside a plain text", help);
        }
        if said.contains("multiple YAML documents") {
            return of(
                at,
                "a second document begins here",
                "a file holds one suite; put the other one into a file of its own",
            );
        }
        let (message, help) = if said.contains("mapping values are not allowed") {
            ("a second `: ` on a line", "quote a text that holds `: `; check the indentation if that is not it")
        } else if said.contains("quoted scalar") {
            ("a quoted text goes on where it may not", "is a closing quote missing above?")
        } else if said.contains("flow mapping") || said.contains("flow sequence") {
            ("a `{` or `[` is not closed", "close it before this place")
        } else if said.contains("expected string scalar") {
            ("a key that is no text", "keys are plain words; quote what is meant as text")
        } else if said.contains("depth") {
            ("lists and mappings nest too deeply", "a body that is meant to be so deep goes into `raw:` as text")
        } else if said.contains("unknown anchor") {
            ("an alias for an anchor that is not there", "quote a text that begins with `*`")
        } else if said.contains("'-' indicator") || said.contains("block mapping") {
            ("the indentation does not fit the lines above", "indent the line like those that it belongs to")
        } else {
            (said, "mend this first")
        };
        of(at, &format!("this is no YAML: {message}"), help)
    }
}

/// The first tab that indents, at the place or on one of the lines behind it.
fn tab_near(text: &str, at: Position) -> Option<Position> {
    text.lines().enumerate().skip(at.line.saturating_sub(1)).take(3).find_map(|(index, line)| {
        let blank = line.len() - line.trim_start().len();
        let column = line[..blank].find('\t')? + 1;
        Some(Position { line: index + 1, column })
    })
}

#[cfg(test)]
mod tests {
    use super::super::Node;
    use super::*;

    #[test]
    fn the_reader_speaks_to_authors() {
        for (text, line, column, message) in [
            ("a: 1\n\tb: 2\n", 2, 1, "this is no YAML: a tab where spaces indent"),
            ("a: { b: ${c} }\n", 1, 10, "this is no YAML: a brace opens inside a plain text"),
            ("a: b: c\n", 1, 5, "this is no YAML: a second `: ` on a line"),
            ("a: 1\n---\nb: 2\n", 3, 1, "a second document begins here"),
            (&"- ".repeat(40), 1, 65, "this is no YAML: lists and mappings nest too deeply"),
        ] {
            let error = Node::parse(text).unwrap_err();
            assert_eq!((error.at, error.message.as_str()), (Position { line, column }, message), "{text}");
            assert!(!error.help.is_empty());
        }
    }
}
