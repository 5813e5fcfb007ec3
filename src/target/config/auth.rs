//! The tables `[auth]`, `[auth.oauth]` and `[auth.second]`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::suite::Auth;
use crate::target::base::token_url;
use crate::target::{ClientAuth, ClientCredentials, Credential};

/// The table `[auth]`.
#[derive(Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuthConfig {
    /// Bearer token.
    pub token: Option<String>,
    /// `user:password` for HTTP Basic.
    pub basic: Option<String>,
    /// Headers with credentials in them, by name.
    pub headers: BTreeMap<String, String>,
    /// OAuth 2.0 client credentials, which get a bearer token.
    pub oauth: Option<OAuthConfig>,
    /// A credential of another tenant, for isolation cases.
    pub second: Option<Box<AuthConfig>>,
    /// A credential that may read and not write, for the cases about what is permitted.
    pub limited: Option<Box<AuthConfig>>,
    /// A credential that has expired; it must not open anything.
    pub expired: Option<Box<AuthConfig>>,
}

/// The table `[auth.oauth]`: OAuth 2.0 client credentials (RFC 6749 section 4.4).
#[derive(Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OAuthConfig {
    /// Token endpoint, for example `https://login.example.com/oauth2/token`.
    pub token_url: Option<String>,
    /// Id of the client.
    pub client_id: Option<String>,
    /// Secret of the client.
    pub client_secret: Option<String>,
    /// File that holds the secret of the client.
    pub client_secret_file: Option<PathBuf>,
    /// Scopes to ask for, separated by spaces.
    pub scope: Option<String>,
    /// Where the id and the secret stand: in a header (`basic`) or in the form (`body`).
    pub client_auth: ClientAuth,
}

/// A credential that is not complete or cannot be used. No message holds a value of it.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// A part of the OAuth credentials is missing.
    #[error("OAuth client credentials lack {what}: give it with {advice}")]
    Missing {
        /// Which part.
        what: &'static str,
        /// The flags and keys that give it.
        advice: &'static str,
    },
    /// The token endpoint is no URL.
    #[error(transparent)]
    TokenUrl(#[from] crate::target::WrongUrl),
    /// More than one kind of credential.
    #[error("there are two credentials: [auth.oauth] fetches a token, so leave out `token`, `basic` and `headers`")]
    Several,
    /// The file with a secret cannot be read, or is empty.
    #[error("{}", unreadable(.path, .cause.as_ref()))]
    File {
        /// The file.
        path: PathBuf,
        /// The operating system's reason; none for a file without a secret in it.
        cause: Option<std::io::Error>,
    },
    /// A header of the user's own has a name that is none.
    #[error("`{0}` is no name of a header")]
    HeaderName(String),
    /// A character that no header carries.
    #[error("the credential holds a character that the header {0} cannot carry: is there a line break in it?")]
    HeaderValue(String),
}

fn unreadable(path: &Path, cause: Option<&std::io::Error>) -> String {
    match cause {
        Some(cause) => format!("cannot read {}: {cause}", path.display()),
        None => format!("{} holds no secret: expected its text and nothing else", path.display()),
    }
}

impl std::fmt::Debug for AuthConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthConfig { .. }")
    }
}

impl std::fmt::Debug for OAuthConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OAuthConfig { .. }")
    }
}

impl AuthConfig {
    /// The credential that the table describes; `None` when it describes none.
    ///
    /// # Errors
    /// A part of it is missing, is more than one kind, names a file that cannot be read, or cannot stand in a header.
    pub fn credential(&self) -> Result<Option<Credential>, AuthError> {
        let credential = self.unchecked()?;
        credential.as_ref().map_or(Ok(()), Credential::check)?;
        Ok(credential)
    }

    /// The credentials beside the usual one.
    ///
    /// # Errors
    /// As [`Self::credential`].
    pub fn others(&self) -> Result<BTreeMap<Auth, Credential>, AuthError> {
        let mut others = BTreeMap::new();
        for auth in Auth::OTHERS {
            if let Some(credential) = self.other(auth).map_or(Ok(None), Self::credential)? {
                others.insert(auth, credential);
            }
        }
        Ok(others)
    }

    /// A table without a usual credential that keeps the others of this one.
    #[must_use]
    pub fn without_usual(&mut self) -> Self {
        Self {
            second: self.second.take(),
            limited: self.limited.take(),
            expired: self.expired.take(),
            ..Self::default()
        }
    }

    fn other(&self, auth: Auth) -> Option<&Self> {
        match auth {
            Auth::Second => self.second.as_deref(),
            Auth::Limited => self.limited.as_deref(),
            Auth::Expired => self.expired.as_deref(),
            Auth::Usual | Auth::None | Auth::Wrong | Auth::Granted => None,
        }
    }

    fn unchecked(&self) -> Result<Option<Credential>, AuthError> {
        if let Some(oauth) = &self.oauth {
            if self.token.is_some() || self.basic.is_some() || !self.headers.is_empty() {
                return Err(AuthError::Several);
            }
            return oauth.credential().map(Some);
        }
        if let Some(token) = &self.token {
            return Ok(Some(Credential::bearer(token)));
        }
        if let Some(basic) = &self.basic {
            let (user, password) = basic.split_once(':').unwrap_or((basic, ""));
            return Ok(Some(Credential::Basic(user.to_owned(), password.into())));
        }
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        Ok((!headers.is_empty()).then_some(Credential::Headers(headers)))
    }

    /// Every path in the table.
    pub(super) fn paths(&mut self) -> Vec<&mut PathBuf> {
        let own = self.oauth.as_mut().and_then(|oauth| oauth.client_secret_file.as_mut());
        let others = [&mut self.second, &mut self.limited, &mut self.expired];
        own.into_iter().chain(others.into_iter().flatten().flat_map(|other| other.paths())).collect()
    }
}

impl OAuthConfig {
    fn credential(&self) -> Result<Credential, AuthError> {
        let missing = |what, advice| AuthError::Missing { what, advice };
        let url = self
            .token_url
            .as_deref()
            .ok_or_else(|| missing("the URL of the token endpoint", "--oauth-token-url or `token_url`"))?;
        let id = self.client_id.clone().filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| missing("the id of the client", "--client-id or `client_id`"))?;
        let secret = match (&self.client_secret, &self.client_secret_file) {
            (Some(secret), _) if !secret.is_empty() => secret.clone(),
            (_, Some(path)) => secret_in(path)?,
            _ => {
                return Err(missing(
                    "the secret of the client",
                    "--client-secret-file, SCIMSPEC_CLIENT_SECRET, --client-secret or `client_secret`",
                ));
            }
        };
        Ok(Credential::OAuth(ClientCredentials {
            token_url: token_url(url)?,
            id,
            secret: secret.into(),
            scope: self.scope.clone().filter(|scope| !scope.is_empty()),
            auth: self.client_auth,
        }))
    }
}

/// The secret that a file holds.
pub(super) fn secret_of(path: &Path) -> Result<secrecy::SecretString, AuthError> {
    secret_in(path).map(Into::into)
}

/// The secret that a file holds, without white space around it.
fn secret_in(path: &Path) -> Result<String, AuthError> {
    let failed = |cause| AuthError::File { path: path.to_owned(), cause };
    let text = fs::read_to_string(path).map_err(|cause| failed(Some(cause)))?;
    let secret = text.trim();
    if secret.is_empty() { Err(failed(None)) } else { Ok(secret.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oauth() -> OAuthConfig {
        OAuthConfig {
            token_url: Some("https://login.example.com/token".to_owned()),
            client_id: Some("app".to_owned()),
            client_secret: Some("sesame".to_owned()),
            ..OAuthConfig::default()
        }
    }

    fn refusal(oauth: OAuthConfig) -> String {
        let auth = AuthConfig { oauth: Some(oauth), ..AuthConfig::default() };
        auth.credential().map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn each_missing_part_is_named_with_the_flag_that_gives_it() {
        assert!(refusal(OAuthConfig { token_url: None, ..oauth() }).contains("--oauth-token-url"));
        assert!(refusal(OAuthConfig { client_id: None, ..oauth() }).contains("--client-id"));
        assert!(refusal(OAuthConfig { client_secret: None, ..oauth() }).contains("SCIMSPEC_CLIENT_SECRET"));
    }

    #[test]
    fn a_token_url_with_a_password_is_refused_and_not_repeated() {
        let url = Some("https://ann:sesame@login.example.com/token".to_owned());
        let text = refusal(OAuthConfig { token_url: url, ..oauth() });
        assert!(text.contains("is no token URL") && !text.contains("sesame"), "{text}");
    }

    #[test]
    fn two_kinds_of_credentials_are_refused() {
        let auth = AuthConfig { token: Some("t".to_owned()), oauth: Some(oauth()), ..AuthConfig::default() };
        assert!(matches!(auth.credential(), Err(AuthError::Several)));
    }
}
