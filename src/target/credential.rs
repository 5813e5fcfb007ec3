//! How requests to the target are authenticated.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::ClientCredentials;
use super::config::AuthError;

/// A credential.
#[derive(Clone, Debug)]
pub enum Credential {
    /// `Authorization: Bearer …`
    Bearer(SecretString),
    /// `Authorization: Basic …`
    Basic(String, SecretString),
    /// Headers of the user's own.
    Headers(Vec<(String, SecretString)>),
    /// `Authorization: Bearer …` with a token that has to be fetched first.
    OAuth(ClientCredentials),
}

impl Credential {
    /// A bearer token.
    #[must_use]
    pub fn bearer(token: &str) -> Self {
        Self::Bearer(token.into())
    }

    /// The headers to send; none for a token that has to be fetched first.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let authorization = |value: String| vec![("Authorization".to_owned(), value)];
        match self {
            Self::Bearer(token) => authorization(format!("Bearer {}", token.expose_secret())),
            Self::Basic(user, password) => authorization(format!("Basic {}", pair(user, password))),
            Self::Headers(headers) => {
                headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect()
            }
            Self::OAuth(_) => Vec::new(),
        }
    }

    /// Whether headers can carry it.
    ///
    /// # Errors
    /// Which header is to blame, without its value.
    pub fn check(&self) -> Result<(), AuthError> {
        for (name, value) in self.headers() {
            if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
                return Err(AuthError::HeaderName(name));
            }
            if http::HeaderValue::from_str(&value).is_err() {
                return Err(AuthError::HeaderValue(name));
            }
        }
        Ok(())
    }

    /// The same kind of credential with a value that no target knows.
    #[must_use]
    pub fn wrong(&self) -> Self {
        const WRONG: &str = "scimspec-wrong-credential";
        match self {
            Self::Bearer(_) | Self::OAuth(_) => Self::bearer(WRONG),
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
            Self::Basic(user, password) => vec![password.expose_secret().to_owned(), pair(user, password)],
            Self::Headers(headers) => {
                headers.iter().flat_map(|(name, value)| in_header(name, value.expose_secret())).collect()
            }
            Self::OAuth(client) => {
                let mut secrets = vec![client.secret.expose_secret().to_owned(), pair(&client.id, &client.secret)];
                secrets.extend(client.basic().map(|(user, password)| pair(&user, &password)));
                secrets.extend(client.token_url.query_pairs().map(|(_, value)| value.into_owned()).filter(is_long));
                secrets
            }
        }
    }
}

/// The secrets in a URL with a user in front of its host: the password, and both as HTTP Basic sends them.
#[must_use]
pub(crate) fn in_user_info(url: &Url) -> Vec<String> {
    let plain = |text: &str| percent_decoded(text);
    let (user, password) = (plain(url.username()), plain(url.password().unwrap_or_default()));
    if user.is_empty() && password.is_empty() {
        return Vec::new();
    }
    let pair = STANDARD.encode(format!("{user}:{password}"));
    // Some proxies take a token as the user and no password.
    let token = if password.is_empty() { user } else { password };
    [token, url.password().unwrap_or_default().to_owned(), pair].into_iter().filter(|text| !text.is_empty()).collect()
}

/// The secrets in a header of the user's own: a target that repeats them may leave out what stands around them.
fn in_header(name: &str, value: &str) -> Vec<String> {
    let mut secrets = vec![value.to_owned()];
    if name.eq_ignore_ascii_case("cookie") {
        let values = value.split(';').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.trim().to_owned());
        secrets.extend(values.filter(is_long));
    } else if let Some((scheme, rest)) = value.split_once(' ')
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        secrets.push(rest.trim().to_owned());
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(decoded) = STANDARD.decode(rest.trim())
            && let Ok(text) = String::from_utf8(decoded)
        {
            secrets.extend(text.split_once(':').map(|(_, password)| password.to_owned()));
        }
    }
    secrets
}

/// Whether a text that is only probably a secret is so long that masking it destroys no evidence.
#[expect(clippy::ptr_arg, reason = "it filters owned texts")]
fn is_long(text: &String) -> bool {
    text.len() >= 8
}

fn pair(user: &str, password: &SecretString) -> String {
    STANDARD.encode(format!("{user}:{}", password.expose_secret()))
}

fn percent_decoded(text: &str) -> String {
    // A `+` stands for itself in front of a host.
    let form = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_header_are_secrets_of_their_own() {
        let secrets = |name: &str, value: &str| Credential::Headers(vec![(name.to_owned(), value.into())]).secrets();
        assert_eq!(secrets("Authorization", "Bearer sesame"), ["Bearer sesame", "sesame"]);
        assert_eq!(
            secrets("Authorization", "Basic YW5uOnNlc2FtZQ=="),
            ["Basic YW5uOnNlc2FtZQ==", "YW5uOnNlc2FtZQ==", "sesame"]
        );
        assert_eq!(secrets("Cookie", "a=b; sid=0123456789"), ["a=b; sid=0123456789", "0123456789"]);
        assert_eq!(secrets("X-Key", "sesame"), ["sesame"]);
    }

    #[test]
    fn a_user_in_a_url_gives_its_password_and_the_pair() {
        let secrets = |text: &str| in_user_info(&Url::parse(text).unwrap());
        assert_eq!(secrets("http://ann:o%2Bpen@proxy:8080"), ["o+pen", "o%2Bpen", "YW5uOm8rcGVu"]);
        assert_eq!(secrets("http://token@proxy"), ["token", "dG9rZW46"]);
        assert!(secrets("http://proxy").is_empty());
    }
}
