//! Faults of who is in a group.

use http::Method;
use serde_json::Value;

use super::Fault;

pub(super) static FAULTS: [Fault; 8] = [
    fault!(
        "membership/leavers-still-show-it",
        breaks ["7643-4.1.2-21", "7643-4.1.2-20"],
        also ["7643-4.1.2-22", "7644-3.6-10", "7643-4.1.2-23"],
        "adds a group to its new members and never takes it from those who leave",
        |provider| provider.rules.mirrors_leavers = || false,
    ),
    fault!(
        "membership/all-direct",
        breaks ["7643-4.1.2-20"],
        also ["7643-4.1.2-22", "7643-4.1.2-21"],
        "calls every membership direct",
        |provider| {
            provider.seams.render.add(|rendered| {
                let groups = rendered.shown.get_mut("groups").and_then(Value::as_array_mut);
                groups.into_iter().flatten().for_each(|group| group["type"] = "direct".into());
            });
        },
    ),
    fault!(
        "membership/name-in-the-place-of-the-id",
        breaks ["7643-4.1.2-23"],
        also ["7643-4.1.2-20", "7643-4.1.2-24", "7643-2.4-04", "7643-4.1.2-21"],
        "shows the name of a group as its value",
        |provider| {
            provider.seams.render.add(|rendered| {
                let groups = rendered.shown.get_mut("groups").and_then(Value::as_array_mut);
                for group in groups.into_iter().flatten() {
                    group["value"] = group["display"].clone();
                }
            });
        },
    ),
    fault!(
        "membership/reference-to-a-folder",
        breaks ["7643-4.1.2-24"],
        also ["7643-2.3.7-06", "7643-2.3.7-07", "7643-4.2-06"],
        "gives the address of all groups as that of the group",
        |provider| {
            provider.seams.render.add(|rendered| {
                let groups = rendered.shown.get_mut("groups").and_then(Value::as_array_mut);
                for group in groups.into_iter().flatten() {
                    if let Some((folder, _)) = group["$ref"].as_str().and_then(|uri| uri.rsplit_once('/')) {
                        group["$ref"] = folder.to_owned().into();
                    }
                }
            });
        },
    ),
    fault!(
        "membership/people-or-groups",
        breaks ["7643-4.2-07", "7643-4.2-05"],
        also ["7643-4.1.2-20", "7643-4.1.2-22", "7643-4.1.2-21"],
        "has a column for people and one for groups, and fills one of them",
        |provider| {
            provider.seams.store.add(|change| {
                let members = change.after.as_mut().and_then(|doc| doc.get_mut("members")).and_then(Value::as_array_mut);
                if let Some(members) = members
                    && members.iter().any(|member| member["type"] == "Group")
                {
                    members.retain(|member| member["type"] == "Group");
                }
            });
        },
    ),
    fault!(
        "membership/refusal-answers-500",
        breaks ["7643-4.2-05", "7643-4.2-07"],
        also ["7643-4.2-02", "7643-4.2-08", "7643-4.2-04", "7644-3.12-09", "7644-3.5.2.3-12", "7644-3.5.2.2-09", "7643-2.4-11", "7644-3.12-19", "7644-3.12-24", "7644-3.12-25", "7644-3.5.2-13", "7644-3.5.2-12", "7644-3.5.2-24", "7643-7-14", "7643-2.4-07"],
        "does not catch what its model of groups throws",
        |provider| {
            provider.seams.reply.add(|answer| {
                let writes = answer.call.method == Method::POST || answer.call.method == Method::PATCH;
                if writes && answer.reply.status == 400 && answer.call.segments().first() == Some(&"Groups") {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "membership/unreadable-after-a-leaver",
        breaks ["7644-3.4.1-01"],
        also ["7644-3.6-09", "7643-4.2-05", "7644-3.5.2-26", "7644-3.6-06", "7644-3.5.2.1-12"],
        "leaves people who are gone in the group and fails to look them up",
        |provider| {
            provider.rules.leaves_groups = || false;
            provider.rules.looked_up = |provider, _, kind, id| {
                let matching = |kind: &str, filter: String| provider.matching(kind, &filter).unwrap_or_default();
                let own = format!("id eq {}", Value::from(id));
                let known: Vec<String> = ["User", "Group"].iter().flat_map(|kind| matching(kind, "id pr".into())).collect();
                let listed = || provider.members_of(id).iter().all(|member| known.contains(member));
                let is_group = kind.name() == "Group" && !matching("Group", own).is_empty();
                (kind, if is_group && !listed() { "nobody".to_owned() } else { id.to_owned() })
            };
        },
    ),
    fault!(
        "membership/members-shown-twice",
        breaks ["7643-2.4-11"],
        also ["7643-4.2-05", "7644-3.5.2.2-04", "entra-E11", "entra-F23"],
        "joins two tables and shows each member once per row",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(members) = rendered.shown.get_mut("members").and_then(Value::as_array_mut) {
                    members.extend(members.clone());
                }
            });
        },
    ),
];

/// Faults that only many resources show.
pub(super) static LARGE: [Fault; 2] = [
    fault!(
        "large/first-hundred-members",
        breaks["7643-4.2-05"],
        also["7644-3.5.2.2-04"],
        "shows the first hundred members of a group",
        |provider| {
            provider.seams.render.add(|rendered| {
                if let Some(members) = rendered.shown.get_mut("members").and_then(Value::as_array_mut) {
                    members.truncate(100);
                }
            });
        },
    ),
    fault!(
        "large/total-of-five-hundred",
        breaks["7644-3.4.2.4-12"],
        "counts no further than five hundred",
        |provider| {
            provider.seams.list.add(|page| {
                if let Some(total) = page.total.as_ref().and_then(Value::as_u64).filter(|total| *total > 500) {
                    page.total = Some(total.min(500).into());
                }
            });
        },
    ),
];
