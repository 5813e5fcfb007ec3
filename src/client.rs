//! Sends a request and returns an exchange. The only module that names reqwest.
//!
//! Redirects are not followed, no cookie is kept: what the target answered is what is judged. A request is sent again
//! only where the target asks for that, or closed the connection before it was read.
//! Time and size of an answer are bounded.

mod assertion;
mod connections;
mod explain;
mod grant;
mod handshake;
mod hello;
mod home;
mod pace;
mod settings;
mod tls;
mod token;
mod transport;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use url::Url;

pub use assertion::{key_set, new_key, workload_identity};
pub use grant::{Granted, times_of_token};
pub use settings::{MAX_BODY, OnWait, Patience, Settings, SettingsError, Waiting};
pub use tls::{Tls, TlsFileError};
pub use transport::{Handler, handler, handler_in_turn};

use crate::exchange::{Exchange, Masker, Purpose, Request, Response, Wait};
use crate::suite::Auth;
use crate::target::{Credential, Load, Onboarding};
use connections::Connections;
use pace::{Next, Pace};
use token::{Token, TokenSource};
use transport::in_process;

/// A client that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// TLS or the client itself cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    SetUp(String),
}

enum Transport {
    Http(Box<Connections>),
    InProcess(Handler),
}

/// Sends requests to one target.
pub struct Client {
    transport: Transport,
    settings: Settings,
    masker: Masker,
    pace: Pace,
    /// Sources of tokens, for the credentials that need one.
    tokens: BTreeMap<Auth, TokenSource>,
    sent: AtomicUsize,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl Client {
    /// A client over HTTP.
    ///
    /// # Errors
    /// The TLS set-up fails, for example because an https target is given and the machine has no CA certificates.
    pub fn http(base: &Url, settings: Settings) -> Result<Self, ClientError> {
        let connections = Connections::to(base, &settings)?;
        Ok(Self::over(Transport::Http(Box::new(connections)), settings))
    }

    /// A client of a provider in this process.
    #[must_use]
    pub fn in_process(handler: Handler, settings: Settings) -> Self {
        Self::over(Transport::InProcess(handler), settings)
    }

    fn over(transport: Transport, settings: Settings) -> Self {
        let mut secrets: Vec<String> = settings.credentials().flat_map(|(_, one)| one.secrets()).collect();
        secrets.extend(settings.secrets.iter().cloned());
        secrets.extend(settings.onboarding.secrets());
        secrets.extend(transport::proxy_secrets(&settings));
        let source = |(auth, credential): (Auth, &Credential)| match credential {
            Credential::OAuth(client) => Some((auth, TokenSource::new(client.clone()))),
            _ => None,
        };
        Self {
            transport,
            masker: Masker::new(secrets),
            pace: Pace::new(settings.rate, settings.patience),
            tokens: settings.credentials().filter_map(source).collect(),
            settings,
            sent: AtomicUsize::new(0),
        }
    }

    /// Fetches the tokens that requests will carry; does nothing without OAuth credentials. A request fetches them,
    /// too, but can say only that it got no answer.
    ///
    /// # Errors
    /// Why there is no token, and what to do.
    pub async fn log_in(&self) -> Result<(), String> {
        for tokens in self.tokens.values() {
            tokens.token(&self.settings, &self.masker).await?;
        }
        Ok(())
    }

    /// How many requests were sent.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether a credential is configured.
    #[must_use]
    pub const fn has_credential(&self) -> bool {
        self.settings.credential.is_some()
    }

    /// Whether a credential of another kind is configured.
    #[must_use]
    pub fn has_other(&self, auth: Auth) -> bool {
        self.settings.others.contains_key(&auth)
    }

    /// Whether every masked text is so long that it does not occur in a body by accident.
    #[must_use]
    pub fn secrets_are_distinctive(&self) -> bool {
        self.masker.is_distinctive()
    }

    /// Replaces every known secret in a text.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        self.masker.text(text)
    }

    /// How to load the target, where somebody asked for that.
    #[must_use]
    pub const fn load(&self) -> Option<Load> {
        self.settings.onboarding.load
    }

    /// The token that every request carries, where one was given.
    #[must_use]
    pub const fn bearer_token(&self) -> Option<&secrecy::SecretString> {
        match &self.settings.credential {
            Some(Credential::Bearer(token)) => Some(token),
            _ => None,
        }
    }

    /// What is configured beside the SCIM endpoint.
    #[must_use]
    pub const fn onboarding(&self) -> &Onboarding {
        &self.settings.onboarding
    }

    /// An exchange that was made up of what was seen otherwise.
    #[must_use]
    pub fn observed(&self, purpose: Purpose, request: Request, answer: Result<Response, String>) -> Exchange {
        Exchange::new(purpose, request, answer, 0.0, &self.masker)
    }

    /// Reads the page that documents the API, without a credential.
    pub async fn read_documentation(&self) -> Exchange {
        let Some(url) = self.settings.onboarding.documentation.clone() else {
            return self.unsent(Purpose::Aside, Request::default(), "no page is configured");
        };
        let request = Request { method: "GET".to_owned(), url: url.to_string(), ..Request::default() };
        let start = Instant::now();
        let answer = match Connections::to(&url, &self.settings) {
            Ok(connections) => connections.exchange(url, &request, Purpose::Aside).await,
            Err(error) => Err(error.to_string()),
        };
        Exchange::new(Purpose::Aside, request, answer, start.elapsed().as_secs_f64() * 1000.0, &self.masker)
    }

    /// The exchange of a request that is not sent, or whose answer is not waited for, for this reason.
    #[must_use]
    pub fn unsent(&self, purpose: Purpose, request: Request, reason: &str) -> Exchange {
        Exchange::new(purpose, request, Err(reason.to_owned()), 0.0, &self.masker)
    }

    /// Sends a request with the usual credential.
    pub async fn send(&self, purpose: Purpose, request: Request) -> Exchange {
        self.send_as(purpose, request, Auth::Usual).await
    }

    /// Sends a request with the credential that is asked for. Never fails: an answer that does not come is part of
    /// the exchange.
    ///
    /// What the target puts off (429, or 503 with `Retry-After`) is sent again when it asks for that, where sending it
    /// twice is safe; what a token that has expired is refused for, with a new one.
    pub async fn send_as(&self, purpose: Purpose, mut request: Request, auth: Auth) -> Exchange {
        // What the library makes of the URL is what goes over the wire, so that is what is kept.
        let url = match Url::parse(&request.url) {
            Ok(url) => url,
            Err(error) => {
                let reason = format!("`{}` is no URL: {error}", request.url);
                return self.unsent(purpose, request, &reason);
            }
        };
        url.as_str().clone_into(&mut request.url);
        if let Transport::Http(connections) = &self.transport
            && let Some(why) = connections.refuses(&url, purpose, &request.method)
        {
            return self.unsent(purpose, request, &why);
        }
        let tokens = self.tokens.get(&auth).filter(|_| request.header("authorization").is_none());
        let mut token = None;
        if let Some(tokens) = tokens {
            token = match tokens.token(&self.settings, &self.masker).await {
                Ok(token) => Some(token),
                Err(reason) => return self.unsent(purpose, request, &reason),
            };
        }
        let mut waits: Vec<Wait> = Vec::new();
        loop {
            let authorised = self.authorised(&request, auth, token.as_ref());
            if purpose != Purpose::Load {
                self.pace.turn().await;
            }
            self.sent.fetch_add(1, Ordering::Relaxed);
            let start = Instant::now();
            let mut answer = match &self.transport {
                Transport::Http(connections) => connections.exchange(url.clone(), &authorised, purpose).await,
                Transport::InProcess(handler) => in_process(handler, &authorised).await,
            };
            let duration = start.elapsed();
            match self.renewed(tokens, token.as_ref(), &answer, &waits).await {
                Some(Ok((wait, another))) => {
                    waits.push(wait);
                    token = Some(another);
                    continue;
                }
                Some(Err(reason)) => answer = Err(reason),
                None => {}
            }
            if let Ok(response) = &answer
                && purpose != Purpose::Load
            {
                match self.pace.next(&request.method, response, &waits) {
                    Next::Judge => {}
                    Next::Again(wait) => {
                        waits.push(self.wait(wait, response.status, &request).await);
                        continue;
                    }
                    Next::GiveUp(reason) => answer = Err(reason),
                }
            }
            let milliseconds = duration.as_secs_f64() * 1000.0;
            return Exchange { waits, ..Exchange::new(purpose, authorised, answer, milliseconds, &self.masker) };
        }
    }

    /// Another token, where the answer means that this one has expired; once for each request.
    async fn renewed(
        &self,
        tokens: Option<&TokenSource>,
        used: Option<&Token>,
        answer: &Result<Response, String>,
        waits: &[Wait],
    ) -> Option<Result<(Wait, Token), String>> {
        let (tokens, used, response) = (tokens?, used?, answer.as_ref().ok()?);
        if waits.iter().any(|wait| wait.status == 401) {
            tokens.note_renewal(response);
            return None;
        }
        if !tokens.may_have_expired(response) {
            return None;
        }
        let start = Instant::now();
        let another = tokens.another(used, &self.settings, &self.masker).await;
        Some(another.map(|token| (Wait { status: 401, seconds: start.elapsed().as_secs_f64() }, token)))
    }

    /// The request with its credential, unless it brings its own.
    fn authorised(&self, request: &Request, auth: Auth, token: Option<&Token>) -> Request {
        let mut request = request.clone();
        if request.header("authorization").is_some() {
            return request;
        }
        let credential = match auth {
            Auth::Usual => self.settings.credential.clone(),
            // The token that a case was given comes with the request.
            Auth::None | Auth::Granted => None,
            Auth::Wrong => Some(
                self.settings.credential.as_ref().map_or_else(|| Credential::bearer("").wrong(), Credential::wrong),
            ),
            Auth::Second | Auth::Limited | Auth::Expired => self.settings.others.get(&auth).cloned(),
        };
        let headers = credential.iter().flat_map(Credential::headers).chain(token.map(Token::header));
        request.headers.splice(0..0, headers.collect::<Vec<_>>());
        request
    }

    /// Waits as the target asks, and tells whoever wants to know.
    async fn wait(&self, wait: Duration, status: u16, request: &Request) -> Wait {
        let kept = Wait { status, seconds: wait.as_secs_f64() };
        if let Some(on_wait) = &self.settings.on_wait {
            let request = self.mask(&format!("{} {}", request.method, request.path_and_query()));
            (on_wait.0)(Waiting { wait: kept, request: &request });
        }
        self.pace.hold(wait).await;
        kept
    }
}
