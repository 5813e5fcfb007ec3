//! What the JSON reader says, in words for people whose report cannot be read.

use crate::file::tamed;

/// What a text is when it is no JSON object at all, and what to give instead.
pub(super) fn other_format(text: &str) -> Option<String> {
    let text = text.trim_start();
    let what = match text.chars().next() {
        None => {
            return Some(
                "the file is empty, expected a report: was the run that should write it cut short?".to_owned(),
            );
        }
        Some('{') if text.starts_with("{\"type\":\"report\"") => "the ndjson form of a report",
        Some('{') => return None,
        Some('<') => "XML or HTML (a JUnit or HTML report?)",
        Some('[') => "a list, or TOML (a baseline?)",
        Some(_) => "no report (or one in another format?)",
    };
    Some(format!("this is {what}, expected a JSON object: give the file that `--report json=…` wrote"))
}

/// The message of the reader with what to do, without the value that it complains about.
pub(super) fn in_words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let said = said.strip_suffix(&place).unwrap_or(&said);
    let (message, advice) = if error.is_eof() {
        (
            "the file ends in the middle of the report".to_owned(),
            "was it cut off when it was written or copied? write or copy it again",
        )
    } else if error.is_syntax() {
        (
            format!("this is no JSON: {}", syntax(said)),
            "the file was damaged or edited; make it again with `run --report json=…`",
        )
    } else {
        data(said)
    };
    format!("{}; {advice}", tamed(&message))
}

fn syntax(said: &str) -> &str {
    match said {
        "trailing characters" => "more stands here than expected",
        "recursion limit exceeded" => "values nest more than 128 deep",
        "key must be a string" => "the name of a member is expected, in double quotes",
        "trailing comma" => "a comma stands before a closing bracket",
        "expected value" => "a value is expected here",
        "expected ident" => "`true`, `false` or `null` is expected here",
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" | "invalid escape" => {
            "a backslash begins no escape that JSON knows"
        }
        "control character (\\u0000-\\u001F) found while parsing a string" => "a text holds a raw control character",
        other => other,
    }
}

fn data(said: &str) -> (String, &'static str) {
    const FOREIGN: &str = "give a report as `run --report json=…` writes it";
    if let Some(name) = said.strip_prefix("missing field ") {
        return (format!("the member {name} is missing in the object that ends here"), FOREIGN);
    }
    if let Some(name) = said.strip_prefix("duplicate field ") {
        return (format!("the member {name} is there twice, expected once"), "the file was edited; make it again");
    }
    if let Some(rest) = said.strip_prefix("unknown variant ") {
        return (rest.replacen(", expected", " is not known here, expected", 1), FOREIGN);
    }
    if let Some(rest) = said.strip_prefix("invalid length ") {
        let found = rest.split(',').next().unwrap_or(rest);
        return (format!("a list of length {found} stands where another one is expected"), FOREIGN);
    }
    let parts = ["invalid type: ", "invalid value: "].iter().find_map(|kind| Some((*kind, said.strip_prefix(kind)?)));
    let Some((kind, rest)) = parts else { return (said.to_owned(), FOREIGN) };
    let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
    let found = match found.split([' ', '`', '"']).next().unwrap_or_default() {
        "sequence" => "a list",
        "map" => "an object",
        "string" => "a string",
        "boolean" => "a boolean",
        "null" => "null",
        "integer" | "number" if kind == "invalid value: " => "a number out of range",
        "floating" => "a number with a fraction or exponent",
        "integer" | "number" => "a number",
        _ => "something else",
    };
    let expected = match expected {
        "f64" => "a number",
        "usize" | "u64" | "u16" => "a whole number, zero or more",
        "a sequence" => "a list",
        "a map" => "an object",
        "a tuple of size 2" => "a pair of name and value",
        other if other.starts_with("struct") => "an object",
        other if other.contains("enum") => "a word",
        other => other,
    };
    (format!("expected {expected}, found {found}"), FOREIGN)
}
