//! What a run has read, and what it is going to do, until it is done.
//!
//! Batches lie under ordered keys, so that staging appends. A preview stages in
//! memory: the same code, and nothing on the disk (C19).

use std::sync::Arc;

use redb::backends::InMemoryBackend;
use redb::{Database, ReadableDatabase, TableDefinition, WriteTransaction};
use rollcall_model::{Plan, RunId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{StoreError, control, decode, encode};

/// `(run, batch)` to people read.
const BATCHES: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("staged_batches");
/// `(run, chunk)` to decisions.
const CHUNKS: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("plan_chunks");
const PLANS: TableDefinition<u64, &[u8]> = TableDefinition::new("plans");

pub(crate) fn create(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(BATCHES)?;
    tx.open_table(CHUNKS)?;
    tx.open_table(PLANS)?;
    Ok(())
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
        control::stamp(&database, create)?;
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

/// Deletes what this and earlier runs staged. Writes nothing if there is none.
pub(crate) fn clear(tx: &WriteTransaction, run: RunId) -> Result<(), StoreError> {
    for table in [BATCHES, CHUNKS] {
        tx.open_table(table)?.retain_in(..=(run.0, u32::MAX), |_, _| false)?;
    }
    tx.open_table(PLANS)?.retain_in(..=run.0, |_, _| false)?;
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
