//! A target below any HTTP library: bytes on a socket. It answers like the reference provider, until a behaviour
//! spoils an answer.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use scimspec::reference::{BASE_PATH, Provider, Settings};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::answer::{Answer, Asked, Sent};
use super::ids;

/// The token of the provider; it may reach nobody else.
pub(crate) const TOKEN: &str = "stay-home-7Qx2vLr9Tn4Zp";

/// Where and how answers are spoilt.
#[derive(Clone, Copy)]
pub(crate) struct Spoil {
    /// Which requests.
    pub(crate) place: fn(&Asked) -> bool,
    /// Whether the provider sees them at all; if not, `attack` is given an empty answer.
    pub(crate) reaches_provider: bool,
    /// A text before every id of the provider, as its clients see them.
    pub(crate) prefix: &'static str,
    /// What goes out in the place of the answer.
    pub(crate) attack: fn(&Asked, Answer) -> Sent,
}

/// A hostile target that is running.
pub(crate) struct Hostile {
    provider: Arc<Provider>,
    pub(crate) base: String,
    seen: Arc<Mutex<Vec<Asked>>>,
    elsewhere: Arc<AtomicUsize>,
}

impl Hostile {
    /// Starts one, and beside it a listener of somebody else; they live as long as the runtime.
    pub(crate) async fn start(spoil: Spoil, at_accept: Option<fn() -> Sent>) -> io::Result<Self> {
        let settings = Settings { token: Some(TOKEN.to_owned()), ..Settings::default() };
        let provider = Arc::new(Provider::new(settings).map_err(|_| io::Error::other("no provider"))?);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let other = TcpListener::bind(("127.0.0.1", 0)).await?;
        let host = listener.local_addr()?.to_string();
        let elsewhere = Arc::new(AtomicUsize::new(0));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let spoilt = Arc::new(AtomicUsize::new(0));
        let base = format!("http://{host}{BASE_PATH}");
        let serving = Serving {
            provider: Arc::clone(&provider),
            seen: Arc::clone(&seen),
            spoilt,
            spoil,
            at_accept,
            host,
            elsewhere: other.local_addr()?.to_string(),
        };
        let rung = Arc::clone(&elsewhere);
        tokio::spawn(async move {
            while other.accept().await.is_ok() {
                rung.fetch_add(1, Ordering::SeqCst);
            }
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.talk(stream).await });
            }
        });
        Ok(Self { provider, base, seen, elsewhere })
    }

    /// Every request that came, in order.
    pub(crate) fn seen(&self) -> Vec<Asked> {
        self.seen.lock().expect("no panic while it is held").clone()
    }

    /// How many connections somebody else got.
    pub(crate) fn connections_elsewhere(&self) -> usize {
        self.elsewhere.load(Ordering::SeqCst)
    }

    /// How many resources the provider holds.
    pub(crate) fn stored(&self) -> u64 {
        let count = |kind: &str| {
            let request = http::Request::get(format!("{BASE_PATH}/{kind}?count=0"))
                .header("authorization", format!("Bearer {TOKEN}"))
                .body(Vec::new())
                .expect("a request");
            let body: Value = serde_json::from_slice(self.provider.handle(request).body()).expect("JSON");
            body["totalResults"].as_u64().expect("a list")
        };
        count("Users") + count("Groups")
    }
}

#[derive(Clone)]
struct Serving {
    provider: Arc<Provider>,
    seen: Arc<Mutex<Vec<Asked>>>,
    spoilt: Arc<AtomicUsize>,
    spoil: Spoil,
    at_accept: Option<fn() -> Sent>,
    host: String,
    elsewhere: String,
}

impl Serving {
    /// Answers the requests of one connection. What goes wrong with the connection ends it.
    async fn talk(&self, mut stream: TcpStream) {
        if let Some(attack) = self.at_accept
            && !send(&mut stream, attack()).await
        {
            return;
        }
        let mut buffer = Vec::new();
        while let Some(mut asked) = self.read(&mut stream, &mut buffer).await {
            let spoils = (self.spoil.place)(&asked);
            if spoils {
                asked.nth = self.spoilt.fetch_add(1, Ordering::SeqCst) + 1;
            }
            self.seen.lock().expect("no panic while it is held").push(asked.clone());
            let goes_on = if spoils {
                let answer = if self.spoil.reaches_provider { self.ask(&asked).await } else { nothing() };
                send(&mut stream, (self.spoil.attack)(&asked, answer)).await
            } else {
                send(&mut stream, self.ask(&asked).await.into()).await
            };
            if !goes_on {
                return;
            }
        }
    }

    /// One request, with what was read too far left in `buffer`.
    async fn read(&self, stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Asked> {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            if stream.read_buf(buffer).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        buffer.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, raw) = (words.next()?.to_owned(), words.next()?.to_owned());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .map_or(0, |(_, value)| value.parse::<usize>().unwrap_or(0));
        while buffer.len() < length {
            if stream.read_buf(buffer).await.ok()? == 0 {
                return None;
            }
        }
        let body = buffer.drain(..length).collect();
        let path = raw.split('?').next().unwrap_or_default();
        let path = path.strip_prefix(BASE_PATH).unwrap_or(path).to_owned();
        Some(Asked {
            method,
            path,
            raw,
            headers,
            body,
            host: self.host.clone(),
            elsewhere: self.elsewhere.clone(),
            nth: 0,
        })
    }

    async fn ask(&self, asked: &Asked) -> Answer {
        let prefix = self.spoil.prefix;
        let uri = asked.raw.replace(&ids::percent(prefix), "");
        let mut request = http::Request::builder().method(asked.method.as_str()).uri(uri);
        for (name, value) in &asked.headers {
            request = request.header(name, value);
        }
        let Ok(request) = request.body(asked.body.clone()) else { return nothing().with_status("400 Bad Request") };
        let provider = Arc::clone(&self.provider);
        let response = tokio::task::spawn_blocking(move || provider.handle(request)).await.expect("no panic");
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let answer = Answer {
            status: response.status().to_string(),
            headers: response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: response.into_body(),
        };
        if prefix.is_empty() { answer } else { ids::renamed(answer, prefix) }
    }
}

fn nothing() -> Answer {
    Answer { status: "200 OK".to_owned(), headers: Vec::new(), body: Vec::new() }
}

/// Whether the connection goes on.
async fn send(stream: &mut TcpStream, sent: Sent) -> bool {
    match sent {
        Sent::Bytes(bytes) => stream.write_all(&bytes).await.is_ok(),
        Sent::Last(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            false
        }
        Sent::Stuck(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // Until the client gives up.
            while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
            false
        }
        Sent::Again(head, chunk, times, pause) => {
            if stream.write_all(&head).await.is_err() {
                return false;
            }
            for _ in 0..times {
                if stream.write_all(&chunk).await.is_err() {
                    return false;
                }
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
            true
        }
        Sent::Slowly(bytes) => {
            let _ = stream.set_nodelay(true);
            for byte in bytes {
                if stream.write_all(&[byte]).await.is_err() {
                    return false;
                }
            }
            true
        }
        Sent::Reset => {
            let _ = stream.set_zero_linger();
            false
        }
    }
}
