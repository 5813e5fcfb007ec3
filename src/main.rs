//! The `scimspec` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    scimspec::cli::main()
}
