//! Links between workers and accounts, by integration and source id.

use redb::{ReadOnlyTable, ReadableDatabase, TableDefinition};
use rollcall_model::{IntegrationId, Link, SourceId};

use crate::tenant::COUNTERS;
use crate::{StoreError, TenantStore, decode};

/// `integration NUL source id`.
pub(crate) const LINKS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("links");

/// Places of the links of people on their way out, as long as that is open: a
/// read of changes looks at these and not at everybody.
pub(crate) const LEAVING: TableDefinition<&[u8], ()> = TableDefinition::new("leaving");

pub(crate) fn place(integration: &IntegrationId, source: &SourceId) -> Vec<u8> {
    [integration.as_str().as_bytes(), b"\0", source.as_str().as_bytes()].concat()
}

/// The counter of an integration's links.
pub(crate) fn counter(integration: &str) -> String {
    format!("links of {integration}")
}

/// The integration of a place.
pub(crate) fn integration_of(place: &[u8]) -> &str {
    let end = place.iter().position(|byte| *byte == 0).unwrap_or(place.len());
    place.get(..end).and_then(|id| str::from_utf8(id).ok()).unwrap_or_default()
}

/// An integration's links as they are now, for many questions.
pub struct LinkReader {
    table: ReadOnlyTable<&'static [u8], &'static [u8]>,
    integration: IntegrationId,
}

impl LinkReader {
    pub fn find(&self, source: &SourceId) -> Result<Option<Link>, StoreError> {
        let found = self.table.get(place(&self.integration, source).as_slice())?;
        found.map(|bytes| decode("link", bytes.value())).transpose()
    }
}

impl TenantStore {
    pub fn links(&self, integration: &IntegrationId) -> Result<LinkReader, StoreError> {
        let table = self.database.begin_read()?.open_table(LINKS)?;
        Ok(LinkReader { table, integration: integration.clone() })
    }

    pub fn count_links(&self, integration: &IntegrationId) -> Result<u64, StoreError> {
        let table = self.database.begin_read()?.open_table(COUNTERS)?;
        Ok(table.get(counter(integration.as_str()).as_str())?.map_or(0, |count| count.value()))
    }

    /// People on their way out whose removal has not been done yet.
    pub fn leaving(&self, integration: &IntegrationId) -> Result<Vec<SourceId>, StoreError> {
        let table = self.database.begin_read()?.open_table(LEAVING)?;
        let (first, after) = bounds(integration);
        table.range(first.as_slice()..after.as_slice())?.map(|row| source(row?.0.value())).collect()
    }

    pub fn link(&self, integration: &IntegrationId, source: &SourceId) -> Result<Option<Link>, StoreError> {
        self.links(integration)?.find(source)
    }

    /// All links of an integration.
    pub fn each_link(
        &self,
        integration: &IntegrationId,
        mut visit: impl FnMut(SourceId, Link) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let table = self.database.begin_read()?.open_table(LINKS)?;
        let (first, after) = bounds(integration);
        for row in table.range(first.as_slice()..after.as_slice())? {
            let (place, link) = row?;
            visit(source(place.value())?, decode("link", link.value())?)?;
        }
        Ok(())
    }
}

/// Of all places of an integration: the first, and the first after.
fn bounds(integration: &IntegrationId) -> (Vec<u8>, Vec<u8>) {
    let id = integration.as_str().as_bytes();
    ([id, b"\0"].concat(), [id, b"\x01"].concat())
}

pub(crate) fn source(place: &[u8]) -> Result<SourceId, StoreError> {
    let id = place.splitn(2, |byte| *byte == 0).nth(1).unwrap_or_default();
    let id = str::from_utf8(id)
        .map_err(|error| StoreError::Damaged { what: "link", detail: error.to_string() })?;
    Ok(id.into())
}
