//! The folder's list, and its files.

use futures::{StreamExt, TryStreamExt, stream};
use rollcall_grants::{FileError, FileInfo, Settings, Sftp};
use russh_sftp::client::error::Error;
use russh_sftp::protocol::{File, FileAttributes, OpenFlags, StatusCode};

use super::connect::Connection;
use crate::folder::{Fetched, State};
use crate::limits::{IN_FLIGHT, MAX_ENTRIES, READ_BYTES};

/// The bits of `permissions` that say what it is, and a plain file.
const TYPE_BITS: u32 = 0o170_000;
const PLAIN: u32 = 0o100_000;

impl Connection {
    /// Plain files: no folders, no links.
    pub async fn list(&self) -> Result<Vec<FileInfo>, FileError> {
        let failed = |error: Error| self.failed(&error);
        let handle = self.sftp.opendir(&self.folder).await.map_err(failed)?.handle;
        let (mut files, mut count) = (Vec::new(), 0);
        loop {
            let batch = match self.sftp.readdir(&handle).await {
                Ok(batch) => batch.files,
                Err(Error::Status(status)) if status.status_code == StatusCode::Eof => break,
                Err(error) => return Err(failed(error)),
            };
            count += batch.len();
            if count > MAX_ENTRIES {
                return Err(FileError::Budget(format!(
                    "{MAX_ENTRIES} entries in the folder; move old files away"
                )));
            }
            for entry in batch {
                if let Some(file) = self.file(entry).await? {
                    files.push(file);
                }
            }
        }
        self.sftp.close(handle).await.map_err(failed)?;
        Ok(files)
    }

    /// `None`: it is no plain file, or is gone since.
    async fn file(&self, entry: File) -> Result<Option<FileInfo>, FileError> {
        let (name, mut attributes) = (entry.filename, entry.attrs);
        let kind = kind(&attributes, &entry.longname);
        if name.contains(['/', '\0']) || matches!(name.as_str(), "." | "..") || kind == Some(false) {
            return Ok(None);
        }
        // A list may have names alone.
        if kind.is_none() || attributes.size.is_none() || attributes.mtime.is_none() {
            attributes = match self.sftp.lstat(self.path(&name)).await {
                Ok(answer) => answer.attrs,
                Err(Error::Status(status)) if status.status_code == StatusCode::NoSuchFile => {
                    return Ok(None);
                }
                Err(error) => return Err(self.failed(&error)),
            };
        }
        let is_plain = kind.or_else(|| self::kind(&attributes, "")).unwrap_or(true);
        let State { size, modified_ms } = state(&attributes);
        Ok(is_plain.then_some(FileInfo { name, size, modified_ms }))
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder.trim_end_matches('/'))
    }

    pub async fn fetch(&self, name: &str, max: u64) -> Result<Fetched, FileError> {
        let failed = |error: Error| self.failed(&error);
        let path = self.path(name);
        let opened = self.sftp.open(&path, OpenFlags::READ, FileAttributes::empty()).await;
        let handle = opened.map_err(failed)?.handle;
        let before = state(&self.sftp.fstat(&handle).await.map_err(failed)?.attrs);
        let bytes = self.read(&handle, before.size.min(max.saturating_add(1))).await?;
        self.sftp.close(handle).await.map_err(failed)?;
        let after = state(&self.sftp.lstat(&path).await.map_err(failed)?.attrs);
        Ok(Fetched { before, bytes, after })
    }

    /// Some pieces at once, put together in their order. A file that has grown
    /// shows in its size afterwards.
    async fn read(&self, handle: &str, size: u64) -> Result<Vec<u8>, FileError> {
        let pieces = (0..size.div_ceil(u64::from(READ_BYTES))).map(|at| at * u64::from(READ_BYTES));
        let pieces = stream::iter(pieces).map(|offset| self.piece(handle, offset, size));
        let pieces: Vec<Vec<u8>> = pieces.buffered(IN_FLIGHT).try_collect().await?;
        Ok(pieces.concat())
    }

    /// A server may answer with less than it was asked for.
    async fn piece(&self, handle: &str, from: u64, size: u64) -> Result<Vec<u8>, FileError> {
        let wanted = size.saturating_sub(from).min(u64::from(READ_BYTES));
        let mut bytes: Vec<u8> = Vec::new();
        while (bytes.len() as u64) < wanted {
            let rest = u32::try_from(wanted - bytes.len() as u64).unwrap_or(READ_BYTES);
            match self.sftp.read(handle, from + bytes.len() as u64, rest).await {
                Ok(data) if data.data.is_empty() => break,
                Ok(data) => bytes.extend_from_slice(&data.data),
                Err(Error::Status(status)) if status.status_code == StatusCode::Eof => break,
                Err(error) => return Err(self.failed(&error)),
            }
        }
        Ok(bytes)
    }

    fn failed(&self, error: &Error) -> FileError {
        status(error, &self.shown, &self.folder_key)
    }
}

/// Before there is a connection to ask.
pub fn failed(error: &Error, folder: &str, sftp: &Sftp) -> FileError {
    status(error, folder, &Settings::key_of(&sftp.folder))
}

/// `folder`: as entered.
fn status(error: &Error, folder: &str, key: &str) -> FileError {
    match error {
        Error::Status(status) => match status.status_code {
            StatusCode::NoSuchFile => FileError::Setting {
                key: key.to_owned(),
                why: format!("the server has no folder `{folder}`, or a file of it is gone"),
            },
            StatusCode::PermissionDenied => FileError::Permission(format!("reading the folder `{folder}`")),
            code => FileError::Transport(format!("the server answers: {code}")),
        },
        Error::Timeout => FileError::Timeout,
        Error::Limited(_) => FileError::Transport("the server refuses requests of this size".to_owned()),
        Error::IO(_) | Error::UnexpectedPacket | Error::UnexpectedBehavior(_) => {
            FileError::Transport("the connection to the server broke".to_owned())
        }
    }
}

/// Whether it is a plain file, as far as that is told.
fn kind(attributes: &FileAttributes, longname: &str) -> Option<bool> {
    match attributes.permissions {
        Some(bits) if bits & TYPE_BITS != 0 => Some(bits & TYPE_BITS == PLAIN),
        // Some servers give no type; the long name begins with it.
        _ => longname.starts_with(['-', 'd', 'l', 'b', 'c', 'p', 's']).then(|| longname.starts_with('-')),
    }
}

/// Times are whole seconds; what a server leaves out is 0, the same in each look.
fn state(attributes: &FileAttributes) -> State {
    State {
        size: attributes.size.unwrap_or_default(),
        modified_ms: u64::from(attributes.mtime.unwrap_or_default()) * 1_000,
    }
}
