//! Deliberate defects. Each is what a developer would really have written, and each breaks requirements that the
//! suites have to notice.

use super::Provider;

/// One fault: id, what it breaks, what it may break besides, title, function that spoils a provider.
macro_rules! fault {
    ($id:literal, breaks [$($breaks:literal),+ $(,)?], $(also [$($also:literal),* $(,)?],)? $title:literal, $spoil:expr $(,)?) => {
        Fault { id: $id, title: $title, breaks: &[$($breaks),+], also: &[$($($also),*)?], spoil: $spoil }
    };
}

mod auth;
mod bulk;
mod create;
mod cursor;
mod delete;
mod discovery;
mod entra;
mod errors;
mod etag;
mod filter;
mod groups;
mod job;
mod operation;
mod later;
mod pagination;
mod patch;
mod race;
mod replace;
mod request;
mod retrieve;
mod tenant;

/// A defect that can be put into a provider before it starts.
pub struct Fault {
    /// Area and name: `filter/and-is-or`.
    pub id: &'static str,
    /// What the developer wrote.
    pub title: &'static str,
    /// Requirements that are broken for certain.
    pub breaks: &'static [&'static str],
    /// Requirements that may break with them.
    pub also: &'static [&'static str],
    spoil: fn(&mut Provider),
}

impl Fault {
    /// Puts the defect into a provider.
    pub fn apply(&self, provider: &mut Provider) {
        (self.spoil)(provider);
    }
}

static AREAS: [&[Fault]; 21] = [
    &discovery::FAULTS,
    &create::FAULTS,
    &retrieve::FAULTS,
    &replace::FAULTS,
    &patch::FAULTS,
    &delete::FAULTS,
    &filter::FAULTS,
    &pagination::FAULTS,
    &cursor::FAULTS,
    &bulk::FAULTS,
    &errors::FAULTS,
    &request::FAULTS,
    &auth::FAULTS,
    &tenant::FAULTS,
    &groups::FAULTS,
    &etag::FAULTS,
    &race::FAULTS,
    &operation::FAULTS,
    &job::FAULTS,
    &later::FAULTS,
    &entra::FAULTS,
];

/// Every fault, area by area.
pub fn faults() -> impl Iterator<Item = &'static Fault> {
    AREAS.iter().flat_map(|area| area.iter())
}

/// The fault of this id.
#[must_use]
pub fn fault(id: &str) -> Option<&'static Fault> {
    faults().find(|fault| fault.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::testing::{Bench, conversation, talking};
    use super::*;

    fn bench() -> Bench {
        Bench::with(talking())
    }

    #[test]
    fn each_fault_is_seen_and_a_clean_provider_has_none() {
        let clean = conversation(&bench());
        for (one, other) in clean.iter().zip(conversation(&bench())) {
            assert_eq!(*one, other);
        }
        // A race is seen by those who are in it only.
        for fault in faults().filter(|fault| !fault.id.starts_with("race/")) {
            let mut bench = bench();
            fault.apply(&mut bench.provider);
            assert_ne!(clean, conversation(&bench), "{} makes no difference", fault.id);
        }
    }

    #[test]
    fn ids_are_unique_and_every_fault_names_what_it_breaks() {
        let mut seen = BTreeSet::new();
        for fault in faults() {
            assert!(seen.insert(fault.id), "{} is there twice", fault.id);
            assert!(fault.id.split('/').count() == 2, "{}", fault.id);
            let both: Vec<_> = fault.breaks.iter().filter(|id| fault.also.contains(id)).collect();
            assert!(both.is_empty(), "{}: {both:?} is in both lists", fault.id);
        }
        assert!(seen.len() >= 85, "{}", seen.len());
    }
}
