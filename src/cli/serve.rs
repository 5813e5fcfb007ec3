//! `scimspec serve`: the reference provider on a port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::{Exit, Failure};
use crate::reference::{self, Access, Provider, TokenService};
use crate::scim::urn;
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
    scimspec serve --fault filter/and-is-or --variant list/two-on-a-page\n  \
    scimspec serve --data scim.db --second-token other --me admin@example.com --custom")]
pub(super) struct ServeArgs {
    /// Address and port to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Token that requests need; random when not given
    #[arg(long, env = "SCIMSPEC_SERVE_TOKEN", hide_env_values = true, value_name = "T")]
    token: Option<String>,
    /// A further token, with users and groups of its own
    #[arg(long, value_name = "T")]
    second_token: Option<String>,
    /// A further token, which reads the same users and groups and may not write
    #[arg(long, value_name = "T")]
    limited_token: Option<String>,
    /// A further token, which has expired
    #[arg(long, value_name = "T")]
    expired_token: Option<String>,
    /// `userName` of the user whose token it is, to whom /Me leads
    #[arg(long, value_name = "USERNAME")]
    me: Option<String>,
    /// OAuth client that gets the token at /oauth/token; given twice, both secrets work
    #[arg(long = "oauth-client", value_name = "ID:SECRET", allow_hyphen_values = true)]
    oauth_clients: Vec<String>,
    /// Keep the data in this file; what was answered with success survives a crash
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Add an extension of users and the resource type Device, which have attributes of every kind
    #[arg(long)]
    custom: bool,
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
    let provider = provider(args, &token)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unjudged)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.listen)
            .await
            .map_err(|cause| Failure::usage(format!("cannot listen on {}: {cause}", args.listen)))?;
        let address = listener.local_addr().map_err(Failure::unjudged)?;
        anstream::println!("listening on http://{address}/scim/v2");
        anstream::println!("token {token}");
        if !args.oauth_clients.is_empty() {
            anstream::println!("token endpoint http://{address}{}", reference::TOKEN_PATH);
        }
        reference::serve(Arc::new(provider), listener, interrupted()).await.map_err(Failure::unjudged)
    })?;
    Ok(Exit::Conformant)
}

fn provider(args: &ServeArgs, token: &str) -> Result<Provider, Failure> {
    let further = args.second_token.iter().map(|token| Access { token: token.clone(), user_name: None }).collect();
    let others = [
        ("--second-token", &args.second_token),
        ("--limited-token", &args.limited_token),
        ("--expired-token", &args.expired_token),
    ];
    let mut taken = vec![token];
    for (flag, other) in others.into_iter().filter_map(|(flag, other)| Some((flag, other.as_deref()?))) {
        if taken.contains(&other) {
            return Err(Failure::usage(format!("{flag} is the same as another token, expected one of its own")));
        }
        taken.push(other);
    }
    let mut provider = started(reference::Settings {
        token: Some(token.to_owned()),
        user_name: args.me.clone(),
        further,
        limited_token: args.limited_token.clone(),
        expired_token: args.expired_token.clone(),
        token_service: token_service(&args.oauth_clients)?,
        data: args.data.clone(),
        ..reference::Settings::default()
    })?;
    if args.custom {
        provider.add_custom_extension();
        provider.add_custom_type();
    }
    for id in &args.variants {
        reference::variant(id)
            .ok_or_else(|| unknown("variant", id, reference::variants().map(|one| one.id)))?
            .apply(&mut provider);
    }
    for id in &args.faults {
        reference::fault(id)
            .ok_or_else(|| unknown("fault", id, reference::faults().map(|one| one.id)))?
            .apply(&mut provider);
    }
    Ok(provider)
}

/// The token service of clients as the command line gives them.
fn token_service(clients: &[String]) -> Result<Option<TokenService>, Failure> {
    let mut service = TokenService::default();
    for client in clients {
        let pair = client.split_once(':').filter(|(id, secret)| !id.is_empty() && !secret.is_empty());
        let Some((id, secret)) = pair else {
            return Err(Failure::usage("--oauth-client takes ID:SECRET, both of them not empty"));
        };
        if !service.client_id.is_empty() && service.client_id != id {
            return Err(Failure::usage("--oauth-client names two clients, expected several secrets of one"));
        }
        id.clone_into(&mut service.client_id);
        service.secrets.push(secret.to_owned());
    }
    Ok((!service.secrets.is_empty()).then_some(service))
}

/// The provider that a run without a URL tests: credentials of every kind, and a user whose credential the first one is.
pub(super) fn embedded(
    [token, second, limited, expired]: [&str; 4],
    token_service: TokenService,
) -> Result<Provider, Failure> {
    const OPERATOR: &str = "operator@scimspec.example";
    let provider = started(reference::Settings {
        token: Some(token.to_owned()),
        user_name: Some(OPERATOR.to_owned()),
        further: vec![Access { token: second.to_owned(), user_name: None }],
        limited_token: Some(limited.to_owned()),
        expired_token: Some(expired.to_owned()),
        token_service: Some(token_service),
        ..reference::Settings::default()
    })?;
    let operator = serde_json::json!({ "schemas": [urn::USER], "userName": OPERATOR });
    provider.load("User", &operator).map_err(Failure::unjudged)?;
    Ok(provider)
}

fn started(settings: reference::Settings) -> Result<Provider, Failure> {
    Provider::new(settings).map_err(|problem| Failure::usage(problem.to_string()))
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
