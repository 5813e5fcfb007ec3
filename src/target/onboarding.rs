//! What a provider has beside its SCIM endpoint and a client asks for: tokens, workload identity, documentation.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{ClientCredentials, Credential};
use crate::suite::Grant;

/// What is configured beside the SCIM endpoint. Everything may be missing.
#[derive(Clone, Debug, Default)]
pub struct Onboarding {
    /// OAuth 2.0 client credentials.
    pub client: Option<ClientCredentials>,
    /// Another secret of the same client, active at the same time.
    pub second_secret: Option<SecretString>,
    /// A workload identity that the token endpoint trusts.
    pub federation: Option<Federation>,
    /// The page that documents the API.
    pub documentation: Option<Url>,
    /// Flags that stood in the base URL as it was given.
    pub flags: Vec<String>,
    /// How to load the target, where somebody asked for that.
    pub load: Option<Load>,
}

impl Onboarding {
    /// What is configured, in the words of `needs`.
    pub fn capabilities(&self) -> impl Iterator<Item = &'static str> {
        let there = |word, is_there: bool| is_there.then_some(word);
        [
            there("oauth", self.client.is_some()),
            there("oauth.second-secret", self.client.is_some() && self.second_secret.is_some()),
            there("federation", self.federation.is_some()),
            there("documentation", self.documentation.is_some()),
            there("load", self.load.is_some()),
        ]
        .into_iter()
        .flatten()
    }

    /// The credentials of a grant by client credentials; `None` for an assertion, and where nothing is configured.
    #[must_use]
    pub fn client_for(&self, grant: Grant) -> Option<ClientCredentials> {
        let mut client = self.client.clone()?;
        match grant {
            Grant::Usual => {}
            Grant::SecretInHeader => client.auth = super::ClientAuth::Basic,
            Grant::SecretInBody => client.auth = super::ClientAuth::Body,
            Grant::SecondSecret => client.secret = self.second_secret.clone()?,
            _ => return None,
        }
        Some(client)
    }

    /// Every text that may not be seen anywhere.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let clients = [Grant::Usual, Grant::SecondSecret].into_iter().filter_map(|grant| self.client_for(grant));
        clients.flat_map(|client| Credential::OAuth(client).secrets()).collect()
    }
}

/// A workload identity (RFC 7523), as Microsoft Entra ID has them.
#[derive(Clone, Debug)]
pub struct Federation {
    /// Token endpoint.
    pub token_url: Url,
    /// Id of the client at the token endpoint, where it wants one.
    pub client_id: Option<String>,
    /// Scopes to ask for, separated by spaces.
    pub scope: Option<String>,
    /// `iss` of the assertions: `https://login.microsoftonline.com/{tenant}/v2.0`.
    pub issuer: String,
    /// `aud` of the assertions: `api://{app}`.
    pub audience: String,
    /// `sub` of the assertions.
    pub subject: String,
    /// What signs the assertions.
    pub key: SigningKey,
}

/// A private key: RSA, or elliptic on the curve P-256.
#[derive(Clone)]
pub struct SigningKey {
    /// PKCS #8, DER.
    pub pkcs8: secrecy::SecretSlice<u8>,
    /// `kid` under which the key set has the public key.
    pub id: String,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// The key, for whoever signs.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        self.pkcs8.expose_secret()
    }
}

/// How a target is loaded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Requests in a second.
    pub rate: f64,
    /// Seconds.
    pub seconds: f64,
    /// A client that is later than this with one request in a hundred measures itself, in seconds.
    pub most_lag: f64,
}

impl Default for Load {
    /// What Microsoft Entra ID asks for: 25 requests in a second, for a minute.
    fn default() -> Self {
        Self { rate: 25.0, seconds: 60.0, most_lag: 0.05 }
    }
}
