//! A SCIM 2.0 compliance test harness.
//!
//! Declarative suites are fired at a service provider, its answers are judged by RFC 7643, RFC 7644 and RFC 9865,
//! and a report says what to fix. The modules are listed in the order in which data flows through them; a module
//! uses only those above it.

mod suggest;
mod file;

pub mod scim;
pub mod verdict;
pub mod requirement;
pub mod exchange;
pub mod suite;
pub mod target;
pub mod check;
pub mod plan;
pub mod client;
pub mod run;
#[cfg(feature = "reference")]
pub mod reference;
pub mod report;
pub mod cargo_test;
#[cfg(feature = "cli")]
pub mod cli;
