//! Everybody the integration is linked to, in memory for one run: enough to
//! tell who did not change, and who did not come, without touching an account.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rollcall_model::{Fingerprint, IntegrationId, Situation};
use rollcall_pipeline::{Person, SourceHash, Standing, hash_source};
use rollcall_store::{StoreError, TenantStore};

use crate::law::Hashed;

/// How a linked person was met in this read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Not yet.
    No,
    Unchanged,
    /// Staged, to be looked at.
    Changed,
    OutOfScope,
    /// The provider says that they are gone.
    Deleted,
}

struct Entry {
    fingerprint: Fingerprint,
    leaving: Option<(Situation, bool)>,
    seen: Seen,
}

#[derive(Default)]
pub(crate) struct Index {
    entries: HashMap<SourceHash, Entry, BuildHasherDefault<Hashed>>,
    unchanged: u64,
}

impl Index {
    pub fn load(tenant: &TenantStore, integration: &IntegrationId) -> Result<Self, StoreError> {
        let mut index = Self::default();
        tenant.each_link(integration, |source, link| {
            let leaving = link.leaving.map(|leaving| (leaving.situation, leaving.done));
            let entry = Entry { fingerprint: link.fingerprint, leaving, seen: Seen::No };
            index.entries.insert(hash_source(&source), entry);
            Ok(())
        })?;
        Ok(index)
    }

    /// People linked.
    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Whether this person is linked, applied as they are now, and not on the
    /// way out in any way that is still open.
    pub fn is_unchanged(&self, hash: SourceHash, person: &Person) -> bool {
        self.entries.get(&hash).is_some_and(|entry| {
            let settled = match entry.leaving {
                None => person.standing != Standing::Ended,
                Some((situation, done)) => {
                    done && situation == Situation::Ended && person.standing == Standing::Ended
                }
            };
            settled && entry.fingerprint == person.fingerprint
        })
    }

    /// Notes how somebody was met. False: they are not linked.
    pub fn mark(&mut self, hash: SourceHash, seen: Seen) -> bool {
        let Some(entry) = self.entries.get_mut(&hash) else { return false };
        self.unchanged += u64::from(seen == Seen::Unchanged);
        self.unchanged -= u64::from(entry.seen == Seen::Unchanged);
        entry.seen = seen;
        true
    }

    pub fn seen(&self, hash: SourceHash) -> Option<Seen> {
        self.entries.get(&hash).map(|entry| entry.seen)
    }

    /// Everybody who came with the read.
    pub fn met(&self) -> impl Iterator<Item = SourceHash> {
        let came = |entry: &Entry| !matches!(entry.seen, Seen::No | Seen::Deleted);
        self.entries.iter().filter(move |(_, entry)| came(entry)).map(|(hash, _)| *hash)
    }

    pub fn unchanged(&self) -> u64 {
        self.unchanged
    }

    /// Whether somebody is left whom the plan has to look at beyond those that
    /// were staged: absent, out of scope, or with a grace period running.
    pub fn has_leavers(&self, full: bool) -> bool {
        self.entries.values().any(|entry| match entry.seen {
            Seen::OutOfScope | Seen::Deleted => true,
            Seen::No => full || entry.leaving.is_some_and(|(_, done)| !done),
            Seen::Unchanged | Seen::Changed => false,
        })
    }
}
