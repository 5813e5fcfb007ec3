//! Faults of groups.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
