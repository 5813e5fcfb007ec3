//! The tables `[entra]`, `[entra.federation]` and `[entra.declarations]`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use url::Url;

use super::{AuthError, Config};
use crate::requirement::Catalogue;
use crate::suggest::nearest;
use crate::target::base::token_url;
use crate::target::{Credential, Federation, Onboarding, SigningKey, WrongUrl};

/// The table `[entra]`: what Microsoft Entra ID asks for beside SCIM.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EntraConfig {
    /// File that holds another secret of the client of `[auth.oauth]`, active at the same time: secrets have to be
    /// changed without an outage.
    pub second_secret_file: Option<PathBuf>,
    /// A workload identity that the token endpoint trusts.
    pub federation: Option<FederationConfig>,
    /// URL of the page that documents the API.
    pub documentation: Option<String>,
    /// What only a person can say, by its name: `contacts = true`. `scimspec explain` shows what a name is about.
    pub declarations: BTreeMap<String, bool>,
}

/// The table `[entra.federation]`: a workload identity as Microsoft Entra ID has them (RFC 7523).
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FederationConfig {
    /// Token endpoint.
    pub token_url: String,
    /// Id of the client, where the token endpoint wants one.
    pub client_id: Option<String>,
    /// Scopes to ask for, separated by spaces.
    pub scope: Option<String>,
    /// Issuer that the token endpoint trusts.
    pub issuer: String,
    /// Audience that it expects.
    pub audience: String,
    /// Subject that it knows.
    pub subject: String,
    /// PEM file with a private key, PKCS #8, RSA of 2048 bits or more or P-256: `openssl genpkey -algorithm RSA`.
    pub key: PathBuf,
    /// Id of the key in the key set that the token endpoint reads.
    pub key_id: String,
    /// File into which the key set with the public key is written, for the token endpoint to read.
    pub key_set: Option<PathBuf>,
}

/// A table `[entra]` that cannot be used. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum EntraError {
    /// No URL.
    #[error(transparent)]
    Url(#[from] WrongUrl),
    /// A secret that cannot be read.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// A second secret without a first one.
    #[error("`second_secret_file` of [entra] is of no use alone: the client stands in [auth.oauth]")]
    Alone,
    /// The file with the key is not what it should be.
    #[error("{}: {cause}; expected a PEM private key, `-----BEGIN PRIVATE KEY-----` (`openssl genpkey -algorithm RSA -out FILE`)", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// Nothing is declared under this name.
    #[error("[entra.declarations] has `{name}`, which nobody asks for: {advice}")]
    Declaration {
        /// The name.
        name: String,
        /// What to do.
        advice: String,
    },
}

impl EntraConfig {
    /// Every path in the table.
    pub(super) fn paths(&mut self) -> Vec<&mut PathBuf> {
        let federation = self.federation.iter_mut().flat_map(|one| [Some(&mut one.key), one.key_set.as_mut()]);
        federation.flatten().chain(self.second_secret_file.as_mut()).collect()
    }

    /// # Errors
    /// A declaration that the catalogue does not know.
    fn check_declarations(&self) -> Result<(), EntraError> {
        let known: Vec<&str> = Catalogue::embedded().declarations().collect();
        match self.declarations.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                let advice = nearest(name, known.iter().copied()).map_or_else(
                    || format!("names are {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                Err(EntraError::Declaration { name: name.clone(), advice })
            }
        }
    }
}

impl Config {
    /// What is configured beside the SCIM endpoint. Reads the files that it names.
    ///
    /// # Errors
    /// A value that is not possible, a file that cannot be read or is not what it should be.
    pub fn onboarding(&self) -> Result<Onboarding, EntraError> {
        let entra = &self.entra;
        entra.check_declarations()?;
        let client = match self.auth.credential()? {
            Some(Credential::OAuth(client)) => Some(client),
            _ => None,
        };
        let second_secret = entra.second_secret_file.as_deref().map(super::auth::secret_of).transpose()?;
        if second_secret.is_some() && client.is_none() {
            return Err(EntraError::Alone);
        }
        Ok(Onboarding {
            client,
            second_secret,
            federation: entra.federation.as_ref().map(FederationConfig::read).transpose()?,
            documentation: entra.documentation.as_deref().map(token_url).transpose()?,
            flags: Vec::new(),
            load: None,
        })
    }
}

impl FederationConfig {
    fn read(&self) -> Result<Federation, EntraError> {
        let failed = |cause: String| EntraError::Key { path: self.key.clone(), cause };
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| failed(error.to_string()))?;
        let PrivateKeyDer::Pkcs8(key) = key else {
            return Err(failed("it is no PKCS #8 key".to_owned()));
        };
        let url: Url = token_url(&self.token_url)?;
        Ok(Federation {
            token_url: url,
            client_id: self.client_id.clone(),
            scope: self.scope.clone(),
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            subject: self.subject.clone(),
            key: SigningKey { pkcs8: key.secret_pkcs8_der().to_vec().into(), id: self.key_id.clone() },
        })
    }
}
