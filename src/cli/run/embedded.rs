//! The reference provider that is started for a run without `--url`.

#[cfg(feature = "reference")]
use std::sync::Arc;

use url::Url;

use crate::cli::Failure;
use crate::cli::target_args::Resolved;
use crate::client::Settings;
use crate::report::Setting;
#[cfg(feature = "reference")]
use crate::suite::Auth;
#[cfg(feature = "reference")]
use crate::target::Credential;

#[cfg(feature = "reference")]
pub(super) async fn embedded(resolved: &Resolved, setting: &mut Setting) -> Result<(Url, Settings), Failure> {
    let tokens: [String; 4] = std::array::from_fn(|_| crate::cli::serve::random_token());
    let [usual, others @ ..] = tokens.each_ref().map(String::as_str);
    let provider = crate::cli::serve::embedded(tokens.each_ref().map(String::as_str))?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.map_err(Failure::unjudged)?;
    let address = listener.local_addr().map_err(Failure::unjudged)?;
    tokio::spawn(crate::reference::serve(Arc::new(provider), listener, std::future::pending()));
    let base = Url::parse(&format!("http://{address}/scim/v2")).map_err(Failure::unjudged)?;
    setting.target = format!("embedded reference provider ({base})");
    let others = Auth::OTHERS.into_iter().zip(others.map(Credential::bearer)).collect();
    let settings = Settings { credential: Some(Credential::bearer(usual)), others, ..resolved.settings.clone() };
    Ok((base, settings))
}

#[cfg(not(feature = "reference"))]
pub(super) async fn embedded(_: &Resolved, _: &mut Setting) -> Result<(Url, Settings), Failure> {
    Err(Failure::usage("--url is missing, and this build has no reference provider to test instead"))
}
