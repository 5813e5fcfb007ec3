//! The flags that say where the target is and how to log in, laid over the configuration file.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use url::Url;

use super::Failure;
use crate::client::Settings;
use crate::suite;
use crate::target::{Config, Credential, base_url, is_loopback};

/// Where the target is and how to log in.
#[derive(Debug, Args)]
pub(super) struct TargetArgs {
    /// Base URL of the target, under which /Users is; without it the embedded reference provider is tested
    #[arg(long, env = "SCIMSPEC_URL", value_name = "URL")]
    pub(super) url: Option<String>,
    /// Bearer token [env: SCIMSPEC_TOKEN]
    #[arg(long, value_name = "T", help_heading = "Authentication")]
    token: Option<String>,
    /// File that holds the bearer token
    #[arg(long, value_name = "FILE", conflicts_with = "token", help_heading = "Authentication")]
    token_file: Option<PathBuf>,
    /// User and password for HTTP Basic [env: SCIMSPEC_BASIC]
    #[arg(long, value_name = "USER:PASSWORD", help_heading = "Authentication")]
    basic: Option<String>,
    /// Header with a credential of another kind; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", help_heading = "Authentication")]
    headers: Vec<String>,
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
            .map(|text| base_url(text))
            .transpose()
            .map_err(Failure::usage)?;
        let seconds = self.timeout.or(config.target.timeout).unwrap_or(30.0);
        let timeout = Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|timeout| !timeout.is_zero())
            .ok_or_else(|| Failure::usage(format!("a timeout of {seconds} s is not possible")))?;
        let settings = Settings {
            credential: sendable(self.credential()?.or_else(|| config.auth.credential()))?,
            second: sendable(config.auth.second.as_ref().and_then(|second| second.credential()))?,
            timeout,
            secrets: Vec::new(),
        };
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

    /// The credential of the flags, or else of the environment.
    fn credential(&self) -> Result<Option<Credential>, Failure> {
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
            headers.push((name.trim().to_owned(), value.trim().into()));
        }
        if !headers.is_empty() {
            return Ok(Some(Credential::Headers(headers)));
        }
        // A variable that is there without a value is a secret that a CI job was not given.
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
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

/// A credential as it is, if it can stand in headers. Its value is in no message.
fn sendable(credential: Option<Credential>) -> Result<Option<Credential>, Failure> {
    for (name, value) in credential.iter().flat_map(Credential::headers) {
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return Err(Failure::usage(format!("`{name}` is no name of a header")));
        }
        if http::HeaderValue::from_str(&value).is_err() {
            return Err(Failure::usage(format!(
                "the credential holds a character that the header {name} cannot carry: is there a line break in it?"
            )));
        }
    }
    Ok(credential)
}
