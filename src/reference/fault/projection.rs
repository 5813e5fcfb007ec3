//! Faults of showing a part of a resource.

use serde_json::Value;

use super::super::Provider;
use super::super::render::Projection;
use super::Fault;
use crate::scim::AttrPath;

pub(super) static FAULTS: [Fault; 12] = [
    fault!(
        "projection/excluded-ignored",
        breaks["7644-3.4.2.5-06"], also ["entra-F15", "entra-F14", "7644-3.9-06", "7644-3.4.2.5-08", "7644-3.10-05", "7644-3.10-04", "7644-3.9-05", "7644-3.4.2.5-07", "7644-3.4.3-08", "7644-3.4.3-07", "entra-B8"],
        "knows attributes and not excludedAttributes",
        |provider| provider.seams.projection.add(|projection| projection.exclude.clear()),
    ),
    fault!(
        "projection/not-in-lists",
        breaks["7644-3.4.2.5-01"], also ["entra-F15", "7644-3.4.2.5-04", "7644-3.4.2.5-05", "7644-3.4.2.5-07", "7644-3.10-05", "7644-3.4.3-08", "7644-3.4.3-07", "7644-3.9-03", "7644-3.9-05", "entra-B8"],
        "reads the parameters for single resources only",
        |provider| provider.seams.query.add(|query| query.projection = Projection::default()),
    ),
    fault!(
        "projection/not-on-writes",
        breaks["7644-3.9-02"],
        also["7644-3.9-03"],
        "reads the parameters of GET only",
        |provider| provider.seams.projection.add(|projection| {
            if !projection.sent.is_empty() {
                (projection.include, projection.exclude) = (None, Vec::new());
            }
        }),
    ),
    fault!("projection/with-case", breaks["7644-3.10-05"], "looks names up as they are written", |provider| on_paths(
        provider,
        |path| {
            let is_written_so = |name: &str| !name.starts_with(char::is_uppercase);
            is_written_so(&path.name).then_some(path)
        }
    ),),
    fault!(
        "projection/urn-not-understood",
        breaks["7644-3.4.2.5-08", "7644-3.10-04"], also ["7644-3.10-05", "7644-3.4.3-08", "7644-3.10-01", "7644-3.9-04"],
        "knows names without schema only",
        |provider| on_paths(provider, |path| path.schema.is_none().then_some(path)),
    ),
    fault!(
        "projection/part-is-the-whole",
        breaks["7644-3.4.2.5-05", "7644-3.4.2.5-08"], also ["7644-3.10-05", "7644-3.10-04", "7644-3.4.3-08"],
        "cuts names at the dot",
        |provider| on_paths(provider, |path| Some(AttrPath { sub: None, ..path })),
    ),
    fault!("projection/parts-ignored", breaks["7644-3.4.2.5-05"], also ["7644-3.10-05", "7644-3.10-04", "7644-3.4.2.5-08", "7644-3.4.3-08", "7643-3-09", "7644-3.9-04"], "knows whole attributes only", |provider| on_paths(
        provider,
        |path| path.sub.is_none().then_some(path)
    ),),
    fault!(
        "projection/first-name-only",
        breaks["7644-3.9-07"], also ["7643-7-26", "7644-3.4.2.5-05", "7644-3.10-05", "7643-3-09"],
        "reads one name and leaves the rest of the list",
        |provider| provider.seams.projection.add(|projection| {
            if let Some(include) = &mut projection.include {
                include.truncate(1);
            }
        }),
    ),
    fault!(
        "projection/id-excluded",
        breaks["7644-3.4.2.5-07", "7644-3.9-05"], also ["7644-3.4.3-07", "7643-3.1-05"],
        "leaves out whatever is named",
        |provider| {
            provider.seams.reply.add(|answer| {
                let excluded = answer.call.param("excludedAttributes").is_some_and(|names| names.starts_with("id"));
                let in_body = serde_json::from_slice::<serde_json::Value>(&answer.call.body).unwrap_or_default();
                let listed = in_body["excludedAttributes"].as_array().is_some_and(|names| names.contains(&"id".into()));
                if !(excluded || listed) {
                    return;
                }
                answer.reply.remove_member("id");
                let resources = answer.reply.body_mut().and_then(|body| body.get_mut("Resources"));
                for resource in resources.and_then(|resources| resources.as_array_mut()).into_iter().flatten() {
                    if let Some(resource) = resource.as_object_mut() {
                        resource.shift_remove("id");
                    }
                }
            });
        },
    ),
    fault!(
        "projection/all-for-an-unknown-name",
        breaks["7644-3.9-04"],
        "returns everything when a name cannot be found",
        |provider| provider.seams.projection.add(|projection| {
            let unknown = |path: &AttrPath| path.name.starts_with("noSuch") || path.name == "x";
            if projection.include.as_ref().is_some_and(|include| include.iter().any(unknown)) {
                projection.include = None;
            }
        }),
    ),
    fault!(
        "projection/half-of-the-defaults",
        breaks["7644-3.4-02"], also ["7644-3.4.2.2-04", "7644-3.5.2.1-04", "7644-3.5.2.1-03", "7644-3.5.2.3-04", "7644-3.5.2-26", "7644-3.3-08", "7644-3.5.2.3-05", "7644-3.5.2-20", "7644-3.1-09", "7643-7-30", "7644-3.5.1-04", "entra-E2", "entra-F1", "entra-F7", "entra-F6"],
        "shows a short form unless more is asked for",
        |provider| provider.seams.render.add(|rendered| {
            if rendered.shown.contains_key("meta") && rendered.stored.contains_key("userName") {
                rendered.shown.shift_remove("nickName");
            }
        }),
    ),
    fault!(
        "projection/id-not-asked-for",
        breaks ["7643-3.1-12", "7644-3.4.2-12"],
        also ["7643-3.1-05", "7644-3.9-05", "7644-3.4.3-06", "7644-3.4.2.5-04", "7644-3.9-04", "7644-3.4.2.2-11"],
        "shows what is asked for, and the id when it is asked for",
        |provider| provider.seams.reply.add(|answer| {
            let unasked = answer.call.param("attributes").is_some_and(|names| names.split(',').all(|name| name.trim() != "id"));
            let Some(body) = answer.reply.body_mut().filter(|_| unasked) else { return };
            if let Some(listed) = body.get_mut("Resources").and_then(Value::as_array_mut) {
                listed.iter_mut().filter_map(Value::as_object_mut).for_each(|one| drop(one.shift_remove("id")));
            } else if let Some(one) = body.as_object_mut() {
                one.shift_remove("id");
            }
        }),
    ),
];

/// Changes or drops every name that is asked for or excluded.
fn on_paths(provider: &mut Provider, change: fn(AttrPath) -> Option<AttrPath>) {
    provider.seams.projection.add(move |projection| {
        if let Some(include) = &mut projection.include {
            *include = std::mem::take(include).into_iter().filter_map(change).collect();
        }
        projection.exclude = std::mem::take(&mut projection.exclude).into_iter().filter_map(change).collect();
    });
}
