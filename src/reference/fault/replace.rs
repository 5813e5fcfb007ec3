//! Faults of replace.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
