//! Runs, oldest first.

use redb::{ReadableDatabase, ReadableTable, TableDefinition};
use rollcall_model::{Act, IntegrationId, Run, RunId};

use crate::tenant::COUNTERS;
use crate::{StoreError, TenantStore, decode, encode};

pub(crate) const RUNS: TableDefinition<u64, &[u8]> = TableDefinition::new("runs");

impl TenantStore {
    /// Opens a run under a new number.
    pub fn open_run(&self, run: impl FnOnce(RunId) -> Run) -> Result<Run, StoreError> {
        let tx = self.database.begin_write()?;
        let run = {
            let mut counters = tx.open_table(COUNTERS)?;
            let number = counters.get("runs")?.map_or(0, |last| last.value()) + 1;
            counters.insert("runs", number)?;
            let run = run(RunId(number));
            tx.open_table(RUNS)?.insert(number, encode("run", &run)?.as_slice())?;
            run
        };
        tx.commit()?;
        Ok(run)
    }

    pub fn save_run(&self, run: &Run) -> Result<(), StoreError> {
        let tx = self.database.begin_write()?;
        tx.open_table(RUNS)?.insert(run.id.0, encode("run", run)?.as_slice())?;
        Ok(tx.commit()?)
    }

    pub fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        let table = self.database.begin_read()?.open_table(RUNS)?;
        table.get(id.0)?.map(|bytes| decode("run", bytes.value())).transpose()
    }

    /// The newest run of an integration that read its source.
    pub fn latest_run(&self, integration: &IntegrationId) -> Result<Option<Run>, StoreError> {
        self.newest_run(|run| run.integration == *integration && run.act != Act::Disconnect)
    }

    pub(crate) fn newest_run(&self, is_it: impl Fn(&Run) -> bool) -> Result<Option<Run>, StoreError> {
        let table = self.database.begin_read()?.open_table(RUNS)?;
        let newest_first = table.iter()?.rev();
        let mut decoded = newest_first.map(|row| decode::<Run>("run", row?.1.value()));
        decoded.find(|run| run.as_ref().map_or(true, &is_it)).transpose()
    }
}
