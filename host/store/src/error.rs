//! What can go wrong with stored data.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("open {path}: another process has it open; stop that one first")]
    InUse { path: PathBuf },
    #[error("open {path}")]
    Open { path: PathBuf, source: Box<redb::DatabaseError> },
    #[error(
        "open {path}: it has format {found}, and this version reads {known}; use the version that wrote it, or another directory"
    )]
    Format { path: PathBuf, found: u64, known: u64 },
    #[error(
        "write a file anew: it has a table `{0}` that this version does not know; use the version that made it"
    )]
    Table(String),
    #[error("use {path}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("read or write the store: {0}")]
    Database(Box<redb::Error>),
    #[error("read a stored {what}: {detail}")]
    Damaged { what: &'static str, detail: String },
    #[error("tenant id `{0}`: use a-z, 0-9 and -, 1 to 64 characters")]
    TenantId(String),
    #[error("open a sealed secret: it was sealed with another master key")]
    MasterKey,
    #[error("read the master key from {0}: 64 hexadecimal digits are expected")]
    MasterKeyForm(String),
    #[error("the audit chain is broken at entry {at}: {why}")]
    Audit { at: u64, why: String },
    #[error("find {what} `{id}`")]
    Unknown { what: &'static str, id: String },
}

impl StoreError {
    pub(crate) fn opening(path: PathBuf, error: redb::DatabaseError) -> Self {
        match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Self::InUse { path },
            source => Self::Open { path, source: Box::new(source) },
        }
    }
}

macro_rules! from_redb {
    ($($error:ty),*) => { $(
        impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        }
    )* };
}

from_redb!(redb::TransactionError, redb::TableError, redb::StorageError, redb::CommitError);
