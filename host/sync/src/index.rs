//! People the integration is linked to, in memory for one run: enough to tell
//! who did not change, and who did not come, without touching an account. A full
//! read knows all of them from the start, a read of changes those who came.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rollcall_model::{AccountId, Fingerprint, IntegrationId, Link, PullMode, Situation, SourceId};
use rollcall_pipeline::{Person, SourceHash, hash_source};
use rollcall_store::{LinkReader, StoreError, TenantStore};

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

/// What counts of a link: a full read has one a person.
struct Entry {
    account: AccountId,
    fingerprint: Fingerprint,
    leaving: Option<(Situation, bool)>,
    /// False: noted by an interrupted run, and the link not looked up since.
    known: bool,
    seen: Seen,
}

impl Entry {
    fn new(link: Link, seen: Seen) -> Self {
        let leaving = link.leaving.map(|leaving| (leaving.situation, leaving.done));
        Self { account: link.account, fingerprint: link.fingerprint, leaving, known: true, seen }
    }
}

pub(crate) struct Index {
    entries: HashMap<SourceHash, Entry, BuildHasherDefault<Hashed>>,
    /// Where a read of changes looks people up; none if all are in `entries`.
    links: Option<LinkReader>,
    /// People linked.
    linked: u64,
    unchanged: u64,
}

impl Index {
    pub fn open(
        tenant: &TenantStore,
        integration: &IntegrationId,
        mode: &PullMode,
    ) -> Result<Self, StoreError> {
        let linked = tenant.count_links(integration)?;
        let mut index = Self { entries: HashMap::default(), links: None, linked, unchanged: 0 };
        if *mode != PullMode::Full {
            index.links = Some(tenant.links(integration)?);
            return Ok(index);
        }
        index.entries.reserve(usize::try_from(linked).unwrap_or_default());
        tenant.each_link(integration, |source, link| {
            index.entries.insert(hash_source(&source), Entry::new(link, Seen::No));
            Ok(())
        })?;
        Ok(index)
    }

    /// Has somebody who came looked up.
    pub fn meet(&mut self, hash: SourceHash, source: &SourceId) -> Result<(), StoreError> {
        let Some(links) = &self.links else { return Ok(()) };
        let met = self.entries.get(&hash);
        if met.is_some_and(|entry| entry.known) {
            return Ok(());
        }
        let seen = met.map_or(Seen::No, |entry| entry.seen);
        if let Some(link) = links.find(source)? {
            self.entries.insert(hash, Entry::new(link, seen));
        }
        Ok(())
    }

    /// Takes over how an interrupted run met somebody who is linked.
    pub fn restore(&mut self, hash: SourceHash, seen: Seen) {
        if self.links.is_some() {
            let fingerprint = Fingerprint(0);
            let (account, leaving) = (AccountId(0), None);
            let unknown = Entry { account, fingerprint, leaving, known: false, seen: Seen::No };
            self.entries.entry(hash).or_insert(unknown);
        }
        self.mark(hash, seen);
    }

    /// People linked.
    pub fn len(&self) -> u64 {
        self.linked
    }

    /// Whether this person is linked, applied as they are now, and not on the
    /// way out in any way that is still open.
    pub fn is_unchanged(&self, hash: SourceHash, person: &Person) -> bool {
        let known = self.entries.get(&hash).filter(|entry| entry.known);
        known.is_some_and(|known| {
            let settled = match known.leaving {
                None => !person.standing.is_ended(),
                Some((situation, done)) => {
                    done && situation == Situation::Ended && person.standing.is_ended()
                }
            };
            settled && known.fingerprint == person.fingerprint
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

    /// Whose account it is, of whom the link was looked up.
    pub fn account(&self, hash: SourceHash) -> Option<AccountId> {
        self.entries.get(&hash).filter(|entry| entry.known).map(|entry| entry.account)
    }

    /// Of everybody linked, in a full read.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.entries.values().filter(|entry| entry.known).map(|entry| entry.account)
    }

    /// Everybody who came with the read.
    pub fn met(&self) -> impl Iterator<Item = SourceHash> {
        let came = |entry: &Entry| !matches!(entry.seen, Seen::No | Seen::Deleted);
        self.entries.iter().filter(move |(_, entry)| came(entry)).map(|(hash, _)| *hash)
    }

    pub fn unchanged(&self) -> u64 {
        self.unchanged
    }

    /// Whether a full read leaves somebody whom the plan has to look at beyond
    /// those that were staged.
    pub fn has_leavers(&self) -> bool {
        let is_absent = |entry: &Entry| matches!(entry.seen, Seen::OutOfScope | Seen::Deleted | Seen::No);
        self.entries.values().any(is_absent)
    }
}
