//! `empty`: the answer has no body.

use super::judge::{Evidence, Saw, shorten};

pub(super) fn judge(evidence: &Evidence<'_>) -> Saw {
    let Some((index, response)) = evidence.last() else { return Saw::not_judged("there is no answer") };
    if response.body.is_empty() {
        return Saw::held(index);
    }
    let got = format!("{} bytes: {}", response.body.len(), shorten(&response.text(), 80));
    Saw::broken(index, "", "body", "no body", got)
}
