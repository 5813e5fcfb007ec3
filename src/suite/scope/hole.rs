//! What may stand between `${` and `}`.

use std::ops::Range;

use super::{Rows, Scope, Text};
use crate::suite::placeholder::{SUFFIXES, head_of, places, suffixes};
use crate::suite::problem::Problems;
use crate::suite::repeat::Repeat;
use crate::suite::sample_call::SampleCall;
use crate::suite::validate::{did_you_mean, not_a_resource_type};

/// Takes what is wrong with a part of a placeholder: where in it, message, label, help.
type Wrong<'a> = dyn FnMut(Range<usize>, String, &str, Option<String>) + 'a;

impl Scope {
    /// Checks one placeholder; `hole` stands at `at` in `text`.
    pub(super) fn check_hole(
        &self,
        text: Text<'_>,
        hole: &str,
        at: Range<usize>,
        own: &[&str],
        problems: &mut Problems,
    ) {
        let mut wrong = |part: Range<usize>, message: String, label: &str, help: Option<String>| {
            problems.add_inside(text.at, text.text, at.start + part.start..at.start + part.end, message, label, help);
        };
        let head = head_of(hole);
        let mut start = head.len();
        for suffix in suffixes(hole) {
            let place = hole[start..].find(suffix).map_or(start, |index| start + index);
            let name = suffix.trim();
            if !SUFFIXES.contains(&name) {
                let help = did_you_mean(name, SUFFIXES.into_iter())
                    .unwrap_or_else(|| format!("there are {}", SUFFIXES.join(", ")));
                let from = place + suffix.len() - suffix.trim_start().len();
                wrong(from..from + name.len(), format!("`| {name}` is no suffix"), "suffix", Some(help));
            }
            start = place + suffix.len();
        }
        let name = root(head);
        let tail = &head[name.len()..];
        match name {
            "run" | "round" | "missing" | "base" if !tail.is_empty() => {
                let help = Some(format!("write `${{{name}}}`"));
                wrong(0..head.len(), format!("`{name}` has no parts"), "placeholder", help);
            }
            "page" if tail != ".start" => {
                let help = Some("write `${page.start}`, the index of the page's first resource".to_owned());
                wrong(0..head.len(), format!("nothing is called `{head}`"), "placeholder", help);
            }
            "sample" => {
                let call = tail.strip_prefix('.').map(SampleCall::parse);
                let help = Some("write `${sample.User}` or `${sample.User with title = 'Boss'}`".to_owned());
                match call {
                    Some(Ok(call)) => {
                        let is_known = !call.resource_type.contains("${");
                        if let Some(help) = not_a_resource_type(&call.resource_type).filter(|_| is_known) {
                            let message = format!("`{}` is no resource type", call.resource_type);
                            wrong(7..7 + call.resource_type.len(), message, "resource type", Some(help));
                        }
                        let replaced = call.replacing.as_deref().filter(|name| !self.is_resource(name, own));
                        if let Some(start) = replaced.and_then(|name| hole.find(name)) {
                            let name = call.replacing.as_deref().unwrap_or_default();
                            self.unknown(text, at.start + start..at.start + start + name.len(), problems);
                        }
                    }
                    Some(Err(message)) => wrong(0..head.len(), message, "sample", help),
                    None => wrong(0..head.len(), "a sample is of a resource type".to_owned(), "sample", help),
                }
                for (inner, range) in places(hole) {
                    self.check_hole(text, inner, at.start + range.start..at.start + range.end, own, problems);
                }
            }
            "repeat" => {
                if let Err(message) = Repeat::parse(tail) {
                    let help = Some("write `${repeat 500 ab}` for a text of 1000 characters".to_owned());
                    wrong(0..head.len(), message, "placeholder", help);
                }
            }
            "row" | "choose" => self.check_row(name, tail, head, &mut wrong),
            _ if self.is_resource(name, own) => {}
            _ if self.saved.contains(name) => {
                if !tail.is_empty() {
                    let help = Some(format!("`{name}` is a value of its own: write `${{{name}}}`"));
                    wrong(0..head.len(), format!("the saved value `{name}` has no parts"), "placeholder", help);
                }
            }
            "run" | "round" | "missing" | "base" | "page" => {}
            _ => self.unknown(text, at.start..at.start + name.len(), problems),
        }
    }

    fn is_resource(&self, name: &str, own: &[&str]) -> bool {
        self.resources.contains(name) || self.seeded.contains(name) || own.contains(&name)
    }

    fn check_row(&self, name: &str, tail: &str, head: &str, wrong: &mut Wrong<'_>) {
        let Some((what, columns)) = self.rows.declared() else {
            if matches!(self.rows, Rows::None) {
                let help = Some("give the case a table: `for-each:` with one `{ id: …, … }` per row".to_owned());
                wrong(0..head.len(), format!("there is no row for `${{{head}}}`"), "no table", help);
            }
            return;
        };
        if name == "choose" {
            let help = Some("`choose` goes with rows that stand in the file".to_owned());
            wrong(0..head.len(), format!("a table of {what} has no choices"), "placeholder", help);
        } else if !tail.is_empty() {
            let column = tail.trim_start_matches('.');
            let first = column.split('.').next().unwrap_or(column);
            if !columns.contains(&first) {
                let help = did_you_mean(first, columns.iter().copied())
                    .unwrap_or_else(|| format!("rows have: {}", columns.join(", ")));
                wrong(0..head.len(), format!("{what} have no `{column}`"), "placeholder", Some(help));
            }
        }
    }
}

/// The name that a placeholder begins with.
pub(super) fn root(hole: &str) -> &str {
    hole.split(['.', ' ', '[', '(', '|']).next().unwrap_or(hole)
}
