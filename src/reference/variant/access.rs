//! Legal ways to let clients in, and to answer at /Me.

use super::super::Provider;
use super::super::problem::Problem;
use super::super::reply::Body;
use super::Variant;

pub(super) static VARIANTS: [Variant; 6] = [
    variant!("me/unsupported", "does not support /Me", |provider| {
        provider.rules.me = |_, _| Err(Problem::not_supported("/Me"));
    }),
    variant!("me/redirects", "sends clients of /Me to the user's own URL", |provider| {
        provider.rules.me = Provider::redirect_me;
    }),
    variant!("auth/open-discovery", "lets anybody read the discovery endpoints", |provider| {
        provider.rules.anonymous = |call| {
            let first = call.segments().first().copied();
            matches!(first, Some("ServiceProviderConfig" | "ResourceTypes" | "Schemas"))
        };
    }),
    variant!("auth/closed-discovery", warns["7643-5-17"], "demands credentials everywhere", |provider| {
        provider.rules.anonymous = |_| false;
    }),
    variant!(
        "auth/refused-by-a-gateway",
        warns ["7644-3.12-01", "7644-3.12-02", "7644-3.12-03"],
        "refuses bad credentials before the request reaches any SCIM code",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 401 {
                    answer.reply.media_type = "text/plain".into();
                    answer.reply.body = Body::Text("Unauthorized".into());
                }
            });
        },
    ),
    variant!("async/on-request", "answers 202 to a create that asks for an asynchronous answer", answer_later),
];

/// Answers 202 to creates that ask for it (RFC 9967 §2.5.1.1). The work is done by then, which is early enough.
pub(in crate::reference) fn answer_later(provider: &mut Provider) {
    provider.seams.reply.add(|answer| {
        let asked = answer.call.header("prefer").is_some_and(|prefer| prefer.contains("respond-async"));
        if asked && answer.reply.status == 201 {
            answer.reply.status = 202;
            answer.reply.body = Body::Empty;
            let transaction = answer.reply.header("Location").map(folded_path).unwrap_or_default();
            answer.reply.headers.push(("Set-Txn".into(), transaction));
            answer.reply.headers.push(("Preference-Applied".into(), "respond-async".into()));
        }
    });
}

/// Something that differs from transaction to transaction.
fn folded_path(location: &str) -> String {
    location.rsplit('/').next().unwrap_or_default().to_owned()
}
