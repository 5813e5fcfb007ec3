//! Faults of auth.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
