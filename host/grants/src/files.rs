//! Files that a connector may read instead of asking hosts: which names, and
//! where they come from.

mod exchange;
mod grant;
mod manifest;
mod pattern;

pub use exchange::{FileError, FileInfo, Files};
pub use grant::{FileGrant, FilePlace, SftpPlace};
pub use manifest::{ManifestFiles, OpenPgp, Sftp};
pub use pattern::{NamePattern, NamePatternError};
