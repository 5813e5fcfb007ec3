//! Judging of exchanges: pure functions of what went over the wire, without network or clock.

mod all_match;
mod changed_only;
pub mod compare;
mod empty;
pub mod evaluate;
mod filters;
mod finds;
mod header;
mod ids;
mod judge;
mod judged;
mod json;
mod kept;
pub mod lookup;
mod message;
mod resource;
mod same;
pub mod schema_check;
pub mod standing;
mod status;
mod wording;

pub use changed_only::unchanged;
pub use judge::{Answer, Evidence, Own, Saw, Write, judge};
pub use judged::Judged;
