//! What is shown while a run is going on: a line that moves on a terminal, plain lines elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    start: Instant,
    /// When a plain line was printed last.
    said: Instant,
}

/// A run that is silent for longer than this looks as if it hung.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

impl Progress {
    pub(super) fn new(verbose: bool) -> Self {
        let now = Instant::now();
        let on_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let bar = if on_terminal {
            ProgressBar::new(0)
        } else {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
        };
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len}  {per_sec}, {eta} left  {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("=> "));
        Self { bar, on_terminal, running: BTreeSet::new(), verbose, done: 0, of: 0, start: now, said: now }
    }

    pub(super) fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Planned { target, cases } => {
                self.of = cases;
                self.start = Instant::now();
                self.said = self.start;
                self.bar.reset();
                self.bar.set_length(u64::try_from(cases).unwrap_or(u64::MAX));
                for note in &target.notes {
                    self.line(&format!("note   discovery: {note}"));
                }
            }
            Event::Started { id } => {
                self.running.insert(id.to_owned());
                self.name_running();
            }
            Event::Finished { id, verdict, message } => {
                self.done += 1;
                self.running.remove(id);
                self.name_running();
                self.bar.inc(1);
                let quiet = matches!(verdict, Verdict::Pass | Verdict::Skip | Verdict::Note);
                if self.verbose || !quiet {
                    // The message may quote the target.
                    let message = message.map(crate::report::one_line).unwrap_or_default();
                    self.line(&format!("{:<7} {id}  {message}", verdict.as_str()));
                } else if !self.on_terminal && (self.done.is_multiple_of(100) || self.said.elapsed() > LONGEST_SILENCE)
                {
                    self.said = Instant::now();
                    self.line(&pace(self.done, self.of, self.start.elapsed(), self.running.first()));
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn name_running(&self) {
        self.bar.set_message(self.running.iter().cloned().collect::<Vec<_>>().join("  "));
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

/// How far it is, how fast, how long it will take, and one of the cases that are running.
fn pace(done: usize, of: usize, elapsed: Duration, running: Option<&String>) -> String {
    let mut text = format!("{done} of {of} cases");
    let rate = f64::from(u32::try_from(done).unwrap_or(u32::MAX)) / elapsed.as_secs_f64().max(0.001);
    let left = f64::from(u32::try_from(of.saturating_sub(done)).unwrap_or(u32::MAX)) / rate.max(0.001);
    if left > 0.0 {
        text.push_str(&format!(", {rate:.1} cases/s, about {left:.0} s left"));
    }
    if let Some(id) = running {
        text.push_str(&format!(", now {id}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_tells_rate_and_rest() {
        let id = "users/create/answers-201".to_owned();
        let text = pace(100, 300, Duration::from_secs(20), Some(&id));
        assert_eq!(text, "100 of 300 cases, 5.0 cases/s, about 40 s left, now users/create/answers-201");
        assert_eq!(pace(300, 300, Duration::from_secs(60), None), "300 of 300 cases");
    }
}
