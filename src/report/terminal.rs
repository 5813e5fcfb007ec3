//! The report on a terminal: what is broken by cause, a table per topic, and the verdicts last, where the eye is.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use layout::{padded, wrapped};

use super::cause::{open_causes, waived_causes};
use super::{Case, Profile, ProfileVerdict, Report, counted, profile, untrusted};
use crate::verdict::{Level, Verdict};

mod failure;
mod layout;
mod readiness;

/// How to write for a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether colours may be used.
    pub color: bool,
    /// Columns to write in; replay and rerun commands are never broken.
    pub width: usize,
    /// Whether to list every case and every finding.
    pub verbose: bool,
}

/// Findings that are shown in full when not verbose.
const SHOWN: usize = 10;

/// Writes the report as text.
///
/// # Errors
/// Whatever `out` reports.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { report, style, out };
    page.head()?;
    if style.verbose {
        page.cases()?;
    }
    page.failures()?;
    page.unjudged()?;
    page.remarks()?;
    page.waived()?;
    page.waivers()?;
    page.topics()?;
    page.readiness()?;
    page.left_behind()?;
    report.profiles.iter().try_for_each(|profile| page.verdict(profile))
}

struct Page<'a> {
    report: &'a Report,
    style: &'a Style,
    out: &'a mut dyn Write,
}

#[derive(Clone, Copy)]
enum Ink {
    Bold,
    Dim,
    Good,
    Bad,
    Odd,
}

impl Page<'_> {
    fn head(&mut self) -> io::Result<()> {
        let Report { tool, target, run, cases, profiles, .. } = self.report;
        let title = self.ink(Ink::Bold, &untrusted::one_line(&format!("{} {}", tool.name, tool.version)));
        writeln!(self.out, "{title}  {}", untrusted::one_line(&target.url))?;
        let names: Vec<&str> = profiles.iter().map(|profile| profile.id.as_str()).collect();
        let line = format!(
            "{}, {}, {}; tier {}, profile {}",
            counted(cases.len(), "case"),
            counted(run.requests, "request"),
            counted(run.jobs, "job"),
            run.tier,
            names.join(", ")
        );
        writeln!(self.out, "{}", untrusted::one_line(&line))?;
        self.waited()?;
        for warning in &run.warnings {
            let lines = wrapped(&untrusted::one_line(warning), self.style.width.saturating_sub(9));
            for (at, line) in lines.iter().enumerate() {
                let word = if at == 0 { self.ink(Ink::Odd, "warning") } else { " ".repeat(7) };
                writeln!(self.out, "{word}  {line}")?;
            }
        }
        writeln!(self.out)
    }

    /// How long the target made the run wait.
    fn waited(&mut self) -> io::Result<()> {
        let exchanges = self.report.cases.iter().flat_map(|case| &case.exchanges);
        let waits: Vec<_> = exchanges.flat_map(|exchange| &exchange.waits).filter(|wait| wait.status != 401).collect();
        if waits.is_empty() {
            return Ok(());
        }
        let seconds: f64 = waits.iter().map(|wait| wait.seconds).sum();
        let times = counted(waits.len(), "time");
        let text = format!(
            "put off by the target {times} (429 or 503), {seconds:.1} s of waiting; --rate keeps below a limit"
        );
        self.paragraph(&text, 0)
    }

    fn cases(&mut self) -> io::Result<()> {
        for case in &self.report.cases {
            let mut verdict = self.verdict_word(case.verdict);
            if case.is_waived() {
                verdict.push_str(" (waived)");
            }
            let reason = case.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let text = untrusted::one_line(&format!("{}  {} ms{reason}", case.id, case.duration_ms));
            writeln!(self.out, "{verdict}  {text}")?;
        }
        writeln!(self.out)
    }

    /// Cases that say nothing about the target, by their reason.
    fn unjudged(&mut self) -> io::Result<()> {
        let mut reasons: Vec<(Verdict, &str, Vec<&Case>)> = Vec::new();
        for case in self.report.cases.iter().filter(|case| matches!(case.verdict, Verdict::Error | Verdict::Blocked)) {
            let reason = case.reason.as_deref().unwrap_or("no reason was recorded");
            match reasons.iter_mut().find(|(verdict, known, _)| *verdict == case.verdict && *known == reason) {
                Some((_, _, cases)) => cases.push(case),
                None => reasons.push((case.verdict, reason, vec![case])),
            }
        }
        let shown = if self.style.verbose { reasons.len() } else { SHOWN };
        for (verdict, reason, cases) in reasons.iter().take(shown) {
            let more = if cases.len() > 1 { format!(" and {} more", cases.len() - 1) } else { String::new() };
            let word = self.verdict_word(*verdict);
            writeln!(self.out, "{word}  {}{more}", untrusted::one_line(&cases[0].id))?;
            self.paragraph(&untrusted::one_line(&untrusted::shortened(reason, 600)), 6)?;
        }
        self.more(reasons.len().saturating_sub(shown))?;
        if reasons.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    /// Recommendations that were not followed, a line or two each.
    fn remarks(&mut self) -> io::Result<()> {
        let causes = open_causes(&self.report.cases, Verdict::Warn);
        let shown = if self.style.verbose { causes.len() } else { SHOWN };
        for cause in causes.iter().take(shown) {
            let finding = cause.finding;
            let id = cause.cases.first().map_or("", |case| case.id.as_str());
            let more =
                if cause.cases.len() > 1 { format!(" and {} more", cause.cases.len() - 1) } else { String::new() };
            let word = self.verdict_word(Verdict::Warn);
            writeln!(self.out, "{word}  {}{more}", untrusted::one_line(id))?;
            let text = format!("{} ({}, {})", finding.message, finding.level, finding.requirement);
            self.paragraph(&untrusted::one_line(&untrusted::shortened(&text, 600)), 6)?;
        }
        self.more(causes.len().saturating_sub(shown))?;
        if causes.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    /// What is accepted for now, a line or two each.
    fn waived(&mut self) -> io::Result<()> {
        let causes = waived_causes(&self.report.cases);
        let shown = if self.style.verbose { causes.len() } else { SHOWN };
        for (_, cause) in causes.iter().take(shown) {
            let finding = cause.finding;
            let id = cause.cases.first().map_or("", |case| case.id.as_str());
            let more =
                if cause.cases.len() > 1 { format!(" and {} more", cause.cases.len() - 1) } else { String::new() };
            let word = self.ink(Ink::Dim, "waived");
            writeln!(self.out, "{word}  {}{more}", untrusted::one_line(id))?;
            let text = format!("{} ({}, {})", finding.message, finding.level, finding.requirement);
            self.paragraph(&untrusted::one_line(&untrusted::shortened(&text, 600)), 8)?;
            if let Some(waived) = &finding.waived {
                let text = format!("until {}: {}", waived.until, waived.reason);
                self.paragraph(&untrusted::one_line(&untrusted::shortened(&text, 600)), 8)?;
            }
        }
        self.more(causes.len().saturating_sub(shown))?;
        if causes.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    /// Waivers that somebody has to look after.
    fn waivers(&mut self) -> io::Result<()> {
        let waivers: Vec<_> = self.report.waivers.iter().filter(|waiver| waiver.state.needs_care()).collect();
        let shown = if self.style.verbose { waivers.len() } else { SHOWN };
        for waiver in waivers.iter().take(shown) {
            let word = self.ink(Ink::Odd, waiver.state.as_str());
            let place = waiver.source.as_deref().map(|place| format!("{place}: ")).unwrap_or_default();
            writeln!(self.out, "{word}  {}", untrusted::one_line(&format!("{place}waiver of {}", waiver.case)))?;
            let note = waiver.note.as_deref().unwrap_or_default();
            self.paragraph(&untrusted::one_line(&untrusted::shortened(note, 600)), 8)?;
        }
        self.more(waivers.len().saturating_sub(shown))?;
        if waivers.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    fn topics(&mut self) -> io::Result<()> {
        let mut topics: Vec<(&str, super::Summary)> = Vec::new();
        for case in &self.report.cases {
            let topic = case.tags.first().map_or("other", String::as_str);
            match topics.iter_mut().find(|(known, _)| *known == topic) {
                Some((_, counts)) => counts.add(case.verdict),
                None => {
                    let mut counts = super::Summary::default();
                    counts.add(case.verdict);
                    topics.push((topic, counts));
                }
            }
        }
        topics.push(("all", self.report.summary));
        let head: String = Verdict::ALL.iter().map(|verdict| format!("{:>8}", verdict.as_str())).collect();
        let head = self.ink(Ink::Dim, &format!("{:<14}{head}", "topic"));
        writeln!(self.out, "{head}")?;
        for (topic, counts) in topics {
            let mut line = padded(&untrusted::one_line(topic), 14);
            for verdict in Verdict::ALL {
                let cell = match counts.of(verdict) {
                    0 => format!("{:>8}", "."),
                    count => self.ink(ink_of(verdict), &format!("{count:>8}")),
                };
                line.push_str(&cell);
            }
            writeln!(self.out, "{line}")?;
        }
        writeln!(self.out)
    }

    fn left_behind(&mut self) -> io::Result<()> {
        let left = &self.report.run.left_behind;
        if left.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{} could not be removed from the target:", counted(left.len(), "resource"))?;
        left.iter().take(SHOWN).try_for_each(|url| writeln!(self.out, "  {}", untrusted::one_line(url)))?;
        self.more(left.len().saturating_sub(SHOWN))?;
        writeln!(self.out)
    }

    fn verdict(&mut self, profile: &Profile) -> io::Result<()> {
        let words = profile.verdict.as_str().replace('-', " ").to_uppercase();
        let ink = match profile.verdict {
            ProfileVerdict::NotConformant | ProfileVerdict::NotReady => Ink::Bad,
            ProfileVerdict::Withheld | ProfileVerdict::ConformantWithRemarks => Ink::Odd,
            ProfileVerdict::Conformant | ProfileVerdict::Ready | ProfileVerdict::ReadyWithDeclarations => Ink::Good,
        };
        let own = self.report.cases.iter().filter(|case| case.profile == profile.id);
        let judged = |case: &Case| {
            case.findings.iter().filter(|finding| finding.seen != crate::verdict::Seen::NotJudged).count()
        };
        let checks: usize = own.map(judged).sum();
        let must = profile::broken(self.report, &profile.id, Level::Must);
        let should = profile::broken(self.report, &profile.id, Level::Should);
        let words = self.ink(ink, &words);
        let title = untrusted::one_line(&profile.title);
        let seconds = self.report.run.duration_ms as f64 / 1000.0;
        let checks = counted(checks, "check");
        let figures = format!("{must} MUST, {should} SHOULD   {checks} in {seconds:.1} s");
        let plain = profile.verdict.as_str().width() + title.width() + figures.width() + 4;
        if plain <= self.style.width {
            writeln!(self.out, "{words}  {title}  {figures}")?;
        } else {
            writeln!(self.out, "{words}  {title}\n  {figures}")?;
        }
        for reason in &profile.reasons {
            self.paragraph(&untrusted::one_line(&untrusted::shortened(reason, 400)), 2)?;
        }
        Ok(())
    }

    fn more(&mut self, count: usize) -> io::Result<()> {
        if count == 0 { Ok(()) } else { writeln!(self.out, "and {count} more: see the HTML or JSON report\n") }
    }

    /// A labelled value, wrapped under itself; nothing when there is none.
    fn field(&mut self, label: &str, value: Option<&str>) -> io::Result<()> {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(()) };
        let value = untrusted::one_line(&untrusted::shortened(value, 600));
        for (at, line) in wrapped(&value, self.style.width.saturating_sub(15)).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let label = self.ink(Ink::Dim, &format!("{label:<9}"));
            writeln!(self.out, "      {label}{line}")?;
        }
        Ok(())
    }

    /// A labelled command, in one piece so that it can be copied.
    fn command(&mut self, label: &str, command: &str) -> io::Result<()> {
        if command.is_empty() {
            return Ok(());
        }
        let label = self.ink(Ink::Dim, &format!("{label:<9}"));
        writeln!(self.out, "      {label}{}", untrusted::visible(command))
    }

    fn paragraph(&mut self, text: &str, indent: usize) -> io::Result<()> {
        let lines = wrapped(text, self.style.width.saturating_sub(indent));
        lines.iter().try_for_each(|line| writeln!(self.out, "{:indent$}{line}", ""))
    }

    fn verdict_word(&self, verdict: Verdict) -> String {
        self.ink(ink_of(verdict), verdict.as_str())
    }

    fn ink(&self, ink: Ink, text: &str) -> String {
        if !self.style.color {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Good => "1;36",
            Ink::Bad => "1;31",
            Ink::Odd => "33",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

const fn ink_of(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Fail => Ink::Bad,
        Verdict::Error | Verdict::Blocked | Verdict::Warn => Ink::Odd,
        Verdict::Pass => Ink::Good,
        Verdict::Note | Verdict::Skip => Ink::Dim,
    }
}
