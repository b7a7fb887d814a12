//! The data directory: which tenants there are, and the keys to their files.

use std::path::Path;
use std::sync::Arc;

use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use rollcall_model::TenantId;

use crate::disk::{Directory, Disk};
use crate::rewrite::{self, Fill, Tables};
use crate::secrets::{self, MasterKey, TenantKey};
use crate::tenant::TenantStore;
use crate::{StoreError, audit};

/// Wrapped keys, by tenant.
const TENANTS: TableDefinition<&str, &[u8]> = TableDefinition::new("tenants");
pub(crate) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// Raised when an older version could no longer read what this one writes.
const FORMAT: u64 = 3;

/// Bytes of cache for one open file.
pub(crate) const CACHE_BYTES: usize = 24 * 1024 * 1024;

/// An open data directory. One process at a time.
#[derive(Clone)]
pub struct Store {
    disk: Arc<dyn Disk>,
    control: Arc<Database>,
    master: Arc<MasterKey>,
}

impl Store {
    /// Opens a data directory, and makes it if there is none.
    pub fn open(directory: &Path, master: MasterKey) -> Result<Self, StoreError> {
        Self::on(Arc::new(Directory::open(directory, &["tenants"])?), master)
    }

    pub(crate) fn on(disk: Arc<dyn Disk>, master: MasterKey) -> Result<Self, StoreError> {
        let control = open_file(&*disk, "control.redb", |fill| {
            fill.table(TENANTS)?;
            audit::tables(fill)
        })?;
        Ok(Self { disk, control: Arc::new(control), master: Arc::new(master) })
    }

    /// Opens a tenant's file, and makes it if there is none.
    pub fn tenant(&self, id: &TenantId) -> Result<TenantStore, StoreError> {
        let name = file_name(id)?;
        let key = self.tenant_key(id)?;
        let database = open_file(&*self.disk, &name, TenantStore::tables)?;
        Ok(TenantStore::new(id.clone(), Arc::new(database), key))
    }

    /// The ids of all tenants, in order.
    pub fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        let table = self.control.begin_read()?.open_table(TENANTS)?;
        table.iter()?.map(|row| Ok(TenantId(row?.0.value().to_owned()))).collect()
    }

    /// Lets go of a tenant's file. If people were deleted from it, it is written
    /// anew, which takes all its handles to be gone.
    pub fn close(&self, tenant: TenantStore) -> Result<(), StoreError> {
        if rewrite::is_marked(&tenant.database)? {
            let id = tenant.id.clone();
            drop(tenant);
            self.tenant(&id)?;
        }
        Ok(())
    }

    /// Deletes a tenant's file and its key: whatever copy of the file is left
    /// has secrets that nobody can open. The file goes first: with the key gone
    /// there would be no tenant left that one could ask to have erased. The key
    /// is gone from the disk when the directory was opened once more.
    pub fn erase_tenant(&self, id: &TenantId) -> Result<(), StoreError> {
        self.disk.remove(&file_name(id)?)?;
        let tx = self.control.begin_write()?;
        tx.open_table(TENANTS)?.remove(id.as_str())?;
        rewrite::mark(&tx)?;
        Ok(tx.commit()?)
    }

    pub(crate) fn control(&self) -> &Database {
        &self.control
    }

    pub(crate) fn master(&self) -> &MasterKey {
        &self.master
    }

    fn tenant_key(&self, id: &TenantId) -> Result<TenantKey, StoreError> {
        let tx = self.control.begin_read()?;
        let table = tx.open_table(TENANTS)?;
        if let Some(wrapped) = table.get(id.as_str())? {
            return secrets::unwrap(&self.master, id, wrapped.value());
        }
        drop((table, tx));
        let (key, wrapped) = secrets::new_tenant_key(&self.master, id)?;
        let tx = self.control.begin_write()?;
        tx.open_table(TENANTS)?.insert(id.as_str(), wrapped.as_slice())?;
        tx.commit()?;
        Ok(key)
    }
}

/// The id becomes a file name, so that it may hold nothing that a path means.
fn file_name(id: &TenantId) -> Result<String, StoreError> {
    let text = id.as_str();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.is_empty() || text.len() > 64 || !text.bytes().all(plain) {
        return Err(StoreError::TenantId(text.to_owned()));
    }
    Ok(format!("tenants/{text}.redb"))
}

/// Opens a database file and checks its format. A new one appears under its name
/// with all its tables or not at all, whenever the process is killed; one from
/// which people were deleted is written anew.
fn open_file(disk: &dyn Disk, name: &str, tables: Tables) -> Result<Database, StoreError> {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    if let Some(database) = open_as_it_is(disk, name, &mut builder)? {
        if !rewrite::is_marked(&database)? {
            return Ok(database);
        }
        rewrite::rewrite(disk, name, &mut builder, database, tables)?;
    } else {
        let empty = |database: &Database| stamp(database, |tx| tables(&mut Fill::new(tx, None)));
        disk.create(name, &mut builder, &empty)?;
    }
    let gone = || StoreError::Unknown { what: "file", id: name.to_owned() };
    open_as_it_is(disk, name, &mut builder)?.ok_or_else(gone)
}

/// None: there is no such file.
fn open_as_it_is(disk: &dyn Disk, name: &str, builder: &mut Builder) -> Result<Option<Database>, StoreError> {
    let Some(database) = disk.open(name, builder)? else { return Ok(None) };
    let found = match database.begin_read()?.open_table(META) {
        Ok(meta) => meta.get("format")?.map_or(0, |format| format.value()),
        Err(redb::TableError::TableDoesNotExist(_)) => 0,
        Err(error) => return Err(error.into()),
    };
    match found {
        FORMAT => Ok(Some(database)),
        found => Err(StoreError::Format { path: disk.path(name), found, known: FORMAT }),
    }
}

/// Creates the tables of a new file, and says in what format they are.
pub(crate) fn stamp(
    database: &Database,
    create: impl FnOnce(&WriteTransaction) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let tx = database.begin_write()?;
    tx.open_table(META)?.insert("format", FORMAT)?;
    create(&tx)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(directory: &Path) -> Result<Store, StoreError> {
        Store::open(directory, MasterKey::from_bytes([7; 32]))
    }

    #[test]
    fn a_directory_is_open_in_one_process_at_a_time() {
        let directory = tempfile::tempdir().expect("a directory");
        let first = open(directory.path()).expect("opens");
        assert!(matches!(open(directory.path()), Err(StoreError::InUse { .. })));
        drop(first);
        assert!(open(directory.path()).is_ok());
    }

    #[test]
    fn a_tenant_id_is_never_a_path() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = open(directory.path()).expect("opens");
        for id in ["", "..", "a/b", "A", "a.b", &"a".repeat(65)] {
            assert!(matches!(store.tenant(&id.into()), Err(StoreError::TenantId(_))), "{id:?}");
        }
        assert!(store.tenant(&"a".repeat(64).as_str().into()).is_ok());
    }

    #[test]
    fn r139_an_erased_tenant_is_gone_with_its_file_and_key() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = open(directory.path()).expect("opens");
        drop(store.tenant(&"acme".into()).expect("opens"));
        assert_eq!(store.tenants().expect("lists"), ["acme".into()]);
        // Of a process that was killed while it wrote the file anew.
        std::fs::write(directory.path().join("tenants/acme.new"), "somebody").expect("writes");
        let wrapped = {
            let tenants = store.control.begin_read().expect("begins").open_table(TENANTS).expect("opens");
            tenants.get("acme").expect("reads").expect("is there").value().to_vec()
        };
        store.erase_tenant(&"acme".into()).expect("erases");
        assert_eq!(store.tenants().expect("lists"), []);
        assert_eq!(std::fs::read_dir(directory.path().join("tenants")).expect("lists").count(), 0);
        drop(store);
        drop(open(directory.path()).expect("opens"));
        let bytes = std::fs::read(directory.path().join("control.redb")).expect("reads");
        assert!(!bytes.windows(wrapped.len()).any(|part| part == wrapped), "its key is on the disk");
    }

    #[test]
    fn a_newer_format_is_refused() {
        let directory = tempfile::tempdir().expect("a directory");
        drop(open(directory.path()).expect("opens"));
        let path = directory.path().join("control.redb");
        let database = Database::create(&path).expect("opens");
        let tx = database.begin_write().expect("begins");
        tx.open_table(META).expect("opens").insert("format", FORMAT + 1).expect("inserts");
        tx.commit().expect("commits");
        drop(database);
        assert!(
            matches!(open(directory.path()), Err(StoreError::Format { found, .. }) if found == FORMAT + 1)
        );
    }
}
