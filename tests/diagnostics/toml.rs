//! Broken baseline and configuration files, each beside the message that its author sees.

use std::fs;
use std::path::{Path, PathBuf};

use scimspec::target::Config;
use scimspec::target::config::Baseline;

use super::{bind, is_placed};

/// The files of one folder with their messages.
fn broken(folder: &str, said: impl Fn(&str, &str) -> Result<(), String>) -> Vec<(String, String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(path).expect("a folder").flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("a text");
        let error = said(&format!("{name}.toml"), &text).expect_err(&name);
        (name, text, error)
    };
    paths.iter().map(read).collect()
}

fn baselines() -> Vec<(String, String, String)> {
    broken("baselines", |name, text| Baseline::parse(name, text).map(|_| ()).map_err(|error| error.to_string()))
}

fn configs() -> Vec<(String, String, String)> {
    broken("configs", |name, text| Config::parse(name, text).map(|_| ()).map_err(|error| error.to_string()))
}

#[test]
fn each_broken_baseline_has_its_message() {
    for (name, _, message) in baselines() {
        bind(&format!("baselines/{name}"), &message);
    }
}

#[test]
fn each_broken_configuration_has_its_message() {
    for (name, _, message) in configs() {
        bind(&format!("configs/{name}"), &message);
    }
}

#[test]
fn each_message_says_where_what_was_expected_and_what_to_do() {
    let (baselines, configs) = (baselines(), configs());
    assert!(baselines.len() >= 40 && configs.len() >= 25, "{} and {}", baselines.len(), configs.len());
    for (name, text, message) in baselines.iter().chain(&configs) {
        is_placed(&format!("{name}.toml"), text, message);
        assert!(message.contains("expected") || message.contains("missing") || message.contains("nest"), "{message}");
        assert!(!message.contains("sesame"), "a credential is in the message: {message}");
    }
}
