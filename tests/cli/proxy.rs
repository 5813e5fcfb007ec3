//! A door in front of a provider: sees each request, and does with it what a test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// It came and was not passed on yet.
    Before,
    /// The provider has done it, and the answer was not passed back yet.
    After,
}

/// What is done with a request.
pub(crate) enum Do {
    /// It goes on.
    Pass,
    /// It is never answered.
    Hang,
    /// This is the answer, and the provider never sees the request.
    Answer(&'static str),
}

/// A request as it passes.
pub(crate) struct Passing<'a> {
    /// Method and path.
    pub(crate) line: &'a str,
    /// Head and body.
    pub(crate) whole: &'a [u8],
}

/// Is called with the number of the POST or PUT, from 1, or 0 for other requests, and the request.
pub(crate) type Hook = Box<dyn Fn(usize, At, &Passing<'_>) -> Do + Send + Sync>;

/// A proxy that lives as long as the process of the tests.
pub(crate) struct Proxy {
    pub(crate) url: String,
    door: Arc<Door>,
}

struct Door {
    provider: String,
    writes: AtomicUsize,
    hook: Mutex<Arc<Hook>>,
}

impl Proxy {
    /// A proxy in front of the base URL of a provider, which passes everything on.
    pub(crate) fn of(provider: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let authority = provider.strip_prefix("http://").and_then(|rest| rest.split('/').next()).expect("a URL");
        let door = Arc::new(Door {
            provider: authority.to_owned(),
            writes: AtomicUsize::new(0),
            hook: Mutex::new(Arc::new(Box::new(|_, _, _| Do::Pass))),
        });
        let shared = Arc::clone(&door);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let door = Arc::clone(&shared);
                thread::spawn(move || door.serve(client));
            }
        });
        Self { url: format!("http://{address}/scim/v2"), door }
    }

    /// Counts from the start again, with another hook.
    pub(crate) fn on_request(&self, hook: impl Fn(usize, At, &Passing<'_>) -> Do + Send + Sync + 'static) {
        *self.door.hook.lock().expect("no panic") = Arc::new(Box::new(hook));
        self.door.writes.store(0, Ordering::SeqCst);
    }

    pub(crate) fn pass_all(&self) {
        self.on_request(|_, _, _| Do::Pass);
    }
}

impl Door {
    /// Serves a connection to its end; whoever closes it first ends it.
    fn serve(&self, client: TcpStream) -> Option<()> {
        let mut answers = client.try_clone().ok()?;
        let mut requests = BufReader::new(client);
        let provider = TcpStream::connect(&self.provider).ok()?;
        let mut to_provider = provider.try_clone().ok()?;
        let mut from_provider = BufReader::new(provider);
        loop {
            let request = message(&mut requests, false)?;
            let line = String::from_utf8_lossy(request.split(|b| *b == b'\r').next()?).into_owned();
            let is_write = line.starts_with("PUT ") || (line.starts_with("POST ") && !line.contains("/.search"));
            let number = if is_write { self.writes.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
            let hook = Arc::clone(&self.hook.lock().expect("no panic"));
            let passing = Passing { line: &line, whole: &request };
            match hook(number, At::Before, &passing) {
                Do::Pass => {}
                Do::Hang => loop {
                    thread::park();
                },
                Do::Answer(answer) => {
                    answers.write_all(answer.as_bytes()).ok()?;
                    continue;
                }
            }
            to_provider.write_all(&request).ok()?;
            let answer = message(&mut from_provider, line.starts_with("HEAD "))?;
            if matches!(hook(number, At::After, &passing), Do::Hang) {
                loop {
                    thread::park();
                }
            }
            answers.write_all(&answer).ok()?;
        }
    }
}

/// One HTTP message, head and body.
fn message(stream: &mut BufReader<TcpStream>, head_only: bool) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        bytes.extend_from_slice(&line);
        let text = String::from_utf8_lossy(&line).to_ascii_lowercase();
        if let Some(value) = text.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if text.trim().is_empty() {
            break;
        }
    }
    if !head_only {
        let start = bytes.len();
        bytes.resize(start + length, 0);
        stream.read_exact(&mut bytes[start..]).ok()?;
    }
    Some(bytes)
}
