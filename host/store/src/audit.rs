//! The audit: what was done and asked for, in a chain that shows tampering.
//!
//! Each entry holds the hash of the one before. The head, with the number of
//! entries, is authenticated with a key derived from the master key, so that an
//! entry can be neither changed nor cut off the end without that key.

use hmac::{Hmac, Mac};
use redb::{ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::rewrite::Fill;
use crate::{Store, StoreError};

const AUDIT: TableDefinition<u64, &[u8]> = TableDefinition::new("audit");
const HEAD: TableDefinition<(), &[u8]> = TableDefinition::new("audit_head");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// The tenant it concerns; empty for the host itself.
    pub tenant: String,
    /// `run-begun`, `exchange`, `refusal`, `sign-in`, `secret-echoed`, ...
    pub kind: String,
    /// What a reader needs to know. Never a credential, never a person.
    pub detail: Json,
}

/// Where the chain ends: to be noted elsewhere by who trusts no disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditHead {
    pub entries: u64,
    /// SHA-256, hexadecimal.
    pub hash: String,
}

#[derive(Serialize, Deserialize)]
struct Chained {
    previous: String,
    #[serde(flatten)]
    entry: AuditEntry,
}

pub(crate) fn tables(fill: &mut Fill<'_>) -> Result<(), StoreError> {
    fill.table(AUDIT)?;
    fill.table(HEAD)
}

impl Store {
    /// Adds entries, durably, in this order.
    pub fn append_audit(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let tx = self.control().begin_write()?;
        {
            let mut table = tx.open_table(AUDIT)?;
            let (mut number, mut previous) = match table.last()? {
                Some((number, bytes)) => (number.value() + 1, hash(bytes.value())),
                None => (0, String::new()),
            };
            for entry in entries {
                let chained = Chained { previous, entry: entry.clone() };
                let bytes = serde_json::to_vec(&chained).map_err(damaged)?;
                table.insert(number, bytes.as_slice())?;
                previous = hash(&bytes);
                number += 1;
            }
            let seal = self.seal_head(number, &previous);
            tx.open_table(HEAD)?.insert((), seal.as_slice())?;
        }
        Ok(tx.commit()?)
    }

    /// Every entry of a tenant, oldest first; of all, if none is named.
    pub fn audit(&self, tenant: Option<&str>) -> Result<Vec<AuditEntry>, StoreError> {
        let table = self.control().begin_read()?.open_table(AUDIT)?;
        let mut entries = Vec::new();
        for row in table.iter()? {
            let chained: Chained = serde_json::from_slice(row?.1.value()).map_err(damaged)?;
            if tenant.is_none_or(|tenant| chained.entry.tenant == tenant) {
                entries.push(chained.entry);
            }
        }
        Ok(entries)
    }

    /// Walks the whole chain.
    pub fn verify_audit(&self) -> Result<AuditHead, StoreError> {
        let tx = self.control().begin_read()?;
        let table = tx.open_table(AUDIT)?;
        let mut previous = String::new();
        for (expected, row) in (0_u64..).zip(table.iter()?) {
            let (number, bytes) = row?;
            let broken = |why: &str| StoreError::Audit { at: expected, why: why.to_owned() };
            if number.value() != expected {
                return Err(broken("an entry is missing"));
            }
            let chained: Chained =
                serde_json::from_slice(bytes.value()).map_err(|_| broken("it cannot be read"))?;
            if chained.previous != previous {
                return Err(broken("the entry before it was changed"));
            }
            previous = hash(bytes.value());
        }
        let entries = table.len()?;
        let head = tx.open_table(HEAD)?.get(())?.map(|head| head.value().to_vec()).unwrap_or_default();
        if entries > 0 && head != self.seal_head(entries, &previous) {
            let why = "the end of the chain is not what was written last".to_owned();
            return Err(StoreError::Audit { at: entries, why });
        }
        Ok(AuditHead { entries, hash: previous })
    }

    fn seal_head(&self, entries: u64, hash: &str) -> Vec<u8> {
        let key = self.master().derive("audit head");
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(&*key) else { return Vec::new() };
        mac.update(&entries.to_le_bytes());
        mac.update(hash.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn damaged(error: serde_json::Error) -> StoreError {
    StoreError::Damaged { what: "audit entry", detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::MasterKey;

    fn store(directory: &std::path::Path) -> Store {
        Store::open(directory, MasterKey::from_bytes([5; 32])).expect("opens")
    }

    fn entry(at_ms: i64) -> AuditEntry {
        AuditEntry { at_ms, tenant: "acme".into(), kind: "run".into(), detail: json!({"number": at_ms}) }
    }

    fn tamper(store: &Store, change: impl FnOnce(&mut redb::Table<'_, u64, &'static [u8]>)) {
        let tx = store.control().begin_write().expect("begins");
        change(&mut tx.open_table(AUDIT).expect("opens"));
        tx.commit().expect("commits");
    }

    #[test]
    fn the_chain_verifies_and_shows_every_kind_of_tampering() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = store(directory.path());
        assert_eq!(store.verify_audit().expect("empty").entries, 0);
        store.append_audit(&[entry(1), entry(2)]).expect("appends");
        store.append_audit(&[entry(3)]).expect("appends");
        let head = store.verify_audit().expect("verifies");
        assert_eq!((head.entries, head.hash.len()), (3, 64));
        assert_eq!(store.audit(Some("acme")).expect("reads").len(), 3);
        assert_eq!(store.audit(Some("other")).expect("reads").len(), 0);

        let original = {
            let table = store.control().begin_read().expect("begins").open_table(AUDIT).expect("opens");
            table.get(1).expect("reads").expect("is there").value().to_vec()
        };
        let changed =
            String::from_utf8(original.clone()).expect("text").replace("\"number\":2", "\"number\":9");
        tamper(&store, |table| drop(table.insert(1, changed.as_bytes()).expect("inserts")));
        assert!(matches!(store.verify_audit(), Err(StoreError::Audit { at: 2, .. })));
        tamper(&store, |table| drop(table.insert(1, original.as_slice()).expect("inserts")));
        assert!(store.verify_audit().is_ok());
        tamper(&store, |table| drop(table.remove(2).expect("removes")));
        assert!(matches!(store.verify_audit(), Err(StoreError::Audit { at: 2, .. })));
        tamper(&store, |table| drop(table.remove(0).expect("removes")));
        assert!(matches!(store.verify_audit(), Err(StoreError::Audit { at: 0, .. })));
    }
}
