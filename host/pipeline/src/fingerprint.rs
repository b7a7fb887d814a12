//! Hashes that stand for a person's record or id while a run is under way.

use rollcall_model::{Fingerprint, SourceId};
use twox_hash::XxHash3_128;

/// A source id, hashed: what a run keeps in memory of each person it has read,
/// so that a large company costs bytes a person and never a name.
pub type SourceHash = u128;

pub fn hash_source(id: &SourceId) -> SourceHash {
    XxHash3_128::oneshot(id.as_str().as_bytes())
}

/// Over the encoded record under one version of the configuration.
pub(crate) fn fingerprint(configuration: u64, encoded: &[u8]) -> Fingerprint {
    Fingerprint(XxHash3_128::oneshot_with_seed(configuration, encoded))
}
