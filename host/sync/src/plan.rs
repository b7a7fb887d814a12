//! Planning a run: every staged person, and everybody linked who was not met,
//! gets a decision. Batch by batch, so that a plan may be larger than memory.

mod lines;

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{
    IntegrationId, Leaving, Link, Plan, PlanCounts, PlanHash, PullMode, Reaction, Situation, SourceId,
};
use rollcall_pipeline::{
    Circumstances, Decision, GroupTally, Holder, Linked, Person, Planner, Reporting, alike, hash_source, hold,
};
use rollcall_store::{StoreError, TenantStore};
use sha2::{Digest, Sha256};

use crate::ahead::ahead;
use crate::batch::{BATCH_PEOPLE, Batch, Chunk};
use crate::directory::Known;
use crate::index::Seen;
use crate::progress::Progress;
use crate::stage::{Stage, Turn};
use lines::Decided;

/// Plans what `stage` has read and writes the plan beside it, with `notes` on
/// what the admin ought to know of the read.
pub(crate) fn plan(
    tenant: &TenantStore,
    circumstances: &Circumstances,
    stage: &Stage,
    mode: &PullMode,
    read: u64,
    notes: Vec<String>,
    progress: &dyn Progress,
) -> Result<Plan, StoreError> {
    let integration = &circumstances.integration;
    let linked = stage.index.len();
    let full = *mode == PullMode::Full;
    let counts = PlanCounts { full, read, in_scope: stage.in_scope, linked, ..PlanCounts::default() };
    let mut planning = Planning {
        tenant,
        integration,
        stage,
        planner: stage.pipeline.planner(circumstances.clone()),
        known: Known::open(tenant, integration)?,
        counts,
        groups: GroupTally::default(),
        overlaps: BTreeMap::new(),
        merged: circumstances.merge.is_some(),
        acts: Vec::with_capacity(stage.places.len()),
        touched: 0,
        replaced: 0,
        decided: Decided::default(),
    };
    stage.staging.put_plan(stage.run, |writer| {
        let mut done = 0;
        let (staging, run) = (&stage.staging, stage.run);
        let load = |number| (number, staging.batch::<Batch>(run, number));
        for turn in Turn::ALL {
            let theirs = stage.turns.iter().filter(|(other, _)| *other == turn);
            ahead(theirs.map(|(_, number)| *number), load, |batches| {
                for (number, batch) in batches {
                    let gone = || StoreError::Unknown { what: "staged batch", id: number.to_string() };
                    let chunk = planning.batch(turn, number, &batch?.ok_or_else(gone)?)?;
                    let decided = chunk.decisions.iter().flatten().count();
                    if decided > 0 {
                        writer.push(&chunk)?;
                    }
                    done += decided as u64;
                    progress.records(done, Some(stage.places.len() as u64));
                }
                Ok::<_, StoreError>(())
            })?;
        }
        // A migration takes over; it finds nobody missing.
        if circumstances.migrates_from.is_none() {
            planning.absent(full, |chunk| writer.push(chunk))?;
            planning.local(full, |chunk| writer.push(chunk))?;
            planning.unchanged();
        }
        planning.planner.end();
        let reporting = planning.lines()?;
        for lines in reporting.lines.chunks(BATCH_PEOPLE) {
            writer.push(&Chunk { lines: lines.to_vec(), ..planning.chunk() })?;
        }
        Ok(Plan { notes, ..planning.finish(&reporting, writer.len())? })
    })
}

/// What an approval is for: the configuration, and what is going to be done to
/// whom. In whatever order the provider names people, and whether it named all
/// of them or those who changed: the same acts are the same plan.
fn hash(configuration: impl AsRef<[u8]>, mut acts: Vec<[u8; 32]>) -> PlanHash {
    acts.sort_unstable();
    let mut hash = Sha256::new_with_prefix(configuration);
    acts.iter().for_each(|act| hash.update(act));
    PlanHash(hash.finalize().into())
}

struct Planning<'a> {
    tenant: &'a TenantStore,
    integration: &'a IntegrationId,
    stage: &'a Stage,
    planner: Planner<'a>,
    known: Known<'a>,
    counts: PlanCounts,
    groups: GroupTally,
    overlaps: BTreeMap<IntegrationId, u64>,
    merged: bool,
    /// Hash of everything that is going to be done.
    acts: Vec<[u8; 32]>,
    /// Linked people with a decision.
    touched: u64,
    /// Linked people without one, whose account goes to their new id.
    replaced: u64,
    decided: Decided,
}

impl Planning<'_> {
    /// Those of a batch who have this turn.
    fn batch(&mut self, turn: Turn, number: u32, batch: &Batch) -> Result<Chunk, StoreError> {
        let mut decisions = Vec::with_capacity(batch.people.len());
        for (at, person) in (0..).zip(&batch.people) {
            let hash = hash_source(&person.source_id);
            let linked = self.stage.index.seen(hash).is_some();
            if !self.stage.counts(hash, (number, at)) || Turn::of(person, linked) != turn {
                decisions.push(None);
                continue;
            }
            let decision = if linked { self.linked(person)? } else { Some(self.unlinked(person)?) };
            if let Some(decision) = &decision {
                self.count(&person.source_id, decision, &person.fingerprint.0.to_le_bytes());
            }
            decisions.push(decision);
        }
        Ok(Chunk { batch: Some(number), decisions, ..self.chunk() })
    }

    fn unlinked(&mut self, person: &Person) -> Result<Decision, StoreError> {
        // Bytes that this run has staged; what cannot be read of them is empty.
        let values = || self.stage.pipeline.values(person).unwrap_or_default();
        let decision = self.planner.unlinked(person, &values, &self.known);
        let decision = self.known.checked(decision)?;
        for candidate in &decision.candidates {
            if let Some(owner) = &candidate.owner
                && owner.integration != *self.integration
            {
                *self.overlaps.entry(owner.integration.clone()).or_default() += 1;
            }
        }
        if let Some(old) = decision.replaces.as_ref().filter(|old| old.integration == *self.integration) {
            let seen = self.stage.index.seen(hash_source(&old.source_id));
            self.replaced += u64::from(!self.counts.full || seen == Some(Seen::Unchanged));
        }
        match (decision.reaction, decision.account) {
            (Reaction::Create, _) => {
                self.groups.change(None, &person.groups.keys().cloned().collect());
            }
            (_, Some(id)) => {
                let account = self.known.account(id)?;
                self.group_change(account.groups.get(self.integration), &decision);
            }
            _ => {}
        }
        Ok(decision)
    }

    /// None: they are taken over under another id.
    fn linked(&mut self, person: &Person) -> Result<Option<Decision>, StoreError> {
        let link = self.known.link_of(&person.source_id)?;
        if person.standing.is_ended() && self.planner.is_taken_over(link.account) {
            return Ok(None);
        }
        let account = self.known.account(link.account)?;
        let values = self.values(person)?;
        let linked = Linked { link: &link, account: &account };
        let decision = self.planner.linked(person, &values, linked, &self.known);
        let decision = self.known.checked(decision)?;
        self.group_change(account.groups.get(self.integration), &decision);
        Ok(Some(decision))
    }

    fn group_change(&mut self, before: Option<&BTreeSet<String>>, decision: &Decision) {
        let nothing = BTreeSet::new();
        match (decision.reaction, &decision.groups) {
            (Reaction::Remove, _) => self.groups.change(before, &nothing),
            (_, Some(after)) => self.groups.change(before, after),
            (_, None) => {}
        }
    }

    /// Everybody linked who was not among the people read.
    fn absent(
        &mut self,
        full: bool,
        mut push: impl FnMut(&Chunk) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (tenant, integration, stage) = (self.tenant, self.integration, self.stage);
        let mut absent = Vec::new();
        let mut each = |source: SourceId, link: Link| {
            let situation = match stage.index.seen(hash_source(&source)).unwrap_or(Seen::No) {
                Seen::OutOfScope => Situation::OutOfScope,
                Seen::Deleted => Situation::Missing,
                Seen::No if full => Situation::Missing,
                // A read of changes: only a grace period may have run out.
                Seen::No => match &link.leaving {
                    Some(Leaving { situation, done: false, .. }) => *situation,
                    _ => return Ok(()),
                },
                Seen::Unchanged | Seen::Changed => return Ok(()),
            };
            let account = self.known.account(link.account)?;
            if self.planner.is_taken_over(account.id) {
                return Ok(());
            }
            let why = match situation {
                Situation::Missing => "no longer in the source",
                Situation::OutOfScope if self.stage.excluded.contains(&hash_source(&source)) => {
                    "kept out by an admin"
                }
                Situation::OutOfScope => "no longer passes the filter",
                _ => "the employment has ended at the source",
            };
            let linked = Linked { link: &link, account: &account };
            let decision = self.planner.leave(situation, linked, why);
            self.group_change(account.groups.get(self.integration), &decision);
            self.count(&source, &decision, &[]);
            absent.push((source, decision));
            if absent.len() >= BATCH_PEOPLE {
                push(&Chunk { absent: std::mem::take(&mut absent), ..self.chunk() })?;
            }
            Ok(())
        };
        if !full {
            let leaving = tenant.leaving(integration)?;
            for source in stage.gone.iter().cloned().chain(leaving).collect::<BTreeSet<_>>() {
                if let Some(link) = tenant.link(integration, &source)? {
                    each(source, link)?;
                }
            }
        } else if stage.index.has_leavers() {
            tenant.each_link(integration, &mut each)?;
        }
        if absent.is_empty() { Ok(()) } else { push(&Chunk { absent, ..self.chunk() }) }
    }

    /// Accounts that no source has: known for sure after everybody was read.
    fn local(
        &mut self,
        full: bool,
        mut push: impl FnMut(&Chunk) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if !full {
            return Ok(());
        }
        let mut local = Vec::new();
        for (account, flagged) in self.known.view.local()? {
            let Some(decision) = self.planner.local(account, flagged) else { continue };
            self.count(&"".into(), &decision, &[]);
            if decision.reaction != Reaction::Keep {
                local.push(decision);
            }
        }
        if local.is_empty() { Ok(()) } else { push(&Chunk { local, ..self.chunk() }) }
    }

    fn finish(self, reporting: &Reporting, chunks: u32) -> Result<Plan, StoreError> {
        let circle = |circle: &Vec<Holder>| circle.iter().map(|holder| self.label(*holder)).collect();
        let circles = reporting.circles.iter().map(circle).collect::<Result<_, _>>()?;
        let Self { stage, known, counts, mut acts, .. } = self;
        let pipeline = &stage.pipeline;
        let before = known.view.groups(self.integration)?;
        let listed = stage.members.listed();
        let groups = self.groups.plan(&before, listed, &stage.group_names, pipeline.group_kind());
        for group in &groups {
            acts.push(Sha256::digest(format!("{group:?}")).into());
        }
        if !reporting.lines.is_empty() {
            acts.push(lines::hash(&reporting.lines));
        }
        let names = known.view.group_names()?;
        let all = names.iter().map(|(_, name)| name.as_str()).chain(groups.iter().map(|g| g.name.as_str()));
        let held = hold(&counts, pipeline.policies().threshold);
        Ok(Plan {
            run: stage.run,
            hash: hash(pipeline.configuration(), acts),
            counts,
            filter: pipeline.kept(&stage.tally),
            alike: alike(all),
            groups,
            lines: reporting.lines.len() as u64,
            circles,
            overlaps: self.overlaps,
            notes: Vec::new(),
            chunks,
            held,
        })
    }

    /// People whose record is what was applied last: not in any chunk.
    fn unchanged(&mut self) {
        // A read of changes does not bring those who did not change.
        let unchanged = if self.counts.full {
            self.stage.index.unchanged()
        } else {
            self.counts.linked.saturating_sub(self.touched)
        };
        let unchanged = unchanged.saturating_sub(self.replaced);
        if unchanged > 0 {
            *self.counts.situations.entry(Situation::Linked).or_default() += unchanged;
            *self.counts.reactions.entry(Reaction::Keep).or_default() += unchanged;
        }
    }

    fn count(&mut self, source: &SourceId, decision: &Decision, fingerprint: &[u8]) {
        if self.stage.pipeline.has_manager() {
            self.decided.note(source, decision);
        }
        self.counts.add(decision.situation, decision.reaction);
        let new = matches!(decision.situation, Situation::Unlinked | Situation::Unmatched | Situation::Local);
        self.touched += u64::from(!new && decision.account.is_some());
        if matches!(decision.reaction, Reaction::Keep | Reaction::Wait | Reaction::Review) {
            return;
        }
        // What a record does not say by itself.
        let chosen = match decision.reaction {
            Reaction::Create if !decision.changes.is_empty() => format!("{:?}", decision.changes),
            _ => String::new(),
        };
        let mut hash = Sha256::new();
        for part in [
            source.as_str().as_bytes(),
            decision.situation.as_str().as_bytes(),
            decision.reaction.as_str().as_bytes(),
            &decision.account.map_or(0, |account| account.0).to_le_bytes(),
            fingerprint,
            chosen.as_bytes(),
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        self.acts.push(hash.finalize().into());
    }

    /// An empty one, with what applying needs.
    fn chunk(&self) -> Chunk {
        let pipeline = &self.stage.pipeline;
        Chunk {
            batch: None,
            decisions: Vec::new(),
            absent: Vec::new(),
            local: Vec::new(),
            lines: Vec::new(),
            targets: pipeline.targets().to_vec(),
            merged: self.merged,
            hidden: pipeline.hidden_targets().map(str::to_owned).collect(),
        }
    }

    fn values(&self, person: &Person) -> Result<Vec<Option<rollcall_model::Value>>, StoreError> {
        let damaged = || StoreError::Damaged { what: "staged person", detail: "its values".to_owned() };
        self.stage.pipeline.values(person).ok_or_else(damaged)
    }
}
