//! The real program against hostile targets: its peak memory, its exit code, and what it writes.

use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};

use super::answer::{Answer, Asked, Sent};
use super::behaviour::Expect::Legal;
use super::behaviour::{Behaviour, at};
use super::bodies::poison;
use super::target::{Hostile, TOKEN};

/// Most memory that a run may take: each of four lanes holds 32 MiB of bodies, for a moment as bytes, as they come, and
/// as values; the rest takes little.
const MOST_MEMORY: u64 = 4 * 3 * 32 * 1024 * 1024;
/// Longest that it may take.
const BOUND: Duration = Duration::from_secs(120);

/// What a run of the program came to.
struct Ran {
    code: Option<i32>,
    peak: u64,
    stdout: String,
    stderr: String,
}

pub(crate) fn trials() -> Vec<Trial> {
    let read = |name, attack: fn(&Asked, Answer) -> Sent| Behaviour::new(name, at::reads, attack, Legal, "");
    let users = |name, attack: fn(&Asked, Answer) -> Sent| Behaviour::new(name, at::users, attack, Legal, "");
    let table: [(Behaviour, &[i32], &str); 8] = [
        (
            read("body-of-200-megabytes", |_, a| Sent::Again(a.head(""), vec![b' '; 1 << 20], 200, Duration::ZERO)),
            &[3],
            "larger than 16 MiB",
        ),
        (users("sixteen-megabytes-for-everything", |_, a| a.with_body(TEXT.as_str()).into()), &[1, 3], "32 MiB"),
        (users("sixteen-megabytes-of-numbers", |_, a| a.with_body(NUMBERS.as_str()).into()), &[3], "32 MiB together"),
        (users("list-of-objects", |_, a| a.with_body(OBJECTS.as_str()).into()), &[1], "NOT CONFORMANT"),
        (
            read("headers-without-end", |_, a| {
                Sent::Again(a.head("")[..20].to_vec(), b"x: y\r\n".repeat(1_000), 100_000, Duration::ZERO)
            }),
            &[3],
            "headers",
        ),
        (
            read("compression-bomb", |_, a| {
                a.with_header("Content-Encoding", "gzip").with_body(vec![0x1f; 8 << 20]).into()
            }),
            &[3],
            "gzip",
        ),
        (
            users("endless-lists", |_, a| {
                let mut list = a.json();
                list["totalResults"] = 9_000_000.into();
                a.with_body(list.to_string()).into()
            }),
            &[1],
            "NOT CONFORMANT",
        ),
        (
            users("injection-in-every-string", |_, a| {
                let mut body = a.json();
                poison(&mut body, "");
                a.with_body(body.to_string()).into()
            }),
            &[1],
            "NOT CONFORMANT",
        ),
    ];
    table
        .into_iter()
        .map(|(behaviour, codes, says)| {
            Trial::test(format!("process/{}", behaviour.name), move || hold(&behaviour, codes, says))
        })
        .collect()
}

/// An object of 15 MiB, most of them one string.
static TEXT: LazyLock<String> =
    LazyLock::new(|| format!("{{\"schemas\":[],\"id\":\"x\",\"displayName\":\"{}\"}}", "x".repeat(15 << 20)));
/// An array of 15 MiB, which would take a gigabyte as values in memory.
static NUMBERS: LazyLock<String> = LazyLock::new(|| format!("[{}0]", "0,".repeat(15 << 19)));
/// A list of small objects.
static OBJECTS: LazyLock<String> =
    LazyLock::new(|| format!("{{\"id\":\"x\",\"Resources\":[{}{{}}]}}", "{\"id\":1},".repeat(30_000)));

fn hold(behaviour: &Behaviour, codes: &[i32], says: &str) -> Result<(), Failed> {
    let ran = run(behaviour)?;
    let mut wrong = Vec::new();
    if !ran.code.is_some_and(|code| codes.contains(&code)) {
        wrong.push(format!("exit code {:?}", ran.code));
    }
    if ran.peak > MOST_MEMORY {
        wrong.push(format!("its peak was {} MiB", ran.peak >> 20));
    }
    let said = format!("{}{}", ran.stdout, ran.stderr);
    if !said.contains(says) {
        wrong.push(format!("`{says}` is not said"));
    }
    for part in ["\u{1b}", "\u{9b}", "\u{202e}", "\n::error", "defect in scimspec", "panicked", TOKEN] {
        if said.contains(part) {
            wrong.push(format!("it says {part:?}"));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{}\n{}", wrong.join("\n"), said.chars().take(3_000).collect::<String>()).into())
    }
}

/// Runs the program, and looks at its memory until it ends.
fn run(behaviour: &Behaviour) -> Result<Ran, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let target = runtime.block_on(Hostile::start(behaviour.spoil, behaviour.at_accept))?;
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimspec"));
    command.env_clear().current_dir(folder.path());
    command.args(["run", "users/retrieve", "pagination/walk", "--timeout", "20", "--url", &target.base]);
    command.env("SCIMSPEC_TOKEN", TOKEN);
    for format in ["html", "json", "junit", "markdown", "ndjson", "github"] {
        command.arg("--report").arg(format!("{format}=r.{format}"));
    }
    let (out, err) = (folder.path().join("stdout"), folder.path().join("stderr"));
    command.stdin(Stdio::null()).stdout(std::fs::File::create(&out)?).stderr(std::fs::File::create(&err)?);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let mut peak = 0;
    let status = loop {
        // The high-water mark only grows, so that what is missed is the growth of the last moment.
        peak = peak.max(high_water(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > BOUND {
            child.kill()?;
            child.wait()?;
            return Err(format!("it did not end within {BOUND:?}").into());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = |path| std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Ran { code: status.code(), peak, stdout: text(&out)?, stderr: text(&err)? })
}

/// Peak resident memory of a process in bytes; 0 where the system does not tell.
fn high_water(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}
