//! Changed copies of an exchange: another status, headers dropped and changed, members of the body dropped, emptied,
//! retyped, doubled, swapped.

use scimspec::check::Judged;
use scimspec::exchange::{Exchange, Response};
use scimspec::scim::{AttrPath, Filter, Literal};
use serde_json::{Map, Value, json};

const STATUSES: [u16; 12] = [200, 201, 204, 302, 400, 401, 403, 404, 409, 412, 500, 501];

/// Every mutation of the answer of `exchange`; those that make its `lacks` filters match are made from `judged`.
pub(crate) fn mutations(exchange: &Exchange, judged: Option<&Judged>, others: &[Exchange]) -> Vec<Exchange> {
    let Some(response) = exchange.response() else { return Vec::new() };
    let mut out = Vec::new();
    let mut add = |changed: Response| {
        let same =
            changed.status == response.status && changed.headers == response.headers && changed.body == response.body;
        if !same {
            out.push(Exchange { answer: Ok(changed), ..exchange.clone() });
        }
    };
    for status in STATUSES {
        add(Response::new(status, response.headers.clone(), response.body.clone()));
    }
    for (index, (name, value)) in response.headers.iter().enumerate() {
        let mut dropped = response.headers.clone();
        dropped.remove(index);
        add(Response::new(response.status, dropped, response.body.clone()));
        let mut changed = response.headers.clone();
        changed[index] = (name.clone(), format!("x{value}"));
        add(Response::new(response.status, changed, response.body.clone()));
    }
    let mut more = response.headers.clone();
    more.extend([
        ("etag".to_owned(), "W/\"added\"".to_owned()),
        ("location".to_owned(), "http://other.example/x".to_owned()),
    ]);
    add(Response::new(response.status, more, response.body.clone()));
    let with_body = |body: Vec<u8>| Response::new(response.status, response.headers.clone(), body);
    add(with_body(Vec::new()));
    add(with_body(b"<html>".to_vec()));
    add(with_body(br#"{"schemas":[],"id":"added"}"#.to_vec()));
    add(with_body(br#"{"detail":"SQLSTATE[42S02]: no such table"}"#.to_vec()));
    for other in others.iter().filter_map(Exchange::response) {
        add(with_body(other.body.clone()));
    }
    if let Ok(body) = response.json() {
        let mut bodies = Vec::new();
        changed_values(body, &mut bodies, 0);
        if let Some(judged) = judged {
            bodies.extend(matching(body, judged));
            bodies.extend(swapped_ids(body, judged));
            bodies.extend(with_what_is_absent(body, judged));
        }
        bodies.push(with_doubled_key(body));
        for changed in bodies {
            add(with_body(changed.to_string().into_bytes()));
        }
        let text = body.to_string();
        // Two members with one name cannot be said with a JSON value.
        add(with_body(text.replacen('{', r#"{"id":"twice","id":"again","#, 1).into_bytes()));
        add(with_body(text.replacen('{', r#"{"password":"[masked]","leak":"[masked]","#, 1).into_bytes()));
    }
    out
}

/// The value with one place of it changed, for every place and way.
fn changed_values(value: &Value, out: &mut Vec<Value>, depth: usize) {
    out.extend(replacements(value));
    if depth > 6 {
        return;
    }
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                let mut without = members.clone();
                without.remove(key);
                out.push(Value::Object(without));
                let mut changed = Vec::new();
                changed_values(inner, &mut changed, depth + 1);
                for one in changed {
                    let mut copy = members.clone();
                    copy.insert(key.clone(), one);
                    out.push(Value::Object(copy));
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate().take(4) {
                let mut without = items.clone();
                without.remove(index);
                out.push(Value::Array(without));
                let mut changed = Vec::new();
                changed_values(inner, &mut changed, depth + 1);
                for one in changed {
                    let mut copy = items.clone();
                    copy[index] = one;
                    out.push(Value::Array(copy));
                }
            }
        }
        _ => {}
    }
}

/// What may stand in the place of a value.
fn replacements(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![json!("x")],
        Value::Bool(flag) => vec![json!(!flag), json!(flag.to_string()), Value::Null],
        Value::Number(number) => {
            let n = number.as_i64().unwrap_or(0);
            vec![
                json!(n + 1),
                json!(n - 1),
                json!(n + 1000),
                json!(-5),
                json!(number.to_string()),
                json!(1.5),
                Value::Null,
            ]
        }
        Value::String(text) => vec![
            json!(""),
            json!(format!("{text}x")),
            json!(format!("x{text}")),
            json!(text.to_uppercase()),
            json!(7),
            json!({ "value": text }),
            json!([text]),
            Value::Null,
        ],
        Value::Array(items) => {
            let mut doubled = items.clone();
            doubled.extend(items.iter().cloned());
            let mut turned = items.clone();
            turned.reverse();
            let first = items.first().cloned().unwrap_or(Value::Null);
            vec![
                json!([]),
                Value::Array(doubled),
                Value::Array(turned),
                first,
                Value::Null,
                json!([{ "value": "added", "type": "work", "primary": true }, { "value": "more", "primary": true }]),
            ]
        }
        Value::Object(_) => vec![json!({}), json!([value]), Value::Null, json!("x")],
    }
}

/// The body changed so that filters which shall not match do.
fn matching(body: &Value, judged: &Judged) -> Vec<Value> {
    let lacks = match judged.arguments.get("lacks") {
        Some(Value::String(text)) => vec![text.as_str()],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let filters: Vec<Filter> = lacks.into_iter().filter_map(|text| Filter::parse(text).ok()).collect();
    filters
        .iter()
        .map(|filter| {
            let mut copy = body.as_object().cloned().unwrap_or_default();
            satisfy(&mut copy, filter);
            Value::Object(copy)
        })
        .collect()
}

fn satisfy(object: &mut Map<String, Value>, filter: &Filter) {
    match filter {
        Filter::And(parts) => parts.iter().for_each(|part| satisfy(object, part)),
        Filter::Or(parts) => satisfy(object, &parts[0]),
        Filter::Not(_) => {}
        Filter::Present(path) => set(object, path, json!("added")),
        Filter::Compare(path, _, literal) => {
            let value = match literal {
                Literal::Null => Value::Null,
                Literal::Bool(flag) => json!(flag),
                Literal::Number(number) => Value::Number(number.clone()),
                Literal::String(text) => json!(text),
            };
            set(object, path, value);
        }
        Filter::ValuePath(path, inner) => {
            let mut one = Map::new();
            satisfy(&mut one, inner);
            let mut items = object.get(&path.name).and_then(Value::as_array).cloned().unwrap_or_default();
            items.push(Value::Object(one));
            set(object, path, Value::Array(items));
        }
    }
}

fn set(object: &mut Map<String, Value>, path: &AttrPath, value: Value) {
    let object = match &path.schema {
        Some(urn) if urn.contains(":extension:") => {
            let inner = object.entry(urn.clone()).or_insert_with(|| json!({}));
            match inner.as_object_mut() {
                Some(inner) => inner,
                None => return,
            }
        }
        _ => object,
    };
    match &path.sub {
        None => {
            object.insert(path.name.clone(), value);
        }
        Some(sub) => match object.entry(path.name.clone()).or_insert_with(|| json!({})) {
            Value::Object(inner) => {
                inner.insert(sub.clone(), value);
            }
            other => *other = json!([{ sub.as_str(): value }]),
        },
    }
}

/// The body with something where a `json` check wants nothing.
fn with_what_is_absent(body: &Value, judged: &Judged) -> Option<Value> {
    let (parent, name) = judged.arguments.get("at")?.as_str()?.rsplit_once('/')?;
    let mut copy = body.clone();
    let object = copy.pointer_mut(parent)?.as_object_mut()?;
    object.insert(name.to_owned(), Value::Null).is_none().then_some(copy)
}

/// Ids of resources in a list replaced by those of the case's other resources, and one more of them added.
fn swapped_ids(body: &Value, judged: &Judged) -> Vec<Value> {
    let mut out = Vec::new();
    // A fixture can stand for a thousand resources; the first ones speak for the others.
    for id in judged.own.iter().flat_map(|own| own.ids.iter().take(4)) {
        let mut copy = body.clone();
        if let Some(first) = copy.pointer_mut("/Resources/0/id") {
            *first = json!(id);
            out.push(copy.clone());
        }
        let added = json!({ "id": id });
        match copy.get_mut("Resources").and_then(Value::as_array_mut) {
            Some(items) => items.push(added),
            None => copy["Resources"] = json!([added]),
        }
        out.push(copy);
    }
    out
}

fn with_doubled_key(body: &Value) -> Value {
    let mut copy = body.clone();
    if let Some(object) = copy.as_object_mut() {
        object.insert("ID".to_owned(), json!("other"));
        object.insert("undeclaredThing".to_owned(), json!(true));
    }
    copy
}
