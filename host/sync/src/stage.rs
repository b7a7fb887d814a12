//! Staging: pages of workers become batches of people, on a thread of its own,
//! while the connector computes the next page.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use rollcall_model::{RunId, SourceId, Worker};
use rollcall_pipeline::{
    Explanation, GroupMembers, Person, Pipeline, SourceHash, Tally, Verdict, hash_source,
};
use rollcall_sandbox::WorkerPage;
use rollcall_store::{Staging, StoreError};

use crate::batch::Batch;
use crate::explain::Watch;
use crate::index::{Index, Seen};
use crate::law::Hashed;
use crate::lines::LinesRead;
use crate::read::SoFar;

/// Where a staged person lies: batch, and number within it.
pub(crate) type Place = (u32, u32);

/// The order in which people are planned, whatever order they came in. Whoever has
/// an account goes before somebody new with the same key; and whoever is on the way
/// out may be back under another id, so that nothing is theirs to lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    Linked,
    New,
    Ended,
}

impl Turn {
    pub const ALL: [Self; 3] = [Self::Linked, Self::New, Self::Ended];

    pub fn of(person: &Person, linked: bool) -> Self {
        match (linked, person.standing.is_ended()) {
            (true, false) => Self::Linked,
            (true, true) => Self::Ended,
            (false, _) => Self::New,
        }
    }
}

/// What has been read so far: the index with everybody met marked in it, and
/// the place of each person staged.
pub(crate) struct Stage {
    pub run: RunId,
    pub index: Index,
    pub staging: Staging,
    pub pipeline: Arc<Pipeline>,
    pub members: Arc<GroupMembers>,
    /// People whom an admin keeps out.
    pub excluded: HashSet<SourceHash>,
    /// Who reports to whom.
    pub lines: LinesRead,
    /// Names of groups that records of people in scope gave, by key.
    pub group_names: BTreeMap<String, BTreeSet<String>>,
    /// A person who came twice is at the later place.
    pub places: HashMap<SourceHash, Place, BuildHasherDefault<Hashed>>,
    /// Batches in which somebody has this turn.
    pub turns: BTreeSet<(Turn, u32)>,
    /// Linked people who came as out of scope or deleted at some time.
    pub gone: BTreeSet<SourceId>,
    /// Batches written.
    pub batches: u32,
    pub in_scope: u64,
    /// What each clause of the filter has kept so far.
    pub tally: Tally,
    /// Whom to explain, and those found.
    pub watch: Option<Watch>,
    pub watched: Vec<Explanation>,
    /// Where a later read of changes begins, once the last page is in.
    pub checkpoint: Option<Vec<u8>>,
    batch: Batch,
    /// Whether somebody who came in this batch had come before.
    came_again: bool,
    /// Runs once per batch, before it is written.
    before_write: Box<dyn FnMut() -> Result<(), StoreError> + Send>,
}

impl Stage {
    pub fn new(
        run: RunId,
        index: Index,
        staging: Staging,
        pipeline: Arc<Pipeline>,
        members: Arc<GroupMembers>,
        before_write: Box<dyn FnMut() -> Result<(), StoreError> + Send>,
    ) -> Self {
        Self {
            run,
            index,
            staging,
            pipeline,
            members,
            excluded: HashSet::new(),
            lines: LinesRead::default(),
            group_names: BTreeMap::new(),
            places: HashMap::default(),
            turns: BTreeSet::new(),
            gone: BTreeSet::new(),
            batches: 0,
            in_scope: 0,
            tally: Tally::default(),
            watch: None,
            watched: Vec::new(),
            checkpoint: None,
            batch: Batch::default(),
            came_again: false,
            before_write,
        }
    }

    /// Takes up what an interrupted run has written. The last batch, if there
    /// is one, with its people left out.
    pub fn restore(&mut self) -> Result<Option<Batch>, StoreError> {
        let mut last = None;
        while let Some(mut batch) = self.staging.batch::<Batch>(self.run, self.batches)? {
            for (at, person) in (0..).zip(&batch.people) {
                let hash = hash_source(&person.source_id);
                self.index.meet(hash, &person.source_id)?;
                self.place(hash, person, at);
            }
            // After the people: of somebody who is in two lists, this is how
            // they came last.
            for hash in batch.withdrawn.iter() {
                self.places.remove(&hash);
            }
            for hash in batch.unchanged.iter() {
                self.places.remove(&hash);
                self.index.restore(hash, Seen::Unchanged);
            }
            let out_of_scope = batch.out_of_scope.drain(..).map(|id| (id, Seen::OutOfScope));
            let deleted = batch.deleted.drain(..).map(|id| (id, Seen::Deleted));
            for (id, seen) in out_of_scope.chain(deleted) {
                let hash = hash_source(&id);
                self.places.remove(&hash);
                self.index.restore(hash, seen);
                self.gone.insert(id);
            }
            self.note_groups(std::mem::take(&mut batch.group_names));
            self.in_scope = batch.in_scope;
            self.tally.clone_from(&batch.tally);
            self.checkpoint.clone_from(&batch.checkpoint);
            self.batches += 1;
            batch.people.clear();
            last = Some(batch);
        }
        Ok(last)
    }

    /// Takes a page in; writes a batch when there is enough for one, or when
    /// this was the last page.
    pub fn take(&mut self, page: WorkerPage, so_far: SoFar) -> Result<(), StoreError> {
        let WorkerPage { workers, deleted, next, checkpoint, .. } = page;
        for worker in workers {
            self.worker(worker)?;
        }
        for id in deleted {
            let id = SourceId(id);
            let hash = hash_source(&id);
            self.index.meet(hash, &id)?;
            self.withdraw(hash);
            if self.index.mark(hash, Seen::Deleted) {
                self.gone.insert(id.clone());
                self.batch.deleted.push(id);
            }
        }
        let last = next.is_none();
        self.batch.cursor = next;
        self.checkpoint.clone_from(&checkpoint);
        self.batch.checkpoint = checkpoint;
        self.batch.receipt = so_far.receipt;
        self.batch.requests = so_far.requests;
        self.batch.bytes = so_far.bytes;
        self.batch.in_scope = self.in_scope;
        self.batch.tally.clone_from(&self.tally);
        // An end that nobody came before needs no place to go on from.
        let is_empty = self.batches == 0 && self.batch.len() == 0;
        if (last && !is_empty) || self.batch.is_full() {
            self.keep_the_last_word();
            (self.before_write)()?;
            self.staging.put_batch(self.run, self.batches, &std::mem::take(&mut self.batch))?;
            self.batches += 1;
        }
        Ok(())
    }

    fn worker(&mut self, worker: Worker) -> Result<(), StoreError> {
        let hash = hash_source(&worker.id);
        self.index.meet(hash, &worker.id)?;
        if self.watch.as_ref().is_some_and(|watch| watch.is(&worker)) {
            // A person who came twice counts as they came last.
            self.watched.retain(|told| told.source_id != worker.id);
            self.watched.push(self.pipeline.explain(worker.clone(), hash, &self.members));
        }
        // Of somebody who is not linked nothing is kept, unless they pass.
        let linked = self.index.seen(hash).is_some().then(|| worker.id.clone());
        match self.pipeline.process(worker, hash, &self.members, &mut self.tally) {
            Verdict::In(person) if !self.excluded.contains(&hash) => self.person(hash, *person),
            Verdict::In(_) | Verdict::Out => self.out(hash, linked),
        }
        Ok(())
    }

    /// Takes lines alone from a page of people who are staged already.
    pub fn take_lines(&mut self, page: WorkerPage) -> Result<(), StoreError> {
        for worker in page.workers {
            let hash = hash_source(&worker.id);
            self.index.meet(hash, &worker.id)?;
            match self.pipeline.process(worker, hash, &self.members, &mut Tally::default()) {
                Verdict::In(mut person) if !self.excluded.contains(&hash) => self.line(hash, &mut person),
                Verdict::In(_) | Verdict::Out => self.lines.forget(hash),
            }
        }
        page.deleted.into_iter().for_each(|id| self.lines.forget(hash_source(&SourceId(id))));
        Ok(())
    }

    fn line(&mut self, hash: SourceHash, person: &mut Person) {
        match person.manager.take() {
            // Whoever leaves keeps their manager, as all else.
            _ if person.standing.is_ended() => self.lines.forget(hash),
            manager if self.pipeline.has_manager() => self.lines.set(hash, manager),
            _ => {}
        }
    }

    fn note_groups(&mut self, names: BTreeMap<String, BTreeSet<String>>) {
        for (key, names) in names {
            self.group_names.entry(key).or_default().extend(names);
        }
    }

    fn out(&mut self, hash: SourceHash, linked: Option<SourceId>) {
        self.withdraw(hash);
        if let Some(id) = linked {
            self.index.mark(hash, Seen::OutOfScope);
            self.gone.insert(id.clone());
            self.batch.out_of_scope.push(id);
        }
    }

    /// Somebody who does not count any more, if they did.
    fn withdraw(&mut self, hash: SourceHash) {
        self.lines.forget(hash);
        let seen = self.index.seen(hash);
        let staged = self.places.remove(&hash).is_some();
        self.came_again |= seen.is_some_and(|seen| seen != Seen::No);
        self.in_scope -= u64::from(staged || seen == Some(Seen::Unchanged));
        if staged && seen.is_none() {
            self.came_again = true;
            self.batch.withdrawn.push(hash);
        }
    }

    /// Whoever came more than once stays in those lists of the batch that say
    /// how they came last: whoever takes it up does not know in what order.
    fn keep_the_last_word(&mut self) {
        if !std::mem::take(&mut self.came_again) {
            return;
        }
        let (index, places, batch) = (&self.index, &self.places, &mut self.batch);
        let came = |id: &SourceId, last| index.seen(hash_source(id)) == Some(last);
        batch.unchanged.retain(|hash| index.seen(hash) == Some(Seen::Unchanged));
        batch.out_of_scope.retain(|id| came(id, Seen::OutOfScope));
        batch.deleted.retain(|id| came(id, Seen::Deleted));
        batch.withdrawn.retain(|hash| !places.contains_key(&hash));
    }

    fn person(&mut self, hash: SourceHash, mut person: Person) {
        self.line(hash, &mut person);
        let seen = self.index.seen(hash);
        let known = self.places.contains_key(&hash) || seen == Some(Seen::Unchanged);
        self.came_again |= seen.is_some_and(|seen| seen != Seen::No);
        self.in_scope += u64::from(!known);
        for (key, name) in person.groups.iter().filter(|(_, name)| !name.is_empty()) {
            if !self.group_names.get(key).is_some_and(|names| names.contains(name)) {
                self.group_names.entry(key.clone()).or_default().insert(name.clone());
                self.batch.group_names.entry(key.clone()).or_default().insert(name.clone());
            }
        }
        if self.index.is_unchanged(hash, &person) {
            self.places.remove(&hash);
            self.index.mark(hash, Seen::Unchanged);
            self.batch.unchanged.push(hash);
            return;
        }
        let at = u32::try_from(self.batch.people.len()).unwrap_or(u32::MAX);
        self.place(hash, &person, at);
        self.batch.people.push(person);
    }

    fn place(&mut self, hash: SourceHash, person: &Person, at: u32) {
        self.places.insert(hash, (self.batches, at));
        let linked = self.index.mark(hash, Seen::Changed);
        self.turns.insert((Turn::of(person, linked), self.batches));
    }

    /// Whether the person at this place is the one that counts.
    pub fn counts(&self, hash: SourceHash, place: Place) -> bool {
        self.places.get(&hash) == Some(&place)
    }

    /// Hashes of everybody met so far whom a resumed read still knows.
    pub fn known(&self) -> impl Iterator<Item = SourceHash> {
        self.places.keys().copied().chain(self.index.met())
    }
}

#[cfg(test)]
mod tests;
