//! `${path}`, the one placeholder syntax, with its closed list of suffixes `| upper | lower | form | json | opaque`.

use std::ops::Range;

use serde_json::{Map, Value};

/// The suffixes, for messages.
pub(super) const SUFFIXES: [&str; 5] = ["upper", "lower", "form", "json", "opaque"];

/// Names that are always there.
pub(super) const BUILT_IN: [&str; 9] = ["run", "round", "page", "sample", "row", "choose", "missing", "base", "repeat"];

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    /// What stands between the braces.
    Hole(&'a str),
}

/// Splits a text into plain pieces and holes. A `${` that is never closed is plain text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let inside = &rest[start + 2..];
        let mut depth = 1_usize;
        let end = inside.char_indices().find_map(|(index, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(index)
        });
        let Some(end) = end else { break };
        if start > 0 {
            found.push(Piece::Plain(&rest[..start]));
        }
        found.push(Piece::Hole(inside[..end].trim()));
        rest = &inside[end + 1..];
    }
    if !rest.is_empty() {
        found.push(Piece::Plain(rest));
    }
    found
}

/// Everything that stands between `${` and `}` in a text, suffixes taken off.
pub fn holes(text: &str) -> Vec<&str> {
    pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(head_of(hole)),
            Piece::Plain(_) => None,
        })
        .collect()
}

/// What stands between `${` and `}`, suffixes included, with the bytes of the text where it stands.
pub(super) fn places(text: &str) -> Vec<(&str, Range<usize>)> {
    let at = |hole: &str| hole.as_ptr() as usize - text.as_ptr() as usize;
    pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Hole(hole) => Some((hole, at(hole)..at(hole) + hole.len())),
            Piece::Plain(_) => None,
        })
        .collect()
}

/// Where a `${` begins that is never closed.
pub(super) fn unclosed(text: &str) -> Option<usize> {
    match pieces(text).last() {
        Some(Piece::Plain(rest)) => rest.find("${").map(|index| text.len() - rest.len() + index),
        _ => None,
    }
}

/// The text with each placeholder replaced by a word of the same length, for checks of grammar: what is said of an
/// offset holds for the text itself, too.
pub(super) fn blank(text: &str, with: char) -> String {
    let mut out = text.to_owned();
    for (_, at) in places(text) {
        // With the spaces that may stand around the hole.
        let start = text[..at.start].rfind("${").unwrap_or(at.start);
        let end = at.end + text[at.end..].find('}').map_or(0, |index| index + 1);
        out.replace_range(start..end, &with.to_string().repeat(end - start));
    }
    out
}

/// Like [`blank`], for filters: behind an operator a placeholder stands for a value, elsewhere for a name.
pub(super) fn blank_in_filter(text: &str) -> String {
    const OPERATORS: [&str; 9] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
    let mut out = blank(text, 'a');
    for (_, at) in places(text) {
        let start = text[..at.start].rfind("${").unwrap_or(at.start);
        let word = text[..start].trim_end().rsplit(' ').next().unwrap_or_default();
        if text[..start].ends_with(' ') && OPERATORS.iter().any(|operator| operator.eq_ignore_ascii_case(word)) {
            let end = at.end + text[at.end..].find('}').map_or(0, |index| index + 1);
            out.replace_range(start..end, &"1".repeat(end - start));
        }
    }
    out
}

/// Whether the whole text is one placeholder of a row that is not known yet.
pub(super) fn is_row_placeholder(text: &str) -> bool {
    matches!(pieces(text).as_slice(), [Piece::Hole(hole)] if is_of_row(hole))
}

/// Whether a placeholder is filled in with a row.
pub(super) fn is_of_row(hole: &str) -> bool {
    hole == "row" || hole.starts_with("row.") || hole.starts_with("choose.")
}

/// The one placeholder that makes up the whole text, without suffix handling.
fn whole(text: &str) -> Option<&str> {
    match pieces(text).as_slice() {
        [Piece::Hole(hole)] => Some(hole),
        _ => None,
    }
}

/// A placeholder of the table in a text, when that text is nothing else.
pub(super) fn whole_of_row(text: &str) -> Option<&str> {
    whole(text).filter(|hole| is_of_row(hole) && !hole.contains('|'))
}

/// Fills in the placeholders that `lookup` knows: it gives `None` for those to be left as they are.
///
/// # Errors
/// What `lookup` says, an unknown suffix, or a value that cannot stand inside a text.
pub(super) fn fill_text_partly(
    text: &str,
    lookup: &dyn Fn(&str) -> Option<Result<Value, String>>,
) -> Result<String, String> {
    let mut out = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Hole(hole) => match lookup(head_of(hole)) {
                // A sample may have placeholders of the row inside.
                None => {
                    out.push_str("${");
                    out.push_str(&fill_text_partly(hole, lookup)?);
                    out.push('}');
                }
                Some(value) => out.push_str(&as_text(hole, &apply_suffixes(hole, value?)?)?),
            },
        }
    }
    Ok(out)
}

/// Fills in every placeholder of a text. A text that is one placeholder becomes the value itself, type kept. Between
/// double quotes, as in `id eq "${ann.id}"`, a value is escaped as JSON and filters demand it: an id may hold quotes.
///
/// # Errors
/// What `lookup` says about a name, an unknown suffix, or a value that cannot stand inside a text.
pub fn fill_text(text: &str, lookup: &dyn Fn(&str) -> Result<Value, String>) -> Result<Value, String> {
    if !text.contains("${") {
        return Ok(Value::from(text));
    }
    if let Some(hole) = whole(text) {
        return apply_suffixes(hole, lookup(head_of(hole))?);
    }
    let mut out = String::new();
    let mut quoted = false;
    for piece in pieces(text) {
        match piece {
            Piece::Plain(plain) => {
                out.push_str(plain);
                quoted = ends_quoted(plain, quoted);
            }
            Piece::Hole(hole) => {
                let value = as_text(hole, &apply_suffixes(hole, lookup(head_of(hole))?)?)?;
                let escaped = Value::from(value.as_str()).to_string();
                out.push_str(if quoted { &escaped[1..escaped.len() - 1] } else { &value });
            }
        }
    }
    Ok(out.into())
}

/// Whether a text ends between double quotes, when it begins so or not.
fn ends_quoted(text: &str, mut quoted: bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if quoted => {
                bytes.next();
            }
            b'"' => quoted = !quoted,
            _ => {}
        }
    }
    quoted
}

/// Fills in every placeholder of a JSON value, in keys too.
///
/// # Errors
/// As [`fill_text`].
pub fn fill(value: &Value, lookup: &dyn Fn(&str) -> Result<Value, String>) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => fill_text(text, lookup)?,
        Value::Array(items) => Value::Array(items.iter().map(|item| fill(item, lookup)).collect::<Result<_, _>>()?),
        Value::Object(members) => {
            let mut out = Map::with_capacity(members.len());
            for (key, value) in members {
                let key = fill_text(key, lookup)?;
                out.insert(as_text("a key", &key)?, fill(value, lookup)?);
            }
            Value::Object(out)
        }
        other => other.clone(),
    })
}

/// Whether a placeholder of the text has a suffix that does not exist.
pub(super) fn has_unknown_suffix(text: &str) -> bool {
    places(text).iter().any(|(hole, _)| suffixes(hole).any(|suffix| !SUFFIXES.contains(&suffix.trim())))
}

/// The placeholder without its suffixes. Those of a placeholder inside of it are its own.
pub(super) fn head_of(hole: &str) -> &str {
    hole[..end_of_head(hole)].trim_end()
}

fn end_of_head(hole: &str) -> usize {
    let mut depth = 0_usize;
    let end = hole.char_indices().find(|(_, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *c == '|' && depth == 0
    });
    end.map_or(hole.len(), |(index, _)| index)
}

/// The suffixes of a placeholder, with the spaces around them.
pub(super) fn suffixes(hole: &str) -> impl Iterator<Item = &str> {
    hole[end_of_head(hole)..].split('|').skip(1)
}

fn apply_suffixes(hole: &str, value: Value) -> Result<Value, String> {
    let mut value = value;
    for suffix in suffixes(hole).map(str::trim) {
        value = match suffix {
            "upper" => as_text(hole, &value)?.to_uppercase().into(),
            "lower" => as_text(hole, &value)?.to_lowercase().into(),
            "form" => {
                url::form_urlencoded::byte_serialize(as_text(hole, &value)?.as_bytes()).collect::<String>().into()
            }
            "json" => value.to_string().into(),
            // An entity tag without the mark of a weak one (RFC 9110 §8.8.3).
            "opaque" => as_text(hole, &value)?.trim_start_matches("W/").into(),
            other => return Err(format!("`| {other}` is no suffix; there are {}", SUFFIXES.join(", "))),
        };
    }
    Ok(value)
}

fn as_text(hole: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(format!("`${{{hole}}}` is no text, number or boolean and cannot stand inside a text")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lookup(head: &str) -> Result<Value, String> {
        match head {
            "ann.id" => Ok(json!("42")),
            "n" => Ok(json!(7)),
            "list" => Ok(json!([1, 2])),
            "sample.Group with members = [{value: 'x'}]" => Ok(json!({ "g": true })),
            other => Err(format!("nothing is called `{other}`")),
        }
    }

    #[test]
    fn a_lone_placeholder_keeps_its_type() {
        assert_eq!(
            fill(&json!({ "${ann.id}": "${n}", "x": ["${list}"] }), &lookup),
            Ok(json!({ "42": 7, "x": [[1, 2]] }))
        );
        assert_eq!(fill_text("${sample.Group with members = [{value: 'x'}]}", &lookup), Ok(json!({ "g": true })));
    }

    #[test]
    fn an_entity_tag_loses_the_mark_of_a_weak_one() {
        let lookup = |tag: &str| Ok(json!(if tag == "weak" { "W/\"1\"" } else { "\"1\"" }));
        assert_eq!(fill_text("${weak | opaque}", &lookup), fill_text("${strong | opaque}", &lookup));
    }

    #[test]
    fn what_is_known_is_filled_in_inside_of_what_is_not() {
        let lookup = |hole: &str| (hole == "row.x").then(|| Ok(json!("a")));
        let text = "${sample.User with title = '${row.x}', nickName = '${run}'} ${row.x}";
        let filled = "${sample.User with title = 'a', nickName = '${run}'} a";
        assert_eq!(fill_text_partly(text, &lookup), Ok(filled.to_owned()));
    }

    #[test]
    fn between_quotes_a_value_is_escaped() {
        let lookup = |_: &str| Ok(json!("a\"\n\\"));
        assert_eq!(fill_text(r#"id eq "${x}" or ${x}"#, &lookup), Ok(json!("id eq \"a\\\"\\n\\\\\" or a\"\n\\")));
        assert_eq!(
            fill_text(r#"x eq "\"" and y eq ${n}"#, &super::tests::lookup),
            Ok(json!(r#"x eq "\"" and y eq 7"#))
        );
    }

    #[test]
    fn places_and_lengths_are_kept() {
        let text = "ä ${ ann.id } eq ${n|upper}, ${open";
        assert_eq!(places(text), [("ann.id", 6..12), ("n|upper", 20..27)]);
        assert_eq!(blank(text, 'a'), format!("ä {} eq {}, ${{open", "a".repeat(11), "a".repeat(10)));
        assert_eq!(unclosed(text), Some(30));
        assert_eq!(unclosed("${ann.id}"), None);
    }

    #[test]
    fn inside_a_text_it_becomes_text() {
        assert_eq!(fill_text("a${n}b ${ann.id | upper}", &lookup), Ok(json!("a7b 42")));
        assert!(fill_text("x${list}", &lookup).unwrap_err().contains("cannot stand inside"));
        assert!(fill_text("${n | loud}", &lookup).unwrap_err().contains("no suffix"));
        assert_eq!(fill_text("${n", &lookup), Ok(json!("${n")));
    }
}
