//! The outbox: what happened, in order, until somebody has taken it.

use redb::{ReadableDatabase, TableDefinition};
use rollcall_model::Event;

use crate::{StoreError, TenantStore, decode};

pub(crate) const EVENTS: TableDefinition<u64, &[u8]> = TableDefinition::new("events");

impl TenantStore {
    /// Events from a number on, with their numbers; at most `limit`.
    pub fn events(&self, from: u64, limit: usize) -> Result<Vec<(u64, Event)>, StoreError> {
        let table = self.database.begin_read()?.open_table(EVENTS)?;
        let rows = table.range(from..)?.take(limit);
        rows.map(|row| {
            row.map_err(StoreError::from)
                .and_then(|(at, event)| Ok((at.value(), decode("event", event.value())?)))
        })
        .collect()
    }
}
