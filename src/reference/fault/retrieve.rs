//! Faults of retrieve.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
