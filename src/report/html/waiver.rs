//! The table of waivers and what became of them.

use std::borrow::Cow;

use serde::Serialize;

use crate::report::untrusted::shortened;
use crate::report::{Report, WaiverInfo};

/// A waiver in the table.
#[derive(Serialize)]
pub(super) struct WaiverRow<'a> {
    state: &'static str,
    needs_care: bool,
    case: &'a str,
    requirement: Option<&'a str>,
    until: &'a str,
    reason: Cow<'a, str>,
    note: Option<&'a str>,
    source: Option<&'a str>,
}

/// Every waiver of the run, those first that somebody has to look after.
pub(super) fn rows(report: &Report) -> Vec<WaiverRow<'_>> {
    let mut waivers: Vec<&WaiverInfo> = report.waivers.iter().collect();
    waivers.sort_by_key(|waiver| !waiver.state.needs_care());
    waivers.into_iter().map(row).collect()
}

fn row(waiver: &WaiverInfo) -> WaiverRow<'_> {
    WaiverRow {
        state: waiver.state.as_str(),
        needs_care: waiver.state.needs_care(),
        case: &waiver.case,
        requirement: waiver.requirement.as_deref(),
        until: &waiver.until,
        reason: shortened(&waiver.reason, 400),
        note: waiver.note.as_deref(),
        source: waiver.source.as_deref(),
    }
}
