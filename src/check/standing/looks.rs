//! Collects what a rule saw: which requirements it looked at, and their breaches, bounded in number.

use super::Sighting;
use crate::verdict::Seen;

/// So many breaches of one requirement are kept per exchange; of the others only the number.
const LIMIT: usize = 5;

/// What a rule has seen so far in one exchange.
#[derive(Default)]
pub(super) struct Looks {
    entries: Vec<Entry>,
}

struct Entry {
    requirement: &'static str,
    breaches: Vec<Breach>,
    more: usize,
}

/// One breach of a requirement.
#[derive(Default)]
pub(super) struct Breach {
    place: String,
    message: String,
    expected: Option<String>,
    actual: Option<String>,
    hint: Option<String>,
    lowered: Option<(Seen, &'static str)>,
    ruling: Option<&'static str>,
}

impl Breach {
    /// A breach at a place: a JSON Pointer, `status`, or `header NAME`. The empty pointer is the body.
    pub(super) fn at(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), ..Self::default() }
    }

    /// `expected …, got …`.
    pub(super) fn expected(place: impl Into<String>, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        let (expected, actual) = (expected.into(), actual.into());
        let message = format!("expected {expected}, got {actual}");
        Self { place: place.into(), message, expected: Some(expected), actual: Some(actual), ..Self::default() }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Lowers the consequence to a warning by a ruling.
    pub(super) fn warned(self, ruling: &'static str) -> Self {
        Self { lowered: Some((Seen::Warned, ruling)), ..self }
    }

    /// Lowers the consequence to a warning by a ruling if `lenient`.
    pub(super) fn warned_if(self, lenient: bool, ruling: &'static str) -> Self {
        if lenient { self.warned(ruling) } else { self }
    }

    /// Lowers the consequence to a note by a ruling.
    pub(super) fn noted(self, ruling: &'static str) -> Self {
        Self { lowered: Some((Seen::Noted, ruling)), ..self }
    }

    /// Names the ruling by which an ambiguous text is read, without lowering anything.
    pub(super) fn ruled(self, ruling: &'static str) -> Self {
        Self { ruling: Some(ruling), ..self }
    }
}

impl Looks {
    /// Records that `requirement` was looked at, and the breach unless it held. Gives whether it held.
    pub(super) fn judge(&mut self, requirement: &'static str, held: bool, breach: impl FnOnce() -> Breach) -> bool {
        let index = self.entries.iter().position(|entry| entry.requirement == requirement).unwrap_or_else(|| {
            self.entries.push(Entry { requirement, breaches: Vec::new(), more: 0 });
            self.entries.len() - 1
        });
        if !held {
            let entry = &mut self.entries[index];
            if entry.breaches.len() < LIMIT {
                entry.breaches.push(breach());
            } else {
                entry.more += 1;
            }
        }
        held
    }

    /// Records that `requirement` was looked at and held, unless it is broken elsewhere.
    pub(super) fn held(&mut self, requirement: &'static str) {
        self.judge(requirement, true, Breach::default);
    }

    /// Records a breach.
    pub(super) fn broken(&mut self, requirement: &'static str, breach: impl FnOnce() -> Breach) {
        self.judge(requirement, false, breach);
    }

    /// One sighting per breach, and one per requirement that held everywhere.
    pub(super) fn done(self) -> Vec<Sighting> {
        let mut out = Vec::new();
        for Entry { requirement, breaches, more } in self.entries {
            if breaches.is_empty() {
                out.push(held_sighting(requirement));
            }
            let last = breaches.len().saturating_sub(1);
            for (index, breach) in breaches.into_iter().enumerate() {
                let place = if breach.place.is_empty() { "body" } else { &breach.place };
                let mut message = format!("{place}: {}", breach.message);
                if index == last && more > 0 {
                    message = format!("{message} (and {more} more like this)");
                }
                let seen = breach.lowered.map_or(Seen::Broken, |(seen, _)| seen);
                out.push(Sighting {
                    requirement,
                    ruling: breach.lowered.map(|(_, ruling)| ruling).or(breach.ruling),
                    seen,
                    message,
                    expected: breach.expected,
                    actual: breach.actual,
                    hint: breach.hint,
                    place: Some(breach.place),
                });
            }
        }
        out
    }
}

fn held_sighting(requirement: &'static str) -> Sighting {
    Sighting {
        requirement,
        ruling: None,
        seen: Seen::Held,
        message: String::new(),
        expected: None,
        actual: None,
        hint: None,
        place: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaches_are_bounded_and_counted() {
        let mut looks = Looks::default();
        for index in 0..100 {
            looks.broken("a", || Breach::at(format!("/{index}"), "bad"));
        }
        looks.held("b");
        let seen = looks.done();
        assert_eq!(seen.len(), LIMIT + 1);
        assert_eq!(seen[LIMIT - 1].message, "/4: bad (and 95 more like this)");
        assert_eq!((seen[LIMIT].requirement, seen[LIMIT].seen), ("b", Seen::Held));
    }

    #[test]
    fn a_requirement_that_held_once_and_broke_once_is_broken() {
        let mut looks = Looks::default();
        looks.held("a");
        looks.broken("a", || Breach::expected("", "x", "y").warned("C8"));
        let seen = looks.done();
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].seen, seen[0].ruling), (Seen::Warned, Some("C8")));
        assert_eq!(seen[0].message, "body: expected x, got y");
    }
}
