//! What of a target's declarations can be used: endpoints below its base URL, and no more definitions than any real
//! provider has. Whatever is left out is told in a note.

use serde_json::Value;
use url::Url;

use crate::exchange::limits::{self, MOST_ATTRIBUTES, MOST_RESOURCE_TYPES};
use crate::scim::schema::member;
use crate::scim::{Attribute, ResourceType, Schema};

/// Most notes on entries of one list; a target could fill the report with them.
const MOST_NOTES: usize = 10;

/// The resource types whose endpoints are below the base URL.
pub(super) fn resource_types(base: &Url, entries: &[Value], notes: &mut Vec<String>) -> Vec<ResourceType> {
    if entries.len() > MOST_RESOURCE_TYPES {
        notes.push(format!(
            "/ResourceTypes lists {} resource types; the first {MOST_RESOURCE_TYPES} are used",
            entries.len()
        ));
    }
    let mut refused = Vec::new();
    let mut usable = Vec::new();
    for kind in entries.iter().take(MOST_RESOURCE_TYPES).filter_map(ResourceType::from_json) {
        match endpoint(base, &kind.endpoint) {
            Some(endpoint) => usable.push(ResourceType { endpoint, ..kind }),
            None => refused.push(format!(
                "the endpoint `{}` of resource type {} is no path below the base URL (RFC 7643 section 6), such as /Users; what needs it is skipped",
                limits::message(kind.endpoint.clone()),
                limits::message(kind.name.clone())
            )),
        }
    }
    push_some(notes, refused);
    usable
}

/// The endpoint as a path with a leading slash; `None` when it leads anywhere but below the base URL.
fn endpoint(base: &Url, declared: &str) -> Option<String> {
    // The whole URL of the endpoint is wrong by the RFC, and leads to the right place.
    let own = base.as_str().trim_end_matches('/');
    let path = declared
        .trim_start_matches('/')
        .strip_prefix(own)
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(declared)
        .trim_matches('/');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=@%".contains(c) || !c.is_ascii();
    let sound = |segment: &str| !segment.is_empty() && segment.chars().all(is_plain);
    if !path.split('/').all(sound) {
        return None;
    }
    // Dots, written out or encoded, are gone when the URL is put together.
    let root = own.strip_prefix(&base.origin().ascii_serialization())?;
    let whole = Url::parse(&format!("{own}/{path}")).ok()?;
    let below = whole.path().strip_prefix(root)?.strip_prefix('/')?;
    (whole.origin() == base.origin()
        && below.split('/').count() == path.split('/').count()
        && !below.is_empty()
        && !below.ends_with('/'))
    .then(|| format!("/{path}"))
}

/// The schemas, as long as they have no more attributes together than are taken.
pub(super) fn schemas(entries: &[Value], notes: &mut Vec<String>) -> Vec<Schema> {
    let mut left = MOST_ATTRIBUTES;
    let mut refused = Vec::new();
    let mut usable = Vec::new();
    for entry in entries {
        // Counted before they are read: in memory a definition takes many times its bytes.
        let count = 1 + count(entry, "attributes");
        if count > left {
            let id = member(entry, "id").and_then(Value::as_str).unwrap_or("without an id");
            refused.push(format!(
                "the schema {} has {} attributes, more than the {MOST_ATTRIBUTES} that are used of all schemas: it counts as not declared",
                limits::message(id.to_owned()),
                count - 1
            ));
            continue;
        }
        left -= count;
        usable.extend(Schema::from_json(entry));
    }
    push_some(notes, refused);
    usable
}

fn count(value: &Value, key: &str) -> usize {
    let listed = member(value, key).and_then(Value::as_array);
    listed.into_iter().flatten().map(|attribute| 1 + count(attribute, "subAttributes")).sum()
}

/// Adds the first notes, and how many more there are.
pub(super) fn push_some(notes: &mut Vec<String>, more: Vec<String>) {
    let hidden = more.len().saturating_sub(MOST_NOTES);
    notes.extend(more.into_iter().take(MOST_NOTES));
    if hidden > 0 {
        notes.push(format!("… and {hidden} more of this kind"));
    }
}

/// The first definitions of a list, up to the bound of rows.
pub(super) fn first_attributes(attributes: &[Attribute]) -> &[Attribute] {
    &attributes[..attributes.len().min(limits::MOST_ROWS)]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(declared: &str) -> Option<String> {
        endpoint(&Url::parse("https://app.example/scim/v2").expect("a URL"), declared)
    }

    #[test]
    fn endpoints_lead_below_the_base_url() {
        assert_eq!(of("/Users").as_deref(), Some("/Users"));
        assert_eq!(of("Users").as_deref(), Some("/Users"));
        assert_eq!(of("/tenants/7/Users/").as_deref(), Some("/tenants/7/Users"));
        assert_eq!(of("https://app.example/scim/v2/Users").as_deref(), Some("/Users"));
        assert_eq!(of("/Benutzer%20und%20mehr").as_deref(), Some("/Benutzer%20und%20mehr"));
        for declared in [
            "",
            "/",
            "//evil.example",
            "..",
            "../..",
            "/a/../../b",
            "/%2e%2e/a",
            "/a/%2E%2E",
            "/.",
            "/a/./b",
            "\\\\evil\\a",
            "/Users?x=",
            "/Users#",
            "/Us\ners",
            "/Us ers",
            "http://evil.example/Users",
            "file:///etc/passwd",
            "/a//b",
            "https://app.example.evil.example/scim/v2/Users",
            "https://app.example/scim/v22/Users",
            "@evil.example",
            "javascript:x",
        ] {
            let endpoint = of(declared);
            let harmless =
                endpoint.as_deref() == Some("/@evil.example") || endpoint.as_deref() == Some("/evil.example");
            assert!(endpoint.is_none() || harmless, "{declared}: {endpoint:?}");
        }
    }

    #[test]
    fn a_base_url_without_a_path_is_one_too() {
        let base = Url::parse("http://127.0.0.1:8080/").expect("a URL");
        assert_eq!(endpoint(&base, "/Users").as_deref(), Some("/Users"));
        assert_eq!(endpoint(&base, "/../Users"), None);
    }

    #[test]
    fn definitions_beyond_the_bound_are_not_used_and_it_is_said() {
        let attributes = |count: usize| -> Value { (0..count).map(|n| json!({ "name": format!("a{n}") })).collect() };
        let inner = json!([{ "name": "a", "subAttributes": attributes(MOST_ATTRIBUTES) }]);
        let entries = [
            json!({ "id": "urn:small", "attributes": attributes(10_000) }),
            json!({ "id": "urn:large", "attributes": attributes(MOST_ATTRIBUTES) }),
            json!({ "id": "urn:deep", "attributes": inner }),
            json!({ "id": "urn:other", "attributes": attributes(5) }),
        ];
        let mut notes = Vec::new();
        let ids: Vec<String> = schemas(&entries, &mut notes).into_iter().map(|schema| schema.id).collect();
        assert_eq!(ids, ["urn:small", "urn:other"]);
        assert!(
            notes.len() == 2 && notes[0].contains("urn:large") && notes[0].contains("20000 attributes"),
            "{notes:?}"
        );
    }

    #[test]
    fn notes_are_bounded() {
        let mut notes = Vec::new();
        push_some(&mut notes, (0..1_000).map(|n| n.to_string()).collect());
        assert_eq!(notes.len(), MOST_NOTES + 1);
        assert_eq!(notes[MOST_NOTES], "… and 990 more of this kind");
    }
}
