//! The reference provider that is started for a run without `--url`.

#[cfg(feature = "reference")]
use std::sync::Arc;

use url::Url;

use crate::cli::Failure;
use crate::cli::target_args::Resolved;
use crate::client::Settings;
#[cfg(feature = "reference")]
use crate::reference::{TokenService, Trust};
use crate::report::Setting;
#[cfg(feature = "reference")]
use crate::suite::Auth;
#[cfg(feature = "reference")]
use crate::target::{ClientAuth, ClientCredentials, Credential, Onboarding};

#[cfg(feature = "reference")]
pub(super) async fn embedded(resolved: &Resolved, setting: &mut Setting) -> Result<(Url, Settings), Failure> {
    let tokens: [String; 4] = std::array::from_fn(|_| crate::cli::serve::random_token());
    let [usual, others @ ..] = tokens.each_ref().map(String::as_str);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.map_err(Failure::unjudged)?;
    let address = listener.local_addr().map_err(Failure::unjudged)?;
    let (onboarding, service) = onboarding(&format!("http://{address}"), resolved)?;
    let provider = crate::cli::serve::embedded(tokens.each_ref().map(String::as_str), service)?;
    tokio::spawn(crate::reference::serve(Arc::new(provider), listener, std::future::pending()));
    let base = Url::parse(&format!("http://{address}/scim/v2")).map_err(Failure::unjudged)?;
    setting.target = format!("embedded reference provider ({base})");
    let others = Auth::OTHERS.into_iter().zip(others.map(Credential::bearer)).collect();
    let settings =
        Settings { credential: Some(Credential::bearer(usual)), others, onboarding, ..resolved.settings.clone() };
    Ok((base, settings))
}

/// A client, another secret of it, and a workload identity: what the provider at `root` gives tokens to.
#[cfg(feature = "reference")]
fn onboarding(root: &str, resolved: &Resolved) -> Result<(Onboarding, TokenService), Failure> {
    let url = Url::parse(&format!("{root}{}", crate::reference::TOKEN_PATH)).map_err(Failure::unjudged)?;
    let (federation, key_set) = crate::client::workload_identity(url.clone()).map_err(Failure::unjudged)?;
    let secrets: [String; 2] = std::array::from_fn(|_| crate::cli::serve::random_token());
    let id = "scimspec".to_owned();
    let service = TokenService {
        client_id: id.clone(),
        secrets: secrets.to_vec(),
        trust: Some(Trust {
            issuer: federation.issuer.clone(),
            audience: federation.audience.clone(),
            subject: federation.subject.clone(),
            key_set,
        }),
    };
    let [secret, second_secret] = secrets;
    let client = ClientCredentials { token_url: url, id, secret: secret.into(), scope: None, auth: ClientAuth::Basic };
    let onboarding = Onboarding {
        client: Some(client),
        second_secret: Some(second_secret.into()),
        federation: Some(federation),
        ..resolved.settings.onboarding.clone()
    };
    Ok((onboarding, service))
}

#[cfg(not(feature = "reference"))]
pub(super) async fn embedded(_: &Resolved, _: &mut Setting) -> Result<(Url, Settings), Failure> {
    Err(Failure::usage("--url is missing, and this build has no reference provider to test instead"))
}
