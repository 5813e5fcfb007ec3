//! The message of a failed trial: everything that is needed to mend the target, since nothing else is printed.

use libtest_mimic::Failed;
use serde_json::Value;

use crate::report::{Case, ExchangeInfo, Report, curl, one_line, shortened, visible};
use crate::verdict::{Finding, Verdict};

/// Findings that are told in full per trial.
const MOST_FINDINGS: usize = 8;

/// Characters of a body, and of a curl command, that are shown.
const LONGEST_BODY: usize = 1500;
const LONGEST_COMMAND: usize = 3000;

/// The failure of a trial about whose case nothing can be said.
pub(super) fn unjudged(reason: &str) -> Failed {
    format!("could not be judged: {reason}").into()
}

/// Tells what is wrong in the cases whose verdict `fails`.
pub(super) fn story(report: &Report, fails: &dyn Fn(Verdict) -> bool, name: &str) -> String {
    let mut page = Page { report, text: String::new() };
    let mut left = MOST_FINDINGS;
    let mut untold = 0;
    for case in report.cases.iter().filter(|case| fails(case.verdict) && !case.is_waived()) {
        let findings: Vec<&Finding> = case.findings.iter().filter(|finding| fails(finding.verdict())).collect();
        let told = findings.len().min(left);
        let is_unjudged = matches!(case.verdict, Verdict::Blocked | Verdict::Error);
        untold += findings.len() - told;
        if told == 0 && !is_unjudged {
            continue;
        }
        left -= told;
        page.head(case);
        if is_unjudged {
            page.unjudged(case);
        }
        page.findings(case, &findings[..told]);
    }
    if untold > 0 {
        page.line(&format!("and {untold} more of these"));
    }
    if !report.run.left_behind.is_empty() {
        page.line(&format!("left behind: {}", report.run.left_behind.join(", ")));
    }
    page.line(&format!("rerun: {}", rerun(name)));
    page.text
}

struct Page<'a> {
    report: &'a Report,
    text: String,
}

impl Page<'_> {
    fn head(&mut self, case: &Case) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(&format!("{}: {}", case.id, case.title));
    }

    fn unjudged(&mut self, case: &Case) {
        let reason = case.reason.as_deref().unwrap_or("no reason is known");
        self.line(&format!("could not be judged: {reason}"));
        let last = case.exchanges.iter().rev().find(|exchange| exchange.purpose != "clean-up");
        if let Some(exchange) = last {
            self.exchange(exchange);
        }
    }

    /// Findings about one answer stand together, and the answer once behind them.
    fn findings(&mut self, case: &Case, findings: &[&Finding]) {
        let mut findings = findings.to_vec();
        findings.sort_by_key(|finding| finding.exchange);
        for (at, finding) in findings.iter().enumerate() {
            self.finding(case, finding);
            let is_last = findings.get(at + 1).is_none_or(|next| next.exchange != finding.exchange);
            if let Some(exchange) = finding.exchange.filter(|_| is_last).and_then(|index| case.exchanges.get(index)) {
                self.exchange(exchange);
            }
        }
    }

    fn finding(&mut self, case: &Case, finding: &Finding) {
        self.line(&shortened(&finding.message, LONGEST_BODY));
        self.field("expected", finding.expected.as_deref());
        self.field("actual", finding.actual.as_deref());
        let requirement = self.report.requirement(&finding.requirement);
        let rule = requirement.map(|rule| format!("{}, {} ({}): {}", rule.section, rule.level, rule.id, rule.text));
        self.field("rule", rule.as_deref());
        self.field("see", requirement.map(|rule| rule.link.as_str()));
        self.field("ruling", finding.ruling.as_deref());
        self.field("effect", case.effect.as_deref());
        self.field("hint", finding.hint.as_deref());
        self.field("suite", finding.source.as_deref().or(case.source.as_deref()));
    }

    fn exchange(&mut self, exchange: &ExchangeInfo) {
        self.field("request", Some(&format!("{} {}", exchange.method, exchange.url)));
        match (exchange.status, &exchange.error) {
            (Some(status), _) => self.field("answer", Some(&answer(status, exchange))),
            (None, error) => self.field("answer", Some(error.as_deref().unwrap_or("none"))),
        }
        let is_short = exchange.curl.len() <= LONGEST_COMMAND;
        self.field("replay", Some(if is_short { &exchange.curl } else { "too long to show" }));
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(&one_line(text));
        self.text.push('\n');
    }

    /// A labelled text; its further lines stand below the first one.
    fn field(&mut self, label: &str, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        for (at, line) in visible(&shortened(text, LONGEST_COMMAND)).lines().enumerate() {
            let label = if at == 0 { label } else { "" };
            self.text.push_str(format!("  {label:<9} {line}").trim_end());
            self.text.push('\n');
        }
    }
}

/// Status, headers and body of an answer.
fn answer(status: u16, exchange: &ExchangeInfo) -> String {
    let mut text = format!("HTTP {status}");
    for (name, value) in exchange.response_headers.iter().take(20) {
        text.push_str(&format!("\n{name}: {}", shortened(&one_line(value), 300)));
    }
    if let Some(body) = &exchange.response_body {
        let pretty = serde_json::from_str::<Value>(body).ok().map(|body| format!("{body:#}"));
        text.push('\n');
        text.push_str(&shortened(pretty.as_deref().unwrap_or(body), LONGEST_BODY));
    }
    text
}

/// The command that runs one trial of this test target.
fn rerun(name: &str) -> String {
    let program = std::env::current_exe().unwrap_or_default();
    let stem = program.file_stem().and_then(|stem| stem.to_str()).unwrap_or("NAME");
    // Cargo adds a hash of 16 digits to the name of the target.
    let target = match stem.rsplit_once('-') {
        Some((target, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => target,
        _ => stem,
    };
    let is_example = program.parent().is_some_and(|folder| folder.ends_with("examples"));
    let kind = if is_example { "--example" } else { "--test" };
    format!("cargo test {kind} {target} -- --exact {}", curl::quoted(name))
}
