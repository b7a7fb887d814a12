//! Records of a CSV file, one after the other.

use std::io::{Chain, Cursor, Read};

use csv::{Reader, ReaderBuilder, StringRecord};
use rollcall_sdk::prelude::*;

use crate::charset::{Charset, Decoded, Told, marked, tell};
use crate::header::{field_of, normalized};
use crate::invalid;
use crate::layers::{open, unread};
use crate::limits::{MAX_CELL_BYTES, MAX_COLUMNS, SAMPLE_BYTES, SAMPLE_RECORDS};
use crate::setup::Setup;
use crate::values::trimmed;

/// How a file is written: told once, and kept in the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grammar {
    pub charset: Charset,
    pub delimiter: u8,
    /// How a quote within quotes is written: behind `\`, or twice.
    pub backslash: bool,
}

/// Where a record begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Bytes of text before it.
    pub byte: u64,
    /// Line breaks before it.
    pub lines: u64,
}

/// A record: its cells, and the line on which it begins.
pub struct Row {
    pub line: u64,
    pub cells: StringRecord,
}

pub struct Table<'a> {
    file: &'a str,
    pub titles: Vec<String>,
    reader: Reader<Box<dyn Read + 'a>>,
    begins: Place,
    ended: bool,
}

/// A record that is put behind the last one. Where it comes out within a cell, a
/// quote was opened and never closed.
const END: &str = "\n\u{1}end\n";
const END_CELL: &str = "\u{1}end";

/// How many lines above the titles a title of the report may have.
const ABOVE: usize = 10;

impl Grammar {
    /// Looks through the file.
    pub fn tell(files: &Files, setup: &Setup<'_>, file: &str) -> Result<Self> {
        let mut opened = open(files, file, setup.sheet)?;
        if opened.is_book {
            return Ok(Self { charset: Charset::Utf8, delimiter: b',', backslash: false });
        }
        let charset = match setup.charset {
            Some(charset) => {
                let mark = marked(&mut opened.bytes).map_err(|error| unread(file, &error))?;
                mark.unwrap_or(charset)
            }
            None => {
                let Told { charset, guessed } =
                    tell(&mut opened.bytes).map_err(|error| unread(file, &error))?;
                if guessed {
                    warn!("`{file}` is not UTF-8, and is taken for Windows-1252");
                }
                charset
            }
        };
        let backslash = setup.backslash;
        let delimiter = match setup.delimiter {
            Some(delimiter) => delimiter,
            None => {
                let opened = open(files, file, setup.sheet)?;
                let mut sample = Vec::new();
                let mut text = Decoded::new(opened.bytes, charset).take(SAMPLE_BYTES as u64);
                text.read_to_end(&mut sample).map_err(|error| unread(file, &error))?;
                delimiter(&String::from_utf8_lossy(&sample), backslash)
            }
        };
        Ok(Self { charset, delimiter, backslash })
    }
}

impl<'a> Table<'a> {
    /// At its first record behind the titles.
    pub fn open(
        files: &'a Files,
        setup: &Setup<'_>,
        grammar: &Grammar,
        file: &'a str,
        key: &str,
    ) -> Result<Self> {
        let mut table = Self::at(files, setup, grammar, file, Place::default())?;
        table.titles = table.read_titles(setup, key)?;
        if table.titles.len() > MAX_COLUMNS {
            return Err(invalid(file, format!("has more than {MAX_COLUMNS} columns")));
        }
        Ok(table)
    }

    /// At a record whose place is known; none: at the first.
    pub fn resume(
        files: &'a Files,
        setup: &Setup<'_>,
        grammar: &Grammar,
        file: &'a str,
        place: Option<Place>,
    ) -> Result<Self> {
        let table = Self::open(files, setup, grammar, file, &setup.key)?;
        match place {
            None => Ok(table),
            Some(place) => Ok(Self { titles: table.titles, ..Self::at(files, setup, grammar, file, place)? }),
        }
    }

    fn at(
        files: &'a Files,
        setup: &Setup<'_>,
        grammar: &Grammar,
        file: &'a str,
        place: Place,
    ) -> Result<Self> {
        let opened = open(files, file, setup.sheet)?;
        let mut text = Decoded::new(opened.bytes, grammar.charset);
        let skipped = std::io::copy(&mut (&mut text).take(place.byte), &mut std::io::sink());
        skipped.map_err(|error| unread(file, &error))?;
        let ended: Chain<_, Cursor<&'static str>> = text.chain(Cursor::new(END));
        let reader =
            builder(grammar.delimiter, grammar.backslash).from_reader(Box::new(ended) as Box<dyn Read>);
        Ok(Self { file, titles: Vec::new(), reader, begins: place, ended: false })
    }

    /// The first record that has the column of the key: reports have titles of
    /// their own above.
    fn read_titles(&mut self, setup: &Setup<'_>, key: &str) -> Result<Vec<String>> {
        for _ in 0..ABOVE {
            let Some(row) = self.next()? else { break };
            if self.is_framing(&row, setup.header_record) {
                continue;
            }
            let titles: Vec<_> = row.cells.iter().map(|cell| trimmed(cell).to_owned()).collect();
            if titles.iter().any(|title| is_key(title, key)) {
                return Ok(titles);
            }
        }
        let what = format!("has no column `{key}` in its first {ABOVE} records; name it under `key_column`");
        Err(invalid(self.file, what))
    }

    /// The next record that is not empty.
    pub fn next(&mut self) -> Result<Option<Row>> {
        while !self.ended {
            let line = self.begins.lines + self.reader.position().line();
            let mut cells = StringRecord::new();
            let more = self.reader.read_record(&mut cells).map_err(|error| self.broken(error))?;
            if !more || cells.iter().next_back().is_some_and(|cell| cell.ends_with(END)) {
                return Err(invalid(
                    self.file,
                    "ends within quotes; it was cut off, or a quote is not closed",
                ));
            }
            if cells.len() == 1 && cells.get(0) == Some(END_CELL) {
                self.ended = true;
                break;
            }
            if cells.iter().any(|cell| cell.len() > MAX_CELL_BYTES) {
                let what = format!("line {line}: has a cell of more than {MAX_CELL_BYTES} bytes");
                return Err(invalid(self.file, what));
            }
            if cells.iter().all(|cell| trimmed(cell).is_empty()) || separator_line(&cells).is_some() {
                continue;
            }
            return Ok(Some(Row { line, cells }));
        }
        Ok(None)
    }

    /// Where the next record begins.
    pub fn place(&self) -> Place {
        let position = self.reader.position();
        Place {
            byte: self.begins.byte + position.byte(),
            // The first line has the number 1.
            lines: self.begins.lines + position.line().saturating_sub(1),
        }
    }

    /// Whether a record is no person, but the frame of mainframes' files.
    pub fn is_framing(&self, row: &Row, word: Option<&str>) -> bool {
        word.is_some_and(|word| row.cells.get(0).map(trimmed) == Some(word))
    }

    fn broken(&self, error: csv::Error) -> Failure {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => unread(self.file, &error),
            _ => invalid(self.file, "cannot be read as CSV"),
        }
    }
}

fn is_key(title: &str, key: &str) -> bool {
    let title = normalized(title);
    title == *key || field_of(&title).is_some_and(|field| field.replace('_', " ") == *key)
}

/// `sep=;`, which Excel writes and reads as the first line.
fn separator_line(cells: &StringRecord) -> Option<u8> {
    let first = cells.get(0)?.strip_prefix("sep=")?;
    match (cells.len(), first.as_bytes()) {
        (1, [separator]) => Some(*separator),
        // With the separator itself it comes apart.
        (2, []) if cells.get(1) == Some("") => Some(0),
        _ => None,
    }
}

fn builder(delimiter: u8, backslash: bool) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true);
    if backslash {
        builder.escape(Some(b'\\')).double_quote(false);
    }
    builder
}

/// The separator by which most of the first records have as many cells; where
/// several do, the one that makes more titles that are known.
fn delimiter(sample: &str, backslash: bool) -> u8 {
    let first = sample.lines().next().unwrap_or_default().trim_matches('"');
    if let Some([separator]) = first.strip_prefix("sep=").map(str::as_bytes) {
        return *separator;
    }
    let scored = [b',', b';', b'\t', b'|'].map(|delimiter| {
        let mut reader = builder(delimiter, backslash).from_reader(sample.as_bytes());
        let records: Vec<_> = reader.records().map_while(|record| record.ok()).take(SAMPLE_RECORDS).collect();
        let alike = |count: usize| records.iter().filter(|record| record.len() == count).count();
        let most = records.iter().map(StringRecord::len).filter(|count| *count > 1).map(alike).max();
        let known = |title: &str| field_of(&normalized(title)).is_some();
        let titles =
            records.iter().take(ABOVE).map(|record| record.iter().filter(|title| known(title)).count());
        (most.unwrap_or_default(), titles.max().unwrap_or_default(), delimiter)
    });
    // The first of equals: `max_by_key` would take the last.
    let best = scored.iter().rev().max_by_key(|(most, known, _)| (*most, *known));
    best.map_or(b',', |(_, _, delimiter)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_shows() {
        let check =
            |sample, expected: char| assert_eq!(delimiter(sample, false) as char, expected, "{sample}");
        check("a,b\n1,2\n", ',');
        check("a;b\n1,5;2\n2,5;3\n", ';');
        check("first_name\tlast_name\nA, B\tC, D\n", '\t');
        check("a|b\n1|2", '|');
        check("sep=;\na;b\n", ';');
        check("\"sep=|\"\na|b\n", '|');
        check("name\nAda\n", ',');
        // As many of both: the titles decide.
        check("last_name;first_name,x\nA;B,1\n", ';');
    }
}
