//! What the TOML reader says, in words for people who write such files.

use crate::file::tamed;

/// The message of the reader with what to do, without the value that it complains about, which may be a password.
pub(super) fn in_words(said: &str) -> String {
    let said = said.trim().replace('\n', ", ");
    let message = without_values(&said);
    let known = KNOWN.iter().find(|(beginning, _, _)| message.starts_with(beginning));
    let says_what_to_do = message.contains("; ");
    let advice = suggestion(&message).or_else(|| match known {
        Some((_, _, advice)) => Some((*advice).to_owned()),
        None => (!says_what_to_do).then(|| "nothing behind this place was read".to_owned()),
    });
    let message = known.map(|(_, words, _)| *words).filter(|words| !words.is_empty()).unwrap_or(&message);
    let mut text = tamed(message);
    if let Some(advice) = advice {
        text.push_str("; ");
        text.push_str(&advice);
    }
    text
}

/// With types as TOML has them.
fn without_values(message: &str) -> String {
    if let Some((_, expected)) =
        message.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected "))
    {
        return format!("expected {expected}, found another word");
    }
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
    crate::suggest::nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// By the beginning of the message: other words for it, where it needs them, and what to do.
const KNOWN: [(&str, &str, &str); 34] = [
    (
        "missing field `waivers`",
        "there is no `[[waivers]]`, expected one for each known failure",
        "a baseline without any says `waivers = []`",
    ),
    (
        "missing field `case`",
        "the key `case` is missing, expected in each waiver",
        "add `case = \"…\"` with the id of a case or standing check, as reports show it",
    ),
    (
        "missing field `reason`",
        "the key `reason` is missing, expected in each waiver",
        "add `reason = \"…\"`: why the failure is accepted",
    ),
    (
        "missing field `expires`",
        "the key `expires` is missing, expected in each waiver",
        "add `expires = 2027-03-31`: the last day on which the waiver holds",
    ),
    ("missing field", "", "add it below this line"),
    ("unknown field", "", "delete it, or does it belong to another table?"),
    ("expected a string, found an array", "", "write one text, in quotes"),
    ("expected a string", "", "write it in quotes"),
    ("expected a number, found a string", "", "write it without quotes"),
    ("expected a whole number, zero or more, found a string", "", "write it without quotes"),
    ("expected a whole number", "", "write one, without sign and fraction"),
    ("expected an array, found a table", "", "an array of tables begins with two brackets: `[[waivers]]`"),
    ("expected an array", "", "write it in square brackets: `[\"…\"]`"),
    ("expected a table", "", "write a table below `[its name]`, or in one line as `{ key = \"…\" }`"),
    ("expected `", "", "write one of those"),
    ("expected one of `", "", "write one of those"),
    ("expected a rate", "", "write one as it is shown"),
    ("expected a boolean", "", "write `true` or `false`, without quotes"),
    ("key with no value", "a key without a value, expected `=`", "this is TOML: each line says `key = value`"),
    (
        "invalid key-value pair",
        "no key is here, expected `key = value`",
        "this is TOML: each line says `key = value`; neither JSON nor YAML is read",
    ),
    (
        "string values must be quoted",
        "a value without quotes, expected a text, a number, a day, `true` or `false`",
        "write a text in quotes, and a number without a unit",
    ),
    (
        "invalid float",
        "this is no number, expected a text, a number, a day, `true` or `false`",
        "write a text in quotes, and a day as `2027-03-31`",
    ),
    ("unclosed", "", "close it before this place"),
    (
        "invalid literal string",
        "the text is not closed, expected `'`",
        "close it with the quote that it begins with, on the same line",
    ),
    (
        "invalid basic string, expected non-",
        "a control character is in the text, expected visible ones",
        "delete it, or write it as `\\u0007`",
    ),
    ("invalid basic string", "the text is not closed, expected `\"`", "close it with `\"`, on the same line"),
    ("invalid multi-line", "the text is not closed, expected three quotes", "close it with those that it begins with"),
    (
        "duplicate key",
        "the key is there twice, expected once",
        "keep one of the two; a further entry of a list begins with its own `[[…]]`",
    ),
    (
        "unexpected key or value",
        "something stands behind the value, expected a new line",
        "write one `key = value` per line",
    ),
    ("missing escaped value", "a backslash begins no escape, expected one of TOML", BACKSLASH),
    ("too few unicode value digits", "an escape is too short, expected hexadecimal digits", BACKSLASH),
    ("invalid date", "", "write a day that there is, as `2027-03-31`"),
    ("recursion limit", DEEP, "no such file needs more than a few levels"),
    ("cannot recurse", DEEP, "no such file needs more than a few levels"),
];

const BACKSLASH: &str = "write a backslash as `\\\\`, or the text in single quotes";

const DEEP: &str = "arrays or tables are nested too deeply, expected a few levels";

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
