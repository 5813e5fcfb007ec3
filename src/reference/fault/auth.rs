//! Faults of authentication.

use super::Fault;

pub(super) static FAULTS: [Fault; 4] = [
    fault!(
        "auth/not-checked",
        breaks ["7644-2-11", "7644-3.12-10"], also ["7644-2-06", "7644-6.1-03", "7643-3.1-15", "7643-9.3-01", "9865-5.2-01", "9865-5.2-02"],
        "the middleware that checks the token is not mounted",
        |provider| provider.rules.authorized = |_, _| true,
    ),
    fault!(
        "auth/any-token",
        breaks ["7644-2-11"], also ["7644-3.12-10", "7644-2-06", "7644-6.1-03", "7643-3.1-15", "7643-9.3-01", "9865-5.2-01", "9865-5.2-02"],
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
        breaks["7644-3.12-10"],
        also["7644-2-06"],
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
];
