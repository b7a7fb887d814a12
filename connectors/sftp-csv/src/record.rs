//! One record: its cells by what they stand for.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;
use unicode_normalization::UnicodeNormalization;

use crate::columns::{Column, Columns};
use crate::dates::{self, Format};
use crate::invalid;
use crate::setup::Setup;
use crate::table::Row;
use crate::values::{id, is_error, is_shortened, trimmed};

/// Fields that are days.
pub const DAYS: [&str; 3] = ["start_date", "end_date", "effective_from"];
/// Fields that other records are known by.
const IDS: [&str; 6] = ["id", "employee_number", "manager_id", "unit_id", "group_id", "member_id"];
const PHONES: [&str; 2] = ["work_phone", "mobile_phone"];

/// A record, with what is empty left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// On which line of its file it begins.
    pub line: u64,
    pub key: String,
    /// Days are written as ISO 8601 has them.
    pub fields: BTreeMap<&'static str, String>,
    pub custom: BTreeMap<String, String>,
    /// Columns with a cell that cannot be read and was left out.
    pub flaws: Vec<&'static str>,
}

impl Record {
    /// `days`: how each column writes them.
    pub fn read(
        row: &Row,
        columns: &Columns,
        days: &[(usize, Format)],
        setup: &Setup<'_>,
        file: &str,
    ) -> Result<Self> {
        let wrong = |what: &str| invalid(file, format!("line {}: {what}", row.line));
        check_count(row, columns, file)?;
        let mut record = Self { line: row.line, ..Self::default() };
        for (at, column) in columns.all.iter().enumerate() {
            let cell = trimmed(row.cells.get(at).unwrap_or_default());
            if at == columns.key {
                if is_error(cell) {
                    return Err(wrong("the id is an error of Excel; mend its formula"));
                }
                let key = id(cell).ok_or_else(|| {
                    wrong("the id was made a number by Excel and has lost digits; keep the column as text")
                })?;
                record.key = key.to_owned();
            }
            if cell.is_empty() {
                continue;
            }
            match column {
                Column::Ignored => {}
                Column::Custom(name) => drop(record.custom.insert(name.clone(), composed(cell))),
                Column::Field(field) => record.set(field, cell, at, days, setup),
            }
        }
        if record.key.is_empty() {
            return Err(wrong("has no id"));
        }
        Ok(record)
    }

    fn set(
        &mut self,
        field: &'static str,
        cell: &str,
        at: usize,
        days: &[(usize, Format)],
        setup: &Setup<'_>,
    ) {
        let value = if setup.clear == Some(cell) {
            Some(cell.to_owned())
        } else if is_error(cell) {
            None
        } else if DAYS.contains(&field) {
            let format =
                days.iter().find(|(column, _)| *column == at).map_or(Format::Plain, |(_, format)| *format);
            match dates::parse(cell, format) {
                Ok(None) => return,
                Ok(Some(day)) => Some(day.to_string()),
                Err(()) => None,
            }
        } else if IDS.contains(&field) {
            id(cell).map(str::to_owned)
        } else if PHONES.contains(&field) {
            Some(cell).filter(|cell| !is_shortened(cell)).map(str::to_owned)
        } else {
            Some(composed(cell))
        };
        match value {
            Some(value) => drop(self.fields.insert(field, value)),
            None => self.flaws.push(field),
        }
    }

    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    pub fn day(&self, field: &str) -> Option<Date> {
        self.get(field).and_then(Date::parse)
    }

    /// Lays a change over it. What the change leaves empty stays as it was.
    pub fn change(&mut self, by: &Self, clear: Option<&str>) {
        self.line = by.line;
        self.fields.extend(by.fields.clone());
        self.custom.extend(by.custom.clone());
        self.settle(clear);
    }

    /// Without fields that are said to be empty: by the word for it, or by an end
    /// that never comes.
    #[must_use]
    pub fn settled(mut self, clear: Option<&str>) -> Self {
        self.settle(clear);
        self
    }

    fn settle(&mut self, clear: Option<&str>) {
        let says = |value: &str| clear != Some(value);
        let is_never =
            |field: &str, day: &str| field == "end_date" && Date::parse(day).is_some_and(dates::is_never);
        self.fields.retain(|field, value| says(value) && !is_never(field, value));
        self.custom.retain(|_, value| says(value));
    }

    /// What two records of one person agree in, if they do.
    pub fn content(&self) -> String {
        format!("{:?}{:?}", self.fields, self.custom)
    }
}

/// Macs write a letter and its accent as two.
fn composed(cell: &str) -> String {
    if cell.is_ascii() { cell.to_owned() } else { cell.nfc().collect() }
}

/// A separator that belongs into quotes shows as a cell too many.
pub fn check_count(row: &Row, columns: &Columns, file: &str) -> Result<()> {
    let (is, wanted) = (row.cells.len(), columns.all.len());
    let surplus = row.cells.iter().skip(wanted).any(|cell| !trimmed(cell).is_empty());
    // A record that was cut off has cells too few. Columns without a title are no
    // loss: Excel leaves separators at the end of some lines.
    let missing = columns.all.iter().skip(is).any(|column| *column != Column::Ignored);
    if surplus || missing {
        let what = format!("line {}: has {is} cells, and there are {wanted} columns", row.line);
        return Err(invalid(file, what));
    }
    Ok(())
}
