//! A finished run in each format. Every format is a pure function of one [`Report`]; nothing here sends a request or
//! reads a clock.
//!
//! What a target answers is hostile until it has been escaped: each format escapes in its own way, after
//! `untrusted` has made control and direction characters visible.

mod assemble;
pub mod baseline;
mod cause;
pub mod curl;
pub mod diff;
mod evidence;
mod format;
mod github;
mod html;
mod json;
mod junit;
mod markdown;
mod model;
mod ndjson;
pub mod profile;
mod readiness;
mod script;
pub mod terminal;
#[cfg(test)]
mod testing;
mod untrusted;

pub use assemble::{Setting, assemble};
pub use format::{Format, Reporter, UnknownFormat};
pub use json::{ReadError, read_json, schema};
pub use model::*;
pub(crate) use untrusted::{one_line, shortened, visible};

/// `1 case`, `2 cases`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
