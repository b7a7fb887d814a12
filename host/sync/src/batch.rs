//! What a run writes down of its reading, a few thousand people at a time.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{EntityReceipt, SourceId};
use rollcall_pipeline::{Decision, Person, ReportingLine, SourceHash, Tally};
use serde::{Deserialize, Serialize};

/// People read before a batch is written. One durable commit each: a killed
/// process reads at most so many again. Few in tests, so that a dozen people are
/// several batches.
pub(crate) const BATCH_PEOPLE: usize = if cfg!(test) { 3 } else { 4_000 };

/// Pages' worth of people, with where the reading goes on after them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Batch {
    /// People to be looked at.
    pub people: Vec<Person>,
    /// Hashes of linked people who did not change.
    pub unchanged: Hashes,
    /// Linked people who no longer pass the filter. Whoever is not linked and
    /// does not pass it is nowhere.
    pub out_of_scope: Vec<SourceId>,
    /// Linked people who the provider says are gone.
    pub deleted: Vec<SourceId>,
    /// Hashes of people who were staged, are not linked, and came again as
    /// somebody who does not count.
    #[serde(default)]
    pub withdrawn: Hashes,
    /// Where the reading goes on. None: it has come to its end.
    #[serde(with = "serde_bytes")]
    pub cursor: Option<Vec<u8>>,
    /// Of the whole read so far.
    pub receipt: EntityReceipt,
    pub requests: u64,
    pub bytes: u64,
    /// Names of groups that records of people gave, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub group_names: BTreeMap<String, BTreeSet<String>>,
    /// People who pass the filter, so far.
    pub in_scope: u64,
    /// What each clause of the filter has kept, so far.
    pub tally: Tally,
    /// Where a later read of changes begins.
    #[serde(with = "serde_bytes")]
    pub checkpoint: Option<Vec<u8>>,
}

impl Batch {
    pub fn is_full(&self) -> bool {
        self.len() >= BATCH_PEOPLE
    }

    /// People, in whatever way they were met.
    pub fn len(&self) -> usize {
        let gone = self.out_of_scope.len() + self.deleted.len() + self.withdrawn.len();
        self.people.len() + self.unchanged.len() + gone
    }
}

/// Source hashes, 16 bytes each.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hashes(#[serde(with = "serde_bytes")] Vec<u8>);

impl Hashes {
    pub fn push(&mut self, hash: SourceHash) {
        self.0.extend(hash.to_le_bytes());
    }

    pub fn len(&self) -> usize {
        self.0.len() / size_of::<SourceHash>()
    }

    pub fn retain(&mut self, keep: impl Fn(SourceHash) -> bool) {
        let kept: Vec<_> = self.iter().filter(|hash| keep(*hash)).collect();
        self.0.clear();
        kept.into_iter().for_each(|hash| self.push(hash));
    }

    pub fn iter(&self) -> impl Iterator<Item = SourceHash> {
        let (hashes, _) = self.0.as_chunks();
        hashes.iter().copied().map(SourceHash::from_le_bytes)
    }
}

/// Part of a plan: for each person of a batch what is done, or for people who
/// were not read. Has all that applying needs, also under a configuration that
/// has changed since.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Chunk {
    /// The batch that `decisions` go with; none for those who were not read.
    pub batch: Option<u32>,
    /// In the order of the batch. None: a later page has the same person.
    pub decisions: Vec<Option<Decision>>,
    pub absent: Vec<(SourceId, Decision)>,
    /// About accounts that no source has.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub local: Vec<Decision>,
    /// Who reports to whom from now on; after everybody has their account.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lines: Vec<ReportingLine>,
    /// Attributes of accounts, in the order of people's values.
    pub targets: Vec<String>,
    /// Several sources complete one account: what this one gives is kept beside
    /// what comes of it.
    #[serde(default)]
    pub merged: bool,
    /// Attributes whose values are not shown.
    pub hidden: Vec<String>,
}
