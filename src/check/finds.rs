//! `finds`: which of the case's own resources are among the results. Resources of others are left alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::judge::{Evidence, Saw, texts};
use crate::scim::schema::member;

pub(super) fn judge(arguments: &Map<String, Value>, evidence: &Evidence<'_>) -> Saw {
    let Some(listed) = evidence.listed() else { return Saw::not_judged("the answer is no list") };
    let last = evidence.answers.last().map_or(0, |answer| answer.index);
    let names_of: BTreeMap<&str, &str> =
        evidence.own.iter().flat_map(|own| own.ids.iter().map(|id| (id.as_str(), own.name.as_str()))).collect();
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, resource) in &listed {
        if let Some((id, _)) = member(resource, "id").and_then(Value::as_str).and_then(|id| names_of.get_key_value(id))
        {
            *found.entry(id).or_default() += 1;
        }
    }
    let ids_of = |names: &[&str]| -> BTreeSet<&str> {
        evidence
            .own
            .iter()
            .filter(|own| names.contains(&own.name.as_str()))
            .flat_map(|own| own.ids.iter().map(String::as_str))
            .collect()
    };
    let among = texts(arguments, "among");
    let scope: BTreeSet<&str> = if among.is_empty() { names_of.keys().copied().collect() } else { ids_of(&among) };
    let exactly = arguments.get("exactly").map(|_| ids_of(&texts(arguments, "exactly")));
    let mut wanted = ids_of(&texts(arguments, "at-least"));
    wanted.extend(exactly.iter().flatten());
    let mut unwanted = ids_of(&texts(arguments, "none-of"));
    if let Some(exactly) = &exactly {
        unwanted.extend(scope.difference(exactly).copied());
    }
    let named = |ids: Vec<&str>| {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for name in ids.into_iter().filter_map(|id| names_of.get(id).copied()) {
            *count.entry(name).or_default() += 1;
        }
        // A name can stand for several resources.
        let of = |(name, count): (&str, usize)| {
            let all = evidence.own.iter().find(|own| own.name == name).map_or(1, |own| own.ids.len());
            if all > 1 { format!("{name} ({count} of {all})") } else { name.to_owned() }
        };
        let names: Vec<String> = count.into_iter().map(of).collect();
        if names.is_empty() { "nothing that this case created".to_owned() } else { names.join(", ") }
    };
    let missing: Vec<&str> = wanted.iter().copied().filter(|id| !found.contains_key(id)).collect();
    let extra: Vec<&str> = unwanted.iter().copied().filter(|id| found.contains_key(id)).collect();
    let twice: Vec<&str> = found.iter().filter(|(_, count)| **count > 1).map(|(id, _)| *id).collect();
    let found_names = named(found.keys().copied().collect());
    if !extra.is_empty() {
        let expected = format!("{} and not {}", named(wanted.iter().copied().collect()), named(extra));
        return Saw::broken(last, "/Resources", "results", expected, found_names);
    }
    if arguments.get("once").and_then(Value::as_bool) == Some(true) && !twice.is_empty() {
        return Saw::broken(
            last,
            "/Resources",
            "results",
            "each resource once",
            format!("{} more than once", named(twice)),
        );
    }
    if !missing.is_empty() {
        if !evidence.complete {
            return Saw::not_judged("the list is longer than what was read of it");
        }
        return Saw::broken(last, "/Resources", "results", named(wanted.iter().copied().collect()), found_names);
    }
    if !evidence.complete && !unwanted.is_empty() {
        return Saw::not_judged("the list is longer than what was read of it");
    }
    Saw::held(last)
}
