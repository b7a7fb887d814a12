//! Quotes of a CSV file. The library takes what is behind a closing quote into
//! the cell, and with it whole records up to the next quote: people who would
//! look as if they had left.

use std::io::{self, Read};

use crate::layers::refused;

/// A text that is handed on as it is, except that all lines end alike; it breaks
/// off where quotes are not as they have to be.
pub struct Quotes<R> {
    from: R,
    delimiter: u8,
    backslash: bool,
    state: State,
    /// Line breaks so far.
    lines: u64,
    /// A line break of two bytes has begun.
    returned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Of a cell.
    Start,
    Plain,
    Quoted,
    /// Behind a backslash.
    Escaped,
    Closed,
    /// In blanks behind the closing quote.
    Behind,
}

impl<R: Read> Quotes<R> {
    pub fn new(from: R, delimiter: u8, backslash: bool) -> Self {
        Self { from, delimiter, backslash, state: State::Start, lines: 0, returned: false }
    }

    /// `None`: it is the second byte of a line break.
    fn step(&mut self, byte: u8) -> io::Result<Option<u8>> {
        let is_quoted = matches!(self.state, State::Quoted | State::Escaped);
        let returned = std::mem::replace(&mut self.returned, byte == b'\r' && !is_quoted);
        let byte = match byte {
            b'\n' if returned => return Ok(None),
            b'\r' if !is_quoted => b'\n',
            byte => byte,
        };
        self.lines += u64::from(byte == b'\n');
        self.state = match (self.state, byte) {
            (State::Escaped, _) => State::Quoted,
            (State::Quoted, b'\\') if self.backslash => State::Escaped,
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) => State::Quoted,
            (_, b'\n') => State::Start,
            (_, byte) if byte == self.delimiter => State::Start,
            (State::Start, b'"') => State::Quoted,
            (State::Start | State::Plain, _) => State::Plain,
            (State::Closed, b'"') if !self.backslash => State::Quoted,
            (State::Closed | State::Behind, b' ' | b'\t') => State::Behind,
            (State::Closed | State::Behind, _) => {
                return Err(refused(format!("line {}: has text behind a closing quote", self.lines + 1)));
            }
        };
        Ok(Some(byte))
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut kept = 0;
        while kept == 0 && !into.is_empty() {
            let count = self.from.read(into)?;
            if count == 0 {
                return match self.state {
                    State::Quoted | State::Escaped => {
                        Err(refused("ends within quotes; it was cut off, or a quote is not closed"))
                    }
                    _ => Ok(0),
                };
            }
            for at in 0..count {
                let Some(byte) = into.get(at).copied() else { break };
                if let (Some(byte), Some(place)) = (self.step(byte)?, into.get_mut(kept)) {
                    *place = byte;
                    kept += 1;
                }
            }
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Read as a whole, and byte by byte.
    fn check(text: &str, backslash: bool, expected: Result<&str, &str>) {
        for whole in [true, false] {
            let mut quotes = Quotes::new(text.as_bytes(), b',', backslash);
            let mut read = Vec::new();
            let mut buffer = [0; 64];
            let outcome = loop {
                let size = if whole { buffer.len() } else { 1 };
                match quotes.read(&mut buffer[..size]) {
                    Ok(0) => break Ok(String::from_utf8(read).unwrap()),
                    Ok(count) => read.extend(&buffer[..count]),
                    Err(error) => break Err(error.to_string()),
                }
            };
            let outcome = outcome.as_deref().map_err(String::as_str);
            match (outcome, expected) {
                (Err(is), Err(part)) => assert!(is.contains(part), "{text}: {is}"),
                (is, expected) => assert_eq!(is, expected, "{text}"),
            }
        }
    }

    #[test]
    fn lines_end_alike_and_cells_stay_as_they_are() {
        check("a,b\r\nc\rd\n\r\n", false, Ok("a,b\nc\nd\n\n"));
        check("\"a\r\nb\",5\" pipe\n", false, Ok("\"a\r\nb\",5\" pipe\n"));
        check("\"a\"\"b\" ,\"\"\n", false, Ok("\"a\"\"b\" ,\"\"\n"));
        check(r#""a\"b,","c""#, true, Ok(r#""a\"b,","c""#));
    }

    #[test]
    fn what_is_not_closed_or_goes_on() {
        check("a\n1,\"t Hof\n2,Bo\n3,\"t Veld\n", false, Err("line 4: has text behind a closing quote"));
        check("a\r\n\"b\" \"c\"\r\n", false, Err("line 2: has text"));
        check("\"a\"\"b\"", true, Err("line 1: has text"));
        check("a\n\"b", false, Err("ends within quotes"));
        check(r#""a\""#, true, Err("ends within quotes"));
    }
}
