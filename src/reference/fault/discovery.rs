//! Faults of discovery.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
