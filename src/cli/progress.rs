//! What is shown while a run is going on: a line that moves on a terminal, plain lines elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::client::OnWait;
use crate::exchange::Wait;
use crate::run::Event;
use crate::verdict::Verdict;

/// Shows the events of a run on standard error.
pub(super) struct Progress {
    bar: ProgressBar,
    on_terminal: bool,
    running: BTreeSet<String>,
    verbose: bool,
    done: usize,
    of: usize,
}

impl Progress {
    pub(super) fn new(verbose: bool) -> Self {
        let on_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let bar = if on_terminal {
            ProgressBar::new(0)
        } else {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
        };
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("=> "));
        Self { bar, on_terminal, running: BTreeSet::new(), verbose, done: 0, of: 0 }
    }

    pub(super) fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Planned { target, cases } => {
                self.of = cases;
                self.bar.set_length(u64::try_from(cases).unwrap_or(u64::MAX));
                for note in &target.notes {
                    self.line(&format!("note   discovery: {note}"));
                }
            }
            Event::Started { id } => {
                self.running.insert(id.to_owned());
                self.bar.set_message(self.running.iter().cloned().collect::<Vec<_>>().join("  "));
            }
            Event::Finished { id, verdict, message } => {
                self.done += 1;
                self.running.remove(id);
                self.bar.inc(1);
                let quiet = matches!(verdict, Verdict::Pass | Verdict::Skip | Verdict::Note);
                if self.verbose || !quiet {
                    // The message may quote the target.
                    let message = message.map(crate::report::one_line).unwrap_or_default();
                    self.line(&format!("{:<7} {id}  {message}", verdict.as_str()));
                } else if !self.on_terminal && self.done.is_multiple_of(100) {
                    self.line(&format!("{} of {} cases", self.done, self.of));
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Tells of waits that are so long that somebody could think that nothing happens.
    pub(super) fn on_wait(&self) -> OnWait {
        let (bar, on_terminal) = (self.bar.clone(), self.on_terminal);
        OnWait(Arc::new(move |waiting| {
            let Wait { status, seconds } = waiting.wait;
            if seconds >= 1.0 {
                let request = crate::report::one_line(waiting.request);
                line(&bar, on_terminal, &format!("wait    {request}  answered {status}, sent again in {seconds:.0} s"));
            }
        }))
    }

    fn line(&self, text: &str) {
        line(&self.bar, self.on_terminal, text);
    }
}

fn line(bar: &ProgressBar, on_terminal: bool, text: &str) {
    if on_terminal {
        bar.println(text);
    } else {
        anstream::eprintln!("{text}");
    }
}
