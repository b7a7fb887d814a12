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
/// By how much the clock of a server may be another than ours.
pub const SKEW: Duration = Duration::from_secs(30 * 60);
/// Between two looks at such a file.
pub const SETTLING: Duration = Duration::from_secs(60);
/// Bytes that are asked of a server at a time: more is not always answered.
pub const READ_BYTES: u32 = 32 * 1024;
/// Pieces of a file under way at once.
pub const IN_FLIGHT: usize = 32;
/// To connect and shake hands, each.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// To sign in.
pub const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(60);
/// Without a word from the server.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Between signs of life.
pub const KEEPALIVE: Duration = Duration::from_secs(15);
/// Waits before a connection that broke is tried again.
pub const RETRIES: [Duration; 3] =
    [Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(120)];
/// Layers of an OpenPGP message: encrypted, compressed, signed.
pub const MAX_NESTING: usize = 8;
/// Since a signature was made.
pub const SIGNATURE_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// A signature or a checksum that lies beside a file, in bytes.
pub const MAX_COMPANION_BYTES: u64 = 64 * 1024;
