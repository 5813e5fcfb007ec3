//! Faults of entity tags.

use super::super::store::version;
use super::Fault;

pub(super) static FAULTS: [Fault; 3] = [
    fault!(
        "etag/stale-tag-accepted",
        breaks ["7644-3.14-08", "7644-3.12-14"], also ["7644-3.6-08", "7644-3.12-13", "7644-3.7.3-05"],
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
];
