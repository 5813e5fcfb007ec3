//! Faults of authentication.

use super::super::problem::Problem;
use super::super::{Provider, rules};
use super::Fault;

pub(super) static FAULTS: [Fault; 16] = [
    fault!(
        "auth/not-checked",
        breaks ["7644-2-11", "7644-3.12-10"], also ["7644-6.2-02", "7644-3.12-11", "7644-2-07", "7644-7.4-04", "7644-2-06", "7644-6.1-03", "7643-3.1-15", "7643-9.3-01", "9865-5.2-01", "9865-5.2-02", "entra-B17"],
        "the middleware that checks the token is not mounted",
        |provider| provider.rules.authorized = |_, _| true,
    ),
    fault!(
        "auth/any-token",
        breaks ["7644-2-11"], also ["7644-6.2-02", "7644-3.12-11", "7644-2-07", "7644-7.4-04", "7644-3.12-10", "7644-2-06", "7644-6.1-03", "7643-3.1-15", "7643-9.3-01", "9865-5.2-01", "9865-5.2-02", "entra-B17"],
        "checks that an Authorization header is there, not what it says",
        |provider| provider.rules.authorized = |_, header| header.is_some(),
    ),
    fault!(
        "auth/no-challenge",
        breaks["7644-2-06"],
        also["9110-15.5.2-01"],
        "answers 401 without WWW-Authenticate",
        |provider| provider.seams.reply.add(|answer| answer.reply.remove_header("WWW-Authenticate")),
    ),
    fault!(
        "auth/answers-403",
        breaks["7644-3.12-10"], also ["7644-2-06", "9865-5.2-02", "entra-B17"],
        "answers 403 to a request without valid credentials",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 401 {
                    answer.reply.set_status(403);
                    answer.reply.remove_header("WWW-Authenticate");
                }
            });
        },
    ),
    fault!(
        "auth/limited-may-write",
        breaks ["7644-3.12-11"],
        also ["7644-2-07", "7644-2-09", "6750-3.1-02"],
        "checks that a token is valid, not what it permits",
        |provider| provider.rules.limited = |_| Ok(()),
    ),
    fault!(
        "auth/limited-may-delete",
        breaks ["7644-3.12-11"],
        also ["7644-2-07", "7644-2-09", "6750-3.1-02"],
        "looks at the permissions of a token when there is a body only",
        |provider| {
            provider.rules.limited = |call| if call.body.is_empty() { Ok(()) } else { rules::reads_only(call) };
        },
    ),
    fault!(
        "auth/limited-may-send-bulk",
        breaks ["7644-3.12-11"],
        also ["7644-2-07", "7644-2-09", "6750-3.1-02"],
        "forgot /Bulk in the list of endpoints that need permission to write",
        |provider| {
            provider.rules.limited = |call| match call.segments()[..] {
                ["Bulk"] => Ok(()),
                _ => rules::reads_only(call),
            };
        },
    ),
    fault!(
        "auth/limited-reads-nothing",
        breaks["7644-2-07"],
        "asks for permission to write when something is read",
        |provider| {
            provider.rules.limited = |_| Err(Problem::new(403, None, "the token may not do this"));
        },
    ),
    fault!(
        "auth/limited-answers-401",
        breaks["7644-3.12-11"],
        also["7644-2-06"],
        "answers 401 to everything that is not permitted, so that clients fetch new tokens for ever",
        |provider| {
            provider.rules.limited =
                |call| rules::reads_only(call).map_err(|_| Problem::new(401, None, "the token may not do this"));
        },
    ),
    fault!(
        "auth/limited-user-is-unreadable",
        breaks["7644-2-10"],
        also["7644-2-07"],
        "throws an exception when a token has no user of its own",
        |provider| {
            provider.rules.limited = |_| Err(Problem::new(500, None, "no user for this token"));
        },
    ),
    fault!(
        "auth/expired-token-accepted",
        breaks ["7644-7.4-04"],
        also ["7644-2-11", "6750-3.1-01"],
        "checks the signature of a token and not its expiry",
        |provider| provider.rules.takes_expired = || true,
    ),
    fault!(
        "auth/challenge-of-another-scheme",
        breaks["6750-3-02"],
        "asks for Basic where it takes tokens",
        |provider| {
            challenge(provider, "Basic realm=\"scim\"");
        }
    ),
    fault!("auth/bare-challenge", breaks["6750-3-03"], also["6750-3-04"], "sends `Bearer` and no more", |provider| {
        challenge(provider, "Bearer");
    }),
    fault!(
        "auth/error-is-not-named",
        breaks["6750-3-04"],
        "sends the same challenge to a client without and with a token",
        |provider| challenge(provider, "Bearer realm=\"scim\""),
    ),
    fault!("auth/error-for-nobody", breaks["6750-3.1-03"], "calls a token invalid that was never sent", |provider| {
        challenge(provider, "Bearer realm=\"scim\", error=\"invalid_token\"");
    },),
    fault!(
        "auth/unauthenticated-create",
        breaks["7644-3.12-10"],
        also["7644-2.2-01"],
        "left the registration of new users open after the tests",
        |provider| {
            provider.rules.anonymous = |call| {
                call.segments() == ["ServiceProviderConfig"]
                    || (call.method == http::Method::POST && call.segments() == ["Users"])
            };
        },
    ),
];

/// Replaces the challenge of each 401.
fn challenge(provider: &mut Provider, given: &'static str) {
    provider.seams.reply.add(move |answer| {
        if answer.reply.header("WWW-Authenticate").is_some() {
            answer.reply.remove_header("WWW-Authenticate");
            answer.reply.headers.push(("WWW-Authenticate".into(), given.to_owned()));
        }
    });
}
