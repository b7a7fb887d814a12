//! Writing a file anew. A page that the database gives free keeps its bytes
//! until something else comes to lie there: a record that was deleted can still
//! be read from the disk. So whatever deletes a person leaves a mark, in the
//! same transaction, and a file with a mark is copied, record by record, into a
//! new one when it is opened next. Whoever is killed in between leaves the mark.

use std::path::Path;

use redb::{
    Database, Key, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, TableError,
    TableHandle, Value, WriteTransaction,
};

use crate::StoreError;
use crate::control::{CACHE_BYTES, META, open_error, stamp};
use crate::files::Emerging;

/// In the table of the file's format.
const MARK: &str = "rewrite";

/// Says of each table of a kind of file that there is one.
pub(crate) type Tables = fn(&mut Fill<'_>) -> Result<(), StoreError>;

/// Fills a new file: every table is there from the start, so that reading an
/// empty one is not an error, with the rows of an old file, if there is one.
pub(crate) struct Fill<'a> {
    to: &'a WriteTransaction,
    from: Option<&'a ReadTransaction>,
    filled: Vec<String>,
}

impl<'a> Fill<'a> {
    pub fn new(to: &'a WriteTransaction, from: Option<&'a ReadTransaction>) -> Self {
        Self { to, from, filled: vec![META.name().to_owned()] }
    }

    pub fn table<K: Key + 'static, V: Value + 'static>(
        &mut self,
        definition: TableDefinition<'_, K, V>,
    ) -> Result<(), StoreError> {
        self.filled.push(definition.name().to_owned());
        let mut to = self.to.open_table(definition)?;
        let from = match self.from.map(|from| from.open_table(definition)) {
            None | Some(Err(TableError::TableDoesNotExist(_))) => return Ok(()),
            Some(from) => from?,
        };
        for row in from.iter()? {
            let (key, value) = row?;
            to.insert(key.value(), value.value())?;
        }
        Ok(())
    }

    /// A table that nobody spoke of would be lost.
    fn end(&self) -> Result<(), StoreError> {
        let Some(from) = self.from else { return Ok(()) };
        let unknown = from.list_tables()?.find(|table| !self.filled.iter().any(|name| name == table.name()));
        match unknown {
            Some(table) => Err(StoreError::Table(table.name().to_owned())),
            None => Ok(()),
        }
    }
}

/// Has the file written anew when it is opened next.
pub(crate) fn mark(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(META)?.insert(MARK, 1)?;
    Ok(())
}

pub(crate) fn is_marked(database: &Database) -> Result<bool, StoreError> {
    Ok(database.begin_read()?.open_table(META)?.get(MARK)?.is_some())
}

/// Puts a copy of all that counts in the place of a file that is open.
pub(crate) fn rewrite(old: &Database, path: &Path, tables: Tables) -> Result<(), StoreError> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    let new = Emerging::begin(path).map_err(io)?;
    let database = Database::builder().set_cache_size(CACHE_BYTES).create(&new.path);
    let database = database.map_err(|error| open_error(&new.path, error))?;
    let from = old.begin_read()?;
    stamp(&database, |tx| {
        let mut fill = Fill::new(tx, Some(&from));
        tables(&mut fill)?;
        fill.end()
    })?;
    drop(database);
    new.finish().map_err(io)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TenantStore;

    const NEWER: TableDefinition<u64, u64> = TableDefinition::new("of a newer version");
    const MARKER: &[u8] = b"somebody who is gone";

    fn write(database: &Database, work: impl FnOnce(&WriteTransaction)) {
        let tx = database.begin_write().expect("begins");
        work(&tx);
        tx.commit().expect("commits");
    }

    fn made(path: &Path) -> Database {
        let database = Database::create(path).expect("creates");
        stamp(&database, |tx| TenantStore::tables(&mut Fill::new(tx, None))).expect("stamps");
        database
    }

    fn bytes_hold(path: &Path) -> bool {
        let bytes = std::fs::read(path).expect("reads");
        bytes.windows(MARKER.len()).any(|part| part == MARKER)
    }

    #[test]
    fn r139_what_was_deleted_is_in_the_old_file_and_not_in_the_new_one() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("acme.redb");
        let old = made(&path);
        write(&old, |tx| {
            let mut accounts = tx.open_table(crate::accounts::ACCOUNTS).expect("opens");
            accounts.insert(1, MARKER).expect("inserts");
            accounts.insert(2, b"somebody else".as_slice()).expect("inserts");
        });
        write(&old, |tx| {
            tx.open_table(crate::accounts::ACCOUNTS).expect("opens").remove(1).expect("removes");
            mark(tx).expect("marks");
        });
        assert!(is_marked(&old).expect("reads") && bytes_hold(&path));
        let names = |database: &Database| {
            let tx = database.begin_read().expect("begins");
            tx.list_tables().expect("lists").map(|table| table.name().to_owned()).collect::<Vec<_>>()
        };
        let before = names(&old);
        rewrite(&old, &path, TenantStore::tables).expect("rewrites");
        drop(old);
        assert!(!bytes_hold(&path));
        let new = Database::create(&path).expect("opens");
        assert!(!is_marked(&new).expect("reads"));
        assert_eq!(names(&new), before);
        let accounts =
            new.begin_read().expect("begins").open_table(crate::accounts::ACCOUNTS).expect("opens");
        assert_eq!(accounts.get(2).expect("reads").expect("is there").value(), b"somebody else");
    }

    #[test]
    fn a_table_that_this_version_does_not_know_is_not_lost() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("acme.redb");
        let old = made(&path);
        write(&old, |tx| drop(tx.open_table(NEWER).expect("opens")));
        let before = std::fs::read(&path).expect("reads");
        let refused = rewrite(&old, &path, TenantStore::tables).expect_err("is refused");
        assert!(refused.to_string().contains("of a newer version"), "{refused}");
        assert_eq!(std::fs::read(&path).expect("reads"), before);
    }
}
