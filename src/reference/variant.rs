//! Legal but unusual behaviour: a provider with a variant conforms, and no check may fail it.

use super::Provider;

/// One variant: id, what it may be skipped in and warned about, title, function that changes a provider.
macro_rules! variant {
    ($id:literal, $(skips [$($skips:literal),+],)? $(warns [$($warns:literal),+ $(,)?],)? $title:literal, $spoil:expr $(,)?) => {
        Variant { id: $id, title: $title, skips: &[$($($skips),+)?], warns: &[$($($warns),+)?], spoil: $spoil }
    };
}

mod access;
mod bulk;
mod listing;
mod model;
mod query;
mod schema;
mod shape;
mod values;
mod write;

pub(in crate::reference) use access::answer_later;

/// A legal deviation from what the clean provider does.
pub struct Variant {
    /// Area and name: `patch/answers-204`.
    pub id: &'static str,
    /// What the provider does.
    pub title: &'static str,
    /// Capabilities or resource types whose cases are skipped with it.
    pub skips: &'static [&'static str],
    /// Requirements that it may be warned about.
    pub warns: &'static [&'static str],
    spoil: fn(&mut Provider),
}

impl Variant {
    /// Makes a provider behave so.
    pub fn apply(&self, provider: &mut Provider) {
        (self.spoil)(provider);
    }
}

static AREAS: &[&[Variant]] = &[
    &model::VARIANTS,
    &schema::VARIANTS,
    &write::VARIANTS,
    &values::VARIANTS,
    &query::VARIANTS,
    &bulk::VARIANTS,
    &shape::VARIANTS,
    &access::VARIANTS,
    &listing::VARIANTS,
];

/// Every variant.
pub fn variants() -> impl Iterator<Item = &'static Variant> {
    AREAS.iter().flat_map(|area| area.iter())
}

/// The variant of this id.
#[must_use]
pub fn variant(id: &str) -> Option<&'static Variant> {
    variants().find(|variant| variant.id == id)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{conversation, talker};
    use super::*;

    #[test]
    fn each_variant_is_seen_and_breaks_nothing() {
        let clean = conversation(&talker());
        assert_eq!(clean, conversation(&talker()), "two providers are alike");
        let mut unseen = Vec::new();
        for variant in variants() {
            let mut bench = talker();
            variant.apply(&mut bench.provider);
            let unusual = conversation(&bench);
            if clean == unusual {
                unseen.push(variant.id);
            }
            let broken = unusual.iter().find(|line| line.contains(" 500 "));
            assert_eq!(broken, None, "{}", variant.id);
        }
        // What differs there is the time.
        assert_eq!(unseen, ["answers/slow"], "these make no difference");
    }
}
