//! Faults of patch.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
