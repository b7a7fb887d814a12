//! One tenant's file.

use std::sync::Arc;

use redb::{Database, TableDefinition};
use rollcall_model::TenantId;

use crate::rewrite::Fill;
use crate::secrets::TenantKey;
use crate::{
    Staging, StoreError, accounts, approvals, events, groups, integrations, keys, links, managers, reviews,
    runs, secrets, staging,
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

    pub(crate) fn tables(fill: &mut Fill<'_>) -> Result<(), StoreError> {
        fill.table(COUNTERS)?;
        fill.table(accounts::ACCOUNTS)?;
        fill.table(accounts::LOCAL)?;
        fill.table(approvals::APPROVALS)?;
        fill.table(events::EVENTS)?;
        fill.table(integrations::INTEGRATIONS)?;
        fill.table(groups::GROUPS)?;
        fill.table(keys::KEYS)?;
        fill.table(keys::INDEXED)?;
        fill.table(links::LINKS)?;
        fill.table(links::LEAVING)?;
        fill.table(managers::MANAGERS)?;
        fill.table(reviews::REVIEWS)?;
        fill.table(reviews::EXCLUDED)?;
        fill.table(runs::RUNS)?;
        fill.table(secrets::SECRETS)?;
        staging::tables(fill)
    }

    /// Where runs of this tenant keep what they have read.
    pub fn staging(&self) -> Staging {
        Staging::of(Arc::clone(&self.database))
    }
}
