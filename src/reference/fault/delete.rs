//! Faults of delete.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
