//! The `scimspec` command.

fn main() {}
