//! Legal ways to let clients in, and to answer at /Me.

use super::super::Provider;
use super::super::problem::Problem;
use super::super::reply::Body;
use super::Variant;

pub(super) static VARIANTS: [Variant; 5] = [
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
];
