//! The exit codes. They are part of the contract: a change of meaning is a major version.

use std::process::ExitCode;

use crate::report::{Case, LineState, Report};
use crate::verdict::Verdict;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: nothing that counts is broken.
    Conformant,
    /// 1: at least one requirement is broken and not waived, or declared not to hold.
    Broken,
    /// 2: a mistake in the command, the configuration or a suite; also when nothing is selected.
    Usage,
    /// 3: no judgement was possible.
    NotJudged,
}

impl Exit {
    /// The exit of a finished run. `strict`: a broken SHOULD counts, too.
    #[must_use]
    pub fn of(report: &Report, strict: bool) -> Self {
        let count = |verdict: Verdict| report.summary.of(verdict);
        let counts = |case: &Case| case.verdict == Verdict::Fail || (strict && case.verdict == Verdict::Warn);
        let denied = report.readiness.iter().flat_map(|readiness| readiness.of(LineState::Denied)).next().is_some();
        if denied || report.cases.iter().any(|case| counts(case) && !case.is_waived()) {
            Self::Broken
        } else if count(Verdict::Error) + count(Verdict::Blocked) > 0 || !report.run.complete {
            Self::NotJudged
        } else {
            Self::Conformant
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Conformant => 0,
            Exit::Broken => 1,
            Exit::Usage => 2,
            Exit::NotJudged => 3,
        })
    }
}
