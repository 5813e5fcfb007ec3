//! The two filter evaluators agree: the one of the checks, in memory, and the one of the reference provider, in SQL.

mod embedded;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use scimspec::check::evaluate;
use scimspec::reference::Provider;
use scimspec::scim::{AttrPath, CompareOp, Filter, Literal, core, urn};
use serde_json::{Value, json};

/// Values from a small set meet each other often.
const WORDS: [&str; 8] = ["a", "A", "ab", "Ba", "b%_", "straße", "x y", "\"q\\"];
const TIMES: [&str; 4] =
    ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.5Z", "2025-06-01T12:00:00Z"];

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned)
}

fn user() -> impl Strategy<Value = Value> {
    let email = (prop::option::of(prop::sample::select(vec!["work", "home"])), word(), any::<bool>());
    (
        prop::option::of(word()),
        prop::option::of(word()),
        prop::option::of(any::<bool>()),
        prop::option::of(word()),
        prop::option::of(word()),
        prop::collection::vec(email, 0..3),
        prop::option::of(word()),
    )
        .prop_map(|(title, nick, active, family, external, emails, department)| {
            let mut user = json!({ "schemas": [urn::USER, urn::ENTERPRISE_USER] });
            for (name, value) in [("title", title), ("nickName", nick), ("externalId", external)] {
                if let Some(value) = value {
                    user[name] = value.into();
                }
            }
            if let Some(active) = active {
                user["active"] = active.into();
            }
            if let Some(family) = family {
                user["name"] = json!({ "familyName": family });
            }
            if let Some(department) = department {
                user[urn::ENTERPRISE_USER] = json!({ "department": department });
            }
            let mut primary_left = true;
            let emails: Vec<Value> = emails
                .into_iter()
                .enumerate()
                .map(|(index, (kind, value, primary))| {
                    let mut email = json!({ "value": format!("{value}{index}") });
                    if let Some(kind) = kind {
                        email["type"] = kind.into();
                    }
                    if primary && primary_left {
                        email["primary"] = true.into();
                        primary_left = false;
                    }
                    email
                })
                .collect();
            if !emails.is_empty() {
                user["emails"] = emails.into();
            }
            user
        })
}

fn text_path() -> impl Strategy<Value = AttrPath> {
    let paths = ["title", "NICKNAME", "externalId", "name.familyName", "emails.value", "emails.type", "userName"];
    let enterprise = format!("{}:department", urn::ENTERPRISE_USER);
    let mut all: Vec<AttrPath> = paths.iter().map(|path| AttrPath::parse(path).expect("it is a path")).collect();
    all.push(AttrPath::parse(&enterprise).expect("it is a path"));
    prop::sample::select(all)
}

/// Comparisons that both sides have to agree on. Left out is what ruling E4 leaves open (`ne` without a value), and
/// what RFC 7644 §3.4.2.2 lets a provider refuse (an operator that does not fit the type).
fn comparison() -> impl Strategy<Value = Filter> {
    let text_ops: Vec<CompareOp> = CompareOp::ALL.into_iter().filter(|op| *op != CompareOp::Ne).collect();
    let text = (text_path(), prop::sample::select(text_ops), word())
        .prop_map(|(path, op, word)| Filter::Compare(path, op, Literal::String(word)));
    let active =
        any::<bool>().prop_map(|flag| Filter::Compare(AttrPath::core("active"), CompareOp::Eq, Literal::Bool(flag)));
    let created = AttrPath::parse("meta.created").expect("it is a path");
    let time_ops = vec![CompareOp::Gt, CompareOp::Ge, CompareOp::Lt, CompareOp::Le];
    let time = (prop::sample::select(time_ops), prop::sample::select(TIMES.to_vec()))
        .prop_map(move |(op, time)| Filter::Compare(created.clone(), op, Literal::String(time.to_owned())));
    let present = text_path().prop_map(Filter::Present);
    let sub = (
        prop::sample::select(vec!["value", "type"]),
        prop::sample::select(vec![CompareOp::Eq, CompareOp::Co, CompareOp::Sw]),
        word(),
    );
    let inside = prop::collection::vec(sub, 1..3).prop_map(|parts| {
        let mut parts: Vec<Filter> = parts
            .into_iter()
            .map(|(name, op, word)| Filter::Compare(AttrPath::core(name), op, Literal::String(word)))
            .collect();
        let inner = if parts.len() == 1 { parts.remove(0) } else { Filter::And(parts) };
        Filter::ValuePath(AttrPath::core("emails"), Box::new(inner))
    });
    prop_oneof![4 => text, 1 => active, 1 => time, 2 => present, 2 => inside]
}

fn filter() -> impl Strategy<Value = Filter> {
    comparison().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.prop_map(|one| Filter::Not(Box::new(one))),
        ]
    })
}

/// 100 groups of users, 20 filters over each: 2 000 filters.
#[test]
fn both_select_the_same_users() {
    let schema = core::resource_schema("User").expect("it is a standard type");
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    let world = (prop::collection::vec(user(), 6), prop::collection::vec(filter(), 20));
    runner
        .run(&world, |(users, filters)| {
            let provider = embedded::provider(|_: &mut Provider| {});
            let mut stored = Vec::new();
            for (number, mut user) in users.into_iter().enumerate() {
                user["userName"] = format!("{}{number}", WORDS[number % WORDS.len()]).into();
                let id = provider
                    .load("User", &user)
                    .map_err(|problem| TestCaseError::fail(format!("{user}: {problem}")))?;
                stored.push(read(&provider, &id));
            }
            for filter in filters {
                let text = filter.to_string();
                let mut by_sql = provider
                    .matching("User", &text)
                    .map_err(|problem| TestCaseError::fail(format!("{text}: {problem}")))?;
                let matching = stored.iter().filter(|user| evaluate::matches(user, &filter, Some(&schema)));
                let mut in_memory: Vec<String> =
                    matching.filter_map(|user| user["id"].as_str().map(str::to_owned)).collect();
                // The provider has another user, whom the filters are not about.
                by_sql.retain(|id| stored.iter().any(|user| user["id"] == id.as_str()));
                by_sql.sort();
                in_memory.sort();
                prop_assert_eq!(by_sql, in_memory, "{} over {:#?}", text, stored);
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

fn read(provider: &Provider, id: &str) -> Value {
    let request = http::Request::builder()
        .uri(format!("/scim/v2/Users/{id}"))
        .header("authorization", format!("Bearer {}", embedded::TOKEN))
        .body(Vec::new())
        .expect("it is a request");
    serde_json::from_slice(provider.handle(request).body()).expect("it answers with JSON")
}
