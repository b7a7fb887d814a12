//! Links between workers and accounts, by integration and source id.

use redb::{ReadableDatabase, TableDefinition};
use rollcall_model::{IntegrationId, Link, SourceId};

use crate::{StoreError, TenantStore, decode};

/// `integration NUL source id`.
pub(crate) const LINKS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("links");

pub(crate) fn place(integration: &IntegrationId, source: &SourceId) -> Vec<u8> {
    [integration.as_str().as_bytes(), b"\0", source.as_str().as_bytes()].concat()
}

impl TenantStore {
    pub fn link(&self, integration: &IntegrationId, source: &SourceId) -> Result<Option<Link>, StoreError> {
        let table = self.database.begin_read()?.open_table(LINKS)?;
        table
            .get(place(integration, source).as_slice())?
            .map(|bytes| decode("link", bytes.value()))
            .transpose()
    }

    /// All links of an integration.
    pub fn each_link(
        &self,
        integration: &IntegrationId,
        mut visit: impl FnMut(SourceId, Link) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let table = self.database.begin_read()?.open_table(LINKS)?;
        let first = [integration.as_str().as_bytes(), b"\0"].concat();
        let after = [integration.as_str().as_bytes(), b"\x01"].concat();
        for row in table.range(first.as_slice()..after.as_slice())? {
            let (place, link) = row?;
            let id = place.value().get(first.len()..).unwrap_or_default();
            let id = str::from_utf8(id)
                .map_err(|error| StoreError::Damaged { what: "link", detail: error.to_string() })?;
            visit(id.into(), decode("link", link.value())?)?;
        }
        Ok(())
    }
}
