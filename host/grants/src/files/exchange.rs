//! What a guest asks of files and what comes back: the seam between the sandbox
//! and whoever reads them.

use crate::exchange::Fetching;

/// A file of the folder that the admin chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Without a path.
    pub name: String,
    /// In bytes, as it lies there.
    pub size: u64,
    /// When it was last written, in milliseconds since 1970.
    pub modified_ms: u64,
}

/// Why there is no list or no bytes. The guest learns the kind; whose it is to
/// mend, the host knows for itself. No text has a path of the host in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("denied: {0}")]
    Denied(String),
    #[error("limit reached: {0}")]
    Budget(String),
    /// Still being written, or another one by now.
    #[error("the file changed: {0}")]
    Changed(String),
    #[error("timeout")]
    Timeout,
    #[error("transport: {0}")]
    Transport(String),
    #[error("sign-in refused: {0}")]
    SignIn(String),
    /// The credential may not read there.
    #[error("permission missing: {0}")]
    Permission(String),
    /// What the admin entered leads nowhere, or to somebody else.
    #[error("setting `{key}`: {why}")]
    Setting { key: String, why: String },
    /// It is there whole, and is not what it has to be.
    #[error("the file is not right: {0}")]
    Invalid(String),
    /// The host's own fault.
    #[error("the host failed: {0}")]
    Host(String),
}

/// Whatever reads files for a guest.
pub trait Files: Send + Sync {
    /// Those that the guest may read, by name.
    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>>;

    /// At most `length` bytes from `offset` on. Empty: the end.
    fn read(&self, name: String, offset: u64, length: u32) -> Fetching<'_, Result<Vec<u8>, FileError>>;
}
