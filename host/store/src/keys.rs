//! Which accounts have which value of a match key.

use redb::{ReadOnlyTable, ReadableDatabase, ReadableTableMetadata, TableDefinition};
use rollcall_model::AccountId;

use crate::{StoreError, TenantStore};

/// `attribute NUL folded value NUL account` to whether a source owns it.
pub(crate) const KEYS: TableDefinition<&[u8], bool> = TableDefinition::new("keys");

pub(crate) fn place(attribute: &str, folded: &str, account: AccountId) -> Vec<u8> {
    [attribute.as_bytes(), b"\0", folded.as_bytes(), b"\0", &account.0.to_be_bytes()].concat()
}

/// The keys as they are now, for many questions.
pub struct KeyReader {
    table: ReadOnlyTable<&'static [u8], bool>,
    empty: bool,
}

impl KeyReader {
    /// Accounts with this value, each with whether a source owns it.
    pub fn find(&self, attribute: &str, folded: &str) -> Result<Vec<(AccountId, bool)>, StoreError> {
        if self.empty {
            return Ok(Vec::new());
        }
        let first = place(attribute, folded, AccountId(0));
        let last = place(attribute, folded, AccountId(u64::MAX));
        let mut found = Vec::new();
        for row in self.table.range(first.as_slice()..=last.as_slice())? {
            let (place, owned) = row?;
            let id = place.value().last_chunk().copied().map(u64::from_be_bytes);
            let id = id.ok_or(StoreError::Damaged { what: "key", detail: "too short".to_owned() })?;
            found.push((AccountId(id), owned.value()));
        }
        Ok(found)
    }
}

impl TenantStore {
    pub fn keys(&self) -> Result<KeyReader, StoreError> {
        let table = self.database.begin_read()?.open_table(KEYS)?;
        Ok(KeyReader { empty: table.is_empty()?, table })
    }
}
