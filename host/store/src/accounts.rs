//! Accounts, by id.

use redb::{ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use rollcall_model::{Account, AccountId};

use crate::{StoreError, TenantStore, decode};

pub(crate) const ACCOUNTS: TableDefinition<u64, &[u8]> = TableDefinition::new("accounts");

/// Accounts that no source has, and whether that is flagged (C17).
pub(crate) const LOCAL: TableDefinition<u64, bool> = TableDefinition::new("local_accounts");

impl TenantStore {
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let table = self.database.begin_read()?.open_table(ACCOUNTS)?;
        table.get(id.0)?.map(|bytes| decode("account", bytes.value())).transpose()
    }

    /// In the order in which they were made.
    pub fn each_account(
        &self,
        mut visit: impl FnMut(Account) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let table = self.database.begin_read()?.open_table(ACCOUNTS)?;
        for row in table.iter()? {
            visit(decode("account", row?.1.value())?)?;
        }
        Ok(())
    }

    pub fn count_accounts(&self) -> Result<u64, StoreError> {
        Ok(self.database.begin_read()?.open_table(ACCOUNTS)?.len()?)
    }
}
