//! Requirements that are decided along with one that a rule judges: the same look settles both.

/// Judged requirement, and those that hold and break with it; none is more binding.
const ALONG: &[(&str, &[&str])] = &[
    // The URNs of messages are those that are registered.
    ("7644-3.4.2-04", &["7644-3.1-05", "7644-8.2-01"]),
    ("7644-3.12-02", &["7644-3.1-05", "7644-8.2-01"]),
    ("7644-3.7-03", &["7644-3.1-05", "7644-8.2-01"]),
    // What is no JSON is no body, of whatever answer; a URN that is there twice is not distinct.
    ("7644-3.1-02", &["7644-3.2-10"]),
    ("7643-3-07", &["7643-3-04"]),
    // Shapes of values as JSON.
    ("7643-2.4-01", &["7644-3.8-09"]),
    ("7643-2.3-06", &["7644-3.8-09"]),
    // A 401 names a scheme.
    ("7644-2-06", &["6750-3-01"]),
    // A 202 is only sent for an asynchronous request.
    ("9967-2.5.1.1-05", &["9967-3-01"]),
    // What travels in clear text can be read by all.
    ("7644-7.2-01", &["7644-7.4-03"]),
];

/// The requirements that are decided along with this one.
pub(super) fn with(requirement: &str) -> &'static [&'static str] {
    ALONG.iter().find(|(judged, _)| *judged == requirement).map_or(&[], |(_, along)| along)
}

#[cfg(test)]
mod tests {
    use super::super::ALL;
    use super::*;
    use crate::requirement::Catalogue;

    #[test]
    fn each_is_judged_by_a_rule_and_decides_nothing_more_binding() {
        let level = |id: &str| Catalogue::embedded().requirement(id).map(|one| one.level).expect(id);
        for (judged, along) in ALONG {
            assert!(ALL.iter().any(|check| check.requirements.contains(judged)), "{judged} is judged by no rule");
            for id in *along {
                assert!(level(id) >= level(judged), "{id} is more binding than {judged}");
            }
        }
    }
}
