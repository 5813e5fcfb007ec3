//! Judging of exchanges: pure functions of what went over the wire, without network or clock.

pub mod compare;
pub mod evaluate;
pub mod lookup;
pub mod schema_check;
pub mod standing;
mod wording;
