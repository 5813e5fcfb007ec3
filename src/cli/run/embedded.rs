//! The reference provider that is started for a run without `--url`.

#[cfg(feature = "reference")]
use std::sync::Arc;

use url::Url;

use crate::cli::Failure;
use crate::cli::target_args::Resolved;
use crate::client::Settings;
use crate::report::Setting;

#[cfg(feature = "reference")]
pub(super) async fn embedded(resolved: &Resolved, setting: &mut Setting) -> Result<(Url, Settings), Failure> {
    let [token, second] = [crate::cli::serve::random_token(), crate::cli::serve::random_token()];
    let provider = crate::cli::serve::embedded(&token, &second)?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.map_err(Failure::unjudged)?;
    let address = listener.local_addr().map_err(Failure::unjudged)?;
    tokio::spawn(crate::reference::serve(Arc::new(provider), listener, std::future::pending()));
    let base = Url::parse(&format!("http://{address}/scim/v2")).map_err(Failure::unjudged)?;
    setting.target = format!("embedded reference provider ({base})");
    let credential = |token: &str| Some(crate::target::Credential::bearer(token));
    let settings =
        Settings { credential: credential(&token), second: credential(&second), ..resolved.settings.clone() };
    Ok((base, settings))
}

#[cfg(not(feature = "reference"))]
pub(super) async fn embedded(_: &Resolved, _: &mut Setting) -> Result<(Url, Settings), Failure> {
    Err(Failure::usage("--url is missing, and this build has no reference provider to test instead"))
}
