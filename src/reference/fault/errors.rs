//! Faults of errors.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
