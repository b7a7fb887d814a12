//! Which accounts have which value of a match key. Every attribute that some
//! integration has ever matched by is indexed, for all accounts of the tenant.

use redb::{ReadableDatabase, ReadableTable, TableDefinition};
use rollcall_model::{Account, AccountId, Value, index_fold};

use crate::accounts::ACCOUNTS;
use crate::{StoreError, TenantStore, decode};

/// `attribute NUL folded value NUL account`.
pub(crate) const KEYS: TableDefinition<&[u8], ()> = TableDefinition::new("keys");

/// Attributes that are indexed.
pub(crate) const INDEXED: TableDefinition<&str, ()> = TableDefinition::new("indexed");

pub(crate) fn place(attribute: &str, folded: &str, account: AccountId) -> Vec<u8> {
    [attribute.as_bytes(), b"\0", folded.as_bytes(), b"\0", &account.0.to_be_bytes()].concat()
}

/// The account of a place.
pub(crate) fn account_of(place: &[u8]) -> Result<AccountId, StoreError> {
    let id = place.last_chunk().copied().map(u64::from_be_bytes);
    id.map(AccountId).ok_or(StoreError::Damaged { what: "key", detail: "too short".to_owned() })
}

/// An account's value of a key, as it is indexed.
pub(crate) fn folded(account: &Account, attribute: &str) -> Option<String> {
    account.attributes.get(attribute).and_then(Value::as_text).map(index_fold)
}

impl TenantStore {
    /// Has these attributes indexed for all accounts. A walk through them the
    /// first time that an attribute is a key, nothing ever after.
    pub fn index_keys<'a>(&self, attributes: impl Iterator<Item = &'a str>) -> Result<(), StoreError> {
        let known = indexed(&self.database.begin_read()?.open_table(INDEXED)?)?;
        let new: Vec<_> = attributes.filter(|name| !known.iter().any(|known| known == name)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let tx = self.database.begin_write()?;
        {
            let mut table = tx.open_table(INDEXED)?;
            for name in &new {
                table.insert(*name, ())?;
            }
            let mut places = Vec::new();
            for row in tx.open_table(ACCOUNTS)?.iter()? {
                let account: Account = decode("account", row?.1.value())?;
                let each =
                    new.iter().filter_map(|name| Some(place(name, &folded(&account, name)?, account.id)));
                places.extend(each);
            }
            places.sort_unstable();
            let mut keys = tx.open_table(KEYS)?;
            for place in places {
                keys.insert(place.as_slice(), ())?;
            }
        }
        Ok(tx.commit()?)
    }
}

/// The names in [`INDEXED`].
pub(crate) fn indexed(table: &impl ReadableTable<&'static str, ()>) -> Result<Vec<String>, StoreError> {
    table.iter()?.map(|row| Ok(row?.0.value().to_owned())).collect()
}
