//! Runs the embedded suites against a reference provider in this process, without a socket.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use scimspec::client::{self, Client, Settings, handler, handler_in_turn};
use scimspec::plan::Selection;
use scimspec::reference::{self, Access, Provider, TokenService, Trust};
use scimspec::requirement::Catalogue;
use scimspec::run::{Options, Run, Session};
use scimspec::scim::urn;
use scimspec::suite::{self, Auth, Profile, Suite, SuiteEntry, Tier};
use scimspec::target::{ClientAuth, ClientCredentials, Config, Credential, Federation, Load, Onboarding};

/// The token of the provider: a JWT without a signature, of the last hour of the year 2099.
pub(crate) const TOKEN: &str =
    "eyJhbGciOiJub25lIn0.eyJpYXQiOjQxMDI0NDEyMDAsImV4cCI6NDEwMjQ0NDgwMH0.in-process-test-token";
/// The token of another tenant.
const SECOND_TOKEN: &str = "second-in-process-test-token";
/// A token that may read and not write.
const LIMITED_TOKEN: &str = "limited-in-process-test-token";
/// A token that has expired.
const EXPIRED_TOKEN: &str = "expired-in-process-test-token";
/// The OAuth client of the provider, and its secrets.
const CLIENT: (&str, [&str; 2]) = ("in-process-client", ["in-process-secret-1", "in-process-secret-2"]);
/// The workload identity that the provider trusts, and the key set that it reads.
static IDENTITY: LazyLock<(Federation, serde_json::Value)> =
    LazyLock::new(|| client::workload_identity(token_url()).expect("a key can be made"));

fn token_url() -> url::Url {
    url::Url::parse("http://127.0.0.1").and_then(|base| base.join(reference::TOKEN_PATH)).expect("a URL")
}

/// Everything that a provider can be given beside SCIM.
fn onboarding() -> Onboarding {
    Onboarding {
        client: Some(ClientCredentials {
            token_url: token_url(),
            id: CLIENT.0.to_owned(),
            secret: CLIENT.1[0].into(),
            scope: Some("scim".to_owned()),
            auth: ClientAuth::Basic,
        }),
        second_secret: Some(CLIENT.1[1].into()),
        federation: Some(IDENTITY.0.clone()),
        load: Some(Load { rate: 400.0, seconds: 0.2, most_lag: 60.0 }),
        ..Onboarding::default()
    }
}

fn token_service() -> TokenService {
    let (identity, key_set) = &*IDENTITY;
    let trust = Trust {
        issuer: identity.issuer.clone(),
        audience: identity.audience.clone(),
        subject: identity.subject.clone(),
        key_set: key_set.clone(),
    };
    TokenService { client_id: CLIENT.0.to_owned(), secrets: CLIENT.1.map(str::to_owned).to_vec(), trust: Some(trust) }
}

/// The user whose token it is.
const OPERATOR: &str = "operator@scimspec.example";

/// The embedded suites.
pub(crate) static SUITES: LazyLock<Vec<Arc<Suite>>> = LazyLock::new(|| {
    let loaded = suite::load(suite::embedded(), Catalogue::embedded());
    loaded.unwrap_or_else(|errors| panic!("{errors}")).into_iter().map(Arc::new).collect()
});

/// Cases that make hundreds of resources: a fault is noticed without them, and each fault has a run of its own.
const LARGE: &str = "large";

/// The embedded suites without their large cases.
pub(crate) static SMALL_SUITES: LazyLock<Vec<Arc<Suite>>> = LazyLock::new(|| {
    let is_small = |entry: &SuiteEntry| match entry {
        SuiteEntry::Case(case) => !case.tags.iter().any(|tag| tag == LARGE),
        SuiteEntry::Declared(table) => !table.tags.iter().any(|tag| tag == LARGE),
    };
    let without_large = |suite: &Arc<Suite>| {
        let mut suite = Suite::clone(suite);
        suite.entries.retain(is_small);
        Arc::new(suite)
    };
    SUITES.iter().map(without_large).collect()
});

/// Whether there is a case of this id, or a table that may have it as a row.
pub(crate) fn has_case(id: &str) -> bool {
    static IDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let id = |entry: &'static SuiteEntry| match entry {
            SuiteEntry::Case(case) => case.id.as_str(),
            SuiteEntry::Declared(table) => table.id.as_str(),
        };
        SMALL_SUITES.iter().flat_map(|suite| &suite.entries).map(id).collect()
    });
    IDS.contains(id)
        || id.strip_suffix(']').and_then(|id| id.split('[').next()).is_some_and(|table| IDS.contains(table))
}

/// A provider that `spoil` has changed.
pub(crate) fn provider(spoil: impl FnOnce(&mut Provider)) -> Provider {
    let settings = reference::Settings {
        token: Some(TOKEN.to_owned()),
        user_name: Some(OPERATOR.to_owned()),
        limited_token: Some(LIMITED_TOKEN.to_owned()),
        expired_token: Some(EXPIRED_TOKEN.to_owned()),
        token_service: Some(token_service()),
        further: vec![Access { token: SECOND_TOKEN.to_owned(), user_name: None }],
        ..reference::Settings::default()
    };
    let mut provider = Provider::new(settings).expect("an in-memory provider starts");
    spoil(&mut provider);
    // A resource that no run has made: real providers have many.
    let mut operator = serde_json::json!({ "schemas": [urn::USER], "userName": OPERATOR });
    if let Err(problem) = provider.load("User", &operator) {
        let badge = "urn:example:params:scim:schemas:extension:badge:2.0:User";
        operator[badge] = serde_json::json!({ "color": "red", "site": "here" });
        provider.load("User", &operator).unwrap_or_else(|again| panic!("{problem}; {again}"));
    }
    provider
}

/// How every run here is made: all profiles, every tier.
pub(crate) fn options() -> Options {
    Options {
        // One at a time: equal runs give equal findings, whatever a fault makes of other cases' resources.
        jobs: 1,
        seed: 7,
        selection: Selection { selectors: Vec::new(), tier: Tier::Edge, profiles: vec![Profile::Rfc, Profile::Entra] },
        keep_judged: false,
    }
}

/// Runs every case against the provider.
pub(crate) fn run(provider: Provider) -> Result<Run, String> {
    run_with(provider, &options())
}

/// Runs the cases in which requests meet.
pub(crate) fn run_races(provider: Provider) -> Result<Run, String> {
    let mut options = options();
    options.selection.selectors = ["concurrency", "patch/parallel"].map(str::to_owned).to_vec();
    run_small_with(provider, &options)
}

/// Runs every case that is not large, as `options` says.
pub(crate) fn run_small_with(provider: Provider, options: &Options) -> Result<Run, String> {
    run_suites(provider, options, &SMALL_SUITES, Meeting::Real)
}

/// Runs every case that is not large, or those that are named; requests that are released together come one after the
/// other, which is several times as fast.
pub(crate) fn run_in_turn(provider: Provider, selectors: Vec<String>) -> Result<Run, String> {
    let mut options = options();
    options.selection.selectors = selectors;
    run_suites(provider, &options, &SMALL_SUITES, Meeting::InTurn)
}

/// Whether requests that are released together meet in the provider.
enum Meeting {
    Real,
    InTurn,
}

/// Runs against the provider as `options` says.
pub(crate) fn run_with(provider: Provider, options: &Options) -> Result<Run, String> {
    run_suites(provider, options, &SUITES, Meeting::Real)
}

fn run_suites(provider: Provider, options: &Options, suites: &[Arc<Suite>], meeting: Meeting) -> Result<Run, String> {
    let provider = Arc::new(provider);
    let others = [SECOND_TOKEN, LIMITED_TOKEN, EXPIRED_TOKEN].map(Credential::bearer);
    let settings = Settings {
        credential: Some(Credential::bearer(TOKEN)),
        others: Auth::OTHERS.into_iter().zip(others).collect(),
        onboarding: onboarding(),
        ..Settings::default()
    };
    let answer = move |request| provider.handle(request);
    let handler = match meeting {
        Meeting::Real => handler(answer),
        Meeting::InTurn => handler_in_turn(answer),
    };
    let client = Client::in_process(handler, settings);
    let base = url::Url::parse("http://127.0.0.1/scim/v2").map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let session =
            Session::open(Arc::new(client), &base, &Config::default()).await.map_err(|error| error.to_string())?;
        session.run(suites, options, Catalogue::embedded(), &mut |_| {}).await.map_err(|error| error.to_string())
    })
}
