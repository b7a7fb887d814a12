//! Bytes to text: which character set, and reading through it.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};
use rollcall_sdk::prelude::*;

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

impl Charset {
    /// As the setting spells it.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "utf-8" => Self::Utf8,
            "utf-16le" => Self::Utf16Le,
            "utf-16be" => Self::Utf16Be,
            "windows-1252" => Self::Windows1252,
            "windows-1250" => Self::Windows1250,
            "iso-8859-15" => Self::Iso8859_15,
            _ => return None,
        })
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
            Self::Windows1250 => encoding_rs::WINDOWS_1250,
            Self::Iso8859_15 => encoding_rs::ISO_8859_15,
        }
    }
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

/// Bytes at the beginning in which UTF-16 without a mark shows.
const HEAD: usize = 1_000;

/// Reads to the end. By the mark at the beginning, by zeros at every other
/// place, by being UTF-8 throughout, and else Windows-1252, which Excel writes.
pub fn tell(from: &mut dyn Read) -> io::Result<Told> {
    let mut utf8 = encoding_rs::UTF_8.new_decoder_without_bom_handling();
    let mut is_utf8 = true;
    let mut undefined = false;
    let mut head = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    let mut sink = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if head.len() < HEAD {
            head.extend_from_slice(bytes.get(..bytes.len().min(HEAD - head.len())).unwrap_or_default());
        }
        if is_utf8 {
            let (result, _, _) = utf8.decode_to_utf8_without_replacement(bytes, &mut sink, count == 0);
            is_utf8 = result == DecoderResult::InputEmpty;
        }
        undefined |= bytes.iter().any(|byte| UNDEFINED.contains(byte));
        if count == 0 {
            break;
        }
        if !head.is_empty()
            && let Some(charset) = marked(&head)?
        {
            return Ok(Told { charset, guessed: false });
        }
    }
    if let Some(charset) = by_zeros(&head) {
        return Ok(Told { charset, guessed: false });
    }
    if is_utf8 {
        return Ok(Told { charset: Charset::Utf8, guessed: false });
    }
    if undefined {
        return Err(refused("is neither UTF-8 nor Windows-1252; say under `encoding` what it is"));
    }
    Ok(Told { charset: Charset::Windows1252, guessed: true })
}

/// By the byte order mark.
fn marked(head: &[u8]) -> io::Result<Option<Charset>> {
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
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    text: Vec<u8>,
    text_at: usize,
    text_end: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub fn new(from: R, charset: Charset) -> Self {
        Self {
            from,
            decoder: charset.encoding().new_decoder_with_bom_removal(),
            raw: vec![0; 16 * 1024],
            raw_at: 0,
            raw_end: 0,
            text: vec![0; 64 * 1024],
            text_at: 0,
            text_end: 0,
            ended: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.text_at == self.text_end && !self.ended {
            let mut last = false;
            if self.raw_at == self.raw_end {
                self.raw_at = 0;
                self.raw_end = self.from.read(&mut self.raw)?;
                last = self.raw_end == 0;
            }
            let raw = self.raw.get(self.raw_at..self.raw_end).unwrap_or_default();
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(raw, &mut self.text, last);
            self.raw_at += read;
            (self.text_at, self.text_end) = (0, written);
            match result {
                DecoderResult::InputEmpty => self.ended = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    return Err(refused(
                        "has bytes that its character set does not have; say under `encoding` what it is",
                    ));
                }
            }
            if self.text.get(..written).unwrap_or_default().contains(&0) {
                return Err(refused("has a NUL in its text"));
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let rest = self.text.get(self.text_at..self.text_end).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.text_at += count;
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

    #[test]
    fn what_is_not_of_the_set_is_refused() {
        let read = |bytes: &[u8], charset| {
            let mut text = String::new();
            Decoded::new(bytes, charset).read_to_string(&mut text).unwrap_err().to_string()
        };
        assert!(read(b"Zo\xEB", Charset::Utf8).contains("bytes that its character set"));
        assert!(read(b"Z\0o", Charset::Utf16Le).contains("bytes that its character set"));
        assert!(read(b"Z\0o", Charset::Utf8).contains("NUL"));
    }
}
