//! Legal but unusual behaviour: a provider with a variant conforms, and no check may fail it.

use super::Provider;

/// A legal deviation from what the clean provider does.
pub struct Variant {
    /// Area and name: `patch/answers-204`.
    pub id: &'static str,
    /// What the provider does.
    pub title: &'static str,
    /// Capabilities or topics whose cases are skipped with it.
    pub skips: &'static [&'static str],
    /// Rulings and requirements that it may be warned about.
    pub warns: &'static [&'static str],
    spoil: fn(&mut Provider),
}

impl Variant {
    /// Makes a provider behave so.
    pub fn apply(&self, provider: &mut Provider) {
        (self.spoil)(provider);
    }
}

static VARIANTS: [Variant; 0] = [];

/// Every variant.
pub fn variants() -> impl Iterator<Item = &'static Variant> {
    VARIANTS.iter()
}

/// The variant of this id.
#[must_use]
pub fn variant(id: &str) -> Option<&'static Variant> {
    variants().find(|variant| variant.id == id)
}
