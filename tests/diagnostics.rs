//! Broken files of every kind that the program reads, each beside the message that its author sees: suites here,
//! baselines and configurations in `diagnostics/toml.rs`, reports in `diagnostics/reports.rs`.
//!
//! `INSTA_UPDATE=always cargo test --test diagnostics` writes the messages anew; read the difference before it is
//! committed.

#[path = "diagnostics/reports.rs"]
mod reports;
#[path = "diagnostics/toml.rs"]
mod toml;

use std::fs;
use std::path::{Path, PathBuf};

use scimspec::requirement::Catalogue;
use scimspec::suite::{self, Source, SuiteError};

/// Name and text of the broken files, sorted by name.
fn broken_files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let entries = fs::read_dir(folder).expect("the folder is there").flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("a text"))
        })
        .collect()
}

fn mistakes(name: &str, text: &str) -> Vec<SuiteError> {
    let source = Source { name: format!("{name}.yaml"), text: text.to_owned() };
    suite::load(vec![source], Catalogue::embedded()).err().map(|errors| errors.0).unwrap_or_default()
}

fn rendered(mistakes: &[SuiteError]) -> String {
    mistakes.iter().map(|error| error.render(false)).collect::<Vec<_>>().join("\n\n")
}

/// Holds a message against the snapshot of this name in `tests/diagnostics`.
fn bind(name: &str, message: &str) {
    let mut settings = insta::Settings::clone_current();
    let (folder, name) = name.rsplit_once('/').map_or(("diagnostics".into(), name), |(folder, name)| {
        (format!("{}/tests/diagnostics/{folder}", env!("CARGO_MANIFEST_DIR")), name)
    });
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), message));
}

/// Holds that a message of one line begins with a place that is in the file, says what to do, and cannot disturb a
/// terminal.
fn is_placed(file: &str, text: &str, message: &str) {
    let rest = message.strip_prefix(&format!("{file}:")).unwrap_or_else(|| panic!("{message}"));
    let mut parts = rest.splitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.parse::<usize>().ok()).unwrap_or_else(|| panic!("{message}"));
    let (line, column) = (number(), number());
    // The end of a file that ends with a line break is on a line of its own.
    assert!(line >= 1 && line <= text.matches('\n').count() + 1, "{message}");
    let width = text.split('\n').nth(line - 1).map_or(0, str::len);
    assert!(column >= 1 && column <= width + 1, "{message}");
    let said = parts.next().unwrap_or_default();
    assert!([";", "?", ": give", ": read"].iter().any(|advice| said.contains(advice)), "no advice: {message}");
    assert!(message.lines().count() == 1 && message.chars().count() < 600, "{message}");
    assert!(!message.contains(char::is_control) && !message.ends_with('.'), "{message}");
}

#[test]
fn each_mistake_has_its_message() {
    for (name, text) in broken_files() {
        bind(&name, &rendered(&mistakes(&name, &text)));
    }
}

#[test]
fn each_message_says_where_and_what() {
    let files = broken_files();
    assert!(files.len() >= 150, "{} files", files.len());
    for (name, text) in files {
        let found = mistakes(&name, &text);
        assert!(!found.is_empty(), "{name}.yaml has a mistake that nobody sees");
        for error in &found {
            let (line, column) = (error.at.line, error.at.column);
            assert!(line >= 1 && column >= 1 && line <= text.lines().count().max(1), "{name}: {line}:{column}");
            assert!(error.render(false).contains(&format!("{name}.yaml:{line}:{column}")), "{}", error.render(false));
            assert!(!error.message.ends_with('.') && !error.label.is_empty(), "{name}: {error}");
            assert!(!error.message.starts_with(char::is_uppercase), "{name}: {error}");
        }
    }
}

/// A file whose name does not say `many` shows one kind of mistake, so one slip does not draw a tail of messages.
#[test]
fn one_slip_gives_one_message() {
    // Two rows or two keys with the same slip, and a name that is not there because its `given` is empty.
    let twice = ["from-a-row-text", "nothing-behind-a-key", "row-value-of-the-wrong-type"];
    for (name, text) in broken_files() {
        let count = mistakes(&name, &text).len();
        let may_be_more = name.starts_with("many-") || name.starts_with("true-and-false") || twice.contains(&&*name);
        assert!(count == 1 || may_be_more, "{name}: {}", rendered(&mistakes(&name, &text)));
    }
}

#[test]
fn all_mistakes_of_all_files_are_there_at_once() {
    let files = broken_files();
    let alone: usize = files.iter().map(|(name, text)| mistakes(name, text).len()).sum();
    let sources = files.iter().map(|(name, text)| Source {
        name: format!("{name}.yaml"),
        // Cases of different files may not share ids.
        text: text.replacen("suite: users/", &format!("suite: users-{name}/"), 1),
    });
    let together = suite::load(sources.collect(), Catalogue::embedded()).expect_err("they are broken").0.len();
    assert!(together >= alone, "{together} together, {alone} one by one");
}

/// Whatever is cut off or out of a sound file, the loader answers and its messages can be shown.
#[test]
fn no_text_brings_the_loader_down() {
    let load = |text: String| {
        for error in mistakes("damaged", &text) {
            assert!(!error.render(true).is_empty());
        }
    };
    for source in suite::embedded().iter().step_by(3) {
        let lines: Vec<&str> = source.text.lines().collect();
        for index in (0..lines.len()).step_by(2) {
            let mut without = lines.clone();
            without.remove(index);
            load(without.join("\r\n"));
            let line = lines[index];
            let middle = line.char_indices().nth(line.chars().count() / 2).map_or(0, |c| c.0);
            without.insert(index, &line[..middle]);
            load(without.join("\n"));
        }
    }
    for (_, text) in broken_files() {
        for (end, _) in text.char_indices().step_by(7) {
            load(text[..end].to_owned());
        }
        load(text.replace('a', "ä").replace(": ", ": \u{feff}"));
        load(text.replace('[', "[[").replace("${", "${${"));
        load(text.replace("User", "*x").replace("title", "&x title"));
    }
}

/// On a stack of half the usual size, so that there is room to spare.
#[test]
fn hostile_texts_are_refused_in_time() {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(refuse_hostile_texts);
    thread.expect("a thread starts").join().expect("each text is refused");
}

fn refuse_hostile_texts() {
    let bomb = (0..40).fold("a0: &a0 x\n".to_owned(), |text, n| {
        text + &format!("a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}]\n", n + 1, n + 1)
    });
    for (name, text) in [
        ("brackets", "[".repeat(100_000)),
        ("braces", "{a: ".repeat(100_000)),
        ("dashes", "- ".repeat(50_000)),
        ("aliases", bomb),
        ("a long line", format!("suite: {}", "x".repeat(5_000_000))),
        ("a nul", "suite: \0\n".to_owned()),
        ("holes", format!("suite: a\ntitle: \"{}\"\n", "${".repeat(100_000))),
        (
            "brackets in a filter",
            format!(
                "suite: a\ntitle: b\ncases: [{{ steps: [{{ list: User, filter: '{}' }}] }}]\n",
                "(".repeat(100_000)
            ),
        ),
    ] {
        let start = std::time::Instant::now();
        let found = mistakes(name, &text);
        assert!(!found.is_empty(), "{name} was let through");
        assert!(start.elapsed().as_secs() < 10, "{name} took {:?}", start.elapsed());
    }
}
