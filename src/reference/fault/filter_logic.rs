//! Faults of how conditions are joined, and of how filters are offered.

use super::super::condition::Condition;
use super::super::problem::Problem;
use super::Fault;
use super::filter::on_each;
use crate::scim::Filter;

pub(super) static FAULTS: [Fault; 8] = [
    fault!("filter/or-is-and", breaks["7644-3.4.2.2-31"], also ["7644-3.4.2.2-04", "7644-3.4.2.2-41", "7644-3.4.2.2-32", "7644-3.4.2.2-35", "7644-3.10-05", "7644-3.4.3-08", "7644-3.4.2.5-04", "7644-3.4.2.4-09", "7644-3.4.2.4-05", "7644-3.4.3-07", "7644-3.4.2.4-08", "7644-3.4.2.4-04", "7644-3.4.2.4-03", "7644-3.4.3-09", "7644-3.4.3-10", "7644-3.4.3-11", "7644-3.4.2.1-05", "7644-3.4.2.1-02"], "joins with AND", |provider| on_each(
        provider,
        |condition| {
            if let Condition::Any(parts) = condition {
                *condition = Condition::All(std::mem::take(parts));
            }
        }
    ),),
    fault!("filter/or-binds-first", breaks["7644-3.4.2.2-41"], "reads or before and", |provider| on_each(
        provider,
        |condition| {
            if let Condition::Any(parts) = condition
                && let [one, Condition::All(inner)] = parts.as_mut_slice()
                && !inner.is_empty()
            {
                let second = inner.remove(0);
                let mut all = vec![Condition::Any(vec![one.clone(), second])];
                all.append(inner);
                *condition = Condition::All(all);
            }
        }
    ),),
    fault!(
        "filter/brackets-dropped",
        breaks["7644-3.4.2.2-33"],
        also["7644-3.4.2.2-04"],
        "takes brackets out before it reads the words",
        |provider| on_each(provider, |condition| {
            if let Condition::All(parts) = condition
                && let [Condition::Any(inner), last] = parts.as_mut_slice()
                && let Some(before) = inner.pop()
            {
                inner.push(Condition::All(vec![before, last.clone()]));
                *condition = Condition::Any(std::mem::take(inner));
            }
        }),
    ),
    fault!(
        "filter/nested-brackets-dropped",
        breaks["7644-3.4.2.2-37", "7644-3.4.2.2-35"], also ["7644-3.4.2.2-04", "entra-B14"],
        "reads the last condition in square brackets only",
        |provider| on_each(provider, |condition| {
            if let Condition::Element(_, inner) = condition
                && let Condition::All(parts) | Condition::Any(parts) = inner.as_mut()
                && let Some(last) = parts.pop()
            {
                **inner = last;
            }
        }),
    ),
    fault!(
        "filter/default-not-stored",
        breaks["7644-3.4.2.2-45"], also ["7644-3.4.2.2-04", "7644-3.5.2.2-02"],
        "fills defaults in when a user is shown, not when it is stored",
        |provider| provider.seams.render.add(|rendered| {
            if rendered.stored.contains_key("userName") && rendered.shown.contains_key("meta") {
                rendered.shown.entry("active").or_insert(true.into());
            }
        }),
    ),
    fault!("filter/undeclared", breaks["7644-3.4.2.2-02"], "filters, and declares that it does not", |provider| {
        provider.seams.discovery.add(|document| {
            if let Some(filter) = document.body.get_mut("filter") {
                filter["supported"] = false.into();
            }
        });
    },),
    fault!(
        "large/filter-answers-500",
        breaks["7644-3.4.2.2-38"],
        "puts the filter into a column of 2000 characters",
        |provider| provider.rules.filter = |text| {
            if text.len() > 2_000 {
                return Err(Problem::new(500, None, "value too long for type character varying(2000)"));
            }
            Ok(Some(Filter::parse_as_clients_send(text)?))
        },
    ),
    fault!("large/alternatives-cut", breaks["7644-3.4.2.2-31"], "looks at ten alternatives at most", |provider| {
        on_each(provider, |condition| {
            if let Condition::Any(parts) = condition {
                parts.truncate(10);
            }
        });
    },),
];
