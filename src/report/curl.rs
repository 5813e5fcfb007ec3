//! A request as a curl command for a POSIX shell.

use super::untrusted;
use crate::exchange::MASK;

/// Headers that curl makes itself, or that belong to one connection only.
const LEFT_OUT: [&str; 9] = [
    "host",
    "content-length",
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "te",
    "upgrade",
    "expect",
];

/// The command that shows again what an exchange showed: [`line()`] for a request, another program for a TLS handshake,
/// and none for what was seen otherwise.
#[must_use]
pub fn replay(method: &str, url: &str, headers: &[(String, String)], body: Option<&str>) -> String {
    match method {
        "TLS" => {
            let place = url.trim_start_matches("https://").trim_end_matches('/');
            let host = place.rsplit_once(':').map_or(place, |(host, _)| host);
            format!("openssl s_client -connect {} -servername {} -tls1_2 </dev/null", quoted(place), quoted(host))
        }
        "LOAD" | "URL" | "TOKEN" => String::new(),
        _ => line(method, url, headers, body),
    }
}

/// The command that sends this request again, byte for byte, with response headers shown.
///
/// Masked values come from the environment of the reader: `$SCIM_TOKEN` for a bearer token, `$SCIM_BASIC` as
/// `user:password`, `$SCIM_SECRET` for anything else. The URL is left as it is (`--path-as-is`, `-g`), and headers that
/// curl would add are suppressed when the request had none.
#[must_use]
pub fn line(method: &str, url: &str, headers: &[(String, String)], body: Option<&str>) -> String {
    let mut words = vec!["curl -sS -i --path-as-is -g".to_owned()];
    match (method, body) {
        ("GET", None) => {}
        ("HEAD", _) => words.push("-I".to_owned()),
        _ => words.push(format!("-X {}", quoted(method))),
    }
    words.push(quoted(url));
    words.extend(
        headers
            .iter()
            .filter(|(name, _)| !LEFT_OUT.iter().any(|known| name.eq_ignore_ascii_case(known)))
            .map(|(name, value)| header(name, value)),
    );
    let has = |wanted: &str| headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if !has("accept") {
        words.push("-H 'Accept:'".to_owned());
    }
    if let Some(body) = body {
        if !has("content-type") {
            words.push("-H 'Content-Type:'".to_owned());
        }
        return with_body(&words.join(" "), body);
    }
    words.join(" ")
}

fn header(name: &str, value: &str) -> String {
    if value.contains(MASK) && name.eq_ignore_ascii_case("authorization") {
        let scheme = value.strip_suffix(MASK).map(str::trim_end).unwrap_or_default();
        if scheme.eq_ignore_ascii_case("bearer") {
            return "-H \"Authorization: Bearer $SCIM_TOKEN\"".to_owned();
        }
        if scheme.eq_ignore_ascii_case("basic") {
            return "-u \"$SCIM_BASIC\"".to_owned();
        }
    }
    if value.is_empty() {
        // `Name:` would remove the header; `Name;` sends it empty.
        return format!("-H {}", quoted(&format!("{name};")));
    }
    format!("-H {}", quoted(&format!("{name}: {value}")))
}

/// Adds the body: as a quoted word, as a here-document when it ends with a line feed, and through `printf` when it holds
/// characters that would not survive a terminal.
fn with_body(command: &str, body: &str) -> String {
    // curl would read a file for a word that begins with `@`.
    if body.starts_with('@') || body.contains(untrusted::is_deceptive) {
        return format!("printf '{}' | {command} --data-binary @-", printf_escaped(body));
    }
    // A here-document always ends with a line feed.
    let Some(lines) = body.strip_suffix('\n') else {
        return format!("{command} --data-binary {}", quoted(body));
    };
    let mut end = "BODY".to_owned();
    while lines.lines().any(|line| line == end) {
        end.push('_');
    }
    format!("{command} --data-binary @- <<'{end}'\n{lines}\n{end}")
}

/// The text as one shell word in single quotes; a masked value becomes `$SCIM_SECRET`.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let inner = text.replace('\'', r"'\''").replace(MASK, "'\"$SCIM_SECRET\"'");
    format!("'{inner}'")
}

fn printf_escaped(text: &str) -> String {
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '-' if at == 0 => out.push_str(r"\055"),
            '%' => out.push_str("%%"),
            '\\' => out.push_str(r"\\"),
            '\'' => out.push_str(r"'\''"),
            '\n' => out.push_str(r"\n"),
            '\t' => out.push_str(r"\t"),
            c if untrusted::is_deceptive(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("\\{byte:03o}"));
                }
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn headers(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// What the shell hands to a `curl` that prints its arguments and its standard input.
    fn as_the_shell_reads_it(line: &str) -> String {
        let script = format!(
            "curl() {{ for a in \"$@\"; do printf '<%s>' \"$a\"; done; case \"$*\" in *@-*) cat;; esac; }}\nSCIM_TOKEN=t0k SCIM_BASIC=u:p SCIM_SECRET=s3c\n{line}"
        );
        let output = Command::new("sh").arg("-c").arg(script).output().expect("a POSIX shell");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    #[test]
    fn a_read_is_short_and_takes_the_token_from_the_environment() {
        let sent = headers(&[
            ("host", "x.example"),
            ("accept", "application/scim+json"),
            ("authorization", "Bearer [masked]"),
        ]);
        assert_eq!(
            line("GET", "https://x.example/Users?filter=a%20eq%20%22b%22&count=1", &sent, None),
            "curl -sS -i --path-as-is -g 'https://x.example/Users?filter=a%20eq%20%22b%22&count=1' \
             -H 'accept: application/scim+json' -H \"Authorization: Bearer $SCIM_TOKEN\""
        );
    }

    #[test]
    fn masked_values_are_variables_wherever_they_stand() {
        let sent = headers(&[("authorization", "Basic [masked]"), ("x-key", "[masked]"), ("accept", "")]);
        let words = as_the_shell_reads_it(&line("DELETE", "https://x.example/?t=[masked]", &sent, None));
        assert_eq!(
            words,
            "<-sS><-i><--path-as-is><-g><-X><DELETE><https://x.example/?t=s3c><-u><u:p><-H><x-key: s3c><-H><accept;>"
        );
    }

    #[test]
    fn a_body_reaches_curl_as_it_is_whatever_it_holds() {
        for body in [
            r#"{"a":"it's $HOME `id` \\ %s !x"}"#,
            "{\n  \"a\": \"$(id)\"\n}",
            "{\n  \"a\": 'BODY'\nBODY\n}\n",
            "\u{1b}[31m % \\ ' \u{202e}\n",
            "@/etc/passwd",
        ] {
            let words = as_the_shell_reads_it(&line("POST", "http://h/Users", &[], Some(body)));
            let (_, got) = words.split_once("<--data-binary>").expect("a body");
            let got = got.strip_prefix("<@->").unwrap_or_else(|| got.trim_start_matches('<').trim_end_matches('>'));
            assert_eq!(got.trim_end_matches('\n'), body.trim_end_matches('\n'));
        }
    }

    #[test]
    fn a_hostile_url_stays_one_word() {
        let words = as_the_shell_reads_it(&line("GET", "http://h/'; id; '$(id)", &[], None));
        assert!(words.contains("<http://h/'; id; '$(id)>"), "{words}");
    }
}
