//! Records of a CSV file, one after the other.

use std::io::Read;

use csv::{Reader, ReaderBuilder, StringRecord};
use rollcall_sdk::prelude::*;

use crate::charset::{Charset, Decoded, Told, marked, tell};
use crate::columns::{Subject, has_key};
use crate::header::{field_of, normalized};
use crate::invalid;
use crate::layers::{open, unread};
use crate::limits::{MAX_CELL_BYTES, MAX_COLUMNS, SAMPLE_BYTES, SAMPLE_RECORDS};
use crate::quotes::Quotes;
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
}

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
        subject: Subject,
    ) -> Result<Self> {
        let mut table = Self::at(files, setup, grammar, file, Place::default())?;
        table.titles = table.read_titles(setup, subject)?;
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
        subject: Subject,
        place: Option<Place>,
    ) -> Result<Self> {
        let table = Self::open(files, setup, grammar, file, subject)?;
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
        let text = Decoded::new(opened.bytes, grammar.charset);
        let mut text = Quotes::new(text, grammar.delimiter, grammar.backslash);
        let skipped = std::io::copy(&mut (&mut text).take(place.byte), &mut std::io::sink());
        skipped.map_err(|error| unread(file, &error))?;
        let reader =
            builder(grammar.delimiter, grammar.backslash).from_reader(Box::new(text) as Box<dyn Read>);
        Ok(Self { file, titles: Vec::new(), reader, begins: place })
    }

    /// The first record that has the column of the key: reports have titles of
    /// their own above.
    fn read_titles(&mut self, setup: &Setup<'_>, subject: Subject) -> Result<Vec<String>> {
        for _ in 0..ABOVE {
            let Some(row) = self.next()? else { break };
            if self.is_framing(&row, setup.header_record) {
                continue;
            }
            let titles: Vec<_> = row.cells.iter().map(|cell| trimmed(cell).to_owned()).collect();
            if has_key(&titles, setup, subject) {
                return Ok(titles);
            }
        }
        let behind = format!(" in its first {ABOVE} records");
        Err(invalid(self.file, subject.keyless(setup, "has no column", &behind)))
    }

    /// The next record that is not empty.
    pub fn next(&mut self) -> Result<Option<Row>> {
        loop {
            let line = self.begins.lines + self.reader.position().line();
            let mut cells = StringRecord::new();
            if !self.reader.read_record(&mut cells).map_err(|error| self.broken(error))? {
                return Ok(None);
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
