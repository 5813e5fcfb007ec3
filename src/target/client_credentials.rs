//! OAuth 2.0 client credentials (RFC 6749 section 4.4): what gets a bearer token. Getting it is the business of
//! `client`.

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use url::form_urlencoded::byte_serialize;

/// Where a client says who it is when it asks for a token (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuth {
    /// In a header, by HTTP Basic, which every token endpoint has to take.
    #[default]
    Basic,
    /// In the form, as `client_id` and `client_secret`.
    Body,
}

/// A client that gets a token of its own.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// Token endpoint.
    pub token_url: Url,
    /// Id of the client.
    pub id: String,
    /// Secret of the client.
    pub secret: SecretString,
    /// Scopes to ask for, separated by spaces.
    pub scope: Option<String>,
    /// Where the id and the secret stand.
    pub auth: ClientAuth,
}

impl ClientCredentials {
    /// The form to post to the token endpoint.
    #[must_use]
    pub fn form(&self) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if self.auth == ClientAuth::Body {
            form.append_pair("client_id", &self.id).append_pair("client_secret", self.secret.expose_secret());
        }
        if let Some(scope) = &self.scope {
            form.append_pair("scope", scope);
        }
        form.finish()
    }

    /// User and password for HTTP Basic, each encoded as in a form, which RFC 6749 section 2.3.1 wants; `None` when
    /// they stand in the form.
    #[must_use]
    pub fn basic(&self) -> Option<(String, SecretString)> {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        (self.auth == ClientAuth::Basic).then(|| (encoded(&self.id), encoded(self.secret.expose_secret()).into()))
    }

    /// The token endpoint as messages show it: a query may hold a key.
    #[must_use]
    pub fn shown_url(&self) -> String {
        let mut url = self.token_url.clone();
        url.set_query(None);
        url.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(auth: ClientAuth) -> ClientCredentials {
        ClientCredentials {
            token_url: Url::parse("https://login.example.com/token?key=k1").unwrap(),
            id: "my app".to_owned(),
            secret: "a+b:c".into(),
            scope: Some("scim.read scim.write".to_owned()),
            auth,
        }
    }

    #[test]
    fn id_and_secret_stand_in_the_header_or_in_the_form() {
        let (user, password) = client(ClientAuth::Basic).basic().unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("my+app", "a%2Bb%3Ac"));
        assert_eq!(client(ClientAuth::Basic).form(), "grant_type=client_credentials&scope=scim.read+scim.write");
        assert!(client(ClientAuth::Body).basic().is_none());
        let form = client(ClientAuth::Body).form();
        assert!(form.contains("&client_id=my+app&client_secret=a%2Bb%3Ac&scope="), "{form}");
    }

    #[test]
    fn the_query_of_the_endpoint_is_not_shown() {
        assert_eq!(client(ClientAuth::Basic).shown_url(), "https://login.example.com/token");
    }
}
