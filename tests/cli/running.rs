//! A run in a process of its own that a test interrupts, and a provider that it looks into.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::Serving;

/// The token of every provider here.
pub(crate) const TOKEN: &str = "t0ken-of-the-provider";

/// A process id that is known once the process was started.
#[derive(Clone, Default)]
pub(crate) struct Pid(Arc<OnceLock<u32>>);

impl Pid {
    pub(crate) fn is(&self, id: u32) {
        self.0.set(id).expect("one process for one id");
    }

    /// Sends a signal; waits for the process to be started.
    pub(crate) fn signal(&self, name: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let id = loop {
            match self.0.get() {
                Some(id) => break *id,
                None => assert!(Instant::now() < deadline, "the process was not started"),
            }
            std::thread::yield_now();
        };
        let status = Command::new("kill").args([format!("-{name}"), id.to_string()]).status();
        assert!(status.expect("there is a command kill").success(), "the process {id} is gone");
    }
}

/// The program, started in a folder and not waited for.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    pub(crate) fn start(folder: &Path, arguments: &str, pid: &Pid) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_scimspec"))
            .env_clear()
            .current_dir(folder)
            .args(arguments.split_whitespace())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        pid.is(child.id());
        Self { child }
    }

    /// Waits for its end. Gives the exit code, `None` after a signal, and what it said.
    pub(crate) fn ends(self) -> (Option<i32>, String, String) {
        let Output { status, stdout, stderr } = self.child.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        (status.code(), text(stdout), text(stderr))
    }
}

/// A reference provider with a user and a group of somebody else.
pub(crate) struct Provider {
    pub(crate) serving: Serving,
    before: Vec<Value>,
}

impl Provider {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(arguments: &[&str]) -> Self {
        let serving = Serving::with(&[&["--token", TOKEN], arguments].concat());
        let mut provider = Self { serving, before: Vec::new() };
        let user = provider.create("/Users", &json!({ "schemas": [USER], "userName": "bystander@example.com" }));
        let members = json!([{ "value": user["id"] }]);
        provider.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "bystanders", "members": members }));
        provider.before = provider.everything();
        assert_eq!(provider.before.len(), 2);
        provider
    }

    pub(crate) fn create(&self, path: &str, body: &Value) -> Value {
        let (status, made) = self.ask("POST", path, &body.to_string());
        assert_eq!(status, 201, "{made}");
        made
    }

    /// All users and groups.
    pub(crate) fn everything(&self) -> Vec<Value> {
        let of = |path: &str| {
            let (status, list) = self.ask("GET", path, "");
            assert_eq!(status, 200, "{list}");
            list["Resources"].as_array().cloned().unwrap_or_default()
        };
        [of("/Users?count=1000"), of("/Groups?count=1000")].concat()
    }

    /// Holds that the provider is as it was before anything was run.
    #[track_caller]
    pub(crate) fn is_as_before(&self, when: &str) {
        let now = self.everything();
        assert_eq!(now, self.before, "{when}: the provider was changed");
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let authority = self.serving.url().strip_prefix("http://").and_then(|rest| rest.split('/').next());
        let mut stream = TcpStream::connect(authority.expect("an address")).expect("it listens");
        let head = format!(
            "{method} /scim/v2{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("it takes a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP message");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, serde_json::from_str(body).unwrap_or_default())
    }
}

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// The ledgers in a folder.
pub(crate) fn ledgers(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder.join(".scimspec")) else { return Vec::new() };
    entries.map(|entry| entry.expect("it can be read").path()).collect()
}
