//! The command line: one file per command. Prints, and maps what happened to an exit code.

mod check;
mod cleanup;
mod exit;
mod explain;
mod list;
mod progress;
mod render;
mod run;
#[cfg(feature = "reference")]
mod serve;
mod suites;
mod target_args;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

pub use exit::Exit;

/// Test a SCIM 2.0 service provider and learn what to fix.
#[derive(Debug, Parser)]
#[command(
    name = "scimspec",
    version,
    about,
    long_about = "Test a SCIM 2.0 service provider the way its clients will use it, and learn what to fix.\n\n\
        Suites of requests are fired at the provider, its answers are judged by RFC 7643 and RFC 7644, and a report \
        names each requirement that is broken, with the exchange, a curl line and the command that re-runs the case.",
    after_long_help = "Examples:\n  \
        scimspec run                                         test the embedded reference provider\n  \
        scimspec run --url http://localhost:8080/scim/v2 --token secret --report html=report.html\n  \
        scimspec run --url … patch/ rfc7644/3.4.2.2          only PATCH and filters\n  \
        scimspec explain 7644-3.3-08                         what a requirement says and what judges it\n  \
        scimspec serve                                       a strict provider to develop a client against\n\n\
        Exit codes:\n  \
        0  conformant (warnings and notes allowed)\n  \
        1  at least one requirement is broken\n  \
        2  a mistake in the command, the configuration or a suite; nothing selected\n  \
        3  could not be judged: unreachable, credentials refused, blocked or errors without a failure"
)]
struct Args {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Test a provider and write reports
    Run(Box<run::RunArgs>),
    /// List cases, or the requirements that no case judges
    List(list::ListArgs),
    /// Explain a case, requirement, ruling, standing check, fault or variant
    Explain(explain::ExplainArgs),
    /// Check suite files for mistakes
    Check(check::CheckArgs),
    /// Remove what an interrupted run left behind
    Cleanup(Box<cleanup::CleanupArgs>),
    /// Write a saved JSON report in other formats
    Render(render::RenderArgs),
    /// Serve the reference provider, on request with faults or unusual but legal behaviour
    #[cfg(feature = "reference")]
    Serve(serve::ServeArgs),
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Conformant.into() };
        }
    };
    match args.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let outcome = match args.command {
        Command::Run(args) => run::run(&args),
        Command::List(args) => list::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Cleanup(args) => cleanup::run(&args),
        Command::Render(args) => render::run(&args),
        #[cfg(feature = "reference")]
        Command::Serve(args) => serve::run(&args),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            anstream::eprintln!("{}", failure.message.trim_end());
            failure.exit.into()
        }
    }
}

/// A command that could not do its work.
#[derive(Debug)]
struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// A mistake of the user.
    fn usage(message: impl std::fmt::Display) -> Self {
        Self { exit: Exit::Usage, message: labelled(&message.to_string()) }
    }

    /// Nothing could be judged.
    fn unjudged(message: impl std::fmt::Display) -> Self {
        Self { exit: Exit::NotJudged, message: labelled(&message.to_string()) }
    }
}

/// A line that nobody shall overlook.
fn warned(message: &str) -> String {
    let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Yellow.into()));
    format!("{style}warning{style:#}: {message}")
}

fn labelled(message: &str) -> String {
    let style = anstyle::Style::new().bold().fg_color(Some(anstyle::AnsiColor::Red.into()));
    format!("{style}error{style:#}: {message}")
}

/// Whether standard output or standard error takes colours.
fn has_color(stream: &impl anstream::stream::RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}
