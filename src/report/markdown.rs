//! A summary for the page of a CI job. Those pages take 64 KiB at most, so what is left out is counted instead.

use std::fmt::Write as _;
use std::io;

use super::cause::{Cause, open_causes, waived_causes};
use super::evidence::{exchange_of, write_before};
use super::{Case, LineState, Profile, Readiness, Report, Reporter, WaiverInfo, counted, untrusted};
use crate::verdict::Verdict;

pub(super) struct Markdown;

/// What is written at most, with room for the closing lines.
const LIMIT: usize = 60 * 1024;

impl Reporter for Markdown {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let mut page = Page { text: head(report) };
        for (verdict, title) in [(Verdict::Fail, "What to fix"), (Verdict::Warn, "Remarks")] {
            let causes = open_causes(&report.cases, verdict);
            if !causes.is_empty() {
                page.section(title, causes.iter().map(|cause| finding(report, cause)));
            }
        }
        if let Some(readiness) = &report.readiness {
            page.section(&readiness.title, checklist(readiness));
        }
        let waived = waived_causes(&report.cases);
        if !waived.is_empty() {
            page.section("Waived for now", waived.iter().filter_map(|(verdict, cause)| waived_line(*verdict, cause)));
        }
        let waivers: Vec<&WaiverInfo> = report.waivers.iter().filter(|waiver| waiver.state.needs_care()).collect();
        if !waivers.is_empty() {
            page.section("Waivers to look after", waivers.into_iter().map(waiver_line));
        }
        let unjudged = |case: &&Case| matches!(case.verdict, Verdict::Error | Verdict::Blocked);
        page.list("Not judged", report.cases.iter().filter(unjudged));
        page.list("Skipped", report.cases.iter().filter(|case| case.verdict == Verdict::Skip));
        out.write_all(page.text.as_bytes())
    }
}

struct Page {
    text: String,
}

impl Page {
    fn section(&mut self, title: &str, parts: impl Iterator<Item = String>) {
        let _ = writeln!(self.text, "\n## {title}\n");
        let mut left_out = 0;
        for part in parts {
            if self.text.len() + part.len() > LIMIT {
                left_out += 1;
            } else {
                self.text.push_str(&part);
            }
        }
        if left_out > 0 {
            let _ = writeln!(self.text, "\n… and {left_out} more: see the HTML or JSON report.");
        }
    }

    fn list<'a>(&mut self, title: &str, cases: impl Iterator<Item = &'a Case>) {
        let mut cases = cases.peekable();
        if cases.peek().is_some() {
            let line = |case: &Case| {
                let reason = untrusted::shortened(case.reason.as_deref().unwrap_or("no reason was recorded"), 400);
                format!("- **{}** {}: {}\n", case.verdict, escaped(&case.id), escaped(&reason))
            };
            self.section(title, cases.map(line));
        }
    }
}

/// The lines of a checklist on which something is to be done.
fn checklist(readiness: &Readiness) -> impl Iterator<Item = String> {
    let to_do = [LineState::Broken, LineState::Denied, LineState::Unjudged, LineState::Missed];
    let told = to_do.into_iter().flat_map(|state| readiness.of(state)).map(|line| {
        format!(
            "- **{}** {} ({}, {})\n",
            line.state.as_str(),
            escaped(&line.text),
            line.level,
            escaped(&line.requirement)
        )
    });
    let open = readiness.open().map(|line| {
        let name = escaped(line.declaration.as_deref().unwrap_or_default());
        format!("- open, to be declared as {name}: {} ({})\n", escaped(&line.text), escaped(&line.requirement))
    });
    let held = format!("{} of {} lines hold.\n\n", readiness.of(LineState::Holds).count(), readiness.lines.len());
    std::iter::once(held).chain(told.collect::<Vec<_>>()).chain(open.collect::<Vec<_>>())
}

fn head(report: &Report) -> String {
    let mut text = "# SCIM 2.0 conformance\n\n".to_owned();
    let run = &report.run;
    let _ = writeln!(
        text,
        "Target {}, {} {}, suites {}, {}, {} in {:.1} s{}.\n",
        escaped(&report.target.url),
        escaped(&report.tool.name),
        escaped(&report.tool.version),
        escaped(&report.suites.version),
        escaped(&run.started),
        counted(run.requests, "request"),
        run.duration_ms as f64 / 1000.0,
        if run.complete { "" } else { ", **cut short**" },
    );
    for warning in &run.warnings {
        let _ = writeln!(text, "**Warning:** {}\n", escaped(warning));
    }
    text.push_str("| Profile | Verdict | Why |\n| --- | --- | --- |\n");
    for profile in &report.profiles {
        let _ = writeln!(text, "| {} | **{}** | {} |", escaped(&profile.title), words(profile), why(profile));
    }
    text.push('\n');
    let columns = Verdict::ALL.map(Verdict::as_str).join(" | ");
    let counts = Verdict::ALL.map(|verdict| report.summary.of(verdict).to_string()).join(" | ");
    let _ = writeln!(text, "| {columns} |\n|{}\n| {counts} |", " ---: |".repeat(Verdict::ALL.len()));
    text
}

fn words(profile: &Profile) -> String {
    profile.verdict.as_str().replace('-', " ")
}

fn why(profile: &Profile) -> String {
    let reasons: Vec<String> =
        profile.reasons.iter().map(|reason| escaped(&untrusted::shortened(reason, 400))).collect();
    reasons.join("; ")
}

fn finding(report: &Report, cause: &Cause<'_>) -> String {
    let finding = cause.finding;
    let mut text = format!("### {}\n\n", escaped(&untrusted::shortened(&finding.message, 300)));
    let requirement = report.requirement(&finding.requirement);
    let rule = match requirement {
        Some(info) => format!("{}: {} ({})", escaped(&info.section), escaped(&info.text), escaped(&info.id)),
        None => escaped(&finding.requirement),
    };
    let _ = writeln!(text, "- **{}** {rule}", finding.level);
    for (label, value) in [("Expected", &finding.expected), ("Actual", &finding.actual), ("Hint", &finding.hint)] {
        if let Some(value) = value {
            let _ = writeln!(text, "- {label}: {}", escaped(&untrusted::shortened(value, 600)));
        }
    }
    let ids: Vec<String> = cause.cases.iter().take(5).map(|case| escaped(&case.id)).collect();
    let more = cause.cases.len().saturating_sub(5);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(text, "- In {}: {}{more}", counted(cause.cases.len(), "case"), ids.join(", "));
    if let Some(case) = cause.cases.first() {
        let mut commands = case.rerun.clone();
        let write = write_before(case, finding).map(|(_, write)| write);
        for exchange in write.into_iter().chain(exchange_of(case, finding)).filter(|one| one.curl.len() <= 4000) {
            commands.push('\n');
            commands.push_str(&exchange.curl);
        }
        text.push_str(&fenced(commands.trim()));
    }
    text.push('\n');
    text
}

fn waived_line(verdict: Verdict, cause: &Cause<'_>) -> Option<String> {
    let waived = cause.finding.waived.as_ref()?;
    let first = cause.cases.first()?;
    let more = cause.cases.len() - 1;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!(
        "- **{verdict}** {}{more}: {} ({}, {}); waived until {}: {}\n",
        escaped(&first.id),
        escaped(&untrusted::shortened(&cause.finding.message, 300)),
        cause.finding.level,
        escaped(&cause.finding.requirement),
        escaped(&waived.until),
        escaped(&untrusted::shortened(&waived.reason, 400)),
    ))
}

fn waiver_line(waiver: &WaiverInfo) -> String {
    let place = waiver.source.as_deref().map(|place| format!(" ({})", escaped(place))).unwrap_or_default();
    let note = untrusted::shortened(waiver.note.as_deref().unwrap_or_default(), 400);
    format!("- **{}** {}{place}: {}\n", waiver.state.as_str(), escaped(&waiver.case), escaped(&note))
}

/// A code block whose fence is longer than any run of backticks in it.
fn fenced(code: &str) -> String {
    let code = untrusted::visible(code);
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}sh\n{code}\n{fence}\n")
}

/// Text in one line that Markdown shows as it is: no markup, no links, no mentions.
///
/// Character references are used because they mean nothing to the block structure and hold in table cells too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let line = untrusted::one_line(text);
    for (at, c) in line.char_indices() {
        let link = (c == ':' && line[at + 1..].starts_with("//")) || (c == '.' && line[..at].ends_with("www"));
        if link || "&<>|*_`[]\\~@#$!{}".contains(c) {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_a_target_is_markup() {
        assert_eq!(escaped("a|b\n# *c*"), "a&#124;b &#35; &#42;c&#42;");
        assert_eq!(escaped("https://evil.example @root"), "https&#58;//evil.example &#64;root");
        assert_eq!(escaped("<img>"), "&#60;img&#62;");
    }

    #[test]
    fn a_code_block_cannot_be_left() {
        assert_eq!(fenced("a\n````\nb"), "\n`````sh\na\n````\nb\n`````\n");
    }
}
