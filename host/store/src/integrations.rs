//! Integrations: where each has got to.

use std::collections::BTreeMap;

use redb::{ReadableDatabase, TableDefinition};
use rollcall_model::{Entity, IntegrationId};
use serde::{Deserialize, Serialize};

use crate::{StoreError, TenantStore, decode};

pub(crate) const INTEGRATIONS: TableDefinition<&str, &[u8]> = TableDefinition::new("integrations");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Integration {
    pub id: IntegrationId,
    /// Id of the connector.
    pub connector: String,
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
}
