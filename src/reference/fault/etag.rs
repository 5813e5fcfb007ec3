//! Faults of etag.

use super::Fault;

pub(super) static FAULTS: [Fault; 0] = [];
