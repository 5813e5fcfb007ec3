//! `scimspec serve`: the reference provider on a port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::{Exit, Failure};
use crate::reference::{self, Provider};
use crate::suggest::nearest;

/// Serve the reference provider.
///
/// It follows the RFCs strictly. With --fault it has a defect that real providers have; with --variant it behaves
/// in an unusual way that is legal all the same. Both are for those who develop SCIM clients and test tools.
///
/// The first line on standard output is the base URL, the second one the token.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    scimspec serve --listen 127.0.0.1:8080 --token secret\n  \
    scimspec serve --list                                the faults and variants there are\n  \
    scimspec serve --fault filter/and-is-or --variant list/two-on-a-page")]
pub(super) struct ServeArgs {
    /// Address and port to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Token that requests need; random when not given
    #[arg(long, env = "SCIMSPEC_SERVE_TOKEN", hide_env_values = true, value_name = "T")]
    token: Option<String>,
    /// Keep the data in this file
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Switch a defect on; may be repeated
    #[arg(long = "fault", value_name = "ID")]
    faults: Vec<String>,
    /// Switch unusual but legal behaviour on; may be repeated
    #[arg(long = "variant", value_name = "ID")]
    variants: Vec<String>,
    /// List faults and variants
    #[arg(long)]
    list: bool,
}

pub(super) fn run(args: &ServeArgs) -> Result<Exit, Failure> {
    if args.list {
        list();
        return Ok(Exit::Conformant);
    }
    let token = args.token.clone().unwrap_or_else(random_token);
    let provider = provider(Some(token.clone()), args.data.clone(), &args.faults, &args.variants)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unjudged)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.listen)
            .await
            .map_err(|cause| Failure::usage(format!("cannot listen on {}: {cause}", args.listen)))?;
        let address = listener.local_addr().map_err(Failure::unjudged)?;
        anstream::println!("listening on http://{address}/scim/v2");
        anstream::println!("token {token}");
        reference::serve(Arc::new(provider), listener, interrupted()).await.map_err(Failure::unjudged)
    })?;
    Ok(Exit::Conformant)
}

/// A provider with faults and variants switched on.
pub(super) fn provider(
    token: Option<String>,
    data: Option<PathBuf>,
    faults: &[String],
    variants: &[String],
) -> Result<Provider, Failure> {
    let settings = reference::Settings { token, data, ..reference::Settings::default() };
    let mut provider = Provider::new(settings).map_err(|problem| Failure::usage(problem.to_string()))?;
    for id in variants {
        reference::variant(id)
            .ok_or_else(|| unknown("variant", id, reference::variants().map(|one| one.id)))?
            .apply(&mut provider);
    }
    for id in faults {
        reference::fault(id)
            .ok_or_else(|| unknown("fault", id, reference::faults().map(|one| one.id)))?
            .apply(&mut provider);
    }
    Ok(provider)
}

/// A token that nobody guesses.
pub(super) fn random_token() -> String {
    let mut bytes = [0_u8; 16];
    // The hasher's keys are random per process; two of them give 128 bits.
    for half in bytes.chunks_mut(8) {
        let random = std::hash::BuildHasher::hash_one(&std::collections::hash_map::RandomState::new(), 0_u8);
        half.copy_from_slice(&random.to_be_bytes());
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unknown(what: &str, id: &str, known: impl Iterator<Item = &'static str>) -> Failure {
    let advice = nearest(id, known)
        .map_or_else(|| "`scimspec serve --list` shows them".to_owned(), |near| format!("did you mean `{near}`?"));
    Failure::usage(format!("there is no {what} `{id}`: {advice}"))
}

fn list() {
    anstream::println!("Faults");
    for fault in reference::faults() {
        anstream::println!("  {:<38} {}", fault.id, fault.title);
    }
    anstream::println!("\nVariants (legal)");
    for variant in reference::variants() {
        anstream::println!("  {:<38} {}", variant.id, variant.title);
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
