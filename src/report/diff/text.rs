//! A difference as text for people.

use std::io::{self, Write};

use super::{Difference, Failure};
use crate::report::counted;
use crate::report::untrusted::{one_line, shortened};

/// Entries of a list that are shown when not everything is wanted.
const SHOWN: usize = 20;

/// Writes the difference as text; `verbose` shows lists in full.
///
/// # Errors
/// Whatever `out` reports.
pub fn write(difference: &Difference, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { most: if verbose { usize::MAX } else { SHOWN }, out };
    let Difference { old, new, notes, profiles, new_failures, fixed, changed, still_failing, added, gone, .. } =
        difference;
    page.line(&format!("old  {}  {}, suites {}", old.started, old.target, old.suites))?;
    page.line(&format!("new  {}  {}, suites {}", new.started, new.target, new.suites))?;
    notes.iter().try_for_each(|note| page.line(&format!("note: {note}")))?;
    for profile in profiles {
        page.line(&format!("{}: {}, before {}", profile.id, profile.new.as_str(), profile.old.as_str()))?;
    }
    page.list("New failures", new_failures, |page, failure| page.failure(failure, "before"))?;
    page.list("Fixed", fixed, |page, failure| page.failure(failure, "now"))?;
    page.list("Changed", changed, |page, change| {
        let reason = change.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        page.line(&format!("  {}  {}, before {}{reason}", change.case, change.new, change.old))
    })?;
    page.list("Added", added, |page, id| page.line(&format!("  {id}")))?;
    page.list("Gone", gone, |page, id| page.line(&format!("  {id}")))?;
    let waived = new_failures.iter().filter(|failure| failure.waived.is_some()).count();
    let waived = if waived > 0 { format!(" ({waived} waived)") } else { String::new() };
    page.line("")?;
    page.line(&format!(
        "{}{waived}, {} fixed, {} still failing, {} changed otherwise",
        counted(new_failures.len(), "new failure"),
        fixed.len(),
        still_failing,
        changed.len()
    ))
}

struct Page<'a> {
    most: usize,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", one_line(&shortened(text, 1000)))
    }

    /// A titled list; nothing when it is empty.
    fn list<T>(&mut self, title: &str, items: &[T], show: impl Fn(&mut Self, &T) -> io::Result<()>) -> io::Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        self.line("")?;
        self.line(&format!("{title} ({})", items.len()))?;
        items.iter().take(self.most).try_for_each(|item| show(self, item))?;
        match items.len().saturating_sub(self.most) {
            0 => Ok(()),
            more => self.line(&format!("  and {more} more: see --verbose or --format json")),
        }
    }

    /// `other` is the word for the other run.
    fn failure(&mut self, failure: &Failure, other: &str) -> io::Result<()> {
        let verdict = failure.other.map_or("not there", |verdict| verdict.as_str());
        let requirement = failure.requirement.as_deref().map(|id| format!(", {id}")).unwrap_or_default();
        self.line(&format!("  {}  ({other} {verdict}{requirement})", failure.case))?;
        self.line(&format!("      {}", failure.message))?;
        if let Some(waived) = &failure.waived {
            self.line(&format!("      waived until {}: {}", waived.until, waived.reason))?;
        }
        if other == "before" && !failure.rerun.is_empty() {
            self.line(&format!("      rerun  {}", failure.rerun))?;
        }
        Ok(())
    }
}
