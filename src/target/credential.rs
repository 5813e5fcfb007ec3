//! How requests to the target are authenticated.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

/// A credential.
#[derive(Clone, Debug)]
pub enum Credential {
    /// `Authorization: Bearer …`
    Bearer(SecretString),
    /// `Authorization: Basic …`
    Basic(String, SecretString),
    /// Headers of the user's own.
    Headers(Vec<(String, SecretString)>),
}

impl Credential {
    /// A bearer token.
    #[must_use]
    pub fn bearer(token: &str) -> Self {
        Self::Bearer(token.into())
    }

    /// The headers to send.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let authorization = |value: String| vec![("Authorization".to_owned(), value)];
        match self {
            Self::Bearer(token) => authorization(format!("Bearer {}", token.expose_secret())),
            Self::Basic(user, password) => {
                authorization(format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.expose_secret()))))
            }
            Self::Headers(headers) => {
                headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect()
            }
        }
    }

    /// The same kind of credential with a value that no target knows.
    #[must_use]
    pub fn wrong(&self) -> Self {
        const WRONG: &str = "scimspec-wrong-credential";
        match self {
            Self::Bearer(_) => Self::bearer(WRONG),
            Self::Basic(user, _) => Self::Basic(user.clone(), WRONG.into()),
            Self::Headers(headers) => {
                Self::Headers(headers.iter().map(|(name, _)| (name.clone(), WRONG.into())).collect())
            }
        }
    }

    /// Every text that may not be seen anywhere.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        match self {
            Self::Bearer(token) => vec![token.expose_secret().to_owned()],
            Self::Basic(user, password) => {
                let pair = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
                vec![password.expose_secret().to_owned(), pair]
            }
            Self::Headers(headers) => headers.iter().map(|(_, value)| value.expose_secret().to_owned()).collect(),
        }
    }
}
