//! Workflow commands: GitHub Actions shows each line as an annotation beside the line of the suite.

use std::io;

use super::cause::causes;
use super::{Case, Report, Reporter, counted, untrusted};
use crate::verdict::Verdict;

pub(super) struct Github;

impl Reporter for Github {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        for (verdict, command) in [(Verdict::Fail, "error"), (Verdict::Warn, "warning")] {
            for cause in causes(&report.cases, verdict) {
                let finding = cause.finding;
                let Some(case) = cause.cases.first() else { continue };
                let mut message = format!("{} ({}, {})", finding.message, finding.level, finding.requirement);
                if cause.cases.len() > 1 {
                    message.push_str(&format!("\nalso in {}", counted(cause.cases.len() - 1, "more case")));
                }
                if let Some(hint) = &finding.hint {
                    message.push_str(&format!("\nhint: {hint}"));
                }
                message.push_str(&format!("\nrun again: {}", case.rerun));
                let source = finding.source.as_deref().or(case.source.as_deref());
                annotate(out, command, source, &case.id, &message)?;
            }
        }
        for case in report.cases.iter().filter(|case| matches!(case.verdict, Verdict::Error | Verdict::Blocked)) {
            annotate(out, "warning", case.source.as_deref(), &case.id, &unjudged(case))?;
        }
        for warning in &report.run.warnings {
            annotate(out, "warning", None, "scimspec", warning)?;
        }
        for profile in &report.profiles {
            let command = if profile.verdict.is_negative() { "error" } else { "notice" };
            let message = format!("{}: {}. {}", profile.title, profile.verdict.as_str(), profile.reasons.join(". "));
            annotate(out, command, None, "scimspec", &message)?;
        }
        Ok(())
    }
}

fn unjudged(case: &Case) -> String {
    format!("{}: {}", case.verdict, case.reason.as_deref().unwrap_or("no reason was recorded"))
}

fn annotate(
    out: &mut dyn io::Write,
    command: &str,
    source: Option<&str>,
    title: &str,
    message: &str,
) -> io::Result<()> {
    let mut properties = Vec::new();
    if let Some((file, line, column)) = source.and_then(place) {
        properties.push(format!("file={},line={line},col={column}", property(file)));
    }
    properties.push(format!("title={}", property(title)));
    writeln!(out, "::{command} {}::{}", properties.join(","), data(&untrusted::shortened(message, 4000)))
}

/// `file:line:column` taken apart.
fn place(source: &str) -> Option<(&str, u32, u32)> {
    let (rest, column) = source.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file, line.parse().ok()?, column.parse().ok()?))
}

fn data(text: &str) -> String {
    untrusted::visible(text).replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_end_its_command() {
        let mut out = Vec::new();
        let written = annotate(&mut out, "error", Some("suites/a,b.yaml:3:7"), "a:b", "100%\n::set-output name=x::y\r");
        assert!(written.is_ok());
        assert_eq!(
            String::from_utf8_lossy(&out),
            "::error file=suites/a%2Cb.yaml,line=3,col=7,title=a%3Ab::100%25%0A::set-output name=x::y\\u000d\n"
        );
    }
}
