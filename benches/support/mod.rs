//! What the benches of whole runs share: a server in a process of its own, and figures in one line.
#![allow(dead_code, reason = "each bench uses a part of it")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The binary that is measured.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_scimspec");

/// A server that is measured against: the reference provider in a process of its own, or the one that
/// `SCIMSPEC_BENCH_URL` and `SCIMSPEC_BENCH_TOKEN` name.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) token: String,
    child: Option<Child>,
}

impl Server {
    pub(crate) fn start() -> Self {
        if let Ok(url) = std::env::var("SCIMSPEC_BENCH_URL") {
            let token = std::env::var("SCIMSPEC_BENCH_TOKEN").unwrap_or_default();
            return Self { url, token, child: None };
        }
        let token = "bench-token-bench-token".to_owned();
        let mut child = Command::new(BINARY)
            .args(["serve", "--token", &token])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the reference provider starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let url = line.trim().strip_prefix("listening on ").expect("its first line is the URL").to_owned();
        Self { url, token, child: Some(child) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Smallest, middle and largest of some figures.
pub(crate) fn spread(figures: &[f64]) -> (f64, f64, f64) {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    (sorted[0], sorted[sorted.len() / 2], sorted[sorted.len() - 1])
}

pub(crate) fn milliseconds(times: &[Duration]) -> Vec<f64> {
    times.iter().map(|time| time.as_secs_f64() * 1000.0).collect()
}

/// One figure as a line: its name, then minimum, median and maximum.
pub(crate) fn show(name: &str, figures: &[f64], unit: &str) {
    let (low, middle, high) = spread(figures);
    println!("{name:<34} {middle:>9.2} {unit:<3} (min {low:.2}, max {high:.2}, {} times)", figures.len());
}

/// A number from the environment.
pub(crate) fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}
