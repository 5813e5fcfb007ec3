//! Deliberate defects. Each is what a developer would really have written, and each breaks requirements that the
//! suites have to notice.

use super::Provider;

/// One fault: id, what it breaks, what it may break besides, title, function that spoils a provider.
macro_rules! fault {
    ($id:literal, breaks [$($breaks:literal),+ $(,)?], $(also [$($also:literal),* $(,)?],)? $title:literal, $spoil:expr $(,)?) => {
        Fault { id: $id, title: $title, breaks: &[$($breaks),+], also: &[$($($also),*)?], spoil: $spoil }
    };
}

mod accepted;
mod auth;
mod bulk;
mod configuration;
mod content;
mod crash;
mod create;
mod cursor;
mod definitions;
mod delete;
mod discovery;
mod enterprise;
mod entra;
mod errors;
mod etag;
mod filter;
mod filter_logic;
mod filter_values;
mod groups;
mod hands;
mod http;
mod job;
mod operation;
mod ids;
mod membership;
mod later;
mod load;
mod pages;
mod pagination;
mod patch;
mod race;
mod projection;
mod replace;
mod request;
mod retrieve;
mod schema;
mod search;
mod shape;
mod sort;
mod tenant;
mod texts;
mod token;
mod users;
mod values;

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

static AREAS: &[&[Fault]] = &[
    &discovery::FAULTS,
    &configuration::FAULTS,
    &definitions::FAULTS,
    &schema::FAULTS,
    &content::FAULTS,
    &create::FAULTS,
    &accepted::FAULTS,
    &retrieve::FAULTS,
    &replace::FAULTS,
    &patch::FAULTS,
    &delete::FAULTS,
    &filter::FAULTS,
    &filter_logic::FAULTS,
    &filter_values::FAULTS,
    &sort::FAULTS,
    &projection::FAULTS,
    &search::FAULTS,
    &pagination::FAULTS,
    &pages::FAULTS,
    &cursor::FAULTS,
    &bulk::FAULTS,
    &errors::FAULTS,
    &http::FAULTS,
    &crash::FAULTS,
    &shape::FAULTS,
    &request::FAULTS,
    &auth::FAULTS,
    &tenant::FAULTS,
    &groups::FAULTS,
    &membership::FAULTS,
    &membership::LARGE,
    &users::FAULTS,
    &enterprise::FAULTS,
    &texts::FAULTS,
    &values::FAULTS,
    &ids::FAULTS,
    &etag::FAULTS,
    &race::FAULTS,
    &operation::FAULTS,
    &job::FAULTS,
    &later::FAULTS,
    &entra::FAULTS,
    &token::FAULTS,
    &load::FAULTS,
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

    use super::*;

    #[test]
    fn ids_are_unique_and_every_fault_names_what_it_breaks() {
        let mut seen = BTreeSet::new();
        for fault in faults() {
            assert!(seen.insert(fault.id), "{} is there twice", fault.id);
            assert!(fault.id.split('/').count() == 2, "{}", fault.id);
            let both: Vec<_> = fault.breaks.iter().filter(|id| fault.also.contains(id)).collect();
            assert!(both.is_empty(), "{}: {both:?} is in both lists", fault.id);
        }
        assert!(seen.len() >= 250, "{}", seen.len());
    }
}
