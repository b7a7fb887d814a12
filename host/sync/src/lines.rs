//! Who reports to whom, as it was read. In memory alone, because a manager may be
//! somebody outside the filter; whoever takes up an interrupted read reads them
//! again.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rollcall_model::SourceId;
use rollcall_pipeline::{SourceHash, hash_source};

use crate::law::Hashed;

pub(crate) type ByHash<T> = HashMap<SourceHash, T, BuildHasherDefault<Hashed>>;

#[derive(Default)]
pub(crate) struct LinesRead {
    /// Each manager once, however many report to them.
    managers: Vec<SourceId>,
    numbers: ByHash<u32>,
    /// Of each person in scope the number of their manager, if they have one.
    of: ByHash<Option<u32>>,
}

impl LinesRead {
    pub fn set(&mut self, report: SourceHash, manager: Option<SourceId>) {
        let manager = manager.map(|id| {
            let next = u32::try_from(self.managers.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(hash_source(&id)).or_insert(next);
            if number == next {
                self.managers.push(id);
            }
            number
        });
        self.of.insert(report, manager);
    }

    pub fn forget(&mut self, report: SourceHash) {
        self.of.remove(&report);
    }

    /// Managers, by number.
    pub fn managers(&self) -> &[SourceId] {
        &self.managers
    }

    /// Everybody who was read, with the number of their manager.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (SourceHash, Option<u32>)> {
        self.of.iter().map(|(report, manager)| (*report, *manager))
    }
}
