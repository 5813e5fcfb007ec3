//! Damage: texts with tokens cut, moved, doubled or replaced, and JSON values with parts exchanged.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::hostile::ATTACK;

/// One change to a text.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Cut(Index, u8),
    Swap(Index, Index),
    Double(Index, u8),
    Replace(Index, String),
    Insert(Index, String),
    End(Index),
}

/// Changes; `words` are what the language is made of.
pub(crate) fn changes(words: &'static [&'static str]) -> impl Strategy<Value = Vec<Change>> {
    let word = || {
        prop_oneof![
            6 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
            2 => prop::sample::select(vec![
                "\t", "\r\n", "\u{0}", "\u{1b}[31m", "\u{202e}", "\u{feff}", "ü", "👍", "9999999999999999999999",
                "-1", "1e999", "\"", "'", "\\", "{", "}", "[", "]", ":", ",", "#", "&a", "*a", "!!x", "|", ">", "%",
                "${", "${ann.id}", "---", "null", "true", "~", "=", "[[", "<<", "? ",
            ]).prop_map(str::to_owned),
            1 => any::<String>(),
        ]
    };
    let change = prop_oneof![
        3 => (any::<Index>(), 1..12_u8).prop_map(|(at, length)| Change::Cut(at, length)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Change::Swap(a, b)),
        2 => (any::<Index>(), 1..30_u8).prop_map(|(at, length)| Change::Double(at, length)),
        4 => (any::<Index>(), word()).prop_map(|(at, word)| Change::Replace(at, word)),
        2 => (any::<Index>(), word()).prop_map(|(at, word)| Change::Insert(at, word)),
        1 => any::<Index>().prop_map(Change::End),
    ];
    prop::collection::vec(change, 1..6)
}

/// The text with the changes made.
pub(crate) fn changed(text: &str, changes: &[Change]) -> String {
    let mut tokens = tokens(text);
    for change in changes {
        let length = tokens.len();
        if length == 0 {
            break;
        }
        match change {
            Change::Cut(at, count) => {
                let at = at.index(length);
                tokens.drain(at..(at + usize::from(*count)).min(length));
            }
            Change::Swap(a, b) => tokens.swap(a.index(length), b.index(length)),
            Change::Double(at, count) => {
                let at = at.index(length);
                let part = tokens[at..(at + usize::from(*count)).min(length)].to_vec();
                tokens.splice(at..at, part);
            }
            Change::Replace(at, word) => tokens[at.index(length)].clone_from(word),
            Change::Insert(at, word) => tokens.insert(at.index(length), word.clone()),
            Change::End(at) => tokens.truncate(at.index(length)),
        }
    }
    tokens.concat()
}

/// Words, runs of blanks, and each other character for itself.
fn tokens(text: &str) -> Vec<String> {
    let kind = |c: char| match c {
        _ if c.is_alphanumeric() || c == '_' || c == '-' => 1,
        ' ' => 2,
        _ => 0,
    };
    let mut tokens: Vec<String> = Vec::new();
    let mut last = 0;
    for c in text.chars() {
        match tokens.last_mut().filter(|_| kind(c) != 0 && kind(c) == last) {
            Some(token) => token.push(c),
            None => tokens.push(c.to_string()),
        }
        last = kind(c);
    }
    tokens
}

/// Any JSON, attacks among its texts.
pub(crate) fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(u64::MAX)),
        Just(Value::from(ATTACK)),
        Just(Value::from("")),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[a-zA-Z$]{0,8}", inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The value with some of its parts exchanged, doubled or taken away.
pub(crate) fn damaged(mut value: Value, damage: &[(Index, u8, Value)]) -> Value {
    for (at, how, other) in damage {
        let count = size(&value);
        let mut number = at.index(count);
        if let Some(part) = part(&mut value, &mut number) {
            match (how % 5, part) {
                (0, Value::Array(items)) if !items.is_empty() => {
                    let copy = items[at.index(items.len())].clone();
                    items.push(copy);
                }
                (1, Value::Array(items)) if !items.is_empty() => {
                    items.remove(at.index(items.len()));
                }
                (1, Value::Object(members)) if !members.is_empty() => {
                    let key = members.keys().nth(at.index(members.len())).cloned().unwrap_or_default();
                    members.remove(&key);
                }
                (2, Value::String(text)) => text.push_str(ATTACK),
                (3, Value::Number(number)) => *number = u64::MAX.into(),
                (_, part) => *part = other.clone(),
            }
        }
    }
    value
}

/// How many parts a value has, itself included.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// The part with this number, counted from the outside in.
fn part<'a>(value: &'a mut Value, number: &mut usize) -> Option<&'a mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| part(item, number)),
        Value::Object(members) => members.values_mut().find_map(|item| part(item, number)),
        _ => None,
    }
}

/// Damage to a JSON value.
pub(crate) fn damage() -> impl Strategy<Value = Vec<(Index, u8, Value)>> {
    prop::collection::vec((any::<Index>(), any::<u8>(), json_value()), 0..6)
}
