//! `scimspec list`: cases, or the requirements that no case judges.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::suites::SuiteArgs;
use super::{Exit, Failure};
use crate::plan::{Coverage, Selector, Standing};
use crate::requirement::{Catalogue, Requirement};
use crate::suite::SuiteEntry;

/// List cases, or the requirements that no case judges.
///
/// A table whose rows are the attributes of the target is listed once, since the rows are only known in a run.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  \
    scimspec list patch/\n  \
    scimspec list --uncovered rfc7644/3.5.2 must\n  \
    scimspec list --format json entra/")]
pub(super) struct ListArgs {
    /// Case ids or their beginnings, sections, requirements, levels, tags; everything without any
    #[arg(value_name = "SELECTOR")]
    selectors: Vec<String>,
    /// List observable requirements that nothing judges and nothing excuses
    #[arg(long)]
    uncovered: bool,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
    #[command(flatten)]
    suites: SuiteArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListFormat {
    Text,
    Json,
    Markdown,
}

/// One line of the list.
struct Row {
    id: String,
    title: String,
    tier: &'static str,
    profile: &'static str,
    requirements: Vec<String>,
}

pub(super) fn run(args: &ListArgs) -> Result<Exit, Failure> {
    let catalogue = Catalogue::embedded();
    let loaded = args.suites.load()?;
    let selectors = Selector::parse_all(&args.selectors, &loaded.suites, catalogue).map_err(Failure::usage)?;
    let entries = loaded.suites.iter().flat_map(|suite| &suite.entries);
    if args.uncovered {
        let coverage = Coverage::of(&loaded.suites);
        let wanted = |one: &Requirement| {
            selectors.is_empty() || selectors.iter().any(|selector| selector.matches_requirement(one))
        };
        if !selectors.is_empty() && !catalogue.requirements().any(wanted) {
            return Err(Failure::usage(
                "nothing is selected: --uncovered takes sections (rfc7644/3.5.2), requirements and levels",
            ));
        }
        let open: Vec<&Requirement> =
            catalogue.requirements().filter(|one| wanted(one) && coverage.standing(one) == Standing::Open).collect();
        show_uncovered(&open, args.format);
        return Ok(Exit::Conformant);
    }
    let rows: Vec<Row> = entries
        .filter(|entry| selectors.is_empty() || selectors.iter().any(|selector| selects(selector, entry)))
        .map(row)
        .collect();
    if rows.is_empty() {
        return Err(Failure::usage("nothing is selected"));
    }
    show(&rows, args.format);
    Ok(Exit::Conformant)
}

fn selects(selector: &Selector, entry: &SuiteEntry) -> bool {
    match entry {
        SuiteEntry::Case(case) => selector.matches(case, Catalogue::embedded()),
        SuiteEntry::Declared(table) => selector.matches_table(table, Catalogue::embedded()),
    }
}

fn requirements_of(entry: &SuiteEntry) -> Vec<String> {
    match entry {
        SuiteEntry::Case(case) => case.requirements().into_iter().map(str::to_owned).collect(),
        SuiteEntry::Declared(table) => table.requirements.clone(),
    }
}

fn row(entry: &SuiteEntry) -> Row {
    match entry {
        SuiteEntry::Case(case) => Row {
            id: case.id.clone(),
            title: case.title.clone(),
            tier: case.tier.as_str(),
            profile: case.profile.as_str(),
            requirements: requirements_of(entry),
        },
        SuiteEntry::Declared(table) => Row {
            id: format!("{}[…]", table.id),
            title: format!("{} (for each {})", table.title, table.rows),
            tier: table.tier.as_str(),
            profile: table.profile.as_str(),
            requirements: requirements_of(entry),
        },
    }
}

fn show(rows: &[Row], format: ListFormat) {
    match format {
        ListFormat::Text => {
            for row in rows {
                anstream::println!(
                    "{}\n    {} ({}, {}; {})",
                    row.id,
                    row.title,
                    row.tier,
                    row.profile,
                    row.requirements.join(" ")
                );
            }
            anstream::println!("{} cases", rows.len());
        }
        ListFormat::Json => {
            let list: Vec<_> = rows
                .iter()
                .map(|row| json!({ "id": row.id, "title": row.title, "tier": row.tier, "profile": row.profile, "requirements": row.requirements }))
                .collect();
            anstream::println!("{:#}", serde_json::Value::Array(list));
        }
        ListFormat::Markdown => {
            anstream::println!("| case | what it shows | tier | requirements |\n| --- | --- | --- | --- |");
            for row in rows {
                anstream::println!(
                    "| `{}` | {} | {} | {} |",
                    row.id,
                    row.title.replace('|', "\\|"),
                    row.tier,
                    row.requirements.join(" ")
                );
            }
        }
    }
}

fn show_uncovered(open: &[&Requirement], format: ListFormat) {
    match format {
        ListFormat::Text => {
            for one in open {
                anstream::println!("{:<18} {:<6} {}", one.id, one.level, one.text);
            }
            anstream::println!("{} observable requirements are neither judged nor excused", open.len());
        }
        ListFormat::Json => {
            let list: Vec<_> =
                open.iter().map(|one| json!({ "id": one.id, "level": one.level, "text": one.text })).collect();
            anstream::println!("{:#}", serde_json::Value::Array(list));
        }
        ListFormat::Markdown => {
            anstream::println!("| requirement | level | text |\n| --- | --- | --- |");
            for one in open {
                anstream::println!("| {} | {} | {} |", one.id, one.level, one.text.replace('|', "\\|"));
            }
        }
    }
}
