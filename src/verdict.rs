//! Levels, findings and verdicts, and the one function that turns findings into a verdict.
//!
//! A finding is data: it is the product of a successful run, also when the target deviates. A level is a property of
//! a requirement and is looked up in the catalogue; nothing here decides it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How binding a requirement is (RFC 2119); the negations are folded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// MUST, SHALL, REQUIRED.
    Must,
    /// SHOULD, RECOMMENDED.
    Should,
    /// MAY, OPTIONAL.
    May,
}

impl Level {
    /// The verdict of a check that is broken at this level.
    #[must_use]
    pub const fn when_broken(self) -> Verdict {
        match self {
            Self::Must => Verdict::Fail,
            Self::Should => Verdict::Warn,
            Self::May => Verdict::Note,
        }
    }

    /// The keyword as it is shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::May => "MAY",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a case came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every judged check held.
    Pass,
    /// A MUST was broken.
    Fail,
    /// A SHOULD was not followed; the target is still conformant.
    Warn,
    /// Behaviour that the RFC leaves open was observed.
    Note,
    /// Not declared by the target, or left out by selection; always with a reason.
    Skip,
    /// Its set-up could not be made; the reason names what failed.
    Blocked,
    /// No judgement was possible: connection, timeout, or a defect of a suite or of the harness.
    Error,
}

impl Verdict {
    /// Every verdict, in the order in which they are counted and shown.
    pub const ALL: [Self; 7] = [Self::Fail, Self::Error, Self::Blocked, Self::Warn, Self::Note, Self::Pass, Self::Skip];

    /// The word as it stands in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Note => "note",
            Self::Skip => "skip",
            Self::Blocked => "blocked",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one check saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// The expectation was met.
    Held,
    /// It was not; the level of the requirement says how bad that is.
    Broken,
    /// It was not, but a ruling lowers the consequence to `warn`.
    Warned,
    /// Another answer that the RFC leaves open was given.
    Noted,
    /// The answer says that the feature is not there.
    Skipped,
    /// There was nothing to look at, for example no body; one defect shall give one failure, not five.
    NotJudged,
}

/// What one check saw in one exchange, and by which requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The kind of check (`status`, `resource`, …) or the standing check (`standing/media-type`).
    pub check: String,
    /// Id of the requirement that demands it.
    pub requirement: String,
    /// Further requirements that the same observation decides, none more binding.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
    /// Level of that requirement.
    pub level: Level,
    /// What was seen.
    pub seen: Seen,
    /// One line for the developer of the target, beginning with the place: `status: expected 201, got 200`.
    pub message: String,
    /// What would have been right.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<String>,
    /// What came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub actual: Option<String>,
    /// What to change in the target, where that can be said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    /// Ruling by which the consequence is lower than the level, or by which the check reads an ambiguous text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ruling: Option<String>,
    /// Index into the exchanges of the case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exchange: Option<usize>,
    /// Place in that response: a JSON Pointer into the body, `status`, or `header NAME`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
    /// Line of the suite that demands it, as `file:line:column`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// The waiver that accepts it for now. It is a mark, never a verdict.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub waived: Option<Waived>,
}

/// The mark of a waiver on a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is, `2027-03-31`.
    pub until: String,
}

impl Finding {
    /// Every requirement that it decides: its own, then those beside it.
    pub fn requirements(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.requirement.as_str()).chain(self.also.iter().map(String::as_str))
    }

    /// The verdict that this finding alone would give.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict_at(self.level)
    }

    /// What it says of one of its requirements, which has this level.
    #[must_use]
    pub const fn verdict_at(&self, level: Level) -> Verdict {
        match self.seen {
            Seen::Held | Seen::NotJudged => Verdict::Pass,
            Seen::Broken => level.when_broken(),
            Seen::Warned => match level {
                Level::May => Verdict::Note,
                Level::Must | Level::Should => Verdict::Warn,
            },
            Seen::Noted => Verdict::Note,
            Seen::Skipped => Verdict::Skip,
        }
    }
}

/// The verdict of a case whose steps could all be run: the worst of its findings.
///
/// A finding that says "not there" makes the case a skip, unless another one is broken. A case in which no check
/// judged anything gives `None`: it says nothing about the target.
#[must_use]
pub fn judge(findings: &[Finding]) -> Option<Verdict> {
    let worst = [Verdict::Fail, Verdict::Warn, Verdict::Skip, Verdict::Note]
        .into_iter()
        .find(|verdict| findings.iter().any(|finding| finding.verdict() == *verdict));
    worst.or_else(|| findings.iter().any(|finding| finding.seen == Seen::Held).then_some(Verdict::Pass))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(level: Level, seen: Seen) -> Finding {
        Finding {
            check: "status".into(),
            requirement: "7644-3.3-08".into(),
            level,
            seen,
            message: String::new(),
            expected: None,
            actual: None,
            hint: None,
            ruling: None,
            exchange: None,
            place: None,
            source: None,
            also: Vec::new(),
            waived: None,
        }
    }

    #[test]
    fn the_worst_finding_decides() {
        let of = |list: &[(Level, Seen)]| {
            judge(&list.iter().map(|(level, seen)| finding(*level, *seen)).collect::<Vec<_>>())
        };
        assert_eq!(of(&[(Level::Must, Seen::Held), (Level::Should, Seen::Broken)]), Some(Verdict::Warn));
        assert_eq!(of(&[(Level::Should, Seen::Broken), (Level::Must, Seen::Broken)]), Some(Verdict::Fail));
        assert_eq!(of(&[(Level::Must, Seen::Skipped), (Level::Must, Seen::Held)]), Some(Verdict::Skip));
        assert_eq!(of(&[(Level::May, Seen::Broken)]), Some(Verdict::Note));
        assert_eq!(of(&[(Level::Must, Seen::Warned)]), Some(Verdict::Warn));
    }

    #[test]
    fn nothing_judged_is_no_pass() {
        assert_eq!(judge(&[]), None);
        assert_eq!(judge(&[finding(Level::Must, Seen::NotJudged)]), None);
    }
}
