//! Integrations: where each has got to.

use std::collections::BTreeMap;

use redb::{ReadableDatabase, ReadableTable, TableDefinition};
use rollcall_model::{Entity, IntegrationId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{StoreError, TenantStore, decode, encode};

pub(crate) const INTEGRATIONS: TableDefinition<&str, &[u8]> = TableDefinition::new("integrations");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Integration {
    pub id: IntegrationId,
    /// Id of the connector.
    pub connector: String,
    /// What it is called, for a person to read.
    pub name: String,
    /// Other names that admins search by (R6).
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How it was configured when it ran last: the pipeline's configuration.
    pub config: Json,
    /// Attributes of accounts that it governs, each with whether the mapping has
    /// it locked.
    #[serde(default)]
    pub governs: BTreeMap<String, bool>,
    /// When everything was read and applied for the first time, milliseconds
    /// since 1970.
    #[serde(default)]
    pub first_synced_ms: Option<i64>,
    /// When it ran last.
    pub synced_ms: i64,
    /// It was disconnected: nothing is read any more, and what is left of its
    /// accounts is on the way out.
    #[serde(default)]
    pub disconnected_ms: Option<i64>,
    #[serde(default)]
    pub checkpoints: Option<Checkpoints>,
}

/// Where the next read of changes begins. Valid for one configuration and one
/// cursor version: under any other, everything is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoints {
    pub configuration: String,
    pub cursor_version: u32,
    /// When everything was read last, milliseconds since 1970.
    pub full_ms: i64,
    pub entities: BTreeMap<String, Vec<u8>>,
    /// Digest of who was in the groups of the filter.
    pub members: Vec<u8>,
}

impl Checkpoints {
    pub fn of(&self, entity: Entity) -> Option<&[u8]> {
        self.entities.get(entity.as_str()).map(Vec::as_slice)
    }
}

impl TenantStore {
    pub fn integration(&self, id: &IntegrationId) -> Result<Option<Integration>, StoreError> {
        let table = self.database.begin_read()?.open_table(INTEGRATIONS)?;
        table.get(id.as_str())?.map(|bytes| decode("integration", bytes.value())).transpose()
    }

    pub fn integrations(&self) -> Result<Vec<Integration>, StoreError> {
        let table = self.database.begin_read()?.open_table(INTEGRATIONS)?;
        table.iter()?.map(|row| decode("integration", row?.1.value())).collect()
    }

    /// Has everything read by the next run of an integration: what was changed by
    /// hand concerns people whom a read of changes would not bring.
    pub fn forget_checkpoints(&self, id: &IntegrationId) -> Result<(), StoreError> {
        let Some(known) = self.integration(id)? else { return Ok(()) };
        let bytes = encode("integration", &Integration { checkpoints: None, ..known })?;
        let tx = self.database.begin_write()?;
        tx.open_table(INTEGRATIONS)?.insert(id.as_str(), bytes.as_slice())?;
        Ok(tx.commit()?)
    }
}
