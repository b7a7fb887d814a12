//! Zip archives: what is in one, and reading a file of it.

use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive};

use crate::layers::{Unpacked, refused};
use crate::limits::{MAX_ARCHIVE_BYTES, MAX_ENTRIES};

/// An archive in memory: what is in it stands at its end.
pub struct Archive {
    zip: ZipSliceArchive<Rc<[u8]>>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    at: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    locked: bool,
}

impl Archive {
    pub fn read(from: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        from.take(MAX_ARCHIVE_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_ARCHIVE_BYTES {
            return Err(refused("is an Excel file or a zip archive of more than 16 MB; send CSV"));
        }
        let zip = ZipArchive::from_slice(Rc::from(bytes)).map_err(damaged)?;
        let mut entries = Vec::new();
        let mut listed = zip.entries();
        while let Some(entry) = listed.next_entry().map_err(damaged)? {
            if entry.is_dir() {
                continue;
            }
            if entries.len() == MAX_ENTRIES {
                return Err(refused("is a zip archive of too many files"));
            }
            entries.push(Entry {
                name: String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned(),
                at: entry.wayfinder(),
                method: entry.compression_method(),
                locked: entry.flags().is_encrypted(),
            });
        }
        Ok(Self { zip, entries })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.names().any(|one| one == name)
    }

    /// A file of it. Its length and checksum are compared at its end.
    pub fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let entry = self.entries.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| refused("is a damaged Excel file: a part of it is missing"))?;
        if entry.locked {
            return Err(refused("is a zip archive with a password; send it without, or use OpenPGP"));
        }
        let found = self.zip.get_entry(entry.at).map_err(damaged)?;
        let (from, to) = found.compressed_data_range();
        let mut bytes = Cursor::new(Rc::clone(self.zip.get_ref()));
        bytes.set_position(from);
        let packed = bytes.take(to.saturating_sub(from));
        let plain: Box<dyn Read> = match entry.method {
            CompressionMethod::STORE => Box::new(found.verifying_reader(packed)),
            CompressionMethod::DEFLATE => {
                Box::new(found.verifying_reader(DeflateDecoder::new(BufReader::new(packed))))
            }
            _ => return Err(refused("is a zip archive packed in an unusual way; use Deflate")),
        };
        Ok(Box::new(Unpacked::of(plain, to.saturating_sub(from))))
    }

    /// The one file of an archive that somebody made of a file.
    pub fn only(&self) -> io::Result<Box<dyn Read>> {
        match self.entries.as_slice() {
            [one] if one.name.contains(['/', '\\']) => {
                Err(refused("is a zip archive with a folder in it; it has to hold one file and nothing else"))
            }
            [one] => self.open(&one.name),
            _ => Err(refused("is a zip archive that does not hold exactly one file")),
        }
    }
}

fn damaged(_: rawzip::Error) -> io::Error {
    refused("is a damaged zip archive; perhaps it was cut off")
}
