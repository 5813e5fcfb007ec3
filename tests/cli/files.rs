//! Files that cannot be read as what they should be: one clear message, and nothing is sent.

use std::fs;
use std::path::Path;

use crate::process::{Scimspec, repository};
use crate::strangers::Doorbell;

const UTF_16: &[u8] = b"\xff\xfe{\0}\0";
const BINARY: &[u8] = b"\x7fELF\x02\x01\x01\x00\x00\xff\xfe";

/// Each command that reads a file, with `FILE` in the place of its name.
const READERS: [&str; 7] = [
    "render FILE",
    "diff FILE FILE",
    "baseline FILE",
    "run --baseline FILE",
    "run --config FILE",
    "check FILE",
    "run --suites FILE",
];

fn arguments(reader: &str) -> String {
    reader.replace("FILE", "f.yaml")
}

#[test]
fn a_file_that_is_not_there_or_is_no_file_is_named() {
    for reader in READERS {
        Scimspec::with(&arguments(reader)).exits(2).is_one_message(&["cannot read f.yaml: there is no such file"]);
    }
    for reader in READERS.iter().filter(|reader| !reader.contains("check") && !reader.contains("suites")) {
        let said = Scimspec::with(&arguments(reader)).file("f.yaml/inside", "").exits(2);
        said.is_one_message(&["cannot read f.yaml: it is a folder, expected a file"]);
    }
}

#[test]
fn a_text_in_another_encoding_is_named() {
    for reader in READERS.iter().filter(|reader| !reader.contains("suites")) {
        let said = Scimspec::with(&arguments(reader)).file("f.yaml", UTF_16).exits(2);
        said.is_one_message(&["cannot read f.yaml: line 1", "UTF-16", "save the file as UTF-8"]);
        let said = Scimspec::with(&arguments(reader)).file("f.yaml", b"title: caf\xe9\n").exits(2);
        said.is_one_message(&["cannot read f.yaml: line 1, column 11", "no UTF-8", "save the file as UTF-8"]);
        let said = Scimspec::with(&arguments(reader)).file("f.yaml", BINARY).exits(2);
        said.is_one_message(&["cannot read f.yaml: line 1, column", "is it a text file at all?"]);
    }
}

#[test]
fn a_file_beyond_all_bounds_is_not_read() {
    for (reader, limit) in
        [("render FILE", 512), ("diff FILE FILE", 512), ("run --baseline FILE", 4), ("check FILE", 2)]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("huge");
        // A hole takes no room on the disk.
        fs::File::create(&path).and_then(|file| file.set_len((limit + 1) << 20)).expect("a hole");
        let reader = reader.replace("FILE", &path.display().to_string());
        let said = Scimspec::with(&reader).exits(2);
        said.is_one_message(&["cannot read ", &format!("it is larger than {limit} MiB")]);
    }
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    let report = fs::read_to_string(repository("tests/diagnostics/reports/sound.json")).expect("it is there");
    Scimspec::with("render f.json").file("f.json", format!("\u{feff}{report}")).exits(0).prints(&["NOT CONFORMANT"]);
    let suite = fs::read_to_string(repository("suites/users/create.yaml")).expect("it is there");
    let suite = format!("\u{feff}{}", suite.replace('\n', "\r\n"));
    Scimspec::with("check f.yaml").file("f.yaml", suite).exits(0).prints(&["1 suite with", "no mistakes"]);
    let baseline = "\u{feff}waivers = []\r\n";
    Scimspec::with("run users/retrieve --baseline f.toml").file("f.toml", baseline).exits(0);
}

#[test]
fn what_is_no_report_is_refused_by_every_command_that_takes_one() {
    for reader in ["render FILE", "diff FILE FILE", "baseline FILE"] {
        let run = || Scimspec::with(&arguments(reader));
        run()
            .file("f.yaml", "<testsuites/>")
            .exits(2)
            .is_one_message(&["f.yaml:1:1: this is XML or HTML", "--report json=…"]);
        run()
            .file("f.yaml", "{\"format\": \"1.0\"")
            .exits(2)
            .is_one_message(&["f.yaml:1:16: the file ends in the middle"]);
        run()
            .file("f.yaml", "{\"format\": \"7.0\"}")
            .exits(2)
            .is_one_message(&["f.yaml:1:2: the report has format \"7.0\""]);
    }
}

#[test]
fn a_broken_baseline_sends_nothing() {
    let door = Doorbell::new();
    let run = |text: &str| {
        let run = Scimspec::with("run --baseline b.toml --url").arg(&door.url()).file("b.toml", text);
        run.exits(2)
    };
    run("").is_one_message(&["b.toml:1:1: there is no `[[waivers]]`"]);
    run("[[waivers]]\ncase = \"a/b\"\nreason = \"x\"\n").is_one_message(&["b.toml:1:1: the key `expires` is missing"]);
    assert!(!door.rang(), "a request was sent");
}

/// What `scimspec check own` says about a folder with these files.
fn check_own(files: &[(&str, &[u8])]) -> Scimspec {
    let mut run = Scimspec::with("check own");
    for (name, content) in files {
        run = run.file(&format!("own/{name}"), content);
    }
    run
}

#[test]
fn files_that_are_no_suites_are_shown_where_they_break() {
    for (content, parts) in [
        (&b"suite: a\n\ttitle: b\n"[..], &["a tab where spaces indent", "own/x.yaml:2:1"][..]),
        (b"", &["the file holds no suite", "own/x.yaml:1:1"]),
        (b"suite: a\ntitle: \"b\n", &["own/x.yaml:"]),
        (b"{ \"format\": \"1.0\", \"tool\": {} }", &["own/x.yaml:1:"]),
        (b"a: &a [x]\nb: [*a, *nobody]\n", &["an alias for an anchor that is not there", "own/x.yaml:2:9"]),
        (b"suite: \x1b[31m\n", &["own/x.yaml:1:"]),
    ] {
        let said = check_own(&[("x.yaml", content)]).exits(2);
        said.complains(parts);
        assert!(!said.stderr.contains('\u{1b}') && said.stdout.is_empty(), "{:?}", said.stderr);
    }
}

#[test]
fn hostile_suites_are_refused_in_time_and_in_few_words() {
    let bomb = (0..60).fold("a0: &a0 x\n".to_owned(), |text, n| {
        text + &format!("a{}: &a{} [*a{n}, *a{n}, *a{n}, *a{n}]\n", n + 1, n + 1)
    });
    let wide = format!("suite: a\ntitle: b\ncases: [{}]\n", "{},".repeat(100_000));
    for (name, text) in
        [("bomb", bomb), ("wide", wide), ("deep", "- ".repeat(500_000)), ("long", "x".repeat(2_000_000))]
    {
        let start = std::time::Instant::now();
        let said = check_own(&[("x.yaml", text.as_bytes())]).exits(2);
        assert!(start.elapsed().as_secs() < 20, "{name} took {:?}", start.elapsed());
        assert!(said.stderr.len() < 64 * 1024, "{name}: {} bytes of messages", said.stderr.len());
    }
    check_own(&[("x.yaml", &vec![b' '; 10 << 20])]).exits(2).is_one_message(&["own/x.yaml", "larger than 2 MiB"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// The folder `own` with one sound suite, and what `prepare` adds to it.
    fn own(prepare: impl Fn(&Path)) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("own");
        fs::create_dir(&own).expect("a folder");
        fs::copy(repository("suites/users/create.yaml"), own.join("create.yaml")).expect("a copy");
        prepare(&own);
        let name = own.display().to_string();
        (folder, name)
    }

    #[test]
    fn a_loop_of_links_is_walked_once() {
        let (_folder, own) = own(|own| {
            symlink(own, own.join("again")).expect("a link");
            symlink(own.parent().expect("a folder"), own.join("up")).expect("a link");
        });
        Scimspec::with("check").arg(&own).exits(0).prints(&["1 suite with"]);
    }

    #[test]
    fn a_link_to_nowhere_is_named() {
        let (_folder, own) = own(|own| symlink(own.join("nobody"), own.join("lost.yaml")).expect("a link"));
        let said = Scimspec::with("check").arg(&own).exits(2);
        said.is_one_message(&["own/lost.yaml: there is no such file"]);
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let (_folder, own) = own(|own| {
            let made = std::process::Command::new("mkfifo").arg(own.join("pipe.yaml")).status().expect("mkfifo runs");
            assert!(made.success());
        });
        let said = Scimspec::with("check").arg(&own).exits(2);
        said.is_one_message(&["own/pipe.yaml: it is neither a file nor a folder"]);
    }

    #[test]
    fn what_may_not_be_read_is_named() {
        let (_folder, own) = own(|own| {
            let path = own.join("secret.yaml");
            fs::write(&path, "suite: a\n").expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions");
        });
        let is_root = fs::read_to_string(Path::new(&own).join("secret.yaml")).is_ok();
        let said = Scimspec::with("check").arg(&own).exits(2);
        if is_root {
            // Whoever may read everything gets to the mistake in it.
            said.complains(&["own/secret.yaml:"]);
        } else {
            said.is_one_message(&["own/secret.yaml: reading it is not allowed"]);
        }
    }
}
