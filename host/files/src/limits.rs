//! How much of everything, and how long.

use std::time::Duration;

/// A file as it lies there, in bytes.
pub const MAX_FILE_BYTES: u64 = 200 * 1024 * 1024;
/// All files of one session, opened, in bytes. They are held in memory: what
/// customers send is never on this machine's disk.
pub const MAX_SESSION_BYTES: u64 = 256 * 1024 * 1024;
/// Entries of the folder, whatever they are.
pub const MAX_ENTRIES: usize = 10_000;
/// Files that the guest may read.
pub const MAX_FILES: usize = 1_000;
/// A file that was written so shortly before may still be under way.
pub const YOUNG: Duration = Duration::from_secs(120);
/// Between two looks at such a file.
pub const SETTLING: Duration = Duration::from_secs(60);
