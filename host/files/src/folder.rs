//! Where files lie.

use rollcall_grants::{Fetching, FileError, FileInfo};

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    pub size: u64,
    pub modified_ms: u64,
}

/// A file, and what it was before and after it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub before: State,
    pub bytes: Vec<u8>,
    pub after: State,
}

/// A folder that can be read. Whether what comes is complete, others decide.
pub trait Folder: Send + Sync {
    /// What the audit calls it: the name of a host, or nothing for a folder of
    /// this machine.
    fn host(&self) -> &str;

    /// Whether somebody may be writing there.
    fn settles(&self) -> bool {
        true
    }

    /// Plain files, in any order: no folders, no links.
    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>>;

    /// The whole of a file that was listed; at most `max` bytes.
    fn fetch(&self, name: String, max: u64) -> Fetching<'_, Result<Fetched, FileError>>;
}

impl State {
    pub fn of(file: &FileInfo) -> Self {
        Self { size: file.size, modified_ms: file.modified_ms }
    }
}
