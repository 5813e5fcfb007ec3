//! Whether a request is the one that a recorded shape describes. `{{name}}` in a shape stands for any text.

use scimspec::exchange::Request;
use scimspec::requirement::RequestShape;
use serde_json::Value;

/// What stands in the shapes for names that each app has of its own.
const OWN_NAMES: [&str; 2] = ["urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User", "CustomAttribute"];

/// What keeps a request from being of a shape; `base` is the path of the base URL.
pub(crate) fn difference(shape: &RequestShape, request: &Request, base: &str) -> Option<String> {
    if request.method != shape.method {
        return Some(format!("method {}", request.method));
    }
    let (path, query) = request.path_and_query().split_once('?').unwrap_or((request.path_and_query(), ""));
    if !shape.path.starts_with("{{") && !path.strip_prefix(base).is_some_and(|path| is_path(&shape.path, path)) {
        return Some(format!("path {path}"));
    }
    if query.contains("%20") {
        return Some("a space of the query as %20, which has to be +".to_owned());
    }
    let sent: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let same = sent.len() == shape.query.len()
        && sent.iter().zip(&shape.query).all(|(sent, wanted)| sent.0 == wanted.0 && is_text(&wanted.1, &sent.1));
    if !same {
        return Some(format!("query {query}"));
    }
    let kind = |name: &str| request.header(name).unwrap_or_default().to_owned();
    if let Some(wanted) = &shape.content_type
        && kind("content-type") != *wanted
    {
        return Some(format!("Content-Type {}", kind("content-type")));
    }
    if let Some(wanted) = &shape.accept
        && kind("accept") != *wanted
    {
        return Some(format!("Accept {}", kind("accept")));
    }
    if let Some(form) = &shape.form {
        let names = |form: &[u8]| -> Vec<String> {
            let names = url::form_urlencoded::parse(form).map(|(name, _)| name.into_owned());
            // Neither is sent where it is not configured.
            names.filter(|name| name != "scope" && name != "client_id").collect()
        };
        let sent = names(request.body.as_deref().unwrap_or_default());
        return (sent != names(form.as_bytes())).then(|| format!("form with {}", sent.join(", ")));
    }
    match (&shape.body, request.json()) {
        (None, _) => None,
        (Some(wanted), Some(sent)) => differs(wanted, &sent, String::new()),
        (Some(_), None) => Some("no JSON body".to_owned()),
    }
}

/// Where two bodies differ, members in their order.
fn differs(wanted: &Value, sent: &Value, at: String) -> Option<String> {
    match (wanted, sent) {
        (Value::Object(wanted), Value::Object(sent)) => {
            if wanted.len() != sent.len() {
                let keys = |of: &serde_json::Map<String, Value>| of.keys().cloned().collect::<Vec<_>>().join(", ");
                return Some(format!("{at} has {}, expected {}", keys(sent), keys(wanted)));
            }
            wanted.iter().zip(sent).find_map(|((key, wanted), (name, sent))| {
                if key != name && !OWN_NAMES.contains(&key.as_str()) && !is_text(key, name) {
                    return Some(format!("{at} has `{name}` where `{key}` is expected"));
                }
                differs(wanted, sent, format!("{at}/{name}"))
            })
        }
        (Value::Array(wanted), Value::Array(sent)) => {
            if wanted.len() != sent.len() {
                return Some(format!("{at} has {} values, expected {}", sent.len(), wanted.len()));
            }
            let each = wanted.iter().zip(sent).enumerate();
            each.into_iter().find_map(|(index, (wanted, sent))| differs(wanted, sent, format!("{at}/{index}")))
        }
        (Value::String(wanted), Value::String(sent)) => {
            let is_own = OWN_NAMES.iter().any(|own| wanted.contains(own));
            (!is_own && !is_text(wanted, sent)).then(|| format!("{at} is `{sent}`, expected `{wanted}`"))
        }
        (wanted, sent) => (wanted != sent).then(|| format!("{at} is {sent}, expected {wanted}")),
    }
}

fn is_path(wanted: &str, sent: &str) -> bool {
    let (wanted, sent): (Vec<&str>, Vec<&str>) = (wanted.split('/').collect(), sent.split('/').collect());
    wanted.len() == sent.len() && wanted.iter().zip(&sent).all(|(wanted, sent)| is_text(wanted, sent))
}

/// Whether a text has the fixed parts of another one, in their order.
fn is_text(wanted: &str, sent: &str) -> bool {
    let mut pattern = String::from("(?s)^");
    let mut rest = wanted;
    while let Some((fixed, after)) = rest.split_once("{{") {
        pattern.push_str(&regex::escape(fixed));
        pattern.push_str(".*?");
        rest = after.split_once("}}").map_or("", |(_, rest)| rest);
    }
    pattern.push_str(&regex::escape(rest));
    pattern.push('$');
    regex::Regex::new(&pattern).expect("made of escaped texts").is_match(sent)
}
