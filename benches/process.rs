//! The binary as a whole process: time from its start to its first request, peak memory and wall time of a run.
//!
//! `cargo bench --bench process`; `SCIMSPEC_BENCH_URL` and `SCIMSPEC_BENCH_TOKEN` name another target than the reference
//! provider. Peak memory is read from the system while the process runs, where the system tells it.

#[path = "support/mod.rs"]
mod support;

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{BINARY, Server, milliseconds, setting, show};

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let times = setting("SCIMSPEC_BENCH_PAIRS", 11);
    show("start to first request", &milliseconds(&(0..times * 2).map(|_| start_up()).collect::<Vec<_>>()), "ms");
    let server = Server::start();
    let runs: Vec<(Duration, Option<f64>)> = (0..times).map(|_| run(&server)).collect();
    show("scimspec run", &milliseconds(&runs.iter().map(|(time, _)| *time).collect::<Vec<_>>()), "ms");
    let peaks: Vec<f64> = runs.iter().filter_map(|(_, peak)| *peak).collect();
    if peaks.is_empty() {
        println!("peak memory: this system does not tell");
    } else {
        show("peak memory", &peaks, "MiB");
    }
}

/// From the start of the process until it connects to its target.
fn start_up() -> Duration {
    let target = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let url = format!("http://{}/scim/v2", target.local_addr().expect("its address"));
    let start = Instant::now();
    let mut child = Command::new(BINARY)
        .args(["run", "--url", &url])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let connection = target.accept().expect("a connection");
    let taken = start.elapsed();
    let _ = child.kill();
    let _ = child.wait();
    drop(connection);
    taken
}

/// A whole run with a JSON and an HTML report; gives its time and its peak memory in MiB.
fn run(server: &Server) -> (Duration, Option<f64>) {
    let folder = tempfile::tempdir().expect("a folder");
    let report = |format: &str| format!("{format}={}", folder.path().join(format).display());
    let start = Instant::now();
    let mut child = Command::new(BINARY)
        .current_dir(folder.path())
        .args(["run", "--url", &server.url, "--jobs", "8", "--seed", "1"])
        .args(["--report", &report("json"), "--report", &report("html")])
        .env("SCIMSPEC_TOKEN", &server.token)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut peak = None;
    while child.try_wait().expect("a child of ours").is_none() {
        peak = peak_memory(child.id()).or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    let taken = start.elapsed();
    assert!(folder.path().join("json").is_file(), "the run wrote no report");
    (taken, peak)
}

/// The most memory that a running process has held, in MiB.
fn peak_memory(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kib| kib / 1024.0)
}
