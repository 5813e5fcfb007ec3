//! A SCIM 2.0 compliance test harness.
//!
//! Declarative suites are fired at a service provider, its answers are judged by RFC 7643, RFC 7644 and RFC 9865,
//! and a report says what to fix. The modules are listed in the order in which data flows through them; a module
//! uses only those above it.

pub mod exchange;
#[cfg(feature = "reference")]
pub mod reference;
pub mod report;
pub mod scim;
pub mod verdict;
