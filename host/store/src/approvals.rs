//! Approvals that have not been used, one an integration: only one of its plans
//! waits at a time.

use redb::{ReadableDatabase, TableDefinition};
use rollcall_model::{Approval, IntegrationId, Run};

use crate::runs::RUNS;
use crate::{StoreError, TenantStore, decode, encode};

pub(crate) const APPROVALS: TableDefinition<&str, &[u8]> = TableDefinition::new("approvals");

impl TenantStore {
    pub fn approval(&self, integration: &IntegrationId) -> Result<Option<Approval>, StoreError> {
        let table = self.database.begin_read()?.open_table(APPROVALS)?;
        table.get(integration.as_str())?.map(|bytes| decode("approval", bytes.value())).transpose()
    }

    /// In place of an earlier one.
    pub fn put_approval(&self, integration: &IntegrationId, approval: &Approval) -> Result<(), StoreError> {
        let bytes = encode("approval", approval)?;
        let tx = self.database.begin_write()?;
        tx.open_table(APPROVALS)?.insert(integration.as_str(), bytes.as_slice())?;
        Ok(tx.commit()?)
    }

    /// Saves a run that was judged at the gate. What approval there was is used
    /// up with it, whether it was for this plan or for one that is stale.
    pub fn pass_gate(&self, run: &Run) -> Result<(), StoreError> {
        let bytes = encode("run", run)?;
        let tx = self.database.begin_write()?;
        tx.open_table(RUNS)?.insert(run.id.0, bytes.as_slice())?;
        tx.open_table(APPROVALS)?.remove(run.integration.as_str())?;
        Ok(tx.commit()?)
    }
}
