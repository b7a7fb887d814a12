//! Rows of a sheet as lines of a CSV file.

use std::io::{self, Read};

use rollcall_sdk::date::Date;

use super::book::{Book, text};
use super::formats::Format;
use super::xml::{Element, Piece, Xml, damaged};
use crate::dates::EXCEL_ZERO;
use crate::layers::refused;
use crate::limits::{MAX_COLUMNS, MAX_GAP};

pub struct Sheet {
    xml: Xml,
    book: Book,
    /// The row that was read last.
    row: u64,
    /// Columns of the widest row so far: cells at the end of a row may be absent,
    /// which is no record that was cut off.
    width: usize,
    line: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Sheet {
    pub fn new(from: Box<dyn Read>, book: Book) -> Self {
        Self { xml: Xml::new(from), book, row: 0, width: 0, line: Vec::new(), at: 0, ended: false }
    }

    /// The next row that is there, and empty lines for those that are not.
    fn fill(&mut self) -> io::Result<()> {
        self.line.clear();
        self.at = 0;
        while let Some(element) = self.xml.next_element()? {
            if element.name != "row" {
                continue;
            }
            let number = element.get("r").and_then(|number| number.parse().ok()).unwrap_or(self.row + 1);
            let cells = self.cells()?;
            if cells.iter().all(String::is_empty) {
                continue;
            }
            let gap = number.saturating_sub(self.row + 1);
            if gap >= MAX_GAP {
                break;
            }
            self.row = self.row.max(number);
            self.width = self.width.max(cells.len());
            // Not quite empty: lines that are take no part in counting.
            (0..gap).for_each(|_| self.line.extend(b"\"\"\n"));
            self.write(&cells);
            return Ok(());
        }
        self.ended = true;
        Ok(())
    }

    fn write(&mut self, cells: &[String]) {
        for at in 0..self.width {
            if at > 0 {
                self.line.push(b',');
            }
            let cell = cells.get(at).map_or("", String::as_str);
            self.line.push(b'"');
            self.line.extend(cell.replace('"', "\"\"").bytes());
            self.line.push(b'"');
        }
        self.line.push(b'\n');
    }

    /// Of a row that has begun, to its end.
    fn cells(&mut self) -> io::Result<Vec<String>> {
        let mut cells: Vec<String> = Vec::new();
        let mut next = 0;
        loop {
            match self.xml.next()? {
                Piece::Begin(cell) if cell.name == "c" => {
                    let at = cell.get("r").and_then(column).unwrap_or(next);
                    let value = self.cell(&cell)?;
                    next = at + 1;
                    if value.is_empty() {
                        continue;
                    }
                    if at >= MAX_COLUMNS {
                        return Err(refused("is an Excel file with more than 500 columns"));
                    }
                    cells.resize(cells.len().max(next), String::new());
                    if let Some(place) = cells.get_mut(at) {
                        *place = value;
                    }
                }
                Piece::End(name) if name == "row" => return Ok(cells),
                Piece::Done => return Err(damaged()),
                _ => {}
            }
        }
    }

    /// Of a cell that has begun, to its end.
    fn cell(&mut self, cell: &Element) -> io::Result<String> {
        let mut value = String::new();
        let (mut within, mut computed) = (false, false);
        let mut inline = None;
        loop {
            match self.xml.next()? {
                Piece::Begin(element) => match element.name.as_str() {
                    "v" => within = true,
                    "f" => computed = true,
                    "is" => inline = Some(text(&mut self.xml, "is")?),
                    _ => {}
                },
                Piece::End(name) if name == "v" => within = false,
                Piece::End(name) if name == "c" => break,
                Piece::Text(text) if within => value.push_str(&text),
                Piece::Done => return Err(damaged()),
                _ => {}
            }
        }
        if computed && value.is_empty() && cell.get("t") != Some("str") {
            return Err(refused("has a formula without its result; open it in Excel and save it"));
        }
        Ok(match cell.get("t") {
            Some("inlineStr") => inline.unwrap_or_default(),
            Some("s") => self.book.text(&value).ok_or_else(damaged)?.to_owned(),
            None | Some("n") => number(&value, self.book.format(cell.get("s")), self.book.offset()),
            // A text that was computed, true or false, a day in ISO 8601, or
            // what went wrong.
            Some(_) => value,
        })
    }
}

impl Read for Sheet {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.line.len() && !self.ended {
            self.fill()?;
        }
        let rest = self.line.get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

/// `C2` is the third column.
fn column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters
        .take(4)
        .fold(0, |number, letter| number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

/// More digits than this Excel does not keep.
const DIGITS: f64 = 1e15;

fn number(value: &str, format: Format, offset: f64) -> String {
    let Ok(number) = value.trim().parse::<f64>() else { return value.to_owned() };
    match format {
        _ if !number.is_finite() => value.to_owned(),
        Format::Day => day(number + offset).unwrap_or_else(|| value.to_owned()),
        // As Excel shows it: whoever reads on knows that digits are lost.
        _ if number.abs() >= DIGITS => format!("{number:E}").replace('E', "E+"),
        Format::Digits(digits) if number.fract() == 0.0 => format!("{number:0digits$}"),
        Format::Digits(_) | Format::Number => number.to_string(),
    }
}

/// The day, and the time where it is not midnight.
fn day(serial: f64) -> Option<String> {
    let seconds = (serial * 86_400.0).round() as i64;
    let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let date = Date::from_days(days.checked_add(EXCEL_ZERO)?)?;
    Some(match time {
        0 => date.to_string(),
        _ => format!("{date} {:02}:{:02}:{:02}", time / 3_600, time / 60 % 60, time % 60),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_by_their_format() {
        let check = |value, format, expected| assert_eq!(number(value, format, 0.0), expected, "{value}");
        check("10023", Format::Number, "10023");
        check("10023.0", Format::Number, "10023");
        check("1.0023E4", Format::Number, "10023");
        check("0.8", Format::Number, "0.8");
        check("42", Format::Digits(5), "00042");
        check("1.23456789012345E+15", Format::Number, "1.23456789012345E+15");
        check("46082", Format::Day, "2026-03-01");
        check("46082.5", Format::Day, "2026-03-01 12:00:00");
        check("1e300", Format::Day, "1e300");
        assert_eq!(number("44620", Format::Day, 1462.0), "2026-03-01");
    }

    #[test]
    fn places() {
        let check = |reference, expected| assert_eq!(column(reference), expected, "{reference}");
        check("A1", Some(0));
        check("Z9", Some(25));
        check("AA10", Some(26));
        check("XFD1048576", Some(16_383));
        check("1", None);
    }
}
