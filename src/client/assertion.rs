//! Signed assertions of a workload identity: JWTs (RFC 7519) as Microsoft Entra ID makes them, and such ones as must
//! not be taken. Signing is that of ring, which TLS brings along.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256 as RSA_PKCS1_SHA256_SIGNING, RsaKeyPair,
};
use serde_json::{Value, json};

use crate::suite::Grant;
use crate::target::{Federation, SigningKey};

/// How long an assertion is good for, in seconds: as long as those of Microsoft Entra ID.
const LIFE: i64 = 65 * 60;

enum Pair {
    Rsa(RsaKeyPair),
    Elliptic(EcdsaKeyPair),
}

impl Pair {
    fn of(pkcs8: &[u8]) -> Result<Self, String> {
        let random = SystemRandom::new();
        let elliptic = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random);
        if let Ok(pair) = elliptic {
            return Ok(Self::Elliptic(pair));
        }
        let rsa = RsaKeyPair::from_pkcs8(pkcs8);
        rsa.map(Self::Rsa).map_err(|error| format!("the key is neither RSA of 2048 bits or more nor P-256 ({error})"))
    }

    /// A new one on P-256, as PKCS #8.
    fn generate() -> Result<Vec<u8>, String> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        made.map(|document| document.as_ref().to_vec()).map_err(|_| "no key can be made".to_owned())
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Elliptic(_) => "ES256",
        }
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let failed = |_| "the key cannot sign".to_owned();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256_SIGNING, &random, text, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Self::Elliptic(pair) => Ok(pair.sign(&random, text).map_err(failed)?.as_ref().to_vec()),
        }
    }

    /// The public key as a JWK (RFC 7518 section 6).
    fn public(&self, id: &str) -> Value {
        let coded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Rsa(pair) => {
                let PublicKeyComponents { n, e }: PublicKeyComponents<Vec<u8>> = pair.public().into();
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": id, "n": coded(&n), "e": coded(&e) })
            }
            Self::Elliptic(pair) => {
                // An uncompressed point: 4, x, y.
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id, "x": coded(x), "y": coded(y) })
            }
        }
    }
}

/// A new key on P-256 under this id.
///
/// # Errors
/// The system gives no random numbers.
pub fn new_key(id: &str) -> Result<SigningKey, String> {
    Ok(SigningKey { pkcs8: Pair::generate()?.into(), id: id.to_owned() })
}

/// The key set (RFC 7517 section 5) with the public half of a key.
///
/// # Errors
/// The key is of another kind than those that can sign here.
pub fn key_set(key: &SigningKey) -> Result<Value, String> {
    Ok(json!({ "keys": [Pair::of(key.pkcs8())?.public(&key.id)] }))
}

/// A workload identity of our own, for a provider that is told to trust it; and the key set that it has to read.
///
/// # Errors
/// As [`new_key`].
pub fn workload_identity(token_url: url::Url) -> Result<(Federation, Value), String> {
    let key = new_key("scimspec")?;
    let key_set = key_set(&key)?;
    let tenant = "11111111-1111-1111-1111-111111111111";
    let federation = Federation {
        token_url,
        client_id: None,
        scope: None,
        issuer: format!("https://login.microsoftonline.com/{tenant}/v2.0"),
        audience: "api://22222222-2222-2222-2222-222222222222".to_owned(),
        subject: "33333333-3333-3333-3333-333333333333".to_owned(),
        key,
    };
    Ok((federation, key_set))
}

/// The assertion of a grant; `now` in seconds since 1970.
pub(super) fn assertion(of: &Federation, grant: Grant, now: i64) -> Result<String, String> {
    let other = "00000000-0000-0000-0000-00000000dead";
    let chosen = |wrong: Grant, right: &str, instead: String| if grant == wrong { instead } else { right.to_owned() };
    let issued = if grant == Grant::AssertionExpired { now - 2 * LIFE } else { now };
    let claims = json!({
        "aud": chosen(Grant::AssertionForAnother, &of.audience, format!("api://{other}")),
        "iss": chosen(Grant::AssertionByAnother, &of.issuer, format!("https://login.microsoftonline.com/{other}/v2.0")),
        "iat": issued,
        "nbf": issued,
        "exp": issued + LIFE,
        "oid": chosen(Grant::AssertionOfAnother, &of.subject, other.to_owned()),
        "sub": chosen(Grant::AssertionOfAnother, &of.subject, other.to_owned()),
        "ver": "2.0",
    });
    // The forged one names the right key and is signed with another.
    let forged = if grant == Grant::AssertionForged { Some(Pair::generate()?) } else { None };
    let named = Pair::of(of.key.pkcs8())?;
    let pair = forged.as_deref().map(Pair::of).transpose()?;
    let header = json!({ "typ": "JWT", "alg": named.algorithm(), "kid": of.key.id });
    let signer = pair.as_ref().unwrap_or(&named);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&header), part(&claims));
    let signature = URL_SAFE_NO_PAD.encode(signer.sign(text.as_bytes())?);
    Ok(format!("{text}.{signature}"))
}
