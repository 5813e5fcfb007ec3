//! The flags that say where the target is and how to log in, laid over the configuration file.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use url::Url;

use super::Failure;
use crate::client::Settings;
use crate::target::{Config, Credential, base_url, is_loopback};

/// Where the target is and how to log in.
#[derive(Debug, Args)]
pub(super) struct TargetArgs {
    /// Base URL of the target, under which /Users is; without it the embedded reference provider is tested
    #[arg(long, env = "SCIMSPEC_URL", value_name = "URL")]
    pub(super) url: Option<String>,
    /// Bearer token
    #[arg(long, env = "SCIMSPEC_TOKEN", hide_env_values = true, value_name = "T", help_heading = "Authentication")]
    token: Option<String>,
    /// File that holds the bearer token
    #[arg(long, value_name = "FILE", conflicts_with = "token", help_heading = "Authentication")]
    token_file: Option<PathBuf>,
    /// User and password for HTTP Basic
    #[arg(
        long,
        env = "SCIMSPEC_BASIC",
        hide_env_values = true,
        value_name = "USER:PASSWORD",
        help_heading = "Authentication"
    )]
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
}

impl TargetArgs {
    /// Flags beat environment beat file beat defaults.
    pub(super) fn resolve(&self) -> Result<Resolved, Failure> {
        let mut config = self.read_config()?;
        for word in &self.assume {
            if !crate::suite::is_need(word) {
                return Err(Failure::usage(format!("`--assume {word}`: nothing is known of this capability")));
            }
            config.assume.push(word.clone());
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
            credential: self.credential()?.or_else(|| config.auth.credential()),
            second: config.auth.second.as_ref().and_then(|second| second.credential()),
            timeout,
            secrets: Vec::new(),
        };
        if let Some(url) = &url
            && !(self.yes || config.target.consent || is_loopback(url))
        {
            return Err(Failure::usage(format!(
                "{url} is not on this machine, and the run creates, changes and deletes users and groups of its own there; say so with --yes (or `consent = true` under [target] in scimspec.toml)"
            )));
        }
        Ok(Resolved { url, settings, config })
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

    fn credential(&self) -> Result<Option<Credential>, Failure> {
        if let Some(token) = &self.token {
            return Ok(Some(Credential::bearer(token)));
        }
        if let Some(path) = &self.token_file {
            let text = std::fs::read_to_string(path)
                .map_err(|cause| Failure::usage(format!("cannot read {}: {cause}", path.display())))?;
            return Ok(Some(Credential::bearer(text.trim())));
        }
        if let Some(basic) = &self.basic {
            let Some((user, password)) = basic.split_once(':') else {
                return Err(Failure::usage("--basic takes USER:PASSWORD, and there is no colon"));
            };
            return Ok(Some(Credential::Basic(user.to_owned(), password.into())));
        }
        let mut headers = Vec::new();
        for header in &self.headers {
            let Some((name, value)) = header.split_once(':') else {
                return Err(Failure::usage("--header takes 'NAME: VALUE', and there is no colon"));
            };
            headers.push((name.trim().to_owned(), value.trim().into()));
        }
        Ok((!headers.is_empty()).then_some(Credential::Headers(headers)))
    }
}
