//! Faults of create.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
