//! A source file as far as walls are concerned: which paths it names.

use std::fs;
use std::path::Path;

/// A file of `src`.
pub(crate) struct Source {
    /// `["suite", "node"]` for `suite/node.rs`.
    module: Vec<String>,
    /// Full paths of what is named, `crate` and crates in front, `super` resolved.
    paths: Vec<Vec<String>>,
}

/// The files below a folder, without `lib.rs` and `main.rs`, which are no modules.
pub(crate) fn below(root: &Path) -> Vec<Source> {
    let (mut folders, mut sources) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            let relative = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if relative.ends_with(".rs") && !["lib.rs", "main.rs"].contains(&relative.as_str()) {
                sources.push(Source::new(&relative, &fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    sources
}

impl Source {
    /// `path` is relative to `src`.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let module: Vec<String> = path.split('/').map(str::to_owned).collect();
        let paths = paths(&tokens(text), &module);
        Self { module, paths }
    }

    pub(crate) fn module(&self) -> String {
        self.module.join("::")
    }

    /// The module below the crate that the file belongs to.
    pub(crate) fn top(&self) -> &str {
        &self.module[0]
    }

    /// Whether the file is this module or inside of it.
    pub(crate) fn is_inside(&self, module: &str) -> bool {
        let wanted: Vec<&str> = module.split("::").collect();
        self.module.len() >= wanted.len() && self.module.iter().zip(&wanted).all(|(own, wanted)| own == wanted)
    }

    /// The top modules that the file names, each once.
    pub(crate) fn uses(&self) -> Vec<String> {
        let inner = self.paths.iter().filter(|path| path[0] == "crate").filter_map(|path| path.get(1).cloned());
        let mut used: Vec<String> = inner.collect();
        used.sort();
        used.dedup();
        used
    }

    /// Whether a path with these names beside each other is named.
    pub(crate) fn names(&self, wanted: &str) -> bool {
        let wanted: Vec<&str> = wanted.split("::").collect();
        self.paths.iter().any(|path| path.windows(wanted.len()).any(|part| part == wanted))
    }
}

/// Names, and punctuation one by one except for `::`. Comments and literals are left out.
fn tokens(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('\0');
    let (mut found, mut index) = (Vec::new(), 0);
    while index < letters.len() {
        match (at(index), at(index + 1)) {
            ('/', '/') => index = find(&letters, index, "\n"),
            ('/', '*') => index = behind_comment(&letters, index),
            ('"', _) => index = behind_string(&letters, index),
            // `'a'` and `'\n'` are characters, `'a` is a lifetime.
            ('\'', '\\') => index = find(&letters, index + 3, "'") + 1,
            ('\'', _) if at(index + 2) == '\'' => index += 3,
            ('r', '"' | '#') if raw_string(&letters, index).is_some() => {
                index = raw_string(&letters, index).unwrap_or(letters.len());
            }
            (':', ':') => {
                found.push("::".to_owned());
                index += 2;
            }
            (c, _) if c.is_alphanumeric() || c == '_' => {
                let name: String = letters[index..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
                index += name.chars().count();
                found.push(name);
            }
            (c, _) => {
                if !c.is_whitespace() {
                    found.push(c.to_string());
                }
                index += 1;
            }
        }
    }
    found
}

fn find(letters: &[char], from: usize, what: &str) -> usize {
    let what: Vec<char> = what.chars().collect();
    (from..letters.len()).find(|&index| letters[index..].starts_with(&what)).unwrap_or(letters.len())
}

fn behind_comment(letters: &[char], start: usize) -> usize {
    let (mut depth, mut index) = (0, start);
    while index < letters.len() {
        match letters[index..] {
            ['/', '*', ..] => (depth, index) = (depth + 1, index + 2),
            ['*', '/', ..] => (depth, index) = (depth - 1, index + 2),
            _ => index += 1,
        }
        if depth == 0 {
            break;
        }
    }
    index
}

fn behind_string(letters: &[char], start: usize) -> usize {
    let mut index = start + 1;
    while index < letters.len() && letters[index] != '"' {
        index += if letters[index] == '\\' { 2 } else { 1 };
    }
    index + 1
}

/// The index behind a raw string that begins at `start`; `None` where none begins.
fn raw_string(letters: &[char], start: usize) -> Option<usize> {
    let hashes = letters[start + 1..].iter().take_while(|c| **c == '#').count();
    if letters.get(start + 1 + hashes) != Some(&'"') {
        return None;
    }
    let end: String = std::iter::once('"').chain("#".repeat(hashes).chars()).collect();
    Some(find(letters, start + 2 + hashes, &end) + end.len())
}

/// The paths in a file: those that `use` names, and those in the code.
fn paths(tokens: &[String], module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    // Inline modules that are open, each with the depth of braces at which it ends.
    let mut inline: Vec<(String, usize)> = Vec::new();
    let (mut depth, mut index) = (0_usize, 0);
    while index < tokens.len() {
        match tokens[index].as_str() {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inline.retain(|(_, end)| *end < depth);
            }
            "mod" if tokens.get(index + 2).is_some_and(|token| token == "{") => {
                inline.push((tokens[index + 1].clone(), depth));
            }
            "use" => {
                let here: Vec<String> = module.iter().cloned().chain(inline.iter().map(|one| one.0.clone())).collect();
                let mut tree = Vec::new();
                index = read_tree(tokens, index + 1, &[], &mut tree);
                found.extend(tree.into_iter().map(|path| resolved(path, &here)));
                continue;
            }
            _ if is_name(&tokens[index]) && tokens.get(index + 1).is_some_and(|token| token == "::") => {
                let here: Vec<String> = module.iter().cloned().chain(inline.iter().map(|one| one.0.clone())).collect();
                let mut path = vec![tokens[index].clone()];
                while tokens.get(index + 1).is_some_and(|token| token == "::")
                    && tokens.get(index + 2).is_some_and(|token| is_name(token))
                {
                    path.push(tokens[index + 2].clone());
                    index += 2;
                }
                found.push(resolved(path, &here));
            }
            _ => {}
        }
        index += 1;
    }
    found
}

/// Reads a `use` tree that begins at `index`; gives the index behind it.
fn read_tree(tokens: &[String], mut index: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    while let Some(token) = tokens.get(index) {
        match token.as_str() {
            "::" => index += 1,
            "as" => index += 2,
            "{" => {
                index += 1;
                while tokens.get(index).is_some_and(|token| token != "}") {
                    index = read_tree(tokens, index, &path, found);
                    index += usize::from(tokens.get(index).is_some_and(|token| token == ","));
                }
                return index + 1;
            }
            ";" | "," | "}" => break,
            name => {
                path.push(name.to_owned());
                index += 1;
            }
        }
    }
    if path.len() > before.len() {
        found.push(path);
    }
    index
}

/// The path from the crate or from another crate; `here` is the module that it stands in.
fn resolved(path: Vec<String>, here: &[String]) -> Vec<String> {
    let supers = path.iter().take_while(|name| *name == "super").count();
    if supers == 0 {
        return path;
    }
    let kept = here.len().saturating_sub(supers);
    let from_crate = std::iter::once("crate".to_owned()).chain(here[..kept].iter().cloned());
    from_crate.chain(path.into_iter().skip(supers)).collect()
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
