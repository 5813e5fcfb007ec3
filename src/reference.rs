//! The embedded service provider: strict by RFC 7643 and RFC 7644, and open to being spoilt on purpose.
//!
//! [`Provider::handle`] turns a request into a response without a socket; [`serve`] puts it on one. What it decides
//! stands in `Rules`, what it lets others touch in `Seams`: a [`Fault`] or a [`Variant`] changes these before the
//! provider starts, and nothing in the clean path knows of them. Queries are answered in SQL; no evaluation is shared
//! with the checks, so that two halves cannot agree on one mistake.

use std::path::PathBuf;
use std::time::Duration;

mod bulk;
mod call;
mod canonical;
mod coerce;
mod commit;
mod cursor;
mod custom;
mod condition;
#[cfg(test)]
mod dialect;
mod discovery;
mod document;
mod element;
mod fault;
mod kind;
mod list;
mod me;
mod meeting;
mod membership;
mod order;
mod patch;
mod problem;
mod query;
mod render;
mod reply;
mod route;
mod rules;
mod seams;
mod serve;
mod sql;
mod store;
mod tenant;
mod tokens;
mod unique;
#[cfg(test)]
mod testing;
mod variant;
mod write;

pub use call::BASE_PATH;
pub use fault::{Fault, fault, faults};
pub use problem::Problem;
pub use serve::serve;
pub use tenant::Access;
pub use tokens::{TOKEN_PATH, TokenService, Trust};
pub use variant::{Variant, variant, variants};

use cursor::Sealer;
use kind::Kind;
use rules::Rules;
use seams::Seams;
use store::random_bytes;
use tenant::{Tenant, tenants};

/// Members of a JSON object.
type Object = serde_json::Map<String, serde_json::Value>;

/// How a provider is set up.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The bearer token that every request needs; without one the provider is open.
    pub token: Option<String>,
    /// `userName` of the user whose token it is: `/Me` leads there; without one `/Me` is not supported.
    pub user_name: Option<String>,
    /// Further tokens, each with a tenant of its own; they mean something beside a `token` only.
    pub further: Vec<Access>,
    /// A token that opens the same resources as `token`, for reading only.
    pub limited_token: Option<String>,
    /// A token that was valid once: it answers 401.
    pub expired_token: Option<String>,
    /// Who gets a token at [`TOKEN_PATH`]; without it there is no token endpoint.
    pub token_service: Option<TokenService>,
    /// The database file; without one everything is kept in memory.
    pub data: Option<PathBuf>,
    /// Base URL as clients see it, such as `https://idp.example/scim/v2`; built from the Host header where not given.
    pub base: Option<String>,
    /// The bounds of what is accepted and given.
    pub limits: Limits,
}

/// Bounds of a provider.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest request body in bytes, declared as `bulk.maxPayloadSize`.
    pub body: usize,
    /// Most operations in one bulk request, declared as `bulk.maxOperations`.
    pub bulk_operations: usize,
    /// Resources on a page when no count is given.
    pub page_default: u64,
    /// Most resources on a page, declared as `filter.maxResults`.
    pub page_max: u64,
    /// How long a cursor is good for, declared as `pagination.cursorTimeout`.
    pub cursor_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            bulk_operations: 1000,
            page_default: 100,
            page_max: 200,
            cursor_timeout: Duration::from_secs(3600),
        }
    }
}

/// Which optional parts of the protocol are there; declared in `/ServiceProviderConfig`.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are the independent switches of ServiceProviderConfig")]
struct Supports {
    patch: bool,
    bulk: bool,
    filter: bool,
    sort: bool,
    etag: bool,
    cursor: bool,
    index: bool,
    /// Whether a query that asks for neither way of paging gets cursors.
    cursor_by_default: bool,
}

/// A SCIM service provider.
pub struct Provider {
    /// At least one, the usual one first.
    tenants: Vec<Tenant>,
    limited_token: Option<String>,
    expired_token: Option<String>,
    token_service: Option<TokenService>,
    kinds: Vec<Kind>,
    limits: Limits,
    sealer: Sealer,
    rules: Rules,
    seams: Seams,
    supports: Supports,
    base: Option<String>,
}

impl Provider {
    /// An RFC provider with Users and Groups.
    ///
    /// # Errors
    /// 500 when a database cannot be opened.
    pub fn new(settings: Settings) -> Result<Self, Problem> {
        let tenants = tenants(&settings)?;
        let secret = tenants[0].store.read(random_bytes)?;
        Ok(Self {
            tenants,
            limited_token: settings.limited_token,
            expired_token: settings.expired_token,
            token_service: settings.token_service,
            kinds: kind::standard(),
            sealer: Sealer::new(secret, settings.limits.cursor_timeout),
            limits: settings.limits,
            rules: Rules::default(),
            seams: Seams::default(),
            supports: Supports {
                patch: true,
                bulk: true,
                filter: true,
                sort: true,
                etag: true,
                cursor: true,
                index: true,
                cursor_by_default: false,
            },
            base: settings.base,
        })
    }

    /// The resource type of this name.
    fn kind(&self, name: &str) -> Result<&Kind, Problem> {
        let found = self.kinds.iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| Problem::not_found(format!("there is no resource type `{name}`")))
    }
}
