//! Faults of entra.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
