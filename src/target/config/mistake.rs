//! What the TOML reader says, in words for people who write such files.

/// The message of the reader with what to do, without the value that it complains about, which may be a password.
pub(super) fn in_words(said: &str) -> String {
    let said = said.trim().replace('\n', ", ");
    let message = match without_values(&said) {
        deep if deep.contains("recurs") => "arrays or tables nest too deeply: expected a few levels at most".to_owned(),
        message => message,
    };
    let help =
        suggestion(&message).or_else(|| advice(&message).map(|advice| format!("; {advice}"))).unwrap_or_default();
    // Keys come out of the file: they may be long, and hold what a terminal obeys.
    let mut text: String = message.chars().take(400).collect();
    text.push_str(&help);
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// With types as TOML has them.
fn without_values(message: &str) -> String {
    let Some((kind, rest)) =
        ["invalid type: ", "invalid value: "].iter().find_map(|kind| Some((*kind, message.strip_prefix(kind)?)))
    else {
        return message.to_owned();
    };
    let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
    let found = match found.split([' ', '`', '"']).next().unwrap_or_default() {
        "sequence" => "an array",
        "map" => "a table",
        "string" => "a string",
        "boolean" => "a boolean",
        "integer" if kind == "invalid value: " => "a number out of range",
        "integer" | "floating" => "a number",
        _ => "something else",
    };
    let expected = match expected {
        "f64" | "f32" => "a number",
        "usize" | "u64" | "u32" => "a whole number, zero or more",
        other if other.starts_with("struct") || other == "a map" => "a table",
        "a sequence" => "an array",
        other => other,
    };
    format!("expected {expected}, found {found}")
}

/// `unknown field X, expected one of A, B` gets a suggestion.
fn suggestion(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field `")?;
    let (word, rest) = rest.split_once("`, ")?;
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    crate::suggest::nearest(word, known).map(|near| format!("; did you mean `{near}`?"))
}

/// What to do, by the beginning of the message.
const ADVICE: [(&str, &str); 25] = [
    ("missing field `waivers`", "a baseline without any waiver says `waivers = []`"),
    ("missing field `case`", "add `case = \"…\"` with the id of a case or standing check, as reports show it"),
    ("missing field `reason`", "add `reason = \"…\"`: why the failure is accepted"),
    ("missing field `expires`", "add `expires = 2027-03-31`: the last day on which the waiver holds"),
    ("missing field", "add it below this line"),
    ("unknown field", "delete it, or is it of another table?"),
    ("expected a string", "write it in quotes"),
    ("expected a number, found a string", "write it without quotes"),
    ("expected a whole number, zero or more, found a string", "write it without quotes"),
    ("expected a whole number", "write one that is zero or more"),
    ("expected an array, found a table", "an array of tables begins with two brackets: `[[waivers]]`"),
    ("expected an array", "write it in square brackets: `[\"…\"]`"),
    ("expected a table", "write a table below `[its name]`, or in one line as `{ key = \"…\" }`"),
    ("expected a boolean", "write `true` or `false`, without quotes"),
    ("key with no value", "this is TOML: each line says `key = value`"),
    ("invalid key-value pair", "this is TOML: each line says `key = value`"),
    ("string values must be quoted", "write the text in quotes"),
    ("unclosed", "close it before this place"),
    ("invalid literal string", "close the text with the quote that it begins with, on the same line"),
    ("invalid basic string", "close the text with `\"` on the same line; a control character is written as `\\u0007`"),
    ("invalid multi-line", "close the text with the three quotes that it begins with"),
    ("duplicate key", "keep one of the two; another entry of a list begins with its own `[[…]]`"),
    ("unexpected key or value", "write one `key = value` per line"),
    ("too few unicode value digits", "write a backslash as `\\\\`, or the text in single quotes"),
    ("invalid date", "write a day as `2027-03-31`"),
];

/// What to do about a mistake.
fn advice(message: &str) -> Option<&'static str> {
    let known = ADVICE.iter().find(|(beginning, _)| message.starts_with(beginning)).map(|(_, advice)| *advice);
    let says_what_to_do = message.contains("; ");
    known.or_else(|| (!says_what_to_do).then_some("nothing behind this place was read"))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn each_message_says_what_to_do() {
        assert_eq!(
            in_words("unknown field `reson`, expected one of `case`, `reason`"),
            "unknown field `reson`, expected one of `case`, `reason`; did you mean `reason`?"
        );
        assert_eq!(
            in_words("unclosed array, expected `]`"),
            "unclosed array, expected `]`; close it before this place"
        );
        assert_eq!(
            in_words("no day: expected a day; write it"),
            "no day: expected a day; write it",
            "what is said already is not said twice"
        );
    }

    #[test]
    fn nothing_that_a_terminal_obeys_comes_through() {
        let said = in_words(&format!("unknown field `\u{1b}[31m{}`, expected `a`", "x".repeat(100_000)));
        assert!(said.chars().count() < 500 && !said.contains(char::is_control), "{said}");
    }
}
