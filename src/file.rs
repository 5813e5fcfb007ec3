//! Files that a person or another program wrote, read as text: bounded in size, and with what to do when they cannot
//! be.

use std::io::Read;
use std::path::{Path, PathBuf};

/// A file or folder that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {cause}")]
pub struct Unreadable {
    /// Its path.
    pub path: String,
    /// Why, and what to do about it.
    pub cause: std::io::Error,
}

impl Unreadable {
    /// From the reason of the operating system, in words for people where they are known.
    pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        move |cause| {
            let words = match cause.kind() {
                Kind::NotFound => "there is no such file",
                Kind::PermissionDenied => "reading it is not allowed to this user; change its permissions or its owner",
                Kind::IsADirectory => "it is a folder, expected a file",
                _ => return Self { path: shown(path), cause },
            };
            Self { path: shown(path), cause: std::io::Error::new(cause.kind(), words) }
        }
    }

    fn because(path: &Path, cause: impl Into<String>) -> Self {
        let cause = std::io::Error::new(std::io::ErrorKind::InvalidData, cause.into());
        Self { path: shown(path), cause }
    }
}

/// Whether a character is invisible or changes how its neighbours are shown. Line feed and tab are not among them.
pub(crate) fn is_deceptive(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => c.is_control(),
    }
}

/// The path for a message: file names may hold anything but NUL.
pub(crate) fn shown(path: &Path) -> String {
    in_one_line(&path.display().to_string())
}

/// The text with the replacement character for each deceptive one.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|c| if is_deceptive(c) { '\u{fffd}' } else { c }).collect()
}

fn in_one_line(text: &str) -> String {
    harmless(text).replace(['\n', '\t'], " ")
}

/// The message of a reader in one harmless line: what it quotes out of the file may be long, and may hold what a
/// terminal obeys.
pub(crate) fn tamed(message: &str) -> String {
    let mut parts = message.splitn(3, '`');
    let message = match (parts.next(), parts.next(), parts.next()) {
        (Some(before), Some(quoted), Some(after)) if quoted.chars().nth(60).is_some() => {
            format!("{before}`{}…`{after}", quoted.chars().take(60).collect::<String>())
        }
        _ => message.to_owned(),
    };
    in_one_line(&message.chars().take(400).collect::<String>())
}

/// The text of a file of at most `limit` mebibytes; a byte order mark at its beginning is left out.
///
/// # Errors
/// The file cannot be read, is larger, or is no UTF-8; then with the line that it first fails in.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, Unreadable> {
    let most = limit * 1024 * 1024;
    let too_large =
        || Unreadable::because(path, format!("it is larger than {limit} MiB, more than such a file can be"));
    let file = std::fs::File::open(path).map_err(Unreadable::at(path))?;
    let length = file.metadata().map_err(Unreadable::at(path))?.len();
    if length > most {
        return Err(too_large());
    }
    // The length of a pipe is not known before it has been read.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(most + 1).read_to_end(&mut bytes).map_err(Unreadable::at(path))?;
    if bytes.len() as u64 > most {
        return Err(too_large());
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Unreadable::because(
            path,
            "line 1 begins a text in UTF-16, expected UTF-8; save the file as UTF-8 \
             (PowerShell: `Out-File -Encoding utf8` instead of `>`)",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..good];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column =
            before.iter().rev().take_while(|byte| **byte != b'\n').filter(|byte| begins_char(**byte)).count() + 1;
        let what = if before.contains(&0) || error.as_bytes().iter().take(1024).any(|byte| *byte == 0) {
            "is it a text file at all?"
        } else {
            "save the file as UTF-8"
        };
        Unreadable::because(path, format!("line {line}, column {column} holds bytes that are no UTF-8; {what}"))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Whether a byte of UTF-8 begins a character.
const fn begins_char(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// Line and column, both from 1, of a byte in a text.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or("").chars().count() + 1)
}

/// The files below a folder that `wanted` takes, sorted. A folder is entered once, however many links lead to it, and
/// not at all where `enter` says no.
///
/// # Errors
/// A folder cannot be read.
pub(crate) fn files_below(
    folder: &Path,
    enter: impl Fn(&Path) -> bool,
    wanted: impl Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, Unreadable> {
    let (mut paths, mut folders, mut entered) = (Vec::new(), vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        let real = std::fs::canonicalize(&folder).map_err(Unreadable::at(&folder))?;
        if entered.contains(&real) {
            continue;
        }
        entered.push(real);
        for entry in std::fs::read_dir(&folder).map_err(Unreadable::at(&folder))? {
            let path = entry.map_err(Unreadable::at(&folder))?.path();
            if path.is_dir() {
                if enter(&path) {
                    folders.push(path);
                }
            } else if wanted(&path) {
                // Opening a pipe would wait for somebody who writes into it.
                if path.exists() && !path.is_file() {
                    return Err(Unreadable::because(&path, "it is neither a file nor a folder; move it elsewhere"));
                }
                paths.push(path);
            }
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_characters() {
        assert_eq!(line_and_column("ä\nöü=", 7), (2, 3));
        assert_eq!(line_and_column("ä", 1), (1, 1));
        assert_eq!(line_and_column("a\n", 99), (2, 1));
    }

    #[test]
    fn what_is_quoted_is_short_and_harmless() {
        let said = tamed(&format!("unknown field `\u{1b}{}`, expected `a`", "x".repeat(100_000)));
        assert!(said.starts_with("unknown field `\u{fffd}xxx") && said.ends_with("x…`, expected `a`"), "{said}");
        assert_eq!(tamed("a\nb\u{202e}c"), "a b\u{fffd}c");
        assert!(tamed(&"ä".repeat(1000)).chars().count() == 400);
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read_text(&path, 1).map_err(|error| error.cause.to_string())
        };
        assert_eq!(read(b"\xef\xbb\xbfa\r\n"), Ok("a\r\n".to_owned()));
        assert!(read(b"a\n\xc3\xa4b\xff").is_err_and(|text| text.starts_with("line 2, column 3 holds bytes")));
        assert!(read(b"\xff\xfea\0").is_err_and(|text| text.contains("UTF-16")));
        assert!(read(b"\x7fELF\x00\xf0").is_err_and(|text| text.ends_with("is it a text file at all?")));
        assert!(read(&vec![b'x'; 1024 * 1024 + 1]).is_err_and(|text| text.contains("larger than 1 MiB")));
    }
}
