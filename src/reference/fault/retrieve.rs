//! Faults of the resources that are shown.

use serde_json::Value;

use super::Fault;

pub(super) static FAULTS: [Fault; 7] = [
    fault!(
        "retrieve/password-shown",
        breaks ["7643-4.1.1-21", "7643-7-26"],
        also ["7643-4.1.1-27", "7643-7-28", "7644-3.4-02", "7643-7-36", "7644-3.9-01"],
        "shows every column of the table, the password hash too",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(hash) = rendered.stored.get("password") {
                    rendered.shown.insert("password".into(), hash.clone());
                }
            });
        },
    ),
    fault!(
        "retrieve/location-of-another-place",
        breaks ["7643-3.1-26", "7644-3.3-11"], also ["7643-3.1-27", "7644-3.5.1-17", "7644-3.11-07"],
        "gives the URL of the list as meta.location",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(location) = rendered.shown.get_mut("meta").and_then(|meta| meta.get_mut("location"))
                    && let Some((list, _)) = location.as_str().and_then(|location| location.rsplit_once('/'))
                {
                    *location = list.to_owned().into();
                }
            });
        },
    ),
    fault!(
        "retrieve/projection-ignored",
        breaks ["7644-3.4.2.5-02", "7644-3.9-03"], also ["7644-3.4.2.5-01", "7644-3.4.2.5-04", "7644-3.4.2.5-05", "7644-3.4.2.5-06", "7644-3.4.2.5-08", "7644-3.9-04", "7644-3.9-06", "7644-3.9-07", "7643-7-30", "7644-3.4.3-05", "7644-3.4.3-06", "7644-3.4.3-08", "entra-B8", "7644-3.10-04", "7644-3.10-05", "7644-3.10-01", "7643-2.3-02", "entra-F14", "entra-F15", "7644-3.9-05", "7644-3.4.2.5-07"],
        "returns all attributes whatever is asked for",
        |provider| {
            provider.seams.render.add(|rendered| {
                for (key, value) in &rendered.stored {
                    if key != "password" && !rendered.shown.contains_key(key) {
                        rendered.shown.insert(key.clone(), value.clone());
                    }
                }
            });
        },
    ),
    fault!(
        "retrieve/single-value-without-array",
        breaks ["7643-2.4-01"],
        also ["7643-7-12", "7643-2.3-06", "7644-3.8-09", "7643-4.1.2-20", "7644-3.5.2.2-04", "entra-B11", "7644-3.5.2-12", "7643-2.3-03", "entra-E18", "entra-B16", "entra-E1", "entra-B7", "entra-F23", "entra-F7", "entra-F6"],
        "converts from XML, where a list of one is no list",
        |provider| {
            provider.seams.render.add(|rendered| {
                for value in rendered.shown.iter_mut().filter(|(key, _)| *key != "schemas").map(|(_, value)| value) {
                    if let Value::Array(values) = value
                        && values.len() == 1
                    {
                        *value = values.remove(0);
                    }
                }
            });
        },
    ),
    fault!(
        "retrieve/time-as-number",
        breaks ["7643-2.3.5-03", "7643-3.1-23"], also ["7643-2.3.5-01", "7643-2.3.5-02", "7643-3.1-24", "7643-3.1-25", "7644-3.5.1-17", "7644-3.5.2.1-11", "7644-3.4.2.2-24", "7643-7-21", "7644-3.4.2.2-04"],
        "shows times as seconds since 1970",
        |provider| {
            provider.seams.render.add(|rendered| {
                let Some(meta) = rendered.shown.get_mut("meta") else { return };
                for name in ["created", "lastModified"] {
                    if let Some(time) = meta[name].as_str().and_then(crate::scim::datetime::parse) {
                        meta[name] = time.as_second().into();
                    }
                }
            });
        },
    ),
    fault!(
        "retrieve/internal-fields-shown",
        breaks ["7643-7-01"],
        also ["7643-3-06", "7644-3.3-15", "7643-3-10"],
        "shows fields of its database that no schema declares",
        |provider| {
            provider.seams.render.add(|rendered| {
                rendered.shown.insert("_rev".into(), "1-967a00dff5e02add".into());
            });
        },
    ),
    fault!(
        "retrieve/boolean-as-text",
        breaks ["7643-2.3-03", "7643-4.1.1-20"],
        also ["7644-3.8-09", "7644-3.1-09", "7644-3.3-08", "7644-3.4.2.2-04", "7644-3.5.2.3-05", "entra-B4", "entra-E17", "entra-E6", "7644-3.5.2.1-03", "7644-3.5.2.1-07", "7644-3.5.2.3-01", "7644-3.5.2.3-02", "7644-3.5.2-12", "7644-3.5.1-04", "entra-E1", "entra-B9", "entra-E3", "entra-F1", "entra-F3", "entra-F5", "entra-F9", "entra-F7", "entra-F6"],
        "shows `active` as text",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(active) = rendered.shown.get_mut("active") {
                    *active = active.to_string().into();
                }
            });
        },
    ),
];
