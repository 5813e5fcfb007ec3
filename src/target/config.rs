//! `scimspec.toml`: what the user says of a target, so that it need not stand on every command line.

mod auth;
mod entra;
mod mistake;
mod waiver;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use auth::{AuthConfig, AuthError, OAuthConfig};
pub use entra::{EntraConfig, EntraError, FederationConfig};
pub use waiver::{Baseline, Waiver};

use super::Rate;
use crate::file::{self, Unreadable};

/// Mebibytes of a configuration or baseline file, at most.
const LARGEST: u64 = 4;

/// The file. Every key may be left out; an unknown one is an error.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the target is and how it is treated.
    pub target: TargetConfig,
    /// Certificates.
    pub tls: TlsConfig,
    /// How to log in.
    pub auth: AuthConfig,
    /// Values that this provider insists on, by resource type: `[template.User]`. Keys are attribute paths;
    /// `${run}` stands for a text that is unique to each case.
    pub template: Map<String, Value>,
    /// Ids of existing resources that a read-only run may read, by resource type: `User = "2819c223"`. Without one it
    /// reads the first resource that is listed.
    pub fixtures: std::collections::BTreeMap<String, String>,
    /// Capabilities to take for granted, as `needs` names them.
    pub assume: Vec<String>,
    /// What Microsoft Entra ID asks for beside SCIM.
    pub entra: EntraConfig,
    /// Failures that are known and accepted for a while: `[[waivers]]`, as in a baseline file.
    pub waivers: Vec<Waiver>,
}

/// The table `[target]`.
#[derive(Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TargetConfig {
    /// Base URL, for example `https://app.example.com/scim/v2`.
    pub url: Option<String>,
    /// Seconds to wait for an answer.
    pub timeout: Option<f64>,
    /// Cases at the same time.
    pub jobs: Option<usize>,
    /// How many requests may be sent in a second, `10` or `"10/s"`.
    pub rate: Option<Rate>,
    /// Proxy to go through, `http://proxy.example.com:8080`; a user and a password may stand in front of the host.
    pub proxy: Option<String>,
    /// Allow writes to a target that is not on this machine.
    pub consent: bool,
}

impl std::fmt::Debug for TargetConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The proxy may have a password in it.
        f.debug_struct("TargetConfig").field("url", &self.url).field("jobs", &self.jobs).finish_non_exhaustive()
    }
}

/// The table `[tls]`.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TlsConfig {
    /// PEM file with the certificates of further authorities to trust, beside those of the system.
    pub ca: Option<PathBuf>,
    /// PEM file with the certificate to show to the target, its chain behind it.
    pub client_cert: Option<PathBuf>,
    /// PEM file with the private key of `client_cert`.
    pub client_key: Option<PathBuf>,
    /// Take any certificate of the target. Nothing that is sent is then safe from others.
    pub insecure: bool,
}

/// A configuration file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is no TOML, or has a key or value that does not belong there.
    #[error("{path}:{line}:{column}: {message}")]
    Wrong {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong and what was expected.
        message: String,
    },
}

impl Config {
    /// Reads a file. Paths in it begin at its folder.
    ///
    /// # Errors
    /// The file cannot be read, or is not what it should be; then with line, column and what was expected.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let mut config = read(path, Self::parse)?;
        if let Some(folder) = path.parent() {
            config.begin_paths_at(folder);
        }
        Ok(config)
    }

    fn begin_paths_at(&mut self, folder: &Path) {
        let tls = &mut self.tls;
        let own = [&mut tls.ca, &mut tls.client_cert, &mut tls.client_key];
        for path in own.into_iter().flatten().chain(self.auth.paths()).chain(self.entra.paths()) {
            *path = folder.join(&*path);
        }
    }

    /// Reads a text; `name` is the file for messages.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigError> {
        let mut config: Self = parse(name, text)?;
        waiver::place(&mut config.waivers, name, text)?;
        Ok(config)
    }
}

fn read<T>(path: &Path, parse: impl Fn(&str, &str) -> Result<T, ConfigError>) -> Result<T, ConfigError> {
    parse(&path.display().to_string(), &file::read_text(path, LARGEST)?)
}

/// Reads TOML, with the place of the first mistake.
fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let (line, column) = file::line_and_column(text, error.span().map_or(0, |span| span.start));
        ConfigError::Wrong { path: name.to_owned(), line, column, message: mistake::in_words(error.message()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_its_place_and_a_suggestion() {
        let error = Config::parse("scimspec.toml", "[target]\nurl = \"http://localhost\"\ntimout = 3\n").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("scimspec.toml:3:1: unknown field `timout`"), "{text}");
        assert!(text.ends_with("did you mean `timeout`?"), "{text}");
    }

    #[test]
    fn a_wrong_type_is_named_and_the_value_is_not() {
        for (text, end) in [
            ("[auth]\ntoken = 12345678\n", "scimspec.toml:2:9: expected a string, found a number; write it in quotes"),
            (
                "[auth]\nsecond = \"sesame\"\n",
                "scimspec.toml:2:10: expected a table, found a string; write a table below `[its name]`, or in one line as `{ key = \"…\" }`",
            ),
            (
                "[auth]\nheaders = \"X: sesame\"\n",
                "scimspec.toml:2:11: expected a table, found a string; write a table below `[its name]`, or in one line as `{ key = \"…\" }`",
            ),
            (
                "[target]\ntimeout = \"x\"\n",
                "scimspec.toml:2:11: expected a number, found a string; write it without quotes",
            ),
            (
                "[target]\njobs = -4\n",
                "scimspec.toml:2:8: expected a whole number, zero or more, found a number out of range; write one, without sign and fraction",
            ),
            (
                "assume = \"patch\"\n",
                "scimspec.toml:1:10: expected an array, found a string; write it in square brackets: `[\"…\"]`",
            ),
            (
                "[auth.oauth]\nclient_auth = \"sesame\"\n",
                "scimspec.toml:2:15: expected `basic` or `body`, found another word; write one of those",
            ),
            (
                "[target]\nrate = \"fast\"\n",
                "scimspec.toml:2:8: expected a rate such as 10/s, found something else; write one as it is shown",
            ),
        ] {
            assert_eq!(Config::parse("scimspec.toml", text).unwrap_err().to_string(), end);
        }
    }

    #[test]
    fn templates_and_credentials_are_read() {
        let text =
            "assume = [\"patch\"]\n[auth]\nbasic = \"ann:sesame\"\n[template.User]\n\"name.givenName\" = \"Ann\"\n";
        let config = Config::parse("scimspec.toml", text).unwrap();
        assert_eq!(config.template["User"]["name.givenName"], "Ann");
        let headers = config.auth.credential().unwrap().unwrap().headers();
        assert_eq!(headers, [("Authorization".to_owned(), "Basic YW5uOnNlc2FtZQ==".to_owned())]);
        assert!(!format!("{config:?}").contains("sesame"));
    }

    #[test]
    fn paths_begin_at_the_folder_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.toml");
        std::fs::write(&file, "[tls]\nca = \"ca.pem\"\n[auth.second.oauth]\nclient_secret_file = \"/abs/s\"\n")
            .unwrap();
        let config = Config::read(&file).unwrap();
        assert_eq!(config.tls.ca, Some(folder.path().join("ca.pem")));
        let second = config.auth.second.unwrap().oauth.unwrap();
        assert_eq!(second.client_secret_file.as_deref(), Some(Path::new("/abs/s")));
    }
}
