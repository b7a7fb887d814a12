//! Writing a file anew. A page that the database gives free keeps its bytes
//! until something else comes to lie there: a record that was deleted can still
//! be read from the disk. So whatever deletes a person leaves a mark, in the
//! same transaction, and a file with a mark is copied, record by record, into a
//! new one when it is opened next. Whoever is killed in between leaves the mark.

use std::cell::Cell;

use redb::{
    Builder, Database, Key, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, TableError,
    TableHandle, Value, WriteTransaction,
};

use crate::StoreError;
use crate::control::{META, stamp};
use crate::disk::Disk;

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

/// Puts a copy of all that counts in the place of a file.
pub(crate) fn rewrite(
    disk: &dyn Disk,
    name: &str,
    builder: &mut Builder,
    old: Database,
    tables: Tables,
) -> Result<(), StoreError> {
    let old = Cell::new(Some(old));
    disk.create(name, builder, &|new| {
        // Let go of before the copy takes its name.
        let Some(old) = old.take() else { return Ok(()) };
        let from = old.begin_read()?;
        stamp(new, |tx| {
            let mut fill = Fill::new(tx, Some(&from));
            tables(&mut fill)?;
            fill.end()
        })
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::TenantStore;
    use crate::disk::Directory;

    const NEWER: TableDefinition<u64, u64> = TableDefinition::new("of a newer version");
    const MARKER: &[u8] = b"somebody who is gone";

    fn write(database: &Database, work: impl FnOnce(&WriteTransaction)) {
        let tx = database.begin_write().expect("begins");
        work(&tx);
        tx.commit().expect("commits");
    }

    const NAME: &str = "acme.redb";

    fn made(path: &Path) -> Database {
        let database = Database::create(path).expect("creates");
        stamp(&database, |tx| TenantStore::tables(&mut Fill::new(tx, None))).expect("stamps");
        database
    }

    fn rewrite_in(directory: &Path, old: Database) -> Result<(), StoreError> {
        let disk = Directory::open(directory, &[]).expect("opens");
        rewrite(&disk, NAME, &mut Database::builder(), old, TenantStore::tables)
    }

    fn bytes_hold(path: &Path) -> bool {
        let bytes = std::fs::read(path).expect("reads");
        bytes.windows(MARKER.len()).any(|part| part == MARKER)
    }

    #[test]
    fn r139_what_was_deleted_is_in_the_old_file_and_not_in_the_new_one() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join(NAME);
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
        rewrite_in(directory.path(), old).expect("rewrites");
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
        let path = directory.path().join(NAME);
        let old = made(&path);
        write(&old, |tx| drop(tx.open_table(NEWER).expect("opens")));
        let refused = rewrite_in(directory.path(), old).expect_err("is refused");
        assert!(refused.to_string().contains("of a newer version"), "{refused}");
        let tx = Database::open(&path).expect("opens").begin_read().expect("begins");
        assert!(tx.open_table(NEWER).is_ok(), "the old file is still there");
    }
}
