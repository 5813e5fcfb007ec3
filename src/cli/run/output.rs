//! Where the reports of a run go: checked before the run, written whole after it.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::str::FromStr;

use crate::cli::Failure;
use crate::report::{Format, Report, terminal};

/// Where one report goes.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Output {
    pub(super) format: Format,
    pub(super) path: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write FORMAT=PATH, for example html=report.html")?;
        let format = format.parse::<Format>().map_err(|error| error.to_string())?;
        if path.is_empty() {
            return Err(format!("there is no path behind `{format}=`"));
        }
        Ok(Self { format, path: path.into() })
    }
}

/// A report that cannot be written shall not be noticed after the run.
pub(super) fn check_writable(output: &Output) -> Result<(), Failure> {
    let folder = output.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Failure::usage(format!(
            "cannot write {}: there is no folder {}",
            output.path.display(),
            folder.display()
        ))),
        _ if output.path.is_dir() => {
            Err(Failure::usage(format!("cannot write {}: it is a folder", output.path.display())))
        }
        _ => Ok(()),
    }
}

/// Writes each report whole, or not at all: it is put in place when it is complete.
pub(in crate::cli) fn write_reports(report: &Report, outputs: &[Output]) -> Result<(), Failure> {
    for output in outputs {
        let failed = |cause: io::Error| Failure::unjudged(format!("cannot write {}: {cause}", output.path.display()));
        let mut bytes = Vec::new();
        output.format.reporter().write(report, &mut bytes).map_err(failed)?;
        let mut unfinished = output.path.clone().into_os_string();
        unfinished.push(".part");
        std::fs::write(&unfinished, bytes).map_err(failed)?;
        std::fs::rename(&unfinished, &output.path).map_err(failed)?;
    }
    Ok(())
}

/// Shows the report on the terminal.
pub(in crate::cli) fn print_terminal(report: &Report, verbose: bool) -> io::Result<()> {
    let stdout = io::stdout();
    let width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(80_usize).clamp(60, 160);
    let style = terminal::Style { color: crate::cli::has_color(&stdout), width, verbose };
    let mut out = stdout.lock();
    terminal::write(report, &style, &mut out)?;
    out.flush()
}
