//! The host's side of a guest's reading of files: bounded, counted, and
//! remembered when it fails. Which files those are is decided outside.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use rollcall_grants::{FileError, FileInfo, Files, Outside};
use rollcall_model::Failure;

use crate::limits::FILE_READ_BYTES;
use crate::state::CallState;

impl CallState {
    pub async fn list_files(&mut self) -> Result<Vec<FileInfo>, FileError> {
        let listed = match self.files() {
            Ok(files) => files.list().await,
            Err(error) => Err(error),
        };
        let bytes = |files: &Vec<FileInfo>| files.iter().map(|file| file.name.len()).sum();
        self.note(listed, bytes)
    }

    /// Never more than the contract says, whatever is asked for: a guest has to
    /// go on until nothing comes.
    pub async fn read_file(&mut self, name: String, offset: u64, length: u32) -> Result<Vec<u8>, FileError> {
        let length = length.min(FILE_READ_BYTES);
        let read = match self.files() {
            Ok(files) => files.read(name, offset, length).await,
            Err(error) => Err(error),
        };
        self.note(read, Vec::len)
    }

    fn files(&self) -> Result<Arc<dyn Files>, FileError> {
        if self.meter.fetches.fetch_add(1, Relaxed) >= self.limits.fetches {
            return Err(FileError::Budget(format!("{} reads a call", self.limits.fetches)));
        }
        match &self.outside {
            Outside::Files(files) => Ok(Arc::clone(files)),
            Outside::Network(_) => Err(FileError::Denied("this connector was given no files".to_owned())),
        }
    }

    fn note<T>(&mut self, answer: Result<T, FileError>, bytes: impl Fn(&T) -> usize) -> Result<T, FileError> {
        match &answer {
            Ok(answer) => {
                self.meter.bytes_in.fetch_add(bytes(answer) as u64, Relaxed);
            }
            Err(error) => self.last_failure = Some(failure(error)),
        }
        answer
    }
}

/// Whose it is to mend.
fn failure(error: &FileError) -> Failure {
    match error.clone() {
        FileError::Denied(detail) => Failure::Denied { detail },
        FileError::Budget(detail) => Failure::Budget { detail },
        FileError::Changed(detail) | FileError::Invalid(detail) => Failure::InvalidResponse { detail },
        FileError::Timeout => Failure::Timeout,
        FileError::Transport(detail) => Failure::Transport { detail },
        FileError::SignIn(detail) => Failure::AuthFailed { detail },
        FileError::Permission(scope) => Failure::PermissionMissing { scope },
        FileError::Setting { key, why } => Failure::BadSetting { key, why },
        FileError::Host(detail) => Failure::Host { detail },
    }
}
