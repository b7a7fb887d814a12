//! What a file is wrapped in. Decided by its first bytes and not by its name.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Chain, Cursor, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;
use rollcall_sdk::files::{FileReader, failure_of};
use rollcall_sdk::prelude::*;

use crate::archive::Archive;
use crate::invalid;
use crate::limits::{FREE_BYTES, MAX_PLAIN_BYTES, MAX_RATIO};
use crate::xlsx;

/// First bytes of what is no table, and what to do about it.
const FOREIGN: [(&[u8], &str); 8] = [
    (b"\xD0\xCF\x11\xE0", "is an old Excel file, or one with a password; save it as .xlsx without one"),
    (b"%PDF", "is a PDF; export a CSV file"),
    (b"<html", "is a web page, perhaps of an error; look at what the sender does"),
    (b"<!DOC", "is a web page, perhaps of an error; look at what the sender does"),
    (b"<?xml", "is XML; export a CSV file"),
    (b"{", "is JSON; export a CSV file"),
    (b"[", "is JSON; export a CSV file"),
    (b"-----BEGIN PGP", "is encrypted, and the host has no key for it"),
];

/// A file without what it was wrapped in.
pub struct Opened<'a> {
    pub bytes: Box<dyn Read + 'a>,
    /// It was an Excel file: what comes is UTF-8 with commas.
    pub is_book: bool,
}

/// `sheet`: of an Excel file.
pub fn open<'a>(files: &'a Files, name: &'a str, sheet: Option<&str>) -> Result<Opened<'a>> {
    unwrapped(files.open(name, 0), sheet).map_err(|error| unread(name, &error))
}

fn unwrapped<'a>(mut reader: FileReader<'a>, sheet: Option<&str>) -> io::Result<Opened<'a>> {
    let first = head(&mut reader)?;
    let whole = Counted { from: Cursor::new(first.clone()).chain(reader), taken: Rc::default() };
    let taken = Rc::clone(&whole.taken);
    let bytes: Box<dyn Read + 'a> = match first.as_slice() {
        [] => return Err(refused("is empty")),
        // With something in it, and with nothing.
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => {
            let archive = Archive::read(whole)?;
            if xlsx::is_book(&archive) {
                return Ok(Opened { bytes: xlsx::open(&archive, sheet)?, is_book: true });
            }
            let mut only = archive.only()?;
            let first = head(&mut only)?;
            if first.starts_with(b"PK\x03\x04") {
                return Err(refused(
                    "is a zip archive in a zip archive, or an Excel file in one; pack it once",
                ));
            }
            check_table(&first)?;
            Box::new(Cursor::new(first).chain(only))
        }
        [0x1F, 0x8B, ..] => Box::new(Unpacked { from: MultiGzDecoder::new(whole), taken, given: 0 }),
        first => {
            check_table(first)?;
            Box::new(Unpacked { from: whole, taken, given: 0 })
        }
    };
    Ok(Opened { bytes, is_book: false })
}

/// Whether it may be a table, by its first bytes.
fn check_table(head: &[u8]) -> io::Result<()> {
    let lower = head.to_ascii_lowercase();
    let is = |bytes: &[u8]| lower.starts_with(&bytes.to_ascii_lowercase());
    FOREIGN.iter().find(|(bytes, _)| is(bytes)).map_or(Ok(()), |(_, what)| Err(refused(*what)))
}

/// As many bytes as it takes to know.
fn head(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(16).read_to_end(&mut head)?;
    Ok(head)
}

/// What a stream over a file says when it breaks off.
pub fn unread(file: &str, error: &io::Error) -> Failure {
    match failure_of(error) {
        Some(failure) => failure,
        None => match error.get_ref().and_then(|inner| inner.downcast_ref::<Refused>()) {
            Some(Refused(what)) => invalid(file, what),
            None => invalid(file, format!("cannot be unpacked: {error}")),
        },
    }
}

/// Why a stream refuses to go on. Fits after the name of the file.
#[derive(Debug)]
pub struct Refused(Cow<'static, str>);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

pub fn refused(what: impl Into<Cow<'static, str>>) -> io::Error {
    io::Error::other(Refused(what.into()))
}

/// Counts what is taken out of a file.
struct Counted<'a> {
    from: Chain<Cursor<Vec<u8>>, FileReader<'a>>,
    taken: Rc<Cell<u64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.taken.set(self.taken.get() + count as u64);
        Ok(count)
    }
}

/// Stops a file that grows beyond measure when it is unpacked.
pub struct Unpacked<R> {
    from: R,
    taken: Rc<Cell<u64>>,
    given: u64,
}

impl<R> Unpacked<R> {
    /// What is known to come out of so many bytes.
    pub fn of(from: R, packed: u64) -> Self {
        Self { from, taken: Rc::new(Cell::new(packed)), given: 0 }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.given += count as u64;
        check_size(self.taken.get(), self.given)?;
        Ok(count)
    }
}

/// Whether so much may come out of so much.
pub fn check_size(packed: u64, unpacked: u64) -> io::Result<()> {
    if unpacked > MAX_PLAIN_BYTES {
        return Err(refused("has more than 200 MB unpacked; split it"));
    }
    if unpacked > FREE_BYTES && unpacked / MAX_RATIO > packed {
        return Err(refused("grows more than a hundred times when it is unpacked; such files are refused"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_beyond_measure() {
        assert!(check_size(1, FREE_BYTES).is_ok());
        assert!(check_size(1, FREE_BYTES + 1).is_err());
        assert!(check_size(MAX_PLAIN_BYTES, MAX_PLAIN_BYTES).is_ok());
        assert!(check_size(MAX_PLAIN_BYTES, MAX_PLAIN_BYTES + 1).is_err());
        let packed = 10 * FREE_BYTES / MAX_RATIO;
        assert!(check_size(packed, packed * MAX_RATIO).is_ok());
        assert!(check_size(packed, (packed + 1) * MAX_RATIO).is_err());
    }
}
