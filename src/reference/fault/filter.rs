//! Faults of filter.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
