//! What a client needs to know before its first request, and how a configuration gives it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::tls::{Tls, TlsFileError};
use crate::exchange::Wait;
use crate::suite::Auth;
use crate::target::config::{AuthError, EntraError};
use crate::target::{Config, Credential, Onboarding, Rate, WrongUrl, proxy_url};

/// An answer larger than this is not read to its end.
pub const MAX_BODY: usize = crate::exchange::limits::MOST_BODY;

/// What a client needs to know before its first request.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Credential of every request that does not ask for another.
    pub credential: Option<Credential>,
    /// Credentials of steps that ask for another one.
    pub others: BTreeMap<Auth, Credential>,
    /// How long one attempt of a request may take, its body included.
    pub timeout: Duration,
    /// How much of a body is read.
    pub max_body: usize,
    /// How fast requests may leave, over all cases that run at the same time; as fast as answers come when not given.
    pub rate: Option<Rate>,
    /// How long to wait when the target asks for it.
    pub patience: Patience,
    /// Certificates.
    pub tls: Tls,
    /// Forward proxy; without one, those of the environment for targets that are not on this machine.
    pub proxy: Option<Url>,
    /// Further texts that may not be seen in any output.
    pub secrets: Vec<String>,
    /// What is configured beside the SCIM endpoint.
    pub onboarding: Onboarding,
    /// Told of every wait when it begins.
    pub on_wait: Option<OnWait>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            credential: None,
            others: BTreeMap::new(),
            timeout: Duration::from_secs(30),
            max_body: MAX_BODY,
            rate: None,
            patience: Patience::default(),
            tls: Tls::default(),
            proxy: None,
            secrets: Vec::new(),
            onboarding: Onboarding::default(),
            on_wait: None,
        }
    }
}

impl Settings {
    /// Every credential, with what it is for.
    pub(super) fn credentials(&self) -> impl Iterator<Item = (Auth, &Credential)> {
        let usual = self.credential.iter().map(|one| (Auth::Usual, one));
        usual.chain(self.others.iter().map(|(auth, one)| (*auth, one)))
    }

    /// The settings that a configuration describes. Reads the files that it names.
    ///
    /// # Errors
    /// A value that is not possible, a file that cannot be read or is not what it should be.
    pub fn of(config: &Config) -> Result<Self, SettingsError> {
        let mut settings = Self {
            credential: config.auth.credential()?,
            others: config.auth.others()?,
            rate: config.target.rate,
            tls: Tls::read(&config.tls)?,
            proxy: config.target.proxy.as_deref().map(proxy_url).transpose()?,
            onboarding: config.onboarding()?,
            ..Self::default()
        };
        if let Some(seconds) = config.target.timeout {
            settings.timeout = Duration::try_from_secs_f64(seconds)
                .ok()
                .filter(|timeout| !timeout.is_zero())
                .ok_or(SettingsError::Timeout(seconds))?;
        }
        Ok(settings)
    }

    /// What a reader of the report has to know of these settings before believing it, one sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let insecure = "TLS certificates were not checked (--insecure): whoever stands between could read the credentials and make up the answers";
        self.tls.insecure.then(|| insecure.to_owned()).into_iter().collect()
    }
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A time that no request can keep.
    #[error("a timeout of {0} s is not possible")]
    Timeout(f64),
    /// The proxy is no URL.
    #[error(transparent)]
    Proxy(#[from] WrongUrl),
    /// A credential that cannot be used.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// A table `[entra]` that cannot be used.
    #[error(transparent)]
    Entra(#[from] EntraError),
    /// A file with certificates or a key that cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsFileError),
}

/// How long to wait for a target that answers 429, or 503 with `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// In one go; a target that asks for more is not waited for.
    pub once: Duration,
    /// Over all attempts of one request.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { once: Duration::from_secs(60), total: Duration::from_secs(180) }
    }
}

/// A wait that begins.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    /// Status and length.
    pub wait: Wait,
    /// Method and path of the request.
    pub request: &'a str,
}

/// Is told of every wait when it begins.
#[derive(Clone)]
pub struct OnWait(pub Arc<dyn Fn(Waiting<'_>) + Send + Sync>);

impl std::fmt::Debug for OnWait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnWait { .. }")
    }
}
