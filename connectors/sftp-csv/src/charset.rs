//! Bytes to text: which character set, and reading through it.

use std::borrow::Cow;
use std::io::{self, Read};

use rollcall_sdk::prelude::*;
use textcode::Iso8859_15;
use yore::code_pages::{CP1250, CP1252};

use crate::layers::refused;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Charset {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
    Windows1250,
    Iso8859_15,
}

/// As the setting spells them. `None`: told from the bytes.
pub const NAMES: [(&str, Option<Charset>); 7] = [
    ("auto", None),
    ("utf-8", Some(Charset::Utf8)),
    ("windows-1252", Some(Charset::Windows1252)),
    ("iso-8859-15", Some(Charset::Iso8859_15)),
    ("windows-1250", Some(Charset::Windows1250)),
    ("utf-16le", Some(Charset::Utf16Le)),
    ("utf-16be", Some(Charset::Utf16Be)),
];

impl Charset {
    /// The text of whole letters at the beginning, and how many bytes they have.
    fn decode(self, bytes: &[u8]) -> io::Result<(String, usize)> {
        let whole = |text: Cow<'_, str>| {
            // A byte that a table has nothing for comes out as a control.
            let is_text = !text.contains(|letter| ('\u{80}'..='\u{9F}').contains(&letter));
            is_text.then(|| (text.into_owned(), bytes.len()))
        };
        let decoded = match self {
            Self::Utf8 => utf8(bytes).map(|text| (text.to_owned(), text.len())),
            Self::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Self::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Self::Windows1252 => whole(CP1252.decode(bytes)),
            Self::Windows1250 => whole(CP1250.decode(bytes)),
            // The library leaves out what its table has nothing for.
            Self::Iso8859_15 if bytes.iter().any(|byte| (0x80..0xA0).contains(byte)) => None,
            Self::Iso8859_15 => whole(textcode::decode::<Iso8859_15>(bytes).into()),
        };
        decoded.ok_or_else(|| {
            refused("has bytes that its character set does not have; say under `encoding` what it is")
        })
    }
}

/// As much as is whole. `None`: some of it is no UTF-8.
fn utf8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_some() => None,
        Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<(String, usize)> {
    let mut units: Vec<u16> =
        bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
    // The first half of a letter of two: the second is yet to come.
    let half = units.last().is_some_and(|last| (0xD800..0xDC00).contains(last));
    units.truncate(units.len() - usize::from(half));
    Some((String::from_utf16(&units).ok()?, units.len() * 2))
}

/// What the bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub charset: Charset,
    /// Nothing but that it is none of the others speaks for it.
    pub guessed: bool,
}

/// Bytes that Windows-1252 leaves undefined: with one of them it is another set.
const UNDEFINED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// Bytes that are looked at together.
const CHUNK: usize = 16 * 1024;

/// Bytes at the beginning in which UTF-16 without a mark shows.
const HEAD: usize = 1_000;

/// Reads to the end. By the mark at the beginning, by zeros at every other
/// place, by being UTF-8 throughout, and else Windows-1252, which Excel writes.
pub fn tell(from: &mut dyn Read) -> io::Result<Told> {
    let mut is_utf8 = true;
    let mut undefined = false;
    let mut head = Vec::new();
    // What is left of a letter that goes on in the next bytes.
    let mut rest = Vec::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        let bytes = buffer.get(..count).unwrap_or_default();
        if head.len() < HEAD {
            head.extend_from_slice(bytes.get(..bytes.len().min(HEAD - head.len())).unwrap_or_default());
        }
        if is_utf8 {
            rest.extend_from_slice(bytes);
            let whole = utf8(&rest).map(str::len);
            is_utf8 = whole.is_some();
            rest.drain(..whole.unwrap_or_default());
        }
        undefined |= bytes.iter().any(|byte| UNDEFINED.contains(byte));
        if let Some(charset) = by_mark(&head)? {
            return Ok(Told { charset, guessed: false });
        }
    }
    if let Some(charset) = by_zeros(&head) {
        return Ok(Told { charset, guessed: false });
    }
    if is_utf8 && rest.is_empty() {
        return Ok(Told { charset: Charset::Utf8, guessed: false });
    }
    if undefined {
        return Err(refused("is neither UTF-8 nor Windows-1252; say under `encoding` what it is"));
    }
    Ok(Told { charset: Charset::Windows1252, guessed: true })
}

/// What the mark at the beginning says, where there is one: it is right whatever
/// else is said.
pub fn marked(from: &mut dyn Read) -> io::Result<Option<Charset>> {
    let mut head = Vec::new();
    from.take(4).read_to_end(&mut head)?;
    by_mark(&head)
}

fn by_mark(head: &[u8]) -> io::Result<Option<Charset>> {
    Ok(Some(match head {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
            return Err(refused("is UTF-32; save it as UTF-8"));
        }
        [0xEF, 0xBB, 0xBF, ..] => Charset::Utf8,
        [0xFF, 0xFE, ..] => Charset::Utf16Le,
        [0xFE, 0xFF, ..] => Charset::Utf16Be,
        _ => return Ok(None),
    }))
}

/// Latin letters in UTF-16 are every other byte a zero.
fn by_zeros(head: &[u8]) -> Option<Charset> {
    let zeros = |offset| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, many) = (zeros(0), zeros(1), head.len() / 4);
    if odd > many && even == 0 {
        Some(Charset::Utf16Le)
    } else if even > many && odd == 0 {
        Some(Charset::Utf16Be)
    } else {
        None
    }
}

/// Reads bytes of a character set as UTF-8, without the mark. What is not of the
/// set, and a NUL, are refused.
pub struct Decoded<R> {
    from: R,
    charset: Charset,
    /// Bytes that are no text yet.
    raw: Vec<u8>,
    text: String,
    at: usize,
    begun: bool,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub fn new(from: R, charset: Charset) -> Self {
        let (raw, text) = (Vec::new(), String::new());
        Self { from, charset, raw, text, at: 0, begun: false, ended: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.at == self.text.len() && !self.ended {
            let more = self.from.by_ref().take(CHUNK as u64).read_to_end(&mut self.raw)?;
            self.ended = more < CHUNK;
            let (text, used) = self.charset.decode(&self.raw)?;
            self.raw.drain(..used);
            if self.ended && !self.raw.is_empty() {
                return Err(refused("ends within a letter; it was cut off, or `encoding` is another"));
            }
            if text.contains('\0') {
                return Err(refused("has a NUL in its text"));
            }
            self.at = match text.strip_prefix('\u{FEFF}') {
                Some(rest) if !self.begun => text.len() - rest.len(),
                _ => 0,
            };
            self.text = text;
            self.begun = true;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str, charset: Charset) {
        let told = tell(&mut &bytes[..]).unwrap();
        assert_eq!(told.charset, charset, "{bytes:x?}");
        let mut text = String::new();
        Decoded::new(bytes, charset).read_to_string(&mut text).unwrap();
        assert_eq!(text, expected);
    }

    #[test]
    fn the_bytes_tell() {
        check(b"Zo\xC3\xAB", "Zoë", Charset::Utf8);
        check(b"\xEF\xBB\xBFZo\xC3\xAB", "Zoë", Charset::Utf8);
        check(b"Zo\xEB \x80", "Zoë €", Charset::Windows1252);
        check(b"\xFF\xFEZ\0o\0\xEB\0", "Zoë", Charset::Utf16Le);
        check(b"\xFE\xFF\0Z\0o\0\xEB", "Zoë", Charset::Utf16Be);
        check(b"Z\0o\0e\0", "Zoe", Charset::Utf16Le);
        check(b"\0Z\0o\0e", "Zoe", Charset::Utf16Be);
        check(b"", "", Charset::Utf8);
    }

    #[test]
    fn what_an_admin_has_to_say() {
        let mut text = String::new();
        Decoded::new(&b"\xA3ukasz"[..], Charset::Windows1250).read_to_string(&mut text).unwrap();
        Decoded::new(&b" \xA4"[..], Charset::Iso8859_15).read_to_string(&mut text).unwrap();
        assert_eq!(text, "Łukasz €");
        let is_refused = |bytes: &[u8]| tell(&mut &bytes[..]).unwrap_err().to_string();
        assert!(is_refused(b"Zo\x89\x90").contains("neither UTF-8 nor"));
        assert!(is_refused(b"\xFF\xFE\0\0Z\0\0\0").contains("UTF-32"));
    }

    /// A letter of several bytes over the end of what is read together.
    #[test]
    fn letters_between_two_reads() {
        let text = format!("{}é😀", "a".repeat(CHUNK - 1));
        check(text.as_bytes(), &text, Charset::Utf8);
        let text = format!("\u{FEFF}{}é😀", "a".repeat(CHUNK / 2 - 3));
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&bytes, text.trim_start_matches('\u{FEFF}'), Charset::Utf16Le);
    }

    #[test]
    fn what_is_not_of_the_set_is_refused() {
        let read = |bytes: &[u8], charset| {
            let mut text = String::new();
            Decoded::new(bytes, charset).read_to_string(&mut text).unwrap_err().to_string()
        };
        assert!(read(b"Zo\xEB.", Charset::Utf8).contains("bytes that its character set"));
        assert!(read(b"Zo\x81", Charset::Windows1252).contains("bytes that its character set"));
        assert!(read(b"Zo\x80", Charset::Iso8859_15).contains("bytes that its character set"));
        assert!(read(b"\x00\xDCo\0", Charset::Utf16Le).contains("bytes that its character set"));
        assert!(read(b"Z\0o", Charset::Utf16Le).contains("ends within a letter"));
        assert!(read(b"\x3D\xD8", Charset::Utf16Le).contains("ends within a letter"));
        assert!(read(b"Zo\xC3", Charset::Utf8).contains("ends within a letter"));
        assert!(read(b"Z\0o", Charset::Utf8).contains("NUL"));
    }
}
