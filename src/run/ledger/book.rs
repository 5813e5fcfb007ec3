//! The entries of a ledger, and each change of them as a line of its file.

use std::collections::HashSet;

use super::file::LedgerFile;
use super::intent::{Intent, Outcome};
use super::line::{Line, Write};
use super::{Entry, LedgerError, Noted, State};

/// The entries, the markers of the run, and the file, where there is one.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) entries: Vec<Entry>,
    pub(super) markers: HashSet<String>,
    pub(super) file: Option<LedgerFile>,
}

impl Book {
    pub(super) fn note(&mut self, intents: Vec<Intent>) -> Result<Noted, LedgerError> {
        let mut noted = Noted::default();
        for intent in intents {
            let number = self.entries.len() + 1;
            let write = Write {
                number,
                method: intent.method.clone(),
                endpoint: intent.endpoint.clone(),
                path: intent.path.clone(),
                marks: intent.marks.clone(),
            };
            if let Some(file) = &mut self.file {
                file.append(&Line::Write(write.clone()))?;
            }
            self.enter(write);
            noted.writes.push((number, intent));
        }
        Ok(noted)
    }

    fn enter(&mut self, write: Write) {
        let Write { number, endpoint, path, marks, .. } = write;
        self.entries.push(Entry { number, endpoint, path, marks, state: State::Unanswered });
    }

    pub(super) fn settle(&mut self, number: usize, outcome: Outcome) {
        match outcome {
            Outcome::Made(path) => {
                self.append(&Line::Made { number, path: path.clone() });
                self.made(number, path);
            }
            Outcome::Refused => {
                self.append(&Line::Refused { number });
                self.mark(&[number], State::Gone);
            }
            Outcome::Unclear => self.mark(&[number], State::Unclear),
            Outcome::Unanswered => {}
        }
    }

    fn made(&mut self, number: usize, path: String) {
        if let Some(entry) = self.entry(number) {
            entry.path = Some(path);
            entry.state = State::Made;
        }
    }

    pub(super) fn gone(&mut self, numbers: &[usize]) {
        if !numbers.is_empty() {
            self.append(&Line::Gone { numbers: numbers.to_vec() });
            self.mark(numbers, State::Gone);
        }
    }

    pub(super) fn mark(&mut self, numbers: &[usize], state: State) {
        for number in numbers {
            if let Some(entry) = self.entry(*number) {
                entry.state = state;
            }
        }
    }

    /// A line about an entry that is written already. When it cannot be added, the entry stays open in the file, and
    /// `cleanup` finds out itself.
    fn append(&mut self, line: &Line) {
        if let Some(file) = &mut self.file {
            let _ = file.append(line);
        }
    }

    /// Open entries about this path.
    pub(super) fn at(&self, path: &str) -> Vec<usize> {
        let is_there = |entry: &&Entry| entry.state != State::Gone && entry.path.as_deref() == Some(path);
        self.entries.iter().filter(is_there).map(|entry| entry.number).collect()
    }

    fn entry(&mut self, number: usize) -> Option<&mut Entry> {
        self.entries.get_mut(number.checked_sub(1)?)
    }

    /// Does what a line of a file says.
    pub(super) fn replay(&mut self, line: Line) -> Result<(), String> {
        let known = self.entries.len();
        let check = |number: usize| match number {
            0 => Err("writes are counted from 1".to_owned()),
            number if number > known => Err(format!("there is no write {number} before this line")),
            _ => Ok(()),
        };
        match line {
            Line::Ledger(_) => return Err("a second header".to_owned()),
            Line::Write(write) if write.number != known + 1 => {
                return Err(format!("write {} stands where write {} was expected", write.number, known + 1));
            }
            Line::Write(write) => self.enter(write),
            Line::Made { number, path } => {
                check(number)?;
                self.made(number, path);
            }
            Line::Refused { number } => {
                check(number)?;
                self.mark(&[number], State::Gone);
            }
            Line::Gone { numbers } => {
                numbers.iter().try_for_each(|number| check(*number))?;
                self.mark(&numbers, State::Gone);
            }
        }
        Ok(())
    }
}
