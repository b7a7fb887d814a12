//! The people in a file: one table, the provider's id to a hash and the row.

use std::path::Path;

use redb::{Database, ReadableTable, Table, TableDefinition, WriteTransaction};
use twox_hash::XxHash3_128;

const PEOPLE: TableDefinition<&str, &[u8]> = TableDefinition::new("people");

/// Bytes of the hash in front of each row.
const HASH: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Storing {
    PerPage,
    AtTheEnd,
}

pub struct People {
    database: Database,
    storing: Storing,
    compare: bool,
    transaction: Option<WriteTransaction>,
    value: Vec<u8>,
}

impl People {
    pub fn create(path: &Path, storing: Storing) -> anyhow::Result<Self> {
        Ok(Self::of(Database::create(path)?, storing, false))
    }

    /// For a second sync.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        Ok(Self::of(Database::open(path)?, Storing::AtTheEnd, true))
    }

    fn of(database: Database, storing: Storing, compare: bool) -> Self {
        Self { database, storing, compare, transaction: None, value: Vec::new() }
    }

    /// Somewhere to put the people of a page.
    pub fn page(&mut self) -> anyhow::Result<Page<'_>> {
        let transaction = match &mut self.transaction {
            Some(transaction) => transaction,
            empty => empty.insert(self.database.begin_write()?),
        };
        let table = transaction.open_table(PEOPLE)?;
        Ok(Page { table, compare: self.compare, value: &mut self.value })
    }

    /// After each page, once what it was put into is gone.
    pub fn turn(&mut self) -> anyhow::Result<()> {
        if self.storing == Storing::PerPage
            && let Some(transaction) = self.transaction.take()
        {
            transaction.commit()?;
        }
        Ok(())
    }

    pub fn end(self, changed: bool) -> anyhow::Result<()> {
        match self.transaction {
            Some(transaction) if changed => transaction.commit()?,
            Some(transaction) => transaction.abort()?,
            None => {}
        }
        Ok(())
    }
}

pub struct Page<'a> {
    table: Table<'a, &'static str, &'static [u8]>,
    compare: bool,
    value: &'a mut Vec<u8>,
}

impl Page<'_> {
    /// Whether anything was written.
    pub fn put(&mut self, id: &str, row: &[u8]) -> anyhow::Result<bool> {
        let hash = XxHash3_128::oneshot(row).to_le_bytes();
        if self.compare
            && let Some(known) = self.table.get(id)?
            && known.value().get(..HASH) == Some(&hash[..])
        {
            return Ok(false);
        }
        self.value.clear();
        self.value.extend(hash);
        self.value.extend(row);
        self.table.insert(id, self.value.as_slice())?;
        Ok(true)
    }
}
