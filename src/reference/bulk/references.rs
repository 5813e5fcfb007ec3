//! References to resources that other operations of a job create: `bulkId:qwerty` (RFC 7644 §3.7.2).

use serde_json::Value;

const PREFIX: &str = "bulkId:";

/// What a reference may become.
pub(super) enum Target {
    /// The id of the resource.
    Id(String),
    /// Nothing for now: the value that holds the reference is left out.
    Nothing,
    /// It stays as it is.
    Itself,
}

/// The bulkIds to which a value refers, as they stand there: all texts that are a reference and nothing else, and
/// in the `path` of a PATCH operation those in quotes. `known` says which bulkIds the job defines; a text with
/// another one is a reference only where an id is expected, and data anywhere else.
pub(super) fn references(value: &Value, known: &impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, "", known, &mut found);
    found
}

fn collect(value: &Value, key: &str, known: &impl Fn(&str) -> bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if key == "path" => found.extend(quoted(text).map(str::to_owned)),
        Value::String(text) => {
            if let Some(id) = text.strip_prefix(PREFIX).filter(|id| key == "value" || known(id)) {
                found.push(id.to_owned());
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, key, known, found)),
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| collect(value, &key.to_ascii_lowercase(), known, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The bulkIds in the quoted texts of a PATCH path: `members[value eq "bulkId:qwerty"]`.
fn quoted(path: &str) -> impl Iterator<Item = &str> {
    path.split('"').skip(1).step_by(2).filter_map(|text| text.strip_prefix(PREFIX))
}

/// The value with every reference replaced; `None` when it is left out itself.
pub(super) fn replaced(value: &Value, become_of: &impl Fn(&str) -> Target) -> Option<Value> {
    resolve(value, "", become_of)
}

fn resolve(value: &Value, key: &str, become_of: &impl Fn(&str) -> Target) -> Option<Value> {
    match value {
        Value::String(text) if key == "path" => {
            let resolved = quoted(text).fold(text.clone(), |path, id| match become_of(id) {
                Target::Id(permanent) => {
                    path.replace(&format!("\"{PREFIX}{id}\""), &Value::from(permanent).to_string())
                }
                Target::Nothing | Target::Itself => path,
            });
            Some(resolved.into())
        }
        Value::String(text) => match text.strip_prefix(PREFIX).map(become_of) {
            Some(Target::Id(permanent)) => Some(permanent.into()),
            Some(Target::Nothing) => None,
            Some(Target::Itself) | None => Some(value.clone()),
        },
        Value::Array(values) => Some(values.iter().filter_map(|value| resolve(value, key, become_of)).collect()),
        Value::Object(members) => {
            let mut out = serde_json::Map::new();
            for (key, value) in members {
                match resolve(value, &key.to_ascii_lowercase(), become_of) {
                    Some(value) => drop(out.insert(key.clone(), value)),
                    // A member of a group or a manager is nothing without the id.
                    None if key.eq_ignore_ascii_case("value") => return None,
                    None => {}
                }
            }
            Some(Value::Object(out))
        }
        other => Some(other.clone()),
    }
}

/// The bulkId in a path below the base URL: `/Users/bulkId:qwerty`.
pub(super) fn in_path(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.strip_prefix(PREFIX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_found_where_ids_stand() {
        let data = json!({
            "displayName": "bulkId:other", "nickName": "bulkId:a",
            "members": [{ "value": "bulkId:a" }, { "value": "bulkId:unknown" }, { "value": "x" }],
            "Operations": [{ "path": "members[value eq \"bulkId:b\"]", "value": { "manager": "bulkId:a" } }],
        });
        let known = |id: &str| ["a", "b"].contains(&id);
        assert_eq!(references(&data, &known), ["a", "a", "unknown", "b", "a"]);
        let resolved = replaced(&data, &|id| match id {
            "a" => Target::Nothing,
            "b" => Target::Id("7".into()),
            _ => Target::Itself,
        });
        let expected = json!({
            "displayName": "bulkId:other",
            "members": [{ "value": "bulkId:unknown" }, { "value": "x" }],
            "Operations": [{ "path": "members[value eq \"7\"]", "value": {} }],
        });
        assert_eq!(resolved, Some(expected));
    }
}
