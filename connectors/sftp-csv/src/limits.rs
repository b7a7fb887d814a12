//! How much of everything. What is over is refused, and nobody is read.

/// Bytes of a file, unpacked.
pub const MAX_PLAIN_BYTES: u64 = 200 * 1024 * 1024;
/// How many times as large as it was a file may be when it is unpacked.
pub const MAX_RATIO: u64 = 100;
/// Bytes that may come out of a packed file whatever the ratio: an almost empty
/// sheet packs better than that.
pub const FREE_BYTES: u64 = 1024 * 1024;
/// Bytes of a zip archive or an Excel file as it is: it is read from its end, and
/// so is held as a whole.
pub const MAX_ARCHIVE_BYTES: u64 = 16 * 1024 * 1024;
/// Files of an archive.
pub const MAX_ENTRIES: usize = 1_000;
/// Bytes of the texts that cells of an Excel file share.
pub const MAX_SHARED_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of a manifest.
pub const MAX_MANIFEST_BYTES: u64 = 256 * 1024;
/// Styles of an Excel file.
pub const MAX_STYLES: usize = 10_000;
/// Layers of an XML part.
pub const MAX_DEPTH: usize = 100;
/// Empty rows behind which nothing more is expected.
pub const MAX_GAP: u64 = 1_000;
/// Records of a file: who was met is held in memory, which has 64 MB.
pub const MAX_RECORDS: u64 = 450_000;
/// Columns of a file.
pub const MAX_COLUMNS: usize = 500;
/// Bytes of one cell.
pub const MAX_CELL_BYTES: usize = 32 * 1024;
/// Bytes at the beginning from which the separator is told.
pub const SAMPLE_BYTES: usize = 64 * 1024;
/// Records at the beginning from which the separator is told.
pub const SAMPLE_RECORDS: usize = 20;
/// Cells that cannot be read and are left out before the whole file is refused:
/// so many, or so many of a hundred records.
pub const MAX_FLAWS: u64 = 10;
pub const MAX_FLAWS_PERCENT: u64 = 1;
/// Records that are left out because another one of the same person counts: as
/// many as a cursor has room for.
pub const MAX_REPEATS: usize = 2_000;
/// Bytes of all files of changes that are read together, as they lie there.
pub const MAX_CHANGES_BYTES: u64 = 16 * 1024 * 1024;
/// Units and groups of files of their own: what fits on a page.
pub const MAX_UNITS: usize = 4_000;
