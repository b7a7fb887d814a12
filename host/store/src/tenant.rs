//! One tenant's file.

use std::sync::Arc;

use redb::{Database, TableDefinition, WriteTransaction};
use rollcall_model::TenantId;

use crate::secrets::TenantKey;
use crate::{
    Staging, StoreError, accounts, approvals, events, groups, integrations, keys, links, reviews, runs,
    secrets, staging,
};

/// Numbers given out so far: accounts, runs, events.
pub(crate) const COUNTERS: TableDefinition<&str, u64> = TableDefinition::new("counters");

#[derive(Clone)]
pub struct TenantStore {
    pub id: TenantId,
    pub(crate) database: Arc<Database>,
    pub(crate) key: Arc<TenantKey>,
}

impl TenantStore {
    pub(crate) fn new(id: TenantId, database: Arc<Database>, key: TenantKey) -> Self {
        Self { id, database, key: Arc::new(key) }
    }

    /// Every table is there from the start, so that reading an empty one is not
    /// an error.
    pub(crate) fn create(tx: &WriteTransaction) -> Result<(), StoreError> {
        tx.open_table(COUNTERS)?;
        tx.open_table(accounts::ACCOUNTS)?;
        tx.open_table(accounts::LOCAL)?;
        tx.open_table(approvals::APPROVALS)?;
        tx.open_table(events::EVENTS)?;
        tx.open_table(integrations::INTEGRATIONS)?;
        tx.open_table(groups::GROUPS)?;
        tx.open_table(keys::KEYS)?;
        tx.open_table(keys::INDEXED)?;
        tx.open_table(links::LINKS)?;
        tx.open_table(links::LEAVING)?;
        tx.open_table(reviews::REVIEWS)?;
        tx.open_table(reviews::EXCLUDED)?;
        tx.open_table(runs::RUNS)?;
        tx.open_table(secrets::SECRETS)?;
        staging::create(tx)
    }

    /// Where runs of this tenant keep what they have read.
    pub fn staging(&self) -> Staging {
        Staging::of(Arc::clone(&self.database))
    }
}
