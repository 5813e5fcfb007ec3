//! Faults of entity tags.

use http::Method;

use super::super::Provider;
use super::super::rules::if_match;
use super::super::store::version;
use super::Fault;

pub(super) static FAULTS: [Fault; 17] = [
    fault!(
        "etag/stale-tag-accepted",
        breaks ["7644-3.14-08", "7644-3.12-14"], also ["7644-3.6-08", "7644-3.12-13", "7644-3.7.3-05", "9110-13.1.1-02"],
        "sends tags, but never looks at If-Match",
        |provider| provider.rules.if_match = |_, _| true,
    ),
    fault!(
        "etag/never-changes",
        breaks ["7644-3.14-04"], also ["7644-3.14-05", "7644-3.14-08", "7644-3.12-14", "7644-3.6-08", "7644-3.7.3-05"],
        "makes the tag from the id alone",
        |provider| provider.rules.etag = |_| "W/\"1\"".to_owned(),
    ),
    fault!(
        "etag/version-differs",
        breaks["7643-3.1-28"],
        also["7644-3.14-03"],
        "shows the bare counter as meta.version",
        |provider| {
            provider.seams.render.add(|rendered| {
                let counter = version(&rendered.stored);
                if let Some(meta) = rendered.shown.get_mut("meta") {
                    meta["version"] = counter.to_string().into();
                }
            });
        },
    ),
    fault!(
        "etag/if-none-match-ignored",
        breaks["7644-3.14-06", "9110-13.1.2-01", "9110-13.1.2-02"],
        also["9110-13.1.2-03"],
        "never looks at If-None-Match",
        |provider| provider.seams.call.add(|call| {
            call.headers.remove("if-none-match");
        }),
    ),
    fault!(
        "etag/if-none-match-compared-as-text",
        breaks["9110-13.1.2-01"],
        also["9110-13.1.2-02"],
        "compares If-None-Match with the tag as one text",
        |provider| provider.seams.call.add(|call| {
            let tag = call.header("if-none-match").filter(|tag| call.method == Method::GET && !tag.starts_with("W/\""));
            if tag.is_some() {
                call.headers.remove("if-none-match");
            }
        }),
    ),
    fault!(
        "etag/if-none-match-ignored-on-write",
        breaks["9110-13.1.2-03"],
        "looks at If-None-Match for reads only",
        |provider| provider.seams.call.add(|call| {
            if call.method != Method::GET {
                call.headers.remove("if-none-match");
            }
        }),
    ),
    fault!("etag/one-tag-only", breaks["9110-13.1.1-04"], "compares If-Match with the tag as one text", |provider| {
        provider.rules.if_match = |header, current| header == "*" || header == current;
    },),
    fault!(
        "etag/list-matches-always",
        breaks["9110-13.1.1-02"],
        "gives up on an If-Match with several tags and lets the change pass",
        |provider| provider.rules.if_match = |header, current| header.contains(',') || if_match(header, current),
    ),
    fault!("etag/star-unknown", breaks["9110-13.1.1-03"], "takes the star for a tag", |provider| provider
        .rules
        .if_match =
        |header, current| header != "*" && if_match(header, current),),
    fault!(
        "etag/put-unguarded",
        breaks["9110-13.1.1-02", "7644-3.14-08", "7644-3.12-14"],
        "looks at If-Match in PATCH and forgets PUT",
        |provider| without_if_match(provider, Method::PUT),
    ),
    fault!(
        "etag/delete-unguarded",
        breaks["7644-3.6-08", "9110-13.1.1-02"],
        "looks at If-Match in PUT and PATCH and forgets DELETE",
        |provider| without_if_match(provider, Method::DELETE),
    ),
    fault!(
        "etag/new-with-each-read",
        breaks["7644-3.14-06"],
        also[
            "9110-13.1.2-01", "9110-13.1.2-02", "9110-13.1.2-03", "9110-13.1.1-04", "7644-3.14-04", "7643-3.1-28",
            "7644-3.14-07", "7644-3.6-06", "7644-3.7.3-05", "7644-3.7.3-07",
        ],
        "makes the tag from the time of the answer",
        |provider| {
            provider.rules.etag = |version| format!("W/\"{version}-{}\"", jiff::Timestamp::now().as_nanosecond());
        },
    ),
    fault!(
        "etag/without-quotes",
        breaks["9110-8.8.3-01"],
        also ["7644-3.14-02", "7643-3.1-29"],
        "sends its counter as the tag",
        |provider| {
            provider.rules.etag = |version| version.to_string();
        },
    ),
    fault!("etag/not-in-a-header", breaks["7644-3.14-02"], also ["7644-3.7.3-07", "9110-8.8.3-01"],"gives versions in bodies only", |provider| {
            provider.seams.reply.add(|answer| answer.reply.remove_header("ETag"));
        },),
    fault!(
        "etag/small-letter",
        breaks["7643-3.1-30"],
        also ["9110-8.8.3-01", "7644-3.14-02"],
        "marks weak tags with a small letter",
        |provider| {
            provider.rules.etag = |version| format!("w/\"{version}\"");
        },
    ),
    fault!(
        "etag/strong-ones-compared-weakly",
        breaks["9110-13.1.1-01"],
        also["9110-13.1.1-02"],
        "has strong tags and drops the mark of weak ones before it compares",
        |provider| {
            provider.rules.etag = |version| format!("\"{version}\"");
            provider.rules.if_match = |header, current| if_match(&header.replace("W/", ""), current);
        },
    ),
    fault!(
        "etag/strong-ones-never-match",
        breaks ["7644-3.14-07", "9110-13.1.1-04"],
        also ["7644-3.6-06", "7644-3.7.3-05", "9110-13.1.1-03"],
        "has strong tags and compares them with the bare counter",
        |provider| {
            provider.rules.etag = |version| format!("\"{version}\"");
            provider.rules.if_match = |header, current| header == current.trim_matches('"');
        },
    ),
];

/// Lets these requests pass whatever their If-Match says.
fn without_if_match(provider: &mut Provider, method: Method) {
    provider.seams.call.add(move |call| {
        if call.method == method {
            call.headers.remove("if-match");
        }
    });
}
