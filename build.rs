//! Lists the suite files, so that they can be embedded in the binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut names = Vec::new();
    collect(&root.join("suites"), &root, &mut names);
    names.sort();
    let mut out = String::from("&[\n");
    for name in names {
        writeln!(out, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{name}\"))),")
            .expect("a string takes all text");
    }
    out.push_str("]\n");
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("suites.rs");
    fs::write(target, out).expect("the output folder can be written");
    println!("cargo::rerun-if-changed=suites");
}

/// The suites lie one folder deep; requirements, shapes and rulings are listed where they are read.
fn collect(folder: &Path, root: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("suites is a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("requirements") && !path.ends_with("shapes") {
                println!("cargo::rerun-if-changed={}", path.display());
                collect(&path, root, names);
            }
        } else if path.extension().is_some_and(|ending| ending == "yaml") && !path.ends_with("rulings.yaml") {
            let relative = path.strip_prefix(root).expect("it is below the root");
            names.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}
