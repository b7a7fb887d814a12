//! What a run has read, and what it is going to do, until it is done.
//!
//! Batches lie under ordered keys, so that staging appends. A preview stages in
//! memory: the same code, and nothing on the disk (C19).

use std::collections::BTreeSet;
use std::sync::Arc;

use redb::backends::InMemoryBackend;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use rollcall_model::{Plan, Run, RunId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::rewrite::Fill;
use crate::runs::RUNS;
use crate::{StoreError, control, decode, encode};

/// `(run, batch)` to people read.
const BATCHES: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("staged_batches");
/// `(run, chunk)` to decisions.
const CHUNKS: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("plan_chunks");
const PLANS: TableDefinition<u64, &[u8]> = TableDefinition::new("plans");

pub(crate) fn tables(fill: &mut Fill<'_>) -> Result<(), StoreError> {
    fill.table(BATCHES)?;
    fill.table(CHUNKS)?;
    fill.table(PLANS)
}

#[derive(Clone)]
pub struct Staging {
    database: Arc<Database>,
}

impl Staging {
    pub(crate) fn of(database: Arc<Database>) -> Self {
        Self { database }
    }

    /// One that is gone with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        let database = Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .map_err(|error| StoreError::opening("memory".into(), error))?;
        control::stamp(&database, |tx| tables(&mut Fill::new(tx, None)))?;
        Ok(Self::of(Arc::new(database)))
    }

    /// Adds a batch, durably.
    pub fn put_batch<T: Serialize>(&self, run: RunId, number: u32, batch: &T) -> Result<(), StoreError> {
        let bytes = encode("batch", batch)?;
        let tx = self.database.begin_write()?;
        tx.open_table(BATCHES)?.insert((run.0, number), bytes.as_slice())?;
        Ok(tx.commit()?)
    }

    pub fn batch<T: DeserializeOwned>(&self, run: RunId, number: u32) -> Result<Option<T>, StoreError> {
        let table = self.database.begin_read()?.open_table(BATCHES)?;
        table.get((run.0, number))?.map(|bytes| decode("batch", bytes.value())).transpose()
    }

    /// Writes a plan, its chunks one after the other, all or nothing. One without
    /// chunks has nothing to be applied and is not written.
    pub fn put_plan(
        &self,
        run: RunId,
        write: impl FnOnce(&mut PlanWriter<'_>) -> Result<Plan, StoreError>,
    ) -> Result<Plan, StoreError> {
        let tx = self.database.begin_write()?;
        let plan = {
            let mut writer = PlanWriter { run, table: tx.open_table(CHUNKS)?, next: 0 };
            let plan = write(&mut writer)?;
            if writer.is_empty() {
                return Ok(plan);
            }
            drop(writer);
            tx.open_table(PLANS)?.insert(run.0, encode("plan", &plan)?.as_slice())?;
            plan
        };
        tx.commit()?;
        Ok(plan)
    }

    pub fn plan(&self, run: RunId) -> Result<Option<Plan>, StoreError> {
        let table = self.database.begin_read()?.open_table(PLANS)?;
        table.get(run.0)?.map(|bytes| decode("plan", bytes.value())).transpose()
    }

    pub fn chunk<T: DeserializeOwned>(&self, run: RunId, number: u32) -> Result<Option<T>, StoreError> {
        let table = self.database.begin_read()?.open_table(CHUNKS)?;
        table.get((run.0, number))?.map(|bytes| decode("plan chunk", bytes.value())).transpose()
    }

    /// Forgets everything that earlier and this run have staged.
    pub fn clear_up_to(&self, run: RunId) -> Result<(), StoreError> {
        let tx = self.database.begin_write()?;
        clear(&tx, run)?;
        Ok(tx.commit()?)
    }
}

/// Deletes what this and earlier runs staged, but those of other integrations
/// that are under way or wait. Writes nothing if there is none.
pub(crate) fn clear(tx: &WriteTransaction, run: RunId) -> Result<(), StoreError> {
    for id in staged(tx, run)? {
        let known = tx.open_table(RUNS)?.get(id.0)?.map(|bytes| decode::<Run>("run", bytes.value()));
        let is_open = known.transpose()?.is_some_and(|known| known.state.is_open());
        if !is_open || id == run {
            forget(tx, id)?;
        }
    }
    Ok(())
}

/// This and earlier runs that have something staged. There may be thousands of
/// others.
fn staged(tx: &WriteTransaction, up_to: RunId) -> Result<BTreeSet<RunId>, StoreError> {
    let mut runs = BTreeSet::new();
    for table in [BATCHES, CHUNKS] {
        let table = tx.open_table(table)?;
        let mut from = 0;
        while let Some(row) = table.range((from, 0)..=(up_to.0, u32::MAX))?.next() {
            let (of, _) = row?.0.value();
            runs.insert(RunId(of));
            from = of + 1;
        }
    }
    for row in tx.open_table(PLANS)?.range(..=up_to.0)? {
        runs.insert(RunId(row?.0.value()));
    }
    Ok(runs)
}

/// Deletes what one run staged.
pub(crate) fn forget(tx: &WriteTransaction, run: RunId) -> Result<(), StoreError> {
    for table in [BATCHES, CHUNKS] {
        tx.open_table(table)?.retain_in((run.0, 0)..=(run.0, u32::MAX), |_, _| false)?;
    }
    tx.open_table(PLANS)?.remove(run.0)?;
    Ok(())
}

pub struct PlanWriter<'a> {
    run: RunId,
    table: redb::Table<'a, (u64, u32), &'static [u8]>,
    next: u32,
}

impl PlanWriter<'_> {
    pub fn push<T: Serialize>(&mut self, chunk: &T) -> Result<(), StoreError> {
        self.table.insert((self.run.0, self.next), encode("plan chunk", chunk)?.as_slice())?;
        self.next += 1;
        Ok(())
    }

    /// Chunks written so far.
    pub fn len(&self) -> u32 {
        self.next
    }

    pub fn is_empty(&self) -> bool {
        self.next == 0
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{PullMode, RunState};

    use super::*;
    use crate::{MasterKey, Store, TenantStore};

    fn staged(tenant: &TenantStore, integration: &str, state: RunState) -> RunId {
        let open = |id| Run {
            id,
            act: rollcall_model::Act::Sync,
            integration: integration.into(),
            state,
            mode: PullMode::Full,
            started_ms: 1,
            connector: String::new(),
            configuration: String::new(),
            receipt: None,
        };
        let run = tenant.open_run(open).expect("opens").id;
        tenant.staging().put_batch(run, 0, &"staged").expect("stages");
        run
    }

    /// Two integrations of a tenant share the tables.
    #[test]
    fn a_plan_that_waits_outlives_a_run_of_another_integration() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        let held = staged(&tenant, "hr", RunState::Held { reason: String::new() });
        let applying = staged(&tenant, "interns", RunState::Applying { applied: 1 });
        let left = staged(&tenant, "more", RunState::Superseded);
        let own = staged(&tenant, "more", RunState::Reading);
        tenant.staging().clear_up_to(own).expect("clears");
        let is_there = |run| tenant.staging().batch::<String>(run, 0).expect("reads").is_some();
        assert!(is_there(held) && is_there(applying));
        assert!(!is_there(left) && !is_there(own));
    }
}
