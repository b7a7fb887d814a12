//! Applying a plan: chunk by chunk, in transactions of bounded size, each with
//! the run's progress in it. A killed process goes on after the last one.

use rollcall_model::{
    Account, AccountId, AccountStatus, Event, EventKind, Fingerprint, IntegrationId, Link, Owner, Plan,
    Reaction, Run, RunId, RunState, SourceId, Value, ValueRef,
};
use rollcall_pipeline::{Decision, Person, fold};
use rollcall_store::{Apply, Integration, Staging, StoreError, TenantStore, decode};

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::ahead::ahead;
use crate::batch::{Batch, Chunk};
use crate::progress::Progress;

/// Decisions that one transaction carries out at most. Fewer and larger ones
/// write less: people come in an order that is random to the links' tree, so
/// each transaction touches most of it. Few in tests, so that a dozen people are
/// several transactions.
pub(crate) const TRANSACTION_PEOPLE: usize = if cfg!(test) { 4 } else { 25_000 };

/// Carries out what is left of a plan and ends the run with the last of it.
pub(crate) fn apply(
    tenant: &TenantStore,
    staging: &Staging,
    run: &mut Run,
    plan: &Plan,
    integration: &Integration,
    now_ms: i64,
    progress: &dyn Progress,
) -> Result<(), StoreError> {
    let total = plan.counts.reactions.values().sum();
    let RunState::Applying { applied: first } = run.state else { return Ok(()) };
    let id = run.id;
    let load = |number| load(staging, id, number);
    // Chunks are read and decoded on another thread, one ahead.
    ahead(first..plan.chunks, load, |parts| {
        loop {
            let RunState::Applying { applied: first } = run.state else { return Ok(()) };
            let mut next = first;
            let done = tenant.apply(|apply| {
                let mut applying = Applying { apply, run, integration: &integration.id, now_ms };
                let mut people = 0;
                while people < TRANSACTION_PEOPLE
                    && let Some(part) = parts.next()
                {
                    people += applying.part(&part?)?;
                    next += 1;
                }
                let ended = next >= plan.chunks;
                let state = if ended { RunState::Done } else { RunState::Applying { applied: next } };
                let run = Run { state, ..run.clone() };
                apply.save_run(&run)?;
                if ended {
                    apply.save_integration(integration)?;
                    apply.clear_staging(run.id)?;
                }
                progress.records(people as u64, Some(total));
                Ok(run)
            })?;
            *run = done;
        }
    })
}

/// Part of a plan, with the people that it is about.
struct Part {
    chunk: Chunk,
    batch: Option<Batch>,
}

fn load(staging: &Staging, run: RunId, number: u32) -> Result<Part, StoreError> {
    let gone = |what| move || StoreError::Unknown { what, id: number.to_string() };
    let chunk: Chunk = staging.chunk(run, number)?.ok_or_else(gone("plan chunk"))?;
    let batch = match chunk.batch {
        Some(batch) => Some(staging.batch(run, batch)?.ok_or_else(gone("staged batch"))?),
        None => None,
    };
    Ok(Part { chunk, batch })
}

/// The attributes of a new account, straight from what was staged.
struct NewAttributes<'a> {
    targets: &'a [String],
    values: &'a [Option<ValueRef<'a>>],
}

impl Serialize for NewAttributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.iter().flatten().count()))?;
        for (target, value) in self.targets.iter().zip(self.values) {
            if let Some(value) = value {
                map.serialize_entry(target, value)?;
            }
        }
        map.end()
    }
}

struct Applying<'a, 'b> {
    apply: &'a mut Apply<'b>,
    run: &'a Run,
    integration: &'a IntegrationId,
    now_ms: i64,
}

impl Applying<'_, '_> {
    /// The number of people in it.
    fn part(&mut self, Part { chunk, batch }: &Part) -> Result<usize, StoreError> {
        let people = batch.iter().flat_map(|batch| &batch.people);
        for (person, decision) in people.zip(&chunk.decisions) {
            if let Some(decision) = decision {
                self.person(chunk, person, decision)?;
            }
        }
        for (source, decision) in &chunk.absent {
            self.decision(chunk, source, None, decision)?;
        }
        Ok(chunk.decisions.len() + chunk.absent.len())
    }

    fn person(&mut self, chunk: &Chunk, person: &Person, decision: &Decision) -> Result<(), StoreError> {
        if decision.reaction == Reaction::Create {
            return self.create(chunk, person);
        }
        self.decision(chunk, &person.source_id, Some(person), decision)
    }

    fn create(&mut self, chunk: &Chunk, person: &Person) -> Result<(), StoreError> {
        let id = self.apply.new_account_id();
        let values: Vec<Option<ValueRef<'_>>> = decode("staged person", &person.values)?;
        let attributes = NewAttributes { targets: &chunk.targets, values: &values };
        self.apply.put_account(&Account {
            id,
            status: AccountStatus::Active,
            attributes,
            owner: Some(self.owner(&person.source_id)),
            created_ms: self.now_ms,
            updated_ms: self.now_ms,
        })?;
        for (key, folded) in &person.keys {
            self.apply.put_key(key, folded, id, true);
        }
        let link = Link { account: id, fingerprint: person.fingerprint, leaving: None };
        self.apply.put_link(self.integration, &person.source_id, &link)?;
        self.emit(EventKind::Created, id, Vec::new())
    }

    /// What is done to an account that exists. `person` is none for somebody
    /// who was not read.
    fn decision(
        &mut self,
        chunk: &Chunk,
        source: &SourceId,
        person: Option<&Person>,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let Some(id) = decision.account else { return Ok(()) };
        let kind = match decision.reaction {
            Reaction::Create | Reaction::Review | Reaction::Wait => return Ok(()),
            Reaction::Remove => return self.remove(chunk, source, id),
            Reaction::Keep => None,
            Reaction::Flag => Some(EventKind::Flagged),
            Reaction::Link => Some(EventKind::Linked),
            Reaction::Update => Some(EventKind::Updated),
            Reaction::Reactivate => Some(EventKind::Reactivated),
            Reaction::Deactivate => Some(EventKind::Deactivated),
        };
        self.change(chunk, source, id, decision)?;
        self.relink(source, id, person, decision)?;
        match kind {
            Some(kind) => {
                let changed = decision.changes.iter().map(|change| change.attribute.clone()).collect();
                self.emit(kind, id, changed)
            }
            None => Ok(()),
        }
    }

    fn change(
        &mut self,
        chunk: &Chunk,
        source: &SourceId,
        id: AccountId,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let status = match decision.reaction {
            Reaction::Deactivate => Some(AccountStatus::Deactivated),
            Reaction::Reactivate => Some(AccountStatus::Active),
            _ => None,
        };
        let links = decision.reaction == Reaction::Link;
        if status.is_none() && !links && decision.changes.is_empty() {
            return Ok(());
        }
        let mut account = self.account(id)?;
        self.keys(chunk, &account, false);
        for change in &decision.changes {
            match &change.after {
                Some(value) => account.attributes.insert(change.attribute.clone(), value.clone()),
                None => account.attributes.remove(&change.attribute),
            };
        }
        account.status = status.unwrap_or(account.status);
        account.updated_ms = self.now_ms;
        if links {
            account.owner = Some(self.owner(source));
        }
        self.keys(chunk, &account, true);
        self.apply.put_account(&account)
    }

    /// The link as it is after this run.
    fn relink(
        &mut self,
        source: &SourceId,
        account: AccountId,
        person: Option<&Person>,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let leaving = decision.leaving.clone();
        let fingerprint = match person {
            Some(person) => person.fingerprint,
            // Whoever was not read comes back as changed, whatever they are like.
            None => Fingerprint(0),
        };
        self.apply.put_link(self.integration, source, &Link { account, fingerprint, leaving })
    }

    fn remove(&mut self, chunk: &Chunk, source: &SourceId, id: AccountId) -> Result<(), StoreError> {
        let account = self.account(id)?;
        self.keys(chunk, &account, false);
        self.apply.remove_account(id)?;
        self.apply.remove_link(self.integration, source);
        self.emit(EventKind::Removed, id, Vec::new())
    }

    /// Enters or takes out what the account is found by.
    fn keys(&mut self, chunk: &Chunk, account: &Account, enter: bool) {
        for key in &chunk.keys {
            let Some(folded) = account.attributes.get(key).and_then(Value::as_text).map(fold) else {
                continue;
            };
            if enter {
                self.apply.put_key(key, &folded, account.id, account.owner.is_some());
            } else {
                self.apply.remove_key(key, &folded, account.id);
            }
        }
    }

    fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        self.apply.account(id)?.ok_or_else(|| StoreError::Unknown { what: "account", id: id.to_string() })
    }

    fn owner(&self, source: &SourceId) -> Owner {
        Owner { integration: self.integration.clone(), source_id: source.clone() }
    }

    fn emit(&mut self, kind: EventKind, account: AccountId, changed: Vec<String>) -> Result<(), StoreError> {
        self.apply.emit(&Event { kind, account, run: self.run.id, at_ms: self.now_ms, changed })
    }
}
