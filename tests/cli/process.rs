//! Real processes: a command that runs to its end, and a provider that serves while a test lasts.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The program under test.
const BINARY: &str = env!("CARGO_BIN_EXE_scimspec");

/// One run of the program, in an empty folder of its own and without environment variables.
pub(crate) struct Scimspec {
    command: assert_cmd::Command,
    folder: TempDir,
}

/// What a run said.
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    folder: TempDir,
}

impl Scimspec {
    /// Arguments as a shell would split them at spaces.
    pub(crate) fn with(arguments: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = assert_cmd::Command::new(BINARY);
        command.env_clear().current_dir(folder.path()).args(arguments.split_whitespace());
        Self { command, folder }
    }

    /// One more argument, spaces kept.
    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// A file in the folder of the run.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
        self
    }

    /// Runs, and holds the exit code against `code`.
    #[track_caller]
    pub(crate) fn exits(mut self, code: i32) -> Said {
        let output = self.output();
        self.said(output, code)
    }

    /// The same for a run that loads a target: a machine that is too busy to do so tells that (3), and is asked again.
    #[track_caller]
    pub(crate) fn exits_once_there_is_time(mut self, code: i32) -> Said {
        let mut output = self.output();
        for _ in 0..5 {
            if output.status.code() != Some(3) {
                break;
            }
            output = self.output();
        }
        self.said(output, code)
    }

    fn output(&mut self) -> std::process::Output {
        self.command.timeout(std::time::Duration::from_secs(120)).output().expect("the program runs")
    }

    #[track_caller]
    fn said(self, output: std::process::Output, code: i32) -> Said {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        let said = Said { stdout: text(output.stdout), stderr: text(output.stderr), folder: self.folder };
        assert_eq!(output.status.code(), Some(code), "stdout:\n{}\nstderr:\n{}", said.stdout, said.stderr);
        said
    }
}

impl Said {
    /// A file that the run wrote, or that was put there.
    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Every file in the folder of the run, with its content.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let (mut folders, mut found) = (vec![self.folder.path().to_owned()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder").flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    let bytes = fs::read(entry.path()).expect("a file");
                    let name = entry.path().strip_prefix(self.folder.path()).expect("inside").display().to_string();
                    found.push((name, String::from_utf8_lossy(&bytes).into_owned()));
                }
            }
        }
        found
    }

    /// Holds that one line on stderr, and nothing on stdout, says each of `parts`.
    #[track_caller]
    pub(crate) fn is_one_message(&self, parts: &[&str]) {
        assert_eq!(self.stdout, "");
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        self.complains(parts);
    }

    /// Holds that stderr says each of `parts`.
    #[track_caller]
    pub(crate) fn complains(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.stderr.contains(part), "`{part}` is not in\n{}", self.stderr);
        }
    }

    /// Holds that stdout says each of `parts`.
    #[track_caller]
    pub(crate) fn prints(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.stdout.contains(part), "`{part}` is not in\n{}", self.stdout);
        }
    }
}

/// A file of this repository.
pub(crate) fn repository(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

/// `scimspec serve`, ended when dropped.
pub(crate) struct Serving {
    child: Child,
    /// Its first two lines.
    pub(crate) lines: [String; 2],
}

impl Serving {
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .env_clear()
            .arg("serve")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let mut line = || output.next().expect("serve prints two lines").expect("a text");
        let lines = [line(), line()];
        Self { child, lines }
    }

    pub(crate) fn url(&self) -> &str {
        self.lines[0].strip_prefix("listening on ").expect("the first line has the URL")
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> std::net::SocketAddr {
        let rest = self.url().strip_prefix("http://").expect("http");
        rest.split('/').next().unwrap_or_default().parse().expect("an address")
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn token(&self) -> &str {
        self.lines[1].strip_prefix("token ").expect("the second line has the token")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
