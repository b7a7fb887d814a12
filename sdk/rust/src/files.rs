//! What a call of a connector of files gets: what is asked, and the files.

use std::io::{self, Read};
use std::ops::Deref;

use crate::asked::Asked;
use crate::{Failure, FileError, FileInfo, Result, Run};

/// Bytes that are asked for at a time. The contract's most is four times as
/// much; a page does not get faster by it, and takes the memory.
pub const CHUNK: u32 = 1 << 20;

/// Whatever reads files: the host, or a test.
pub trait Folder {
    /// What is there, by name.
    fn list(&self) -> Result<Vec<FileInfo>, FileError>;
    /// At most `length` bytes from `offset` on. Empty: the end.
    fn read(&self, name: &str, offset: u64, length: u32) -> Result<Vec<u8>, FileError>;
}

/// One call of the host, as the connector sees it: settings, time and wants of
/// [`Asked`], and files.
pub struct Files {
    asked: Asked,
    folder: Box<dyn Folder>,
}

impl Files {
    /// For a run. `export!` and the test kit call this.
    pub fn new(run: Run, folder: Box<dyn Folder>) -> Self {
        Self { asked: Asked::new(run), folder }
    }

    /// What is there, by name.
    pub fn list(&self) -> Result<Vec<FileInfo>> {
        self.folder.list().map_err(failure)
    }

    /// Reads a file from `offset` on, chunk by chunk.
    pub fn open<'a>(&'a self, name: &'a str, offset: u64) -> FileReader<'a> {
        FileReader { folder: &*self.folder, name, offset, chunk: Vec::new(), at: 0 }
    }
}

impl Deref for Files {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

/// A file as a stream of bytes. What the host says of a failure comes out of the
/// stream as it went in: [`failure_of`] gets it back.
pub struct FileReader<'a> {
    folder: &'a dyn Folder,
    name: &'a str,
    offset: u64,
    chunk: Vec<u8>,
    at: usize,
}

impl Read for FileReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.chunk.len() {
            self.chunk = self
                .folder
                .read(self.name, self.offset, CHUNK)
                .map_err(|error| io::Error::other(Unread(error)))?;
            self.offset += self.chunk.len() as u64;
            self.at = 0;
        }
        let rest = self.chunk.get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

/// A failure of the host on its way through a stream.
#[derive(Debug)]
struct Unread(FileError);

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Unread {}

/// Why a stream over a file broke off: the host's failure if it was that, else
/// `None`, and what is in the file is to blame.
pub fn failure_of(error: &io::Error) -> Option<Failure> {
    let unread = error.get_ref().and_then(|inner| inner.downcast_ref::<Unread>())?;
    Some(failure(unread.0.clone()))
}

/// The host knows best why it could not read: this says no more than that.
fn failure(error: FileError) -> Failure {
    Failure::FetchFailed(match error {
        FileError::Denied(why) | FileError::Budget(why) | FileError::Transport(why) => why,
        FileError::Changed => "the file changed".to_owned(),
    })
}
