//! One page for people, complete in itself: it loads nothing, sends nothing, and reads without a script.
//!
//! The templates in `reports/` escape every value; what they take as safe comes from [`body`] and [`island`], which
//! escape through [`escape`] too. A content security policy names the style and the script by hash, so that nothing
//! else runs even if an escape were forgotten.

mod body;
mod case;
mod escape;
mod island;
mod readiness;
mod table;
mod view;
mod waiver;
mod wire;

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, context};
use sha2::{Digest, Sha256};

use super::{Report, Reporter};

pub(super) struct Html;

const STYLE: &str = include_str!("../../reports/report.css");
const SCRIPT: &str = include_str!("../../reports/report.js");

impl Reporter for Html {
    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let templates = templates().map_err(io::Error::other)?;
        let page = view::page(report, &templates).map_err(io::Error::other)?;
        let csp = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            hash(STYLE),
            hash(SCRIPT)
        );
        let template = templates.get_template("report.html").map_err(io::Error::other)?;
        let html = template
            .render(context! { page => Serde(page), csp, style => STYLE, script => SCRIPT })
            .map_err(io::Error::other)?;
        out.write_all(html.as_bytes())
    }
}

fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_formatter(format_value);
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    templates.add_template("report.html", include_str!("../../reports/report.html"))?;
    templates.add_template("case.html", include_str!("../../reports/case.html"))?;
    templates.add_template("readiness.html", include_str!("../../reports/readiness.html"))?;
    templates.add_template("macros.html", include_str!("../../reports/macros.html"))?;
    Ok(templates)
}

/// Writes a value into a template: safe text as it is, other text escaped, an absent value as nothing.
fn format_value(out: &mut Output, state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&escape::html(text))?),
        _ if value.kind() == ValueKind::None => Ok(()),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// The source expression of a content security policy that allows exactly this text inline.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
