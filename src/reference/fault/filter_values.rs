//! Faults of how filters read values and names.

use super::super::Provider;
use super::super::condition::{Condition, Probe, Test};
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::store::Number;
use super::Fault;
use super::filter::{on_each, swap};
use crate::scim::{AttrPath, CompareOp, Filter, Literal, message, urn};

pub(super) static FAULTS: [Fault; 20] = [
    fault!(
        "filter/equal-is-prefix",
        breaks["7644-3.4.2.2-11"], also ["7644-3.4.2.2-04", "7644-3.4.2.2-49", "entra-A1", "entra-B21", "entra-B10"],
        "looks values up in an index of their beginnings",
        |provider| on_each(provider, |condition| swap(condition, CompareOp::Eq, CompareOp::Sw)),
    ),
    fault!(
        "filter/not-equal-with-case",
        breaks["7644-3.4.2.2-16"],
        also["7644-3.4.2.2-04"],
        "folds case in front of = and forgets it in front of <>",
        |provider| on_each(provider, |condition| {
            if let Condition::Leaf(Test { probe: Probe::Text { op: CompareOp::Ne, exact, .. }, path, .. }) = condition
                && !path.starts_with("meta")
            {
                *exact = true;
            }
        }),
    ),
    fault!(
        "filter/contains-is-starts-with",
        breaks["7644-3.4.2.2-17"], also ["7644-3.4.2.2-39", "7644-3.4.2.2-32", "7644-3.4.2.2-42", "7644-3.4.2.2-35", "7644-3.4.2.2-16", "7644-3.4.2.2-20", "7644-3.4.2.2-19", "7644-3.4.2.2-18", "7644-3.4.2.2-24", "7644-3.4.2.2-30", "7644-3.4.2.2-22", "7644-3.4.2.2-53", "7644-3.4.2.2-21", "7644-3.4.2.2-23", "7644-3.4.2.2-41", "7644-3.4.2.1-05"],
        "leaves the wildcard in front of co out, to be fast",
        |provider| on_each(provider, |condition| swap(condition, CompareOp::Co, CompareOp::Sw)),
    ),
    fault!(
        "filter/less-includes-equal",
        breaks["7644-3.4.2.2-23"],
        also["7644-3.4.2.2-04"],
        "reads lt as le",
        |provider| on_each(provider, |condition| swap(condition, CompareOp::Lt, CompareOp::Le)),
    ),
    fault!(
        "filter/primary-value-only",
        breaks["7644-3.4.2.2-42"], also ["7644-3.4.2.2-30", "7644-3.4.2.2-22", "7643-2.4-02"],
        "joins the table of addresses by the primary one only",
        |provider| provider.seams.filter.add(primaries_only),
    ),
    fault!("filter/booleans-as-text", breaks["7644-3.4.2.2-12"], also ["7644-3.4.2.2-41", "7644-3.4.2.2-04", "7644-3.4.2.2-32", "7644-3.4.2.2-16", "7644-3.4.2.2-30"], "compares true with the text true", |provider| {
        on_each(provider, |condition| {
            if let Condition::Leaf(Test { probe: Probe::Number { .. }, path, .. }) = condition
                && path == "active"
            {
                *condition = Condition::Never;
            }
        });
    },),
    fault!(
        "filter/numbers-as-text",
        breaks["7644-3.4.2.2-25"],
        "keeps numbers as text, where 10 comes before 9",
        |provider| {
            provider.add_custom_extension();
            on_each(provider, |condition| {
                if let Condition::Leaf(test) = condition
                    && let Probe::Number { op, operand: Number::Integer(number @ 2..) } = test.probe
                {
                    test.probe = Probe::Text { op, operand: number.to_string(), exact: true };
                }
            });
        },
    ),
    fault!(
        "filter/equal-number-never",
        breaks["7644-3.4.2.2-14"],
        "compares the text of a number with the number",
        |provider| {
            provider.add_custom_extension();
            on_each(provider, |condition| {
                if let Condition::Leaf(Test { probe: Probe::Number { op: CompareOp::Eq, operand }, .. }) = condition
                    && !matches!(operand, Number::Integer(0 | 1))
                {
                    *condition = Condition::Never;
                }
            });
        },
    ),
    fault!(
        "filter/zone-cut-off",
        breaks["7644-3.4.2.2-24", "7644-3.4.2.2-13"], also ["7643-3-09"],"takes the first nineteen characters of a time",
        |provider| {
            provider.add_custom_extension();
            on_text(provider, |text| {
                let is_time = text.as_bytes().get(10) == Some(&b'T') && text.is_ascii();
                if let Some(head) = text.get(..19).filter(|_| is_time) {
                    *text = format!("{head}Z");
                }
            });
        },
    ),
    fault!(
        "filter/urls-without-case",
        breaks["7644-3.4.2.2-15"],
        "folds the case of URLs, for host names have none",
        |provider| on_each(provider, |condition| {
            if let Condition::Leaf(Test { probe: Probe::Text { exact, .. }, path, .. }) = condition
                && matches!(path.as_str(), "profileurl" | "x509certificates")
            {
                *exact = false;
            }
        }),
    ),
    fault!(
        "filter/unknown-attribute-ignored",
        breaks["7644-3.4.2.2-04", "7644-3.4.2.1-06"],
        "leaves conditions out that name no column",
        |provider| on_each(provider, |condition| {
            if *condition == Condition::Never {
                *condition = Condition::All(Vec::new());
            }
        }),
    ),
    fault!(
        "filter/metadata-not-found",
        breaks["7644-3.4.2.2-51"], also ["7644-3.4.2.2-24", "7644-3.4.2.1-05", "7643-3-09"],
        "looks for meta among the stored attributes, where it is not",
        |provider| on_each(provider, |condition| {
            if matches!(condition, Condition::Leaf(test) if test.path == "meta") {
                *condition = Condition::Never;
            }
        }),
    ),
    fault!(
        "filter/any-schema",
        breaks["7644-3.4.2.2-50"],
        also["7644-3.4.2.2-04"],
        "takes every resource to have the schemas of its type",
        |provider| on_each(provider, |condition| {
            if matches!(condition, Condition::Leaf(test) if test.path == "schemas") {
                *condition = Condition::All(Vec::new());
            }
        }),
    ),
    fault!(
        "filter/extension-not-found",
        breaks["7644-3.4.2.2-40", "7644-3.10-03"], also ["7644-3.4.2.2-20", "7644-3.10-04", "7644-3.10-05", "7643-7-17"],
        "knows the columns of its users, not those of extensions",
        |provider| on_each(provider, |condition| {
            if matches!(condition, Condition::Leaf(test) if test.path.contains("enterprise")) {
                *condition = Condition::Never;
            }
        }),
    ),
    fault!(
        "filter/decoded-twice",
        breaks["7644-3.4.2.2-11"], also ["7644-3.4.2.2-04", "7644-3.4.2.2-24", "7644-3.4.2.2-51", "7644-3.4.3-02", "entra-B21"],
        "decodes the query once more after the framework did",
        |provider| provider.rules.filter = |text| {
            let pairs = url::form_urlencoded::parse(text.as_bytes()).next();
            read(&pairs.map_or(String::new(), |(name, value)| {
                if value.is_empty() { name.into_owned() } else { format!("{name}={value}") }
            }))
        },
    ),
    fault!(
        "filter/latin-letters-only",
        breaks["7644-3.4.2.2-11"],
        also["7644-3.4.2.2-17"],
        "replaces what is no ASCII with question marks",
        |provider| provider.rules.filter =
            |text| { read(&text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>()) },
    ),
    fault!(
        "filter/escapes-not-undone",
        breaks["7644-3.4.2.2-39"],
        also["7644-3.4.2.2-11"],
        "takes the value between the quotes as it is written",
        |provider| provider.rules.filter = |text| read(&text.replace('\\', "\\\\").replace("\\\\\"", "\\\\\\\"")),
    ),
    fault!(
        "filter/unreadable-is-none",
        breaks["7644-3.4.2.2-47", "7644-3.4.2.2-04"], also ["7644-3.4.2.2-39", "7644-3.4.2.2-38", "7644-3.4.2.2-36", "7644-3.4.2.2-08", "7644-3.4.2.2-48", "7644-3.4.3-09", "7644-3.4.2.1-05", "entra-A1", "entra-B21"],
        "answers a filter that it cannot read with the whole list",
        |provider| provider.rules.filter = |text| Ok(read(text).unwrap_or(None)),
    ),
    fault!(
        "filter/certificates-in-order",
        breaks["7644-3.4.2.2-26", "7644-3.4.2.2-27", "7644-3.4.2.2-28", "7644-3.4.2.2-29"],
        "orders certificates by their text",
        |provider| provider.seams.reply.add(|answer| {
            let asked = answer.call.param("filter").is_some_and(|filter| filter.starts_with("x509"));
            if asked && answer.reply.body_mut().is_some_and(|body| body["scimType"] == "invalidFilter") {
                let body = message::list_response(0, 1, Vec::new());
                answer.reply = Reply::json(200, urn::MEDIA_TYPE, body);
            }
        }),
    ),
    fault!(
        "filter/secret-without-keyword",
        breaks["7644-3.12-28", "7644-7.5.2-03"],
        "refuses a password in a URL and does not say why",
        |provider| provider.seams.reply.add(|answer| {
            if answer.call.param("filter").is_some_and(|filter| filter.starts_with("password")) {
                let problem = Problem::new(403, None, "this cannot be done");
                answer.reply = Reply::problem(&problem, urn::MEDIA_TYPE);
            }
        }),
    ),
];

fn read(text: &str) -> Result<Option<Filter>, Problem> {
    Ok(Some(Filter::parse_as_clients_send(text)?))
}

/// Looks for addresses among the primary ones.
fn primaries_only(condition: &mut Condition) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter_mut().for_each(primaries_only),
        Condition::Not(inner) => primaries_only(inner),
        Condition::Leaf(test) if test.path == "emails" && test.sub.as_deref() == Some("value") => {
            let probe = Probe::Number { op: CompareOp::Eq, operand: Number::Integer(1) };
            let primary = Test { path: "emails".into(), sub: Some("primary".into()), probe };
            let both = vec![Condition::Leaf(primary), Condition::Leaf(test.clone())];
            *condition = Condition::Element("emails".into(), Box::new(Condition::All(both)));
        }
        Condition::Element(..) | Condition::Leaf(_) | Condition::Never => {}
    }
}

/// Changes every text that a filter compares with.
fn on_text(provider: &mut Provider, change: fn(&mut String)) {
    provider.seams.query.add(move |query| {
        if let Some(filter) = &mut query.filter {
            texts(filter, change);
        }
    });
}

fn texts(filter: &mut Filter, change: fn(&mut String)) {
    match filter {
        Filter::Or(parts) | Filter::And(parts) => parts.iter_mut().for_each(|part| texts(part, change)),
        Filter::Not(inner) | Filter::ValuePath(_, inner) => texts(inner, change),
        Filter::Compare(_, _, Literal::String(text)) => change(text),
        Filter::Compare(..) | Filter::Present(AttrPath { .. }) => {}
    }
}
