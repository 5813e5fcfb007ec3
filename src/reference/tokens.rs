//! The token endpoint beside the SCIM endpoint: OAuth 2.0 client credentials (RFC 6749 §4.4), with a secret or with an
//! assertion of a workload identity (RFC 7523 §2.2).

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Method;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Value, json};

use super::Provider;
use super::call::Call;
use super::reply::Reply;

/// Path of the token endpoint.
pub const TOKEN_PATH: &str = "/oauth/token";

/// Seconds for which a token is said to be good.
const LIFE: u64 = 3600;

/// Who gets a token.
#[derive(Clone, Debug, Default)]
pub struct TokenService {
    /// Id of the client.
    pub client_id: String,
    /// Its secrets; every one of them works.
    pub secrets: Vec<String>,
    /// The workload identity that needs no secret.
    pub trust: Option<Trust>,
}

/// A workload identity.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Whose assertions are taken.
    pub issuer: String,
    /// For whom they have to be.
    pub audience: String,
    /// About whom they have to be.
    pub subject: String,
    /// The key set of the issuer (RFC 7517).
    pub key_set: Value,
}

/// An assertion, taken apart.
pub(crate) struct Assertion {
    pub(crate) claims: Value,
    pub(crate) is_signed: bool,
    /// Seconds since 1970.
    pub(crate) now: u64,
}

/// The decisions of a token endpoint.
#[derive(Clone, Copy)]
pub(crate) struct TokenRules {
    /// Whether these are the id and a secret of the client.
    pub(crate) knows: fn(&TokenService, id: &str, secret: &str) -> bool,
    /// Why an assertion is not taken.
    pub(crate) doubts: fn(&Trust, &Assertion) -> Option<&'static str>,
    /// The answer that gives a token.
    pub(crate) granted: fn(token: &str) -> Value,
}

impl Default for TokenRules {
    fn default() -> Self {
        Self {
            knows: |service, id, secret| service.client_id == id && service.secrets.iter().any(|known| known == secret),
            doubts: |trust, assertion| {
                [SIGNED, ISSUED, MEANT, ABOUT, TIMELY].into_iter().find_map(|doubt| doubt(trust, assertion))
            },
            granted: |token| json!({ "access_token": token, "token_type": "Bearer", "expires_in": LIFE }),
        }
    }
}

/// One doubt about an assertion.
type Doubt = fn(&Trust, &Assertion) -> Option<&'static str>;

pub(crate) const SIGNED: Doubt = |_, it| (!it.is_signed).then_some("the signature is not one of the issuer's key set");
pub(crate) const ISSUED: Doubt = |trust, it| (it.claims["iss"] != trust.issuer).then_some("iss is another issuer");
pub(crate) const MEANT: Doubt = |trust, it| (it.claims["aud"] != trust.audience).then_some("aud is another audience");
pub(crate) const ABOUT: Doubt = |trust, it| (it.claims["sub"] != trust.subject).then_some("sub is another subject");
pub(crate) const TIMELY: Doubt = |_, it| {
    let until = it.claims["exp"].as_u64().unwrap_or(0);
    (until <= it.now).then_some("exp is over")
};

impl Provider {
    /// Answers a request to the token endpoint; `None` where there is none, or the path is another.
    pub(crate) fn token(&self, call: &Call) -> Option<Reply> {
        let service = self.token_service.as_ref().filter(|_| call.path == TOKEN_PATH)?;
        let answered = self.grant(service, call);
        let reply = answered.map_or_else(
            |(status, error, why)| {
                Reply::json(status, "application/json", json!({ "error": error, "error_description": why }))
            },
            |body| Reply::json(200, "application/json", body),
        );
        Some(reply.with_header("Cache-Control", "no-store"))
    }

    /// The token of the usual tenant, for whoever may have it.
    fn grant(&self, service: &TokenService, call: &Call) -> Result<Value, (u16, &'static str, &'static str)> {
        let rules = &self.rules.tokens;
        if call.method != Method::POST {
            return Err((405, "invalid_request", "a token is asked for by POST"));
        }
        let form: Vec<(String, String)> = url::form_urlencoded::parse(&call.body).into_owned().collect();
        let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if field("grant_type") != Some("client_credentials") {
            return Err((400, "unsupported_grant_type", "only client_credentials is supported"));
        }
        let refused = |why| Err((401, "invalid_client", why));
        if let Some(assertion) = field("client_assertion") {
            let Some(trust) = &service.trust else { return refused("no workload identity is trusted") };
            let Some(assertion) = read(assertion, &trust.key_set) else { return refused("the assertion is no JWT") };
            if let Some(why) = (rules.doubts)(trust, &assertion) {
                return refused(why);
            }
        } else {
            let in_header = call.header("authorization").as_deref().and_then(basic);
            let in_form = field("client_id").zip(field("client_secret"));
            let given = in_header.or_else(|| in_form.map(|(id, secret)| (id.to_owned(), secret.to_owned())));
            let Some((id, secret)) = given else { return refused("there is neither a secret nor an assertion") };
            if !(rules.knows)(service, &id, &secret) {
                return refused("the client is unknown, or the secret is wrong");
            }
        }
        Ok((rules.granted)(self.tenants[0].token.as_deref().unwrap_or("none-is-needed")))
    }
}

/// User and password of HTTP Basic, each decoded as from a form (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let pair = format!("x={text}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decoded(id)?, decoded(secret)?))
}

/// A JWT in its compact form (RFC 7515 §3.1), its signature tried with the key that it names.
fn read(text: &str, key_set: &Value) -> Option<Assertion> {
    let mut parts = text.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let signed = format!("{header}.{claims}");
    let json = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let (header, claims) = (json(header)?, json(claims)?);
    let keys = key_set["keys"].as_array();
    let key = keys.and_then(|keys| keys.iter().find(|key| key["kid"] == header["kid"]));
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let is_signed = key.is_some_and(|key| key["alg"] == header["alg"] && verifies(key, signed.as_bytes(), &signature));
    Some(Assertion { claims, is_signed, now })
}

fn verifies(key: &Value, signed: &[u8], signature: &[u8]) -> bool {
    let part = |name: &str| key[name].as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).unwrap_or_default();
    match key["kty"].as_str() {
        Some("RSA") => {
            let public = RsaPublicKeyComponents { n: part("n"), e: part("e") };
            public.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature).is_ok()
        }
        Some("EC") => {
            let point = [vec![4], part("x"), part("y")].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515 appendix A.3.
    #[test]
    fn the_example_of_the_rfc_is_signed_and_a_changed_one_is_not() {
        let key_set = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "alg": "ES256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }] });
        let key = &key_set["keys"][0];
        let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        assert!(verifies(key, signed.as_bytes(), &bytes));
        assert!(!verifies(key, signed.replace("eyJpc", "eyJpd").as_bytes(), &bytes));
        let assertion = read(&format!("{signed}.{signature}"), &key_set).expect("a JWT");
        assert!(assertion.is_signed && assertion.claims["iss"] == "joe");
    }
}
