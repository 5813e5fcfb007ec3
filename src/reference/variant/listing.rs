//! Legal ways to refuse queries, and to leave parts of the query language out.

use http::Method;

use super::super::Provider;
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::seams::Answer;
use super::Variant;
use crate::scim::AttrPath;

pub(super) static VARIANTS: [Variant; 12] = [
    variant!("filter/sensitive-in-urls", "answers filters in bodies only, for URLs end in logs", |provider| {
        refuse(provider, |answer| {
            let refused = answer.call.method == Method::GET && answer.call.param("filter").is_some();
            refused.then(|| Problem::new(403, Some("sensitive"), "send the filter in the body of a POST to /.search"))
        });
    }),
    variant!(
        "filter/no-brackets-for-values",
        warns["7644-3.4.2.2-35", "7644-3.4.2.2-30", "7644-3.4.2.2-32"],
        "does not support conditions on one value in brackets",
        |provider| {
            refuse(provider, |answer| {
                let asked = answer.call.param("filter").is_some_and(|filter| filter.contains("s["));
                asked.then(|| Problem::invalid_filter("square brackets are not supported in filters"))
            });
        }
    ),
    variant!(
        "filter/not-by-url-or-schema",
        warns["7644-3.4.2.2-04", "7644-3.4.2.2-15", "7644-3.4.2.2-17", "7644-3.4.2.2-18", "7644-3.4.2.2-20"],
        "does not support filters on schemas, URLs and certificates",
        |provider| {
            refuse(provider, |answer| {
                let filter = answer.call.param("filter")?.to_lowercase();
                let asked = ["schemas ", "profileurl ", "x509certificates."].iter().any(|name| filter.contains(name));
                let is_ordered = filter.contains(" gt ") || filter.contains(" lt ");
                (asked && !is_ordered).then(|| Problem::invalid_filter("this attribute is not supported in filters"))
            });
        }
    ),
    variant!("filter/unsupported-two-on-a-page", skips["filter"], "has no filters, and small pages", |provider| {
        provider.supports.filter = false;
        provider.limits.page_max = 2;
        provider.limits.page_default = 2;
    }),
    variant!("list/one-short", "returns one resource less than asked for", |provider| {
        provider.rules.page_size = |asked, limits| match asked.map(u64::try_from) {
            None => limits.page_default,
            Some(Err(_) | Ok(0)) => 0,
            Some(Ok(count)) => count.saturating_sub(1).clamp(1, limits.page_max),
        };
    }),
    variant!(
        "list/nothing-beyond-the-end",
        warns["7644-3.4.2.4-14"],
        "refuses a startIndex beyond the end",
        |provider| {
            refuse(provider, |answer| {
                let is_resource = matches!(answer.call.segments()[..], ["Users" | "Groups"]);
                let start: u64 = answer.call.param("startIndex").filter(|_| is_resource)?.parse().ok()?;
                let total = answer.reply.body_mut()?.get("totalResults")?.as_u64()?;
                (start > total.max(1)).then(|| Problem::invalid_value("startIndex is beyond the end"))
            });
        }
    ),
    variant!("sort/unknown-refused", "refuses to sort by what it does not know", |provider| {
        refuse(provider, |answer| {
            let sort_by = answer.call.param("sortBy")?.to_lowercase();
            let known =
                ["username", "displayname", "name.", "externalid", "emails.value", "meta.", "nickname", "title"];
            let is_known = known.iter().any(|name| sort_by.contains(name)) && !sort_by.contains("unknown");
            (!is_known).then(|| Problem::new(400, Some("invalidPath"), "cannot sort by this"))
        });
    }),
    variant!(
        "search/unsupported",
        warns["7644-3.4.3-02"],
        "does not answer searches by POST, nor queries at the base URL",
        |provider| {
            refuse(provider, |answer| {
                let segments = answer.call.segments();
                let asked = segments.is_empty() || segments.last() == Some(&".search");
                asked.then(|| Problem::not_found("there is no such endpoint"))
            });
        }
    ),
    variant!("search/too-many", warns["7644-3.4.2.1-04"], "refuses to list everything at the base URL", |provider| {
        refuse(provider, |answer| {
            let is_base = answer.call.segments.as_ref().is_some_and(Vec::is_empty);
            let all = is_base && answer.call.param("filter").is_none();
            all.then(|| Problem::new(400, Some("tooMany"), "name a filter"))
        });
    }),
    variant!("projection/meta-always", warns["7644-3.9-03"], "always shows meta", |provider| {
        provider.seams.projection.add(|projection| {
            if let Some(include) = &mut projection.include {
                include.push(AttrPath { schema: None, name: "meta".into(), sub: None });
            }
        });
    }),
    variant!("projection/unknown-refused", "refuses to show attributes that it does not know", |provider| {
        refuse(provider, |answer| {
            let asked = ["attributes", "excludedAttributes"].into_iter().find_map(|name| answer.call.param(name))?;
            let unknown = asked.is_empty() || asked.contains("noSuch") || asked.contains('!') || asked.contains(":x");
            unknown.then(|| Problem::invalid_value("there is no such attribute"))
        });
    }),
    variant!("cursor/any-count", "goes on with another count than the first page had", |provider| {
        provider.rules.cursor = |sealer, text, asked, count| {
            sealer.place(text, asked, count).or_else(|problem| sealer.open(text, asked).ok_or(problem))
        };
    }),
];

/// Answers with a problem where `why` gives one.
fn refuse(provider: &mut Provider, why: fn(&mut Answer) -> Option<Problem>) {
    provider.seams.reply.add(move |answer| {
        if answer.reply.status < 400
            && let Some(problem) = why(answer)
        {
            answer.reply = Reply::problem(&problem, &answer.reply.media_type.clone());
        }
    });
}
