//! Looks through a file once before anybody in it is handed out: how it is
//! written, whether it is whole, and which records count.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use rollcall_sdk::prelude::*;

use crate::columns::{Column, Columns, NAMES, Subject};
use crate::dates::{Format, Seen, Unclear};
use crate::invalid;
use crate::limits::{MAX_FLAWS, MAX_FLAWS_PERCENT, MAX_RECORDS, MAX_REPEATS};
use crate::record::{Record, check_count};
use crate::setup::{Repeats, Setup};
use crate::table::{Grammar, Place, Row, Table};
use crate::values::trimmed;

/// What was found out about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub file: String,
    pub subject: Subject,
    pub grammar: Grammar,
    /// How each column writes days.
    pub days: Vec<(usize, Format)>,
    /// Lines of records that do not count.
    pub passed_over: Vec<u64>,
    pub records: u64,
}

/// A file from which records are read.
pub struct Records<'a> {
    pub table: Table<'a>,
    pub columns: Columns,
    facts: &'a Facts,
}

impl<'a> Records<'a> {
    pub fn open(files: &'a Files, setup: &Setup<'_>, facts: &'a Facts, place: Option<Place>) -> Result<Self> {
        let table = Table::resume(files, setup, &facts.grammar, &facts.file, facts.subject, place)?;
        let columns = Columns::new(&table.titles, setup, &facts.file, facts.subject)?;
        Ok(Self { table, columns, facts })
    }

    /// The next record that counts. In a file of changes, words that empty a field
    /// are still there: they say so.
    pub fn next(&mut self, setup: &Setup<'_>) -> Result<Option<Record>> {
        while let Some(row) = self.table.next()? {
            if self.facts.passed_over.contains(&row.line) || self.columns.is_nobody(&row.cells) {
                continue;
            }
            if self.table.is_framing(&row, setup.trailer_record) {
                break;
            }
            let record = Record::read(&row, &self.columns, &self.facts.days, setup, &self.facts.file)?;
            return Ok(Some(match self.facts.subject {
                Subject::Changes => record,
                _ => record.settled(setup.clear),
            }));
        }
        Ok(None)
    }

    pub fn place(&self) -> Place {
        self.table.place()
    }
}

/// A record that was met: enough to tell whether another one of its person
/// counts instead. Small: there is one for each record, and all are held.
struct Met {
    part: u16,
    line: u32,
    content: u64,
    rank: Rank,
}

/// The greater one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It is not yet in force: the nearer, the greater.
    Future(i32),
    /// Nothing but its content tells it from another.
    Plain,
    InForce(i32),
    Contract {
        under_way: bool,
        primary: bool,
        start: i32,
        /// In thousandths of full time.
        fte: u32,
    },
}

/// Looks through the parts of a file of everybody. Each record has to be right:
/// whoever is left out looks as if they had left.
pub fn everybody(files: &Files, setup: &Setup<'_>, parts: &[String]) -> Result<Vec<Facts>> {
    let mut all: Vec<Facts> = Vec::new();
    let mut met: HashMap<u64, Met> = HashMap::new();
    let (mut flaws, mut garbled) = (Flaws::default(), 0_u64);
    for (part, file) in parts.iter().enumerate() {
        let facts = facts(files, setup, file, Subject::Everybody)?;
        let mut passed_over = Vec::new();
        let mut people = Records::open(files, setup, &facts, None)?;
        while let Some(record) = people.next(setup)? {
            flaws.note_person(file, &record, setup);
            let is_garbled = |field: &str| record.get(field).is_some_and(crate::values::is_garbled);
            garbled += u64::from(NAMES.into_iter().any(is_garbled));
            let line = record.line;
            let new = Met {
                part: u16::try_from(part).unwrap_or(u16::MAX),
                line: u32::try_from(line).unwrap_or(u32::MAX),
                content: hash(&record.content()),
                rank: rank(&record, setup),
            };
            let Some(old) = met.get_mut(&hash(&record.key)) else {
                met.insert(hash(&record.key), new);
                continue;
            };
            let counts = match () {
                () if old.content == new.content => false,
                () if old.rank != new.rank => new.rank > old.rank,
                () if setup.repeats == Repeats::Refuse => {
                    return Err(two_records(file, u64::from(old.line), line));
                }
                () => true,
            };
            if counts {
                passed_over.push((usize::from(old.part), u64::from(old.line)));
                *old = new;
            } else {
                passed_over.push((part, line));
            }
            if passed_over.len() > MAX_REPEATS {
                return Err(invalid(file, format!("has more than {MAX_REPEATS} people twice")));
            }
        }
        drop(people);
        all.push(facts);
        for (part, line) in passed_over {
            if let Some(facts) = all.get_mut(part) {
                facts.passed_over.push(line);
            }
        }
    }
    let records: u64 = all.iter().map(|facts| facts.records).sum();
    let first = parts.first().map_or("", String::as_str);
    flaws.judge(first, records)?;
    // One may be called so.
    if garbled > 1 {
        warn!(
            "`{first}` has {garbled} people whose names went through two character sets; look at the sender"
        );
    }
    match met.is_empty() {
        true => Err(invalid(first, "has titles and nobody; an empty file is not everybody leaving")),
        false => Ok(all),
    }
}

pub fn two_records(file: &str, one: u64, other: u64) -> Failure {
    let what = format!(
        "lines {one} and {other} have the same id and differ; say under `duplicates` which one counts"
    );
    invalid(file, what)
}

/// How a file is written, and whether it ends as it should.
pub fn facts(files: &Files, setup: &Setup<'_>, file: &str, subject: Subject) -> Result<Facts> {
    let grammar = Grammar::tell(files, setup, file)?;
    let mut table = Table::open(files, setup, &grammar, file, subject)?;
    let columns = Columns::new(&table.titles, setup, file, subject)?;
    let (mut records, mut trailer) = (0, None);
    let mut seen: Vec<(usize, Seen)> =
        days(&columns, subject).map(|column| (column, Seen::default())).collect();
    while let Some(row) = table.next()? {
        if let Some(line) = trailer {
            return Err(invalid(file, format!("goes on behind its last record on line {line}")));
        }
        if table.is_framing(&row, setup.trailer_record) {
            check_trailer(&row, records).map_err(|what| invalid(file, what))?;
            trailer = Some(row.line);
            continue;
        }
        // First: in a file that was cut off, what days mean is nobody's to say.
        if !columns.is_nobody(&row.cells) {
            check_count(&row, &columns, file)?;
        }
        records += 1;
        if records > MAX_RECORDS {
            return Err(invalid(file, format!("has more than {MAX_RECORDS} records")));
        }
        seen.iter_mut()
            .for_each(|(column, seen)| seen.look(trimmed(row.cells.get(*column).unwrap_or_default())));
    }
    if setup.trailer_record.is_some() && trailer.is_none() {
        return Err(invalid(file, "has no last record; it was cut off"));
    }
    let format = |(column, seen): (usize, Seen)| {
        let title = table.titles.get(column).map_or("", String::as_str);
        let format = match (setup.dates, seen.format()) {
            (Some(format), _) => format,
            (None, Ok(format)) => format,
            (None, Err(Unclear::Ambiguous)) => {
                return Err(unclear(files, file, title, "may begin with the day or with the month"));
            }
            (None, Err(Unclear::Both)) => {
                return Err(unclear(
                    files,
                    file,
                    title,
                    "begin with the day in some records and with the month in others",
                ));
            }
        };
        Ok((column, format))
    };
    let days = seen.into_iter().map(format).collect::<Result<_>>()?;
    Ok(Facts { file: file.to_owned(), subject, grammar, days, passed_over: Vec::new(), records })
}

fn unclear(files: &Files, file: &str, title: &str, what: &str) -> Failure {
    files.setting("date_format").wrong(&format!("dates in column `{title}` of `{file}` {what}; say which"))
}

fn days(columns: &Columns, subject: Subject) -> impl Iterator<Item = usize> {
    let is_day =
        move |column: &Column| matches!(column, Column::Field(field) if subject.days().contains(field));
    columns.all.iter().enumerate().filter(move |(_, column)| is_day(column)).map(|(at, _)| at)
}

/// `T|1234`.
fn check_trailer(row: &Row, records: u64) -> Result<(), String> {
    let count = row.cells.get(1).map(trimmed).unwrap_or_default();
    match count.parse::<u64>() {
        Ok(told) if told == records => Ok(()),
        Ok(told) => Err(format!("says that it has {told} records, and has {records}")),
        Err(_) => Err(format!("line {}: the last record does not say how many there are", row.line)),
    }
}

fn rank(record: &Record, setup: &Setup<'_>) -> Rank {
    if let Some(from) = record.day("effective_from") {
        return match from <= setup.today {
            true => Rank::InForce(days_of(from)),
            false => Rank::Future(-days_of(from)),
        };
    }
    if setup.repeats != Repeats::Contract {
        return Rank::Plain;
    }
    let (start, end) = (record.day("start_date"), record.day("end_date"));
    let under_way =
        start.is_none_or(|start| start <= setup.today) && end.is_none_or(|end| end >= setup.today);
    let primary = record.get("primary").and_then(crate::values::boolean).unwrap_or_default();
    let fte = record.get("fte").and_then(crate::values::part).unwrap_or_default();
    Rank::Contract { under_way, primary, start: start.map_or(i32::MIN, days_of), fte: (fte * 1_000.0) as u32 }
}

/// Years have four digits, so that this always fits.
fn days_of(day: Date) -> i32 {
    i32::try_from(day.days()).unwrap_or(i32::MAX)
}

/// The same for the same text, in every call.
pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Cells that cannot be read and are left out, by their columns.
#[derive(Default)]
pub struct Flaws {
    count: u64,
    first: Option<(u64, &'static str)>,
}

impl Flaws {
    pub fn note_person(&mut self, file: &str, record: &Record, setup: &Setup<'_>) {
        let unknown = crate::person::has_unknown_status(record, setup).then_some(&"status");
        self.note(file, record.line, record.flaws.iter().chain(unknown));
    }

    pub fn note<'f>(&mut self, file: &str, line: u64, fields: impl Iterator<Item = &'f &'static str>) {
        for field in fields {
            if self.first.is_none() {
                warn!("`{file}` line {}: `{field}` cannot be read and is left out", line);
                self.first = Some((line, *field));
            }
            self.count += 1;
        }
    }

    /// A few are somebody's slip. Many are another kind of file.
    pub fn judge(&self, file: &str, records: u64) -> Result<()> {
        let Some((line, field)) = self.first else { return Ok(()) };
        if self.count > MAX_FLAWS && self.count * 100 > records * MAX_FLAWS_PERCENT {
            let what = format!(
                "has {} cells that cannot be read, the first of them `{field}` on line {line}",
                self.count
            );
            return Err(invalid(file, what));
        }
        warn!("`{file}` has {} cells that cannot be read", self.count);
        Ok(())
    }
}
