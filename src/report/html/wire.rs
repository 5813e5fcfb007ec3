//! A request or a response as it went over the wire, with the places marked that findings speak of.

use super::{body, escape};
use crate::report::{ExchangeInfo, untrusted};
use crate::verdict::{Finding, Verdict};

/// How much of a body is shown.
const LIMIT: usize = 64 * 1024;

/// Lines shown around a marked line that lies beyond the limit.
const AROUND: usize = 12;

/// The request, as HTML for a `<pre>`.
pub(super) fn request(exchange: &ExchangeInfo) -> String {
    let mut out = format!("<b>{}</b> {}\n", escape::html(&exchange.method), escape::html(&exchange.url));
    for (name, value) in &exchange.request_headers {
        push_header(&mut out, name, value);
        out.push('\n');
    }
    push_body(&mut out, exchange.request_body.as_deref(), &[]);
    out
}

/// The response, as HTML for a `<pre>`; `findings` are those that speak of this exchange.
pub(super) fn response(exchange: &ExchangeInfo, findings: &[&Finding]) -> String {
    let bad: Vec<&Finding> = findings.iter().copied().filter(|finding| finding.verdict() != Verdict::Pass).collect();
    let mut out = String::new();
    for wait in &exchange.waits {
        out.push_str(&format!("<i>Put off with {}; sent again after {:.1} s.</i>\n", wait.status, wait.seconds));
    }
    match exchange.status {
        Some(_) => {
            let status = escape::html(&status_text(exchange));
            push_marked(&mut out, &format!("<b>HTTP {status}</b>"), &at(&bad, |place| place == "status"));
        }
        None => {
            let error = exchange.error.as_deref().unwrap_or("no answer");
            out.push_str(&format!("<mark>no answer: {}</mark>\n", escape::html(error)));
        }
    }
    let header_of = |place: &str| place.strip_prefix("header ").map(str::to_ascii_lowercase);
    for (name, value) in &exchange.response_headers {
        let mut line = String::new();
        push_header(&mut line, name, value);
        let lower = name.to_ascii_lowercase();
        push_marked(&mut out, &line, &at(&bad, |place| header_of(place).as_deref() == Some(&lower)));
    }
    for finding in &bad {
        let Some(name) = finding.place.as_deref().and_then(|place| place.strip_prefix("header ")) else { continue };
        if !exchange.response_headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            push_ghost(&mut out, &format!("{name}: not there"));
            push_note(&mut out, finding);
        }
    }
    push_body(&mut out, exchange.response_body.as_deref(), &bad);
    if exchange.response_body_truncated {
        out.push_str("<i>The body goes on; only its beginning was kept.</i>\n");
    }
    out
}

/// `201 Created`, or that there was no answer.
pub(super) fn status_text(exchange: &ExchangeInfo) -> String {
    let Some(status) = exchange.status else { return "no answer".to_owned() };
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

fn at<'a>(findings: &[&'a Finding], wanted: impl Fn(&str) -> bool) -> Vec<&'a Finding> {
    findings.iter().copied().filter(|finding| finding.place.as_deref().is_some_and(&wanted)).collect()
}

fn push_header(out: &mut String, name: &str, value: &str) {
    out.push_str(&format!("<b>{}</b>: {}", escape::html(name), escape::html(&untrusted::one_line(value))));
}

fn push_body(out: &mut String, body: Option<&str>, findings: &[&Finding]) {
    let Some(text) = body.filter(|body| !body.is_empty()) else { return };
    out.push('\n');
    let lines = body::lines(text);
    let marks: Vec<(usize, &Finding)> =
        findings.iter().filter_map(|finding| Some((line_of(&lines, finding.place.as_deref()?)?, *finding))).collect();
    let mut shown = 0;
    let mut hidden = 0;
    for (number, line) in lines.iter().enumerate() {
        shown += line.html.len() + 1;
        if shown > LIMIT && !marks.iter().any(|(marked, _)| marked.abs_diff(number) <= AROUND) {
            hidden += 1;
            continue;
        }
        push_hidden(out, &mut hidden);
        let here: Vec<&Finding> =
            marks.iter().filter(|(marked, _)| *marked == number).map(|(_, finding)| *finding).collect();
        let (exact, missing): (Vec<&Finding>, Vec<&Finding>) =
            here.into_iter().partition(|finding| finding.place == line.pointer);
        push_marked(out, &line.html, &exact);
        for finding in missing {
            let known = line.pointer.as_deref().map_or(0, str::len);
            let name = finding.place.as_deref().and_then(|place| place.get(known..)).unwrap_or_default();
            let depth = 2 + line.html.len() - line.html.trim_start_matches(' ').len();
            push_ghost(out, &format!("{:depth$}{}: not there", "", name.trim_start_matches('/')));
            push_note(out, finding);
        }
    }
    push_hidden(out, &mut hidden);
    if text.len() > LIMIT {
        out.push_str(&format!(
            "<i>This body has {} KB here; report.json holds all that was kept.</i>\n",
            text.len() / 1024
        ));
    }
}

/// The line of the value at this pointer, or of its nearest ancestor that is there.
fn line_of(lines: &[body::Line], place: &str) -> Option<usize> {
    if !(place.is_empty() || place.starts_with('/')) {
        return None;
    }
    let mut wanted = place;
    loop {
        if let Some(at) = lines.iter().position(|line| line.pointer.as_deref() == Some(wanted)) {
            return Some(at);
        }
        wanted = &wanted[..wanted.rfind('/')?];
    }
}

fn push_hidden(out: &mut String, hidden: &mut usize) {
    if *hidden > 0 {
        out.push_str(&format!("<i>… {hidden} lines left out …</i>\n"));
        *hidden = 0;
    }
}

/// A line, marked when findings speak of it, each of them below.
fn push_marked(out: &mut String, html: &str, findings: &[&Finding]) {
    if findings.is_empty() {
        out.push_str(html);
        out.push('\n');
        return;
    }
    let text = html.trim_start_matches(' ');
    out.push_str(&html[..html.len() - text.len()]);
    out.push_str(&format!("<mark>{text}</mark>\n"));
    findings.iter().for_each(|finding| push_note(out, finding));
}

fn push_ghost(out: &mut String, text: &str) {
    let inner = text.trim_start_matches(' ');
    out.push_str(&text[..text.len() - inner.len()]);
    out.push_str(&format!("<del>{}</del>\n", escape::html(inner)));
}

fn push_note(out: &mut String, finding: &Finding) {
    let indent = out.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
    let indent = indent.len() - indent.trim_start_matches(' ').len();
    out.push_str(&format!(
        "{:indent$}<em>^ {}</em>\n",
        "",
        escape::html(&untrusted::one_line(&untrusted::shortened(&finding.message, 400)))
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Level, Seen};

    fn exchange(body: &str) -> ExchangeInfo {
        ExchangeInfo {
            purpose: "step".into(),
            method: "GET".into(),
            url: "https://x.example/<b>".into(),
            request_headers: Vec::new(),
            request_body: None,
            status: Some(200),
            response_headers: vec![("content-type".into(), "text/plain".into())],
            response_body: Some(body.into()),
            response_body_truncated: false,
            error: None,
            duration_ms: 1.0,
            waits: Vec::new(),
            curl: String::new(),
        }
    }

    fn finding(place: &str) -> Finding {
        Finding {
            check: "resource".into(),
            requirement: "R1".into(),
            level: Level::Must,
            seen: Seen::Broken,
            message: "expected <x>".into(),
            expected: None,
            actual: None,
            hint: None,
            ruling: None,
            exchange: Some(0),
            place: Some(place.into()),
            source: None,
            also: Vec::new(),
            waived: None,
        }
    }

    fn shown(body: &str, place: &str) -> String {
        response(&exchange(body), &[&finding(place)])
    }

    #[test]
    fn the_place_of_a_finding_is_marked_with_its_message_below() {
        let note = "<em>^ expected &lt;x&gt;</em>\n";
        assert!(shown("{\"a\":1}", "status").starts_with(&format!("<mark><b>HTTP 200 OK</b></mark>\n{note}")));
        assert!(shown("", "header Content-Type").contains("<mark><b>content-type</b>: text/plain</mark>\n<em>"));
        assert!(shown("{\"a\":1}", "/a").contains(&format!("  <mark><b>&quot;a&quot;</b>: 1</mark>\n  {note}")));
    }

    #[test]
    fn what_is_missing_gets_a_line_where_it_belongs() {
        assert!(shown("{\"a\":{\"c\":1}}", "/a/b/0").contains("{\n    <del>b/0: not there</del>\n    <em>"));
        assert!(shown("", "header ETag").contains("<del>ETag: not there</del>\n<em>"));
        assert!(!shown("no json", "/a").contains("<mark>"));
    }

    #[test]
    fn a_long_body_is_cut_but_the_marked_place_is_kept() {
        let items: Vec<String> = (0..9000).map(|n| format!("\"value number {n}\"")).collect();
        let body = format!("[{}]", items.join(","));
        let html = shown(&body, "/8000");
        assert!(html.len() < LIMIT * 2 && html.contains("<mark>&quot;value number 8000&quot;"), "{}", html.len());
        assert!(html.contains("lines left out") && html.contains("This body has"));
    }
}
