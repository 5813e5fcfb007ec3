//! A case as a script for a POSIX shell, to see by hand what it saw: its requests in their order, with the ids that the
//! target gives this time.

use std::fmt::Write as _;

use serde_json::Value;

use super::evidence::{outcome, path_and_query};
use super::model::ExchangeInfo;
use super::{curl, untrusted};

/// A longer script helps nobody.
const LONGEST: usize = 64 * 1024;

/// A shorter id is not taken for one in a filter without quotes.
const TELLING: usize = 8;

/// The script that sends these exchanges again; `None` where one of them is no request of SCIM, is too long, or has
/// an id in a here-document, which a shell would not put another one into.
pub(super) fn script(exchanges: &[ExchangeInfo]) -> Option<String> {
    let mut out = String::from("id_of() { grep -o '\"id\" *: *\"[^\"]*\"' | head -n 1 | cut -d '\"' -f 4; }\n");
    // What was given → the variable that has what is given this time.
    let mut ids: Vec<(String, String)> = Vec::new();
    for (at, exchange) in exchanges.iter().enumerate() {
        if exchange.curl.is_empty() || !matches!(exchange.purpose.as_str(), "set-up" | "step" | "clean-up") {
            return None;
        }
        let command = with_variables(&exchange.curl, &ids)?;
        let line = format!("{} {}: {}", at + 1, exchange.purpose, outcome(exchange));
        let _ = writeln!(out, "\nprintf '%s\\n' {}", curl::quoted(&untrusted::one_line(&line)));
        match created(exchange) {
            Some(id) if exchanges[at + 1..].iter().any(|later| later.curl.contains(&id)) => {
                let variable = format!("id{}", at + 1);
                let _ = writeln!(out, "answer=$(\n{command}\n); printf '%s\\n\\n' \"$answer\"");
                let _ = writeln!(out, "{variable}=$(printf '%s' \"$answer\" | id_of)");
                ids.push((id, variable));
            }
            _ => {
                let _ = writeln!(out, "{command}\nprintf '\\n\\n'");
            }
        }
    }
    (out.len() <= LONGEST && !exchanges.is_empty()).then_some(out)
}

/// The id of what a request created.
fn created(exchange: &ExchangeInfo) -> Option<String> {
    if exchange.method != "POST" || path_and_query(&exchange.url).ends_with("/.search") {
        return None;
    }
    let body: Value = serde_json::from_str(exchange.response_body.as_deref()?).ok()?;
    let id = body.get("id")?.as_str()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!id.is_empty() && id.chars().all(is_plain)).then(|| id.to_owned())
}

/// How the shell reads a character of a command.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Nothing,
    Single,
    Double,
}

/// The command with each id taken from its variable. The target chooses what will be in it: it stands inside quotes of
/// the shell, and never in the host of a URL or in a header that has a credential.
fn with_variables(command: &str, ids: &[(String, String)]) -> Option<String> {
    let mut out = String::with_capacity(command.len());
    let mut within = Within::Nothing;
    let mut at = 0;
    while let Some(c) = command[at..].chars().next() {
        let id = ids.iter().find(|(id, _)| within != Within::Double && stands_at(id, command, at));
        if let Some((id, variable)) = id {
            let quote = if within == Within::Single { "'" } else { "" };
            let _ = write!(out, "{quote}\"${variable}\"{quote}");
            at += id.len();
            continue;
        }
        let escaped = c == '\\' && within != Within::Single;
        within = match (c, within) {
            ('\'', Within::Nothing) => Within::Single,
            ('"', Within::Nothing) => Within::Double,
            ('\'', Within::Single) | ('"', Within::Double) => Within::Nothing,
            (_, within) => within,
        };
        if c == '<' && within == Within::Nothing && command[at..].starts_with("<<'") {
            let document = &command[at..];
            return (!ids.iter().any(|(id, _)| document.contains(id.as_str()))).then(|| out + document);
        }
        out.push(c);
        at += c.len_utf8();
        if escaped && let Some(next) = command[at..].chars().next() {
            out.push(next);
            at += next.len_utf8();
        }
    }
    Some(out)
}

/// Whether an id stands at this place: as a segment of a path, as a JSON string, or in a filter.
fn stands_at(id: &str, text: &str, at: usize) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if !text[at..].starts_with(id) || is_part(text[at + id.len()..].chars().next()) {
        return false;
    }
    let before = &text[..at];
    let in_place = before.ends_with(['/', '"']) || before.ends_with("%22");
    // Two slashes come before a host.
    (in_place && !before.ends_with("//")) || (id.len() >= TELLING && before.ends_with('+'))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::report::testing::answer;

    fn sent(purpose: &str, method: &str, url: &str, body: Option<&str>, got: Option<&str>) -> ExchangeInfo {
        ExchangeInfo {
            purpose: purpose.into(),
            method: method.into(),
            url: url.into(),
            curl: curl::replay(method, url, &[], body),
            response_body: got.map(str::to_owned),
            ..answer(200)
        }
    }

    /// What a `curl` is given that answers each POST with another id, request by request.
    fn as_the_shell_sends_it(script: &str) -> String {
        let curl = r#"curl() { printf '%s ' "$@" >&2; echo >&2; case "$*" in *POST*) n=x$n; echo "{\"id\": \"new-$n\", \"members\": [{\"id\": \"no\"}]}";; esac; }"#;
        let output = Command::new("sh").arg("-c").arg(format!("{curl}\n{script}")).output().expect("a POSIX shell");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    #[test]
    fn what_is_created_is_changed_read_and_removed_under_its_new_id() {
        let old = "1f0e7a52-9d1c";
        let body = format!(r#"{{"members":[{{"value":"{old}"}}],"displayName":"it's {old}-2"}}"#);
        let exchanges = [
            sent("set-up", "POST", "http://h/Users", Some("{}"), Some(&format!(r#"{{"id":"{old}"}}"#))),
            sent("step", "PATCH", "http://h/Groups/9", Some(&body), None),
            sent("step", "GET", &format!("http://h/Users?filter=id+eq+%22{old}%22"), None, None),
            sent("clean-up", "DELETE", &format!("http://h/Users/{old}"), None, None),
        ];
        let script = script(&exchanges).expect("a script");
        assert!(script.contains("\nprintf '%s\\n' '2 step: PATCH /Groups/9: HTTP 200'\n"), "{script}");
        let sent = as_the_shell_sends_it(&script);
        assert!(sent.contains(&format!(r#""value":"new-x"}}],"displayName":"it's {old}-2""#)), "{sent}");
        assert!(sent.contains("filter=id+eq+%22new-x%22") && sent.contains("DELETE http://h/Users/new-x"), "{sent}");
    }

    #[test]
    fn a_short_id_is_one_where_ids_stand_only() {
        let ids = [("1".to_owned(), "id1".to_owned())];
        let of = |command: &str| with_variables(command, &ids);
        assert_eq!(of(r#"curl http://h/Users/1"#).as_deref(), Some(r#"curl http://h/Users/"$id1""#));
        assert_eq!(of(r#"curl 'startIndex=1' 'a "1" b'"#).as_deref(), Some(r#"curl 'startIndex=1' 'a "'"$id1"'" b'"#));
        assert_eq!(of(r#"curl "h/1" \'/1"#).as_deref(), Some(r#"curl "h/1" \'/"$id1""#));
        assert_eq!(of("curl @- <<'BODY'\n{\"value\": \"1\"}\nBODY"), None);
    }

    #[test]
    fn an_id_leads_no_request_and_no_token_to_another_host() {
        let ids = ["app.example.com", "Authorization", "application", "SCIM_TOKEN"];
        let ids: Vec<(String, String)> = ids.map(|id| (id.to_owned(), "id1".to_owned())).to_vec();
        let sent = [("authorization".to_owned(), "Bearer [masked]".to_owned())];
        let line = curl::line("GET", "https://app.example.com/Users/app.example.com", &sent, None);
        let replayed = with_variables(&line, &ids).expect("a command");
        assert_eq!(replayed, line.replace("Users/app.example.com", "Users/\"$id1\""));
    }

    #[test]
    fn what_is_no_request_of_scim_makes_no_script() {
        assert_eq!(script(&[]), None);
        assert_eq!(script(&[sent("aside", "TLS", "https://h:443/", None, None)]), None);
    }
}
