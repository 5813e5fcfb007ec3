//! Cases and findings for the tests of this module.

use super::{Case, ExchangeInfo};
use crate::verdict::{Finding, Level, Seen, Verdict};

pub(super) fn case(id: &str, verdict: Verdict, findings: Vec<Finding>) -> Case {
    Case {
        id: id.into(),
        title: "Creating a user answers 201".into(),
        why: String::new(),
        effect: None,
        profile: "rfc".into(),
        tier: "full".into(),
        tags: vec!["users".into()],
        verdict,
        reason: Some("no connection".into()),
        requirements: Vec::new(),
        findings,
        exchanges: vec![answer(200)],
        duration_ms: 1,
        source: None,
        rerun: String::new(),
        script: None,
    }
}

pub(super) fn answer(status: u16) -> ExchangeInfo {
    ExchangeInfo {
        purpose: "step".into(),
        method: "GET".into(),
        url: "https://x.example/Users".into(),
        request_headers: Vec::new(),
        request_body: None,
        status: Some(status),
        response_headers: Vec::new(),
        response_body: None,
        response_body_truncated: false,
        error: None,
        duration_ms: 1.0,
        waits: Vec::new(),
        curl: String::new(),
    }
}

pub(super) fn finding(requirement: &str, level: Level, message: &str) -> Finding {
    Finding {
        check: message.split(':').next().unwrap_or_default().into(),
        requirement: requirement.into(),
        level,
        seen: Seen::Broken,
        message: message.into(),
        expected: None,
        actual: None,
        hint: None,
        ruling: None,
        exchange: Some(0),
        place: None,
        source: None,
        also: Vec::new(),
        waived: None,
    }
}
