//! What runs that are not at their end hold about one person: what was read of
//! them, and what a plan is going to do.

use std::collections::BTreeMap;

use rollcall_model::{AccountId, IntegrationId, Run, RunId, SourceId, Value};
use rollcall_pipeline::{Decision, Holder, Person, ReportingLine, SourceHash, hash_source};
use rollcall_store::{Staging, StoreError, TenantStore, decode};
use serde::Serialize;

use super::subject::Subject;
use crate::batch::{Batch, Chunk};

/// One mention of a person in what a run has staged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Staged {
    #[serde(serialize_with = "crate::privacy::export::as_text")]
    pub run: RunId,
    pub integration: IntegrationId,
    pub source_id: Option<SourceId>,
    /// `read`, `unchanged`, `out-of-scope`, `deleted`, `absent`, or as one of the two
    /// of a reporting `line`.
    pub came: &'static str,
    /// Who it is, for a person to read.
    pub label: Option<String>,
    pub keys: Vec<(String, String)>,
    /// By the name of the attribute; by number before there is a plan.
    pub values: BTreeMap<String, Value>,
    /// What the plan does about them.
    pub decision: Option<Decision>,
}

/// Everything that runs under way, interrupted or held have about this person.
pub(crate) fn staged(tenant: &TenantStore, subject: &Subject) -> Result<Vec<Staged>, StoreError> {
    let mut found = Vec::new();
    let staging = tenant.staging();
    for run in tenant.runs()? {
        if run.state.is_open() {
            Search::new(subject, &run).run(&staging, &mut found)?;
        }
    }
    Ok(found)
}

struct Search<'a> {
    subject: &'a Subject,
    run: &'a Run,
    sources: Vec<&'a SourceId>,
    hashes: Vec<SourceHash>,
}

impl<'a> Search<'a> {
    fn new(subject: &'a Subject, run: &'a Run) -> Self {
        let sources: Vec<_> = subject.sources_in(&run.integration).collect();
        let hashes = sources.iter().map(|source| hash_source(source)).collect();
        Self { subject, run, sources, hashes }
    }

    /// A batch has a chunk for each turn that somebody in it has; people who were
    /// not read have chunks of their own.
    fn run(&self, staging: &Staging, found: &mut Vec<Staged>) -> Result<(), StoreError> {
        let mut of_batch: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut absent = Vec::new();
        for number in 0.. {
            let Some(chunk) = staging.chunk::<Chunk>(self.run.id, number)? else { break };
            self.lines(&chunk, &mut absent);
            match chunk.batch {
                Some(batch) => of_batch.entry(batch).or_default().push(number),
                None => self.absent(&chunk, &mut absent),
            }
        }
        // The plan itself tells by name who leads whom in a circle.
        let circles = staging.plan(self.run.id)?.into_iter().flat_map(|plan| plan.circles).flatten();
        if circles.into_iter().any(|label| self.subject.is_named_by(&label)) {
            absent.push(self.mention(None, "line"));
        }
        for number in 0.. {
            let Some(batch) = staging.batch::<Batch>(self.run.id, number)? else { break };
            let chunks = of_batch.get(&number).into_iter().flatten();
            let chunks = chunks.map(|chunk| staging.chunk::<Chunk>(self.run.id, *chunk));
            let chunks: Vec<_> = chunks.filter_map(Result::transpose).collect::<Result<_, _>>()?;
            self.batch(&batch, &chunks, found)?;
        }
        found.append(&mut absent);
        Ok(())
    }

    fn batch(&self, batch: &Batch, chunks: &[Chunk], found: &mut Vec<Staged>) -> Result<(), StoreError> {
        for (at, person) in batch.people.iter().enumerate() {
            let decision = chunks.iter().find_map(|chunk| chunk.decisions.get(at)?.as_ref());
            if self.is_about(person) || self.is_of(decision.and_then(|decision| decision.account)) {
                found.push(self.person(person, chunks.first(), decision)?);
            }
        }
        for (came, sources) in [("out-of-scope", &batch.out_of_scope), ("deleted", &batch.deleted)] {
            let theirs = sources.iter().filter(|source| self.sources.contains(source));
            found.extend(theirs.map(|source| self.mention(Some(source), came)));
        }
        let unchanged = batch.unchanged.iter().filter_map(|hash| {
            let at = self.hashes.iter().position(|known| *known == hash)?;
            self.sources.get(at).copied()
        });
        found.extend(unchanged.map(|source| self.mention(Some(source), "unchanged")));
        Ok(())
    }

    fn absent(&self, chunk: &Chunk, found: &mut Vec<Staged>) {
        for (source, decision) in &chunk.absent {
            if self.sources.contains(&source) || self.is_of(decision.account) {
                let decision = Some(decision.clone());
                found.push(Staged { decision, ..self.mention(Some(source), "absent") });
            }
        }
    }

    fn lines(&self, chunk: &Chunk, found: &mut Vec<Staged>) {
        let is_theirs = |holder: &Holder| match holder {
            Holder::Account(id) => self.is_of(Some(*id)),
            Holder::New(hash) => self.hashes.contains(hash),
        };
        let of_line =
            |line: &ReportingLine| is_theirs(&line.report) || line.manager.as_ref().is_some_and(is_theirs);
        if chunk.lines.iter().any(of_line) {
            found.push(self.mention(None, "line"));
        }
    }

    fn is_about(&self, person: &Person) -> bool {
        self.sources.contains(&&person.source_id)
            || person.keys.iter().any(|(_, folded)| self.subject.keys.contains(folded))
    }

    fn is_of(&self, account: Option<AccountId>) -> bool {
        account.is_some() && account == self.subject.account
    }

    fn person(
        &self,
        person: &Person,
        chunk: Option<&Chunk>,
        decision: Option<&Decision>,
    ) -> Result<Staged, StoreError> {
        let values: Vec<Option<Value>> = decode("staged person", &person.values)?;
        let name = |at: usize| chunk.and_then(|chunk| chunk.targets.get(at)).cloned();
        let named = values.into_iter().enumerate().filter_map(|(at, value)| {
            let name = name(at).unwrap_or_else(|| format!("#{at}"));
            Some((name, value?))
        });
        Ok(Staged {
            label: Some(person.label.clone()),
            keys: person.keys.clone(),
            values: named.collect(),
            decision: decision.cloned(),
            ..self.mention(Some(&person.source_id), "read")
        })
    }

    fn mention(&self, source: Option<&SourceId>, came: &'static str) -> Staged {
        Staged {
            run: self.run.id,
            integration: self.run.integration.clone(),
            source_id: source.cloned(),
            came,
            label: None,
            keys: Vec::new(),
            values: BTreeMap::new(),
            decision: None,
        }
    }
}
