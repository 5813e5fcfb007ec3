//! What is broken, each cause with the rule, its effect, what was sent and what came, and the commands that show it again.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::layout::wrapped;
use super::{Ink, Page, SHOWN};
use crate::report::cause::{Cause, open_causes};
use crate::report::evidence::{exchange_of, told, write_before};
use crate::report::{Case, untrusted};
use crate::verdict::{Finding, Verdict};

/// A replay command that is longer than this hides more than it shows.
const LONGEST_REPLAY: usize = 1500;

impl Page<'_> {
    pub(super) fn failures(&mut self) -> io::Result<()> {
        let causes = open_causes(&self.report.cases, Verdict::Fail);
        if causes.iter().any(Cause::is_basic) {
            let note = "The basics fail: fix these first, other cases may fail because of them.";
            let note = self.ink(Ink::Bad, note);
            writeln!(self.out, "{note}\n")?;
        }
        let shown = if self.style.verbose { causes.len() } else { SHOWN };
        causes.iter().take(shown).try_for_each(|cause| self.cause(cause))?;
        self.more(causes.len().saturating_sub(shown))
    }

    fn cause(&mut self, cause: &Cause<'_>) -> io::Result<()> {
        let finding = cause.finding;
        let Some(case) = cause.cases.first() else { return Ok(()) };
        let requirement = self.report.requirement(&finding.requirement);
        let section = requirement.map_or("", |requirement| requirement.section.as_str());
        let word = self.verdict_word(Verdict::Fail);
        let rule = untrusted::one_line(&format!("{section}, {} ({})", finding.level, finding.requirement));
        let rule = rule.trim_start_matches(", ");
        let id = self.ink(Ink::Bold, &untrusted::one_line(&case.id));
        let fits = case.id.width() + rule.width() + 12 <= self.style.width;
        writeln!(self.out, "{word}  {id}{}", if fits { format!("     {rule}") } else { String::new() })?;
        self.paragraph(&untrusted::one_line(&untrusted::shortened(&case.title, 300)), 6)?;
        if !fits {
            self.paragraph(rule, 6)?;
        }
        let message = untrusted::one_line(&untrusted::shortened(&finding.message, 600));
        for (at, line) in wrapped(&message, self.style.width.saturating_sub(4)).iter().enumerate() {
            let mark = if at == 0 { self.ink(Ink::Bad, "x") } else { " ".to_owned() };
            writeln!(self.out, "  {mark} {line}")?;
        }
        // Most messages say both already.
        let told = |text: &Option<String>| text.as_ref().is_none_or(|text| finding.message.contains(text.as_str()));
        if !(told(&finding.expected) && told(&finding.actual)) {
            self.field("expected", finding.expected.as_deref())?;
            self.field("actual", finding.actual.as_deref())?;
        }
        self.field("rule", requirement.map(|requirement| requirement.text.as_str()))?;
        self.field("see", requirement.map(|requirement| requirement.link.as_str()))?;
        let effect = case.effect.as_deref().or(requirement.and_then(|requirement| requirement.effect.as_deref()));
        self.field("effect", effect)?;
        if let Some(apart) = self.report.apart(finding) {
            self.field("RFC", Some(&format!("{} ({})", apart.rfc, apart.section)))?;
            self.field("client", Some(&apart.client))?;
            self.field("both", Some(&apart.both))?;
        }
        self.field("hint", finding.hint.as_deref())?;
        self.field("suite", finding.source.as_deref().or(case.source.as_deref()))?;
        self.evidence(case, finding)?;
        self.command("rerun", &case.rerun)?;
        let others: Vec<&str> = cause.cases.iter().skip(1).take(4).map(|case| case.id.as_str()).collect();
        if !others.is_empty() {
            let hidden = cause.cases.len() - 1 - others.len();
            let hidden = if hidden > 0 { format!(" and {hidden} more") } else { String::new() };
            self.field("also in", Some(&format!("{}{hidden}", others.join(", "))))?;
        }
        writeln!(self.out)
    }

    /// What was sent and what came, and the commands that send it again.
    fn evidence(&mut self, case: &Case, finding: &Finding) -> io::Result<()> {
        let Some(exchange) = exchange_of(case, finding) else { return Ok(()) };
        let write = write_before(case, finding).map(|(_, write)| write);
        self.field("after", write.map(told).as_deref())?;
        self.field("exchange", Some(&told(exchange)))?;
        let mut label = "replay";
        for one in write.into_iter().chain([exchange]) {
            if one.curl.len() <= LONGEST_REPLAY {
                self.command(label, &one.curl)?;
            } else {
                self.field(label, Some("too long to show, see the HTML or JSON report"))?;
            }
            label = "";
        }
        Ok(())
    }
}
