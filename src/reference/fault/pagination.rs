//! Faults of pagination.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
