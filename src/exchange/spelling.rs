//! The ways in which a target may write a secret that it repeats.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// What is left of a Base64 text in the middle of another one has to be so long to be looked for.
const SHORTEST_PART: usize = 8;

/// Each way to write a secret: as it is, escaped in JSON or HTML, percent-encoded, as a form, and in Base64, alone as
/// well as in the middle of other text.
pub(super) fn spellings(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let percent = percent(secret);
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut all = vec![
        secret.to_owned(),
        // Some libraries escape every slash, some all that is not ASCII.
        json.replace('/', "\\/"),
        ascii_json(&json),
        json,
        html(secret, "&#39;"),
        html(secret, "&#x27;"),
        lower_hex(&percent),
        lower_hex(&form),
        percent,
        form,
    ];
    for engine in [STANDARD, URL_SAFE] {
        let whole = engine.encode(secret);
        all.push(whole.trim_end_matches('=').to_owned());
        all.push(whole);
        all.extend(base64_parts(&engine, secret));
    }
    all.sort();
    all.dedup();
    all
}

/// The characters of a Base64 text that depend on the secret alone, for each of the three places at which the secret
/// may begin.
fn base64_parts(engine: &impl Engine, secret: &str) -> Vec<String> {
    let part = |before: usize| {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret.as_bytes());
        let encoded = engine.encode(&bytes);
        let text = encoded.trim_end_matches('=');
        // Characters in which a byte before or behind the secret has a share.
        let (start, end) = ((before * 8).div_ceil(6), text.len() - usize::from(bytes.len() % 3 != 0));
        text.get(start..end).unwrap_or_default().to_owned()
    };
    (0..3).map(part).filter(|part| part.len() >= SHORTEST_PART).collect()
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// `%2F` as `%2f`.
fn lower_hex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hex = 0;
    for c in text.chars() {
        hex = if c == '%' { 3 } else { hex };
        out.push(if hex > 0 { c.to_ascii_lowercase() } else { c });
        hex = i32::max(hex - 1, 0);
    }
    out
}

fn ascii_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

fn html(text: &str, apostrophe: &str) -> String {
    let mut out = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    out = out.replace('\'', apostrophe);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_base64_wherever_it_begins() {
        let secret = "canary-7Qx2vLr9Tn4";
        let needles = spellings(secret);
        for (before, behind) in [("", ""), ("a", ""), ("ab", "c"), ("abc", "cd"), ("ann:", "?"), ("\u{0}\u{1}", "~~")] {
            for engine in [STANDARD, URL_SAFE] {
                let text = engine.encode(format!("{before}{secret}{behind}"));
                let longest = needles.iter().filter(|needle| text.contains(needle.as_str())).map(String::len).max();
                // What is left over may hold no more than two bytes of the secret.
                assert!(longest.is_some_and(|longest| longest * 6 / 8 + 2 >= secret.len()), "{text}: {longest:?}");
            }
        }
    }

    #[test]
    fn escapes_of_other_libraries_are_known() {
        let needles = spellings("a/b<\"ü'");
        for spelling in
            ["a\\/b<\\\"ü'", "a/b<\\\"\\u00fc'", "a/b&lt;&quot;ü&#39;", "a%2fb%3c%22%c3%bc%27", "a%2Fb%3C%22%C3%BC%27"]
        {
            assert!(needles.iter().any(|needle| needle == spelling), "{spelling}: {needles:?}");
        }
    }

    #[test]
    fn a_short_secret_has_no_part_that_occurs_by_accident() {
        assert!(spellings("abcd").iter().all(|needle| needle.len() >= 4));
        assert_eq!(base64_parts(&STANDARD, "abcd"), Vec::<String>::new());
    }
}
