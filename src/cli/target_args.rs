//! The flags that say where the target is and how to log in, laid over the configuration file.

use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::Failure;
use crate::client::Settings;
use crate::suite;
use crate::target::config::{AuthConfig, TlsConfig};
use crate::target::{ClientAuth, Config, Credential, Rate, is_loopback, tenant_url};

/// Where the target is and how to log in.
#[derive(Debug, Args)]
pub(super) struct TargetArgs {
    /// Base URL of the target, under which /Users is; without it the embedded reference provider is tested
    #[arg(long, env = "SCIMSPEC_URL", value_name = "URL")]
    pub(super) url: Option<String>,
    /// Bearer token [env: SCIMSPEC_TOKEN]
    #[arg(long, value_name = "T", allow_hyphen_values = true, help_heading = "Authentication")]
    token: Option<String>,
    /// File that holds the bearer token
    #[arg(long, value_name = "FILE", conflicts_with = "token", help_heading = "Authentication")]
    token_file: Option<PathBuf>,
    /// User and password for HTTP Basic [env: SCIMSPEC_BASIC]
    #[arg(long, value_name = "USER:PASSWORD", allow_hyphen_values = true, help_heading = "Authentication")]
    basic: Option<String>,
    /// Header with a credential of another kind; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", allow_hyphen_values = true, help_heading = "Authentication")]
    headers: Vec<String>,
    #[command(flatten)]
    oauth: OAuthArgs,
    #[command(flatten)]
    tls: TlsArgs,
    /// Forward proxy; without it those of the environment are used for targets that are not on this machine
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// How many requests may be sent in a second, for example 10/s
    #[arg(long, value_name = "N/s")]
    rate: Option<Rate>,
    /// Configuration file; scimspec.toml of the current folder when it is there
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Seconds to wait for an answer [default: 30]
    #[arg(long, value_name = "S")]
    timeout: Option<f64>,
    /// Capabilities to take for granted although they are not declared, for example patch,filter
    #[arg(long, value_name = "CAP,…", value_delimiter = ',')]
    assume: Vec<String>,
    /// Allow writes to a target that is not on this machine
    #[arg(long)]
    yes: bool,
}

/// What the flags and the file come to.
pub(super) struct Resolved {
    pub(super) url: Option<Url>,
    pub(super) settings: Settings,
    pub(super) config: Config,
    /// Whether the target may be written to: it is on this machine, or somebody said so.
    pub(super) consents: bool,
}

impl TargetArgs {
    /// Flags beat environment beat file beat defaults.
    pub(super) fn resolve(&self) -> Result<Resolved, Failure> {
        let mut config = self.read_config()?;
        config.assume.extend(self.assume.iter().cloned());
        if let Some(word) = config.assume.iter().find(|word| !suite::is_need(word)) {
            let advice = suite::nearest_need(word).map_or_else(
                || "capabilities are the words of `needs` in suites, such as patch, filter or bulk".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(Failure::usage(format!("nothing is known of the capability `{word}` to assume: {advice}")));
        }
        let url = self
            .url
            .as_ref()
            .or(config.target.url.as_ref())
            .map(|text| tenant_url(text))
            .transpose()
            .map_err(Failure::usage)?;
        let (url, flags) = url.map_or((None, Vec::new()), |(url, flags)| (Some(url), flags));
        let own = self.credential()?;
        self.lay_over(&mut config, own.is_some());
        let mut settings = Settings::of(&config).map_err(Failure::usage)?;
        settings.credential = own.or(settings.credential);
        settings.onboarding.flags = flags;
        let consents = self.yes || config.target.consent || url.as_ref().is_none_or(is_loopback);
        Ok(Resolved { url, settings, config, consents })
    }

    fn read_config(&self) -> Result<Config, Failure> {
        let default = PathBuf::from("scimspec.toml");
        let path = match &self.config {
            Some(path) => path,
            None if default.is_file() => &default,
            None => return Ok(Config::default()),
        };
        Config::read(path).map_err(Failure::usage)
    }

    /// Lays the flags over the file; `has_credential`: they bring a credential, which beats that of the file.
    fn lay_over(&self, config: &mut Config, has_credential: bool) {
        config.target.timeout = self.timeout.or(config.target.timeout);
        config.target.rate = self.rate.or(config.target.rate);
        config.target.proxy = self.proxy.clone().or(config.target.proxy.take());
        self.tls.lay_over(&mut config.tls);
        if has_credential {
            config.auth = config.auth.without_usual();
        } else {
            self.oauth.lay_over(&mut config.auth);
        }
    }

    /// What a command needs to make such a run again, flag and value; secrets are left to the environment.
    pub(super) fn repeated(&self) -> Vec<(&'static str, String)> {
        let shown = |path: &PathBuf| path.display().to_string();
        let mut flags = Vec::new();
        flags.extend(self.rate.map(|rate| ("--rate", rate.to_string())));
        flags.extend(self.timeout.map(|seconds| ("--timeout", seconds.to_string())));
        flags.extend(self.tls.ca.as_ref().map(|path| ("--ca", shown(path))));
        flags.extend(self.tls.client_cert.as_ref().map(|path| ("--client-cert", shown(path))));
        flags.extend(self.tls.client_key.as_ref().map(|path| ("--client-key", shown(path))));
        flags.extend(self.tls.insecure.then(|| ("--insecure", String::new())));
        flags
    }

    /// The credential of the flags, or else of the environment; that of OAuth is laid over the file.
    fn credential(&self) -> Result<Option<Credential>, Failure> {
        let credential = self.unchecked()?;
        credential.as_ref().map_or(Ok(()), Credential::check).map_err(Failure::usage)?;
        Ok(credential)
    }

    fn unchecked(&self) -> Result<Option<Credential>, Failure> {
        if let Some(token) = &self.token {
            return Ok(Some(Credential::bearer(token)));
        }
        if let Some(path) = &self.token_file {
            let text = std::fs::read_to_string(path)
                .map_err(|cause| Failure::usage(format!("cannot read {}: {cause}", path.display())))?;
            if text.trim().is_empty() {
                return Err(Failure::usage(format!("{} holds no token", path.display())));
            }
            return Ok(Some(Credential::bearer(text.trim())));
        }
        if let Some(basic) = &self.basic {
            return user_and_password("--basic", basic).map(Some);
        }
        let mut headers = Vec::new();
        for header in &self.headers {
            let Some((name, value)) = header.split_once(':') else {
                return Err(Failure::usage("--header takes 'NAME: VALUE', and there is no colon"));
            };
            if value.trim().is_empty() {
                return Err(Failure::usage(format!(
                    "--header '{}: …' has no value: put quotes around name and value, as they have a space between them",
                    name.trim()
                )));
            }
            headers.push((name.trim().to_owned(), value.trim().into()));
        }
        if !headers.is_empty() {
            return Ok(Some(Credential::Headers(headers)));
        }
        if self.oauth.are_given() {
            return Ok(None);
        }
        // A variable that is there without a value is a secret that a CI job was not given.
        match (variable("SCIMSPEC_TOKEN"), variable("SCIMSPEC_BASIC")) {
            (Some(token), _) => Ok(Some(Credential::bearer(&token))),
            (None, Some(basic)) => user_and_password("SCIMSPEC_BASIC", &basic).map(Some),
            (None, None) => Ok(None),
        }
    }
}

fn user_and_password(place: &str, text: &str) -> Result<Credential, Failure> {
    let (user, password) = text
        .split_once(':')
        .ok_or_else(|| Failure::usage(format!("{place} takes USER:PASSWORD, and there is no colon")))?;
    Ok(Credential::Basic(user.to_owned(), password.into()))
}

/// A variable of the environment that has a value.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// OAuth 2.0 client credentials.
#[derive(Debug, Args)]
struct OAuthArgs {
    /// Token endpoint, for a token by OAuth 2.0 client credentials
    #[arg(
        long,
        value_name = "URL",
        conflicts_with_all = ["token", "token_file", "basic", "headers"],
        help_heading = "Authentication"
    )]
    oauth_token_url: Option<String>,
    /// Id of the OAuth client
    #[arg(long, value_name = "ID", help_heading = "Authentication")]
    client_id: Option<String>,
    /// Secret of the OAuth client [env: SCIMSPEC_CLIENT_SECRET]
    #[arg(long, value_name = "S", allow_hyphen_values = true, help_heading = "Authentication")]
    client_secret: Option<String>,
    /// File that holds the secret of the OAuth client
    #[arg(long, value_name = "FILE", conflicts_with = "client_secret", help_heading = "Authentication")]
    client_secret_file: Option<PathBuf>,
    /// Scopes to ask for, separated by spaces
    #[arg(long, value_name = "SCOPE", help_heading = "Authentication")]
    oauth_scope: Option<String>,
    /// Where the token endpoint wants id and secret: `basic` (a header) or `body` (the form) [default: basic]
    #[arg(long, value_name = "PLACE", value_parser = client_auth, help_heading = "Authentication")]
    oauth_client_auth: Option<ClientAuth>,
}

fn client_auth(word: &str) -> Result<ClientAuth, String> {
    match word {
        "basic" => Ok(ClientAuth::Basic),
        "body" => Ok(ClientAuth::Body),
        _ => Err("use basic or body".to_owned()),
    }
}

impl OAuthArgs {
    const fn are_given(&self) -> bool {
        self.oauth_token_url.is_some()
            || self.client_id.is_some()
            || self.client_secret.is_some()
            || self.client_secret_file.is_some()
    }

    /// Lays the flags and the environment over the tables `[auth]` and `[auth.oauth]`.
    fn lay_over(&self, auth: &mut AuthConfig) {
        if self.are_given() {
            *auth = AuthConfig { oauth: auth.oauth.take(), ..auth.without_usual() };
        } else if auth.oauth.is_none() {
            return;
        }
        let oauth = auth.oauth.get_or_insert_default();
        oauth.token_url = self.oauth_token_url.clone().or(oauth.token_url.take());
        oauth.client_id = self.client_id.clone().or(oauth.client_id.take());
        oauth.scope = self.oauth_scope.clone().or(oauth.scope.take());
        oauth.client_auth = self.oauth_client_auth.unwrap_or(oauth.client_auth);
        let secret = self.client_secret.clone().or_else(|| match self.client_secret_file {
            Some(_) => None,
            None => variable("SCIMSPEC_CLIENT_SECRET"),
        });
        if secret.is_some() || self.client_secret_file.is_some() {
            oauth.client_secret = secret;
            oauth.client_secret_file.clone_from(&self.client_secret_file);
        }
    }
}

/// Certificates.
#[derive(Debug, Args)]
struct TlsArgs {
    /// PEM file with authorities to trust beside those of the system
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    ca: Option<PathBuf>,
    /// PEM file with the certificate to show to the target
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    client_cert: Option<PathBuf>,
    /// PEM file with the private key of the client certificate
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    client_key: Option<PathBuf>,
    /// Take any certificate of the target: nothing that is sent is then safe from others
    #[arg(long, help_heading = "TLS")]
    insecure: bool,
}

impl TlsArgs {
    fn lay_over(&self, tls: &mut TlsConfig) {
        tls.ca = self.ca.clone().or(tls.ca.take());
        // A key belongs to its certificate.
        if self.client_cert.is_some() || self.client_key.is_some() {
            tls.client_cert.clone_from(&self.client_cert);
            tls.client_key.clone_from(&self.client_key);
        }
        tls.insecure |= self.insecure;
    }
}
