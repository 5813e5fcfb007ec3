//! The checklist of a client, as far as something in it is to be done or to be declared.

use std::io;

use super::{Ink, Page, SHOWN, untrusted, wrapped};
use crate::report::{LineState, Readiness, ReadinessLine};

impl Page<'_> {
    pub(super) fn readiness(&mut self) -> io::Result<()> {
        let Some(readiness) = &self.report.readiness else { return Ok(()) };
        let title = untrusted::one_line(&format!("{} ({})", readiness.title, readiness.edition));
        let title = self.ink(Ink::Bold, &title);
        writeln!(self.out, "{title}")?;
        self.paragraph(&tally(readiness), 2)?;
        let bad = [LineState::Broken, LineState::Denied, LineState::Unjudged, LineState::Missed];
        for line in bad.into_iter().flat_map(|state| readiness.of(state)) {
            self.line(line)?;
        }
        self.load(readiness)?;
        if !self.report.run.selectors.is_empty() {
            // Most lines are open because their cases were left out.
            return writeln!(self.out);
        }
        let mut names = std::collections::BTreeSet::new();
        // One declaration may settle several lines.
        let open: Vec<&ReadinessLine> =
            readiness.open().filter(|line| names.insert(line.declaration.as_deref().unwrap_or_default())).collect();
        if !open.is_empty() {
            self.paragraph("Open, for a person to declare below [entra.declarations], or a test to be set up:", 2)?;
        }
        let shown = if self.style.verbose { open.len() } else { open.len().min(2 * SHOWN) };
        for line in &open[..shown] {
            let name = line.declaration.as_deref().unwrap_or_default();
            let text = untrusted::one_line(&format!("{name} = …  {} ({})", line.text, line.requirement));
            self.paragraph(&text, 4)?;
        }
        self.more(open.len() - shown)?;
        writeln!(self.out)
    }

    fn line(&mut self, line: &ReadinessLine) -> io::Result<()> {
        let ink = match line.state {
            LineState::Broken | LineState::Denied => Ink::Bad,
            _ => Ink::Odd,
        };
        let word = self.ink(ink, &format!("{:<11}", line.state.as_str()));
        let readings: Vec<String> = line
            .readings
            .iter()
            .map(|one| format!("{} by \u{201c}{}\u{201d}", one.state.as_str(), one.source))
            .collect();
        let readings = if readings.is_empty() { String::new() } else { format!("; {}", readings.join(", ")) };
        let text = untrusted::one_line(&format!("{} ({}, {}{readings})", line.text, line.level, line.requirement));
        for (at, part) in wrapped(&text, self.style.width.saturating_sub(15)).iter().enumerate() {
            let word = if at == 0 { word.clone() } else { " ".repeat(11) };
            writeln!(self.out, "  {word}  {part}")?;
        }
        Ok(())
    }

    fn load(&mut self, readiness: &Readiness) -> io::Result<()> {
        let Some(load) = &readiness.load else { return Ok(()) };
        let text = format!(
            "load: {} requests a second for {} s; latency 50 % {:.1} ms, 99 % {:.1} ms, longest {:.1} ms; {} throttled, {} failed, {} refused, {} unanswered, {} not sent; sent late by {:.1} ms at 99 %",
            load.rate,
            load.seconds,
            load.latency.p50,
            load.latency.p99,
            load.latency.max,
            load.throttled,
            load.server_errors,
            load.refused,
            load.unanswered,
            load.unsent,
            load.lag.p99
        );
        self.paragraph(&text, 2)
    }
}

/// `90 lines hold, 2 broken, 9 open`.
fn tally(readiness: &Readiness) -> String {
    let states = [
        LineState::Holds,
        LineState::Broken,
        LineState::Missed,
        LineState::Noted,
        LineState::Unjudged,
        LineState::Declared,
        LineState::Denied,
        LineState::Open,
    ];
    let count = |state: LineState| readiness.of(state).count();
    let told = states.into_iter().filter(|state| count(*state) > 0);
    told.map(|state| state.counted(count(state))).collect::<Vec<_>>().join(", ")
}
