//! A folder of this machine, which the operator names: what was uploaded.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rollcall_grants::{Fetching, FileError, FileInfo};

use crate::folder::{Fetched, Folder, State};
use crate::limits::MAX_ENTRIES;

/// A folder on the disk.
#[derive(Debug)]
pub struct Disk(PathBuf);

impl Disk {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }
}

impl Folder for Disk {
    fn host(&self) -> &str {
        ""
    }

    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>> {
        let folder = self.0.clone();
        Box::pin(blocking(move || list(&folder)))
    }

    fn fetch(&self, name: String, max: u64) -> Fetching<'_, Result<Fetched, FileError>> {
        let file = self.0.join(name);
        Box::pin(blocking(move || fetch(&file, max).map_err(unreadable)))
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(FileError::Host(error.to_string())))
}

fn list(folder: &Path) -> Result<Vec<FileInfo>, FileError> {
    let mut files = Vec::new();
    for (count, entry) in fs::read_dir(folder).map_err(unreadable)?.enumerate() {
        if count >= MAX_ENTRIES {
            return Err(FileError::Budget(format!("{MAX_ENTRIES} entries in the folder of uploaded files")));
        }
        let entry = entry.map_err(unreadable)?;
        // A name that is no text is none that a pattern could cover.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let about = entry.metadata().map_err(unreadable)?;
        if about.is_file() {
            let State { size, modified_ms } = state(&about);
            files.push(FileInfo { name, size, modified_ms });
        }
    }
    Ok(files)
}

fn fetch(file: &Path, max: u64) -> io::Result<Fetched> {
    let opened = File::open(file)?;
    let before = state(&opened.metadata()?);
    let mut bytes = Vec::new();
    opened.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    let after = state(&fs::symlink_metadata(file)?);
    Ok(Fetched { before, bytes, after })
}

fn state(about: &fs::Metadata) -> State {
    let since = about.modified().ok().and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
    let modified_ms = since.and_then(|since| u64::try_from(since.as_millis()).ok()).unwrap_or_default();
    State { size: about.len(), modified_ms }
}

/// The folder is the operator's, and its path is not for the guest.
fn unreadable(error: io::Error) -> FileError {
    FileError::Host(format!("read the folder of uploaded files: {}", error.kind()))
}
