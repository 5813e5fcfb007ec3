//! Faults of POST.

use http::Method;

use super::Fault;
use super::hands::{crashes, on_success, sent};

pub(super) static FAULTS: [Fault; 8] = [
    fault!(
        "create/answers-200",
        breaks["7644-3.3-08"], also ["entra-F1", "entra-F19", "7643-4.1.1-02", "7644-3.12-09", "7644-3.3-01", "entra-A1", "entra-E17", "entra-E8", "entra-E13", "entra-E7"],"answers a create with the framework's default status",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 201 {
                    answer.reply.status = 200;
                }
            });
        },
    ),
    fault!(
        "create/no-location",
        breaks["7644-3.3-10"],
        also["7644-3.3-11"],
        "sets meta.location but forgets the Location header",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 201 {
                    answer.reply.remove_header("Location");
                }
            });
        },
    ),
    fault!(
        "create/duplicate-user-name",
        breaks ["7643-4.1.1-02", "7644-3.3-12"], also ["7643-4.1.1-04", "7644-3.3-13", "7644-3.3-14", "7644-3.5.1-16", "7644-3.5.2.3-13", "7644-3.12-13", "7644-3.12-21", "7643-7-36", "7643-7-38", "entra-B18", "entra-F2", "7644-3.7.3-05", "7644-3.7-13", "7644-3.7-18", "7644-3.7-12", "7644-3.7-15", "entra-B12", "entra-F20"],
        "has no unique index on the user name",
        |provider| {
            provider.tenants.iter().for_each(|tenant| tenant.store.allow_duplicates());
            provider.rules.enforces_uniqueness = || false;
        },
    ),
    fault!(
        "create/conflict-without-scim-type",
        breaks["7644-3.3-13"],
        also["7644-3.12-21"],
        "answers 409 without scimType",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 409 {
                    answer.reply.remove_member("scimType");
                }
            });
        },
    ),
    fault!(
        "create/required-not-checked",
        breaks ["7643-7-14", "7643-4.1.1-01"],
        also ["7644-3.12-26", "7644-3.5.1-14", "7643-4.1.1-03", "7643-4.2-02", "7644-3.3-14"],
        "stores a user without a user name",
        |provider| provider.rules.required = |_, _| Ok(()),
    ),
    fault!(
        "create/table-name-as-type",
        breaks ["7644-3.3.1-01", "7643-3.1-22"], also ["7644-3.4.2.2-51", "7644-3.4.2.1-05", "7643-3-09", "7643-3.1-21"],
        "gives the name of its table as meta.resourceType",
        |provider| {
            provider.seams.store.add(|change| {
                let table = format!("scim_{}s", change.kind.to_lowercase());
                if let Some(meta) = change.after.as_mut().and_then(|doc| doc.get_mut("meta")) {
                    meta["resourceType"] = table.into();
                }
            });
        },
    ),
    fault!(
        "create/password-echoed",
        breaks["7643-7-28", "7643-4.1.1-21"],
        also ["7643-4.1.1-29", "7644-7.5.1-01", "7643-7-30", "7643-9.3-01"],
        "answers a create with what it was sent, the password included",
        |provider| on_success(provider, |call| call.method == Method::POST && call.segments() == ["Users"], |answer| {
            let sent = sent(&answer.call);
            if let (Some(password), Some(body)) = (sent.get("password"), answer.reply.body_mut()) {
                body["password"] = password.clone();
            }
        }),
    ),
    fault!(
        "create/password-refused",
        breaks["7644-3.3-02"],
        also["7643-8.7.1-02"],
        "knows passwords from another system and stumbles over those that it is sent",
        |provider| crashes(provider, |call| call.method == Method::POST && sent(call).get("password").is_some()),
    ),
];
