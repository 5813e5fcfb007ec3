//! The key set of a workload identity, for the token endpoint to read.

use crate::cli::Failure;
use crate::cli::target_args::Resolved;
use crate::client;

/// Writes the key set with the public key, where the configuration names a file for it.
pub(super) fn write_key_set(resolved: &Resolved) -> Result<(), Failure> {
    let path = resolved.config.entra.federation.as_ref().and_then(|federation| federation.key_set.as_ref());
    let (Some(path), Some(federation)) = (path, &resolved.settings.onboarding.federation) else { return Ok(()) };
    let set = client::key_set(&federation.key).map_err(Failure::usage)?;
    let failed = |cause: std::io::Error| Failure::usage(format!("cannot write {}: {cause}", path.display()));
    std::fs::write(path, format!("{set:#}\n")).map_err(failed)
}
