//! The record as lines, for tools that read a stream: first everything but the cases, then one case per line.

use std::io;

use serde::Serialize;

use super::{Case, Report, Reporter};

pub(super) struct Ndjson;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Report(Header<'a>),
    Case(&'a Case),
}

#[derive(Serialize)]
struct Header<'a> {
    format: &'a str,
    tool: &'a super::Tool,
    suites: &'a super::Suites,
    target: &'a super::TargetInfo,
    run: &'a super::RunInfo,
    profiles: &'a [super::Profile],
    #[serde(skip_serializing_if = "Option::is_none")]
    readiness: &'a Option<super::Readiness>,
    summary: &'a super::Summary,
    requirements: &'a [super::RequirementInfo],
    rulings: &'a [super::RulingInfo],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    waivers: &'a [super::WaiverInfo],
}

impl Reporter for Ndjson {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let Report {
            format,
            tool,
            suites,
            target,
            run,
            profiles,
            readiness,
            summary,
            cases,
            requirements,
            rulings,
            waivers,
        } = report;
        let header =
            Header { format, tool, suites, target, run, profiles, readiness, summary, requirements, rulings, waivers };
        write_line(&Line::Report(header), out)?;
        cases.iter().try_for_each(|case| write_line(&Line::Case(case), out))
    }
}

fn write_line(line: &Line<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
