//! Files in memory.

use std::rc::Rc;

use crate::files::Folder;
use crate::{FileError, FileInfo, Files, Mode, Run};

/// Files that a customer dropped, and the run in which they are read: a full
/// read of everything at noon of 15 January 2026 with pages of 100.
#[derive(Clone)]
pub struct Dropped {
    run: Run,
    files: Vec<(FileInfo, Rc<[u8]>)>,
}

impl Default for Dropped {
    fn default() -> Self {
        Self::new()
    }
}

impl Dropped {
    /// An empty folder.
    pub fn new() -> Self {
        crate::log::take();
        Self { run: super::run(), files: Vec::new() }
    }

    /// A file more, written a minute after the one before.
    pub fn file(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let modified_ms = 1_768_400_000_000 + 60_000 * self.files.len() as u64;
        let bytes: Rc<[u8]> = bytes.as_ref().into();
        self.files.retain(|(file, _)| file.name != name);
        self.files.push((FileInfo { name: name.to_owned(), size: bytes.len() as u64, modified_ms }, bytes));
        self
    }

    /// Enters a setting.
    pub fn setting(mut self, key: &str, value: &str) -> Self {
        super::enter(&mut self.run, key, value);
        self
    }

    /// The time of the run, RFC 3339.
    pub fn now(mut self, instant: &str) -> Self {
        self.run.now_ms = super::millis(instant);
        self
    }

    /// Only what changed since this checkpoint is wanted.
    pub fn changes(mut self, checkpoint: &[u8]) -> Self {
        self.run.mode = Mode::Changes(checkpoint.to_vec());
        self
    }

    /// Pages of this many records.
    pub fn page_size(mut self, records: u32) -> Self {
        self.run.page_size = records;
        self
    }

    /// What the connector gets in a call.
    pub fn files(&self) -> Files {
        Files::new(self.run.clone(), Box::new(self.clone()))
    }
}

impl Folder for Dropped {
    fn list(&self) -> Result<Vec<FileInfo>, FileError> {
        let mut files: Vec<_> = self.files.iter().map(|(file, _)| file.clone()).collect();
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }

    fn read(&self, name: &str, offset: u64, length: u32) -> Result<Vec<u8>, FileError> {
        let (_, bytes) = self
            .files
            .iter()
            .find(|(file, _)| file.name == name)
            .ok_or_else(|| FileError::Denied(format!("there is no file `{name}`")))?;
        let from = (offset as usize).min(bytes.len());
        Ok(bytes[from..(from + length as usize).min(bytes.len())].to_vec())
    }
}
