//! Passwords of users in bodies: values of members named `password`, and what PATCH puts there.

use serde_json::Value;

use super::MASK;

/// The body with the value of every member named `password` masked. Works on the text, so that everything else stays
/// byte for byte, and a body that is no JSON is masked as well.
pub(super) fn without_passwords(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    for at in places_of_key(text) {
        let Some((start, end)) = string_behind(text, at) else { continue };
        if start < copied || start == end || &text[start..end] == MASK {
            continue;
        }
        out.push_str(&text[copied..start]);
        out.push_str(MASK);
        copied = end;
    }
    (copied > 0).then(|| out + &text[copied..])
}

/// Where a member named `password` ends its name.
fn places_of_key(text: &str) -> impl Iterator<Item = usize> + '_ {
    const NAME: &[u8] = b"\"password\"";
    let found = text.as_bytes().windows(NAME.len()).enumerate();
    found.filter(|(_, window)| window.eq_ignore_ascii_case(NAME)).map(|(at, _)| at + NAME.len())
}

/// The inside of the JSON string behind a colon; `None` where another value stands.
fn string_behind(text: &str, at: usize) -> Option<(usize, usize)> {
    let skip = |at: usize| at + text[at..].len() - text[at..].trim_start().len();
    let colon = skip(at);
    let quote = skip(colon + text[colon..].strip_prefix(':').map(|_| 1)?);
    let start = quote + text[quote..].strip_prefix('"').map(|_| 1)?;
    let mut escaped = false;
    let inside = text[start..].bytes().position(|b| {
        let ends = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        ends
    });
    // A body that was cut off ends inside of the value.
    Some((start, inside.map_or(text.len(), |length| start + length)))
}

/// The passwords that a request sends and that can be told from other text: what a target repeats of them elsewhere is
/// masked, too.
pub(super) fn sent(body: &str) -> Vec<String> {
    // Most requests have none, and need not be parsed.
    if places_of_word(body) == 0 {
        return Vec::new();
    }
    let Ok(value) = serde_json::from_str::<Value>(body) else { return Vec::new() };
    let mut found = Vec::new();
    collect(&value, &mut found);
    let all: Vec<&str> = found.clone();
    found.dedup();
    let is_elsewhere = |one: &str| body.matches(one).count() > all.iter().filter(|other| other.contains(one)).count();
    found.into_iter().filter(|one| is_distinctive(one) && !is_elsewhere(one)).map(str::to_owned).collect()
}

fn places_of_word(body: &str) -> usize {
    body.as_bytes().windows(8).filter(|window| window.eq_ignore_ascii_case(b"password")).count()
}

fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => {
            let text = |wanted: &str| {
                members.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).and_then(|(_, value)| value.as_str())
            };
            found.extend(text("password"));
            // RFC 7644 section 3.5.2: an operation whose path leads to the password.
            if text("path").is_some_and(|path| ends_with_password(path)) {
                found.extend(text("value"));
            }
            members.values().for_each(|member| collect(member, found));
        }
        _ => {}
    }
}

fn ends_with_password(path: &str) -> bool {
    let last = path.trim().rsplit([':', '.']).next().unwrap_or_default();
    last.eq_ignore_ascii_case("password")
}

/// Whether a password does not occur by accident: `password` stands in every other error text.
pub(super) fn is_distinctive(password: &str) -> bool {
    let has = |kind: fn(char) -> bool| password.contains(kind);
    password.chars().count() >= 8 && has(char::is_alphabetic) && has(|c: char| !c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_member_is_masked_and_nothing_else() {
        let masked = |text: &str| without_passwords(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(
            masked(r#"{"userName":"a","Password" : "s\"x","z":1}"#),
            r#"{"userName":"a","Password" : "[masked]","z":1}"#
        );
        assert_eq!(
            masked(r#"[{"password":"a"},{"password":"b\\"}]"#),
            r#"[{"password":"[masked]"},{"password":"[masked]"}]"#
        );
        assert_eq!(masked(r#"{"password":"cut o"#), r#"{"password":"[masked]"#);
        for left in [
            r#"{"password":null}"#,
            r#"{"password":""}"#,
            r#"{"name":"password"}"#,
            "the password is short",
            r#"{"password""#,
        ] {
            assert_eq!(without_passwords(left), None, "{left}");
        }
    }

    #[test]
    fn passwords_that_are_sent_are_found_wherever_they_stand() {
        let bulk = r#"{"Operations":[{"data":{"password":"Tr0ub4dor-x"}},
            {"data":{"Operations":[{"op":"replace","path":"urn:x:User:password","value":"Correct1Horse"}]}}]}"#;
        assert_eq!(sent(bulk), ["Tr0ub4dor-x", "Correct1Horse"]);
    }

    #[test]
    fn a_password_that_is_an_ordinary_word_or_another_value_is_left_alone() {
        assert_eq!(sent(r#"{"password":"password"}"#), Vec::<String>::new());
        assert_eq!(sent(r#"{"userName":"scimspec-17x","password":"scimspec-17x"}"#), Vec::<String>::new());
        assert_eq!(sent(r#"{"password":"Ab1"}"#), Vec::<String>::new());
    }
}
