//! A finished run in each format. Every format is a pure function of one [`Report`]; nothing here sends a request or
//! reads a clock.

mod model;

pub use model::*;
