//! Faults of the token endpoint.

use serde_json::json;

use super::super::tokens::{ABOUT, ISSUED, MEANT, SIGNED, TIMELY};
use super::Fault;

pub(super) static FAULTS: [Fault; 11] = [
    fault!("token/short", breaks["entra-A16"], "gives tokens for five minutes", |provider| {
        provider.rules.tokens.granted =
            |token| json!({ "access_token": token, "token_type": "Bearer", "expires_in": 300 });
    }),
    fault!(
        "token/shorter-than-told",
        breaks["entra-A16"],
        also["entra-A5", "entra-A11", "entra-A12", "entra-E24", "entra-E25"],
        "says that a token is good for an hour, and lets it expire after five minutes",
        |provider| {
            // {"iat":1796040000,"exp":1796040300}
            provider.rules.tokens.granted = |_| {
                let token = "eyJhbGciOiJub25lIn0.eyJpYXQiOjE3OTYwNDAwMDAsImV4cCI6MTc5NjA0MDMwMH0.short";
                json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 })
            };
        },
    ),
    fault!("token/for-a-year", breaks["entra-A16"], "gives tokens for a year", |provider| {
        provider.rules.tokens.granted =
            |token| json!({ "access_token": token, "token_type": "Bearer", "expires_in": 31_536_000 });
    }),
    fault!(
        "token/not-let-in",
        breaks["entra-A5", "entra-A11", "entra-A12", "entra-E24", "entra-E25"],
        "gives a token that the SCIM endpoint does not know yet",
        |provider| {
            provider.rules.tokens.granted =
                |token| json!({ "access_token": format!("new-{token}"), "token_type": "Bearer", "expires_in": 3600 });
        },
    ),
    fault!(
        "token/id-token-only",
        breaks["entra-A5", "entra-A12", "entra-E24", "entra-E25"],
        also["entra-A15"],
        "answers an id_token where an access_token is wanted",
        |provider| {
            provider.rules.tokens.granted = |token| json!({ "id_token": token, "expires_in": 3600 });
        },
    ),
    fault!("token/one-secret", breaks["entra-A15"], "knows the first secret of a client only", |provider| {
        provider.rules.tokens.knows =
            |service, id, secret| service.client_id == id && service.secrets.first().is_some_and(|one| one == secret);
    }),
    fault!("token/any-signature", breaks["entra-A12"], "decodes the assertion and does not verify it", |provider| {
        provider.rules.tokens.doubts =
            |trust, it| [ISSUED, MEANT, ABOUT, TIMELY].into_iter().find_map(|doubt| doubt(trust, it));
    }),
    fault!("token/any-issuer", breaks["entra-A12"], "does not look at the issuer of an assertion", |provider| {
        provider.rules.tokens.doubts =
            |trust, it| [SIGNED, MEANT, ABOUT, TIMELY].into_iter().find_map(|doubt| doubt(trust, it));
    }),
    fault!("token/any-audience", breaks["entra-A12"], "does not look at the audience of an assertion", |provider| {
        provider.rules.tokens.doubts =
            |trust, it| [SIGNED, ISSUED, ABOUT, TIMELY].into_iter().find_map(|doubt| doubt(trust, it));
    }),
    fault!("token/any-subject", breaks["entra-A12"], "does not look at the subject of an assertion", |provider| {
        provider.rules.tokens.doubts =
            |trust, it| [SIGNED, ISSUED, MEANT, TIMELY].into_iter().find_map(|doubt| doubt(trust, it));
    }),
    fault!("token/any-time", breaks["entra-A12"], "takes assertions that have expired", |provider| {
        provider.rules.tokens.doubts =
            |trust, it| [SIGNED, ISSUED, MEANT, ABOUT].into_iter().find_map(|doubt| doubt(trust, it));
    }),
];
