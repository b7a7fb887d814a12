//! Planning a run: every staged person, and everybody linked who was not met,
//! gets a decision. Batch by batch, so that a plan may be larger than memory.

use std::collections::BTreeSet;

use rollcall_model::{
    Account, AccountId, IntegrationId, Leaving, Link, Plan, PlanCounts, PlanHash, PullMode, Reaction,
    Situation, SourceId,
};
use rollcall_pipeline::{Decision, Linked, Person, Planner, hash_source, hold};
use rollcall_store::{KeyReader, StoreError, TenantStore};
use sha2::{Digest, Sha256};

use crate::ahead::ahead;
use crate::batch::{BATCH_PEOPLE, Batch, Chunk};
use crate::index::Seen;
use crate::progress::Progress;
use crate::stage::Stage;

/// Plans what `stage` has read and writes the plan beside it.
pub(crate) fn plan(
    tenant: &TenantStore,
    integration: &IntegrationId,
    stage: &Stage,
    mode: &PullMode,
    read: u64,
    progress: &dyn Progress,
) -> Result<Plan, StoreError> {
    let linked = stage.index.len();
    let full = *mode == PullMode::Full;
    let counts = PlanCounts { full, read, in_scope: stage.in_scope, linked, ..PlanCounts::default() };
    let mut planning = Planning {
        tenant,
        integration,
        stage,
        planner: stage.pipeline.planner(),
        keys: tenant.keys()?,
        counts,
        acts: Vec::new(),
        touched: 0,
    };
    stage.staging.put_plan(stage.run, |writer| {
        let mut done = 0;
        let (staging, run) = (&stage.staging, stage.run);
        let load = |number| (number, staging.batch::<Batch>(run, number));
        ahead(0..stage.batches, load, |batches| {
            for (number, batch) in batches {
                let Some(batch) = batch?.filter(|batch| !batch.people.is_empty()) else { continue };
                done += batch.people.len() as u64;
                writer.push(&planning.batch(number, &batch)?)?;
                progress.records(done, Some(stage.places.len() as u64));
            }
            Ok::<_, StoreError>(())
        })?;
        planning.absent(full, |chunk| writer.push(chunk))?;
        planning.unchanged();
        let Planning { counts, acts, .. } = planning;
        let held = hold(&counts, stage.pipeline.policies().threshold);
        Ok(Plan {
            run: stage.run,
            hash: hash(stage.pipeline.configuration(), acts),
            counts,
            filter: stage.pipeline.kept(&stage.tally),
            chunks: writer.len(),
            held,
        })
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
    keys: KeyReader,
    counts: PlanCounts,
    /// Hash of everything that is going to be done.
    acts: Vec<[u8; 32]>,
    /// Linked people with a decision.
    touched: u64,
}

impl Planning<'_> {
    fn batch(&mut self, number: u32, batch: &Batch) -> Result<Chunk, StoreError> {
        let mut decisions = Vec::with_capacity(batch.people.len());
        for (at, person) in (0..).zip(&batch.people) {
            let hash = hash_source(&person.source_id);
            if !self.stage.counts(hash, (number, at)) {
                decisions.push(None);
                continue;
            }
            let decision = if self.stage.index.seen(hash).is_some() {
                self.linked(person)?
            } else {
                self.unlinked(person)?
            };
            self.count(&person.source_id, &decision, &person.fingerprint.0.to_le_bytes());
            decisions.push(Some(decision));
        }
        Ok(self.chunk(Some(number), decisions, Vec::new()))
    }

    fn unlinked(&mut self, person: &Person) -> Result<Decision, StoreError> {
        let mut failed = None;
        let keys = &self.keys;
        let mut decision = self.planner.unlinked(person, |key, folded| {
            keys.find(key, folded).unwrap_or_else(|error| {
                failed = Some(error);
                Vec::new()
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        if let (Reaction::Link, Some(id)) = (decision.reaction, decision.account) {
            let account = self.account(id)?;
            decision.changes = self.planner.changes(&account.attributes, &self.values(person)?);
        }
        Ok(decision)
    }

    fn linked(&mut self, person: &Person) -> Result<Decision, StoreError> {
        let link = self.link(&person.source_id)?;
        let account = self.account(link.account)?;
        let values = self.values(person)?;
        let mut failed = None;
        let keys = &self.keys;
        let taken = |key: &str, folded: &str| match keys.find(key, folded) {
            Ok(found) => found.iter().any(|(other, _)| *other != link.account),
            Err(error) => {
                failed = Some(error);
                false
            }
        };
        let decision = self.planner.linked(person, &values, Linked { link: &link, account: &account }, taken);
        failed.map_or(Ok(decision), Err)
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
            let account = self.account(link.account)?;
            let decision = self.planner.leave(situation, Linked { link: &link, account: &account });
            self.count(&source, &decision, &[]);
            absent.push((source, decision));
            if absent.len() >= BATCH_PEOPLE {
                push(&self.chunk(None, Vec::new(), std::mem::take(&mut absent)))?;
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
        if absent.is_empty() { Ok(()) } else { push(&self.chunk(None, Vec::new(), absent)) }
    }

    /// People whose record is what was applied last: not in any chunk.
    fn unchanged(&mut self) {
        // A read of changes does not bring those who did not change.
        let unchanged = if self.counts.full {
            self.stage.index.unchanged()
        } else {
            self.counts.linked.saturating_sub(self.touched)
        };
        if unchanged > 0 {
            *self.counts.situations.entry(Situation::Linked).or_default() += unchanged;
            *self.counts.reactions.entry(Reaction::Keep).or_default() += unchanged;
        }
    }

    fn count(&mut self, source: &SourceId, decision: &Decision, fingerprint: &[u8]) {
        self.counts.add(decision.situation, decision.reaction);
        let new = matches!(decision.situation, Situation::Unlinked | Situation::Unmatched);
        self.touched += u64::from(!new && decision.account.is_some());
        if matches!(decision.reaction, Reaction::Keep | Reaction::Wait | Reaction::Review) {
            return;
        }
        let mut hash = Sha256::new();
        for part in [
            source.as_str().as_bytes(),
            decision.situation.as_str().as_bytes(),
            decision.reaction.as_str().as_bytes(),
            &decision.account.map_or(0, |account| account.0).to_le_bytes(),
            fingerprint,
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        self.acts.push(hash.finalize().into());
    }

    fn chunk(
        &self,
        batch: Option<u32>,
        decisions: Vec<Option<Decision>>,
        absent: Vec<(SourceId, Decision)>,
    ) -> Chunk {
        let pipeline = &self.stage.pipeline;
        Chunk {
            batch,
            decisions,
            absent,
            targets: pipeline.targets().to_vec(),
            keys: pipeline.key_targets().map(str::to_owned).collect(),
            hidden: pipeline.hidden_targets().map(str::to_owned).collect(),
        }
    }

    fn values(&self, person: &Person) -> Result<Vec<Option<rollcall_model::Value>>, StoreError> {
        let damaged = || StoreError::Damaged { what: "staged person", detail: "its values".to_owned() };
        self.stage.pipeline.values(person).ok_or_else(damaged)
    }

    fn link(&self, source: &SourceId) -> Result<Link, StoreError> {
        let unknown = || StoreError::Unknown { what: "link", id: source.to_string() };
        self.tenant.link(self.integration, source)?.ok_or_else(unknown)
    }

    fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        self.tenant.account(id)?.ok_or_else(|| StoreError::Unknown { what: "account", id: id.to_string() })
    }
}
