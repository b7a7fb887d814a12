//! What files of changes say about people since the file of everybody.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::prelude::*;

use crate::choice::Chosen;
use crate::invalid;
use crate::limits::MAX_CHANGES_BYTES;
use crate::manifest;
use crate::record::Record;
use crate::setup::Setup;
use crate::survey::{Flaws, People, facts};

/// Changes, by id.
#[derive(Default)]
pub struct Overlay(pub BTreeMap<String, Change>);

#[derive(Default)]
pub struct Change {
    /// In the order in which they are laid over the record.
    records: Vec<Record>,
    /// The last word is that the person is gone.
    pub gone: bool,
    /// The file that told of it last, as its place among the files.
    pub last: usize,
}

impl Overlay {
    /// Reads all files, the oldest first.
    pub fn read(files: &Files, setup: &Setup<'_>, changes: &[Chosen]) -> Result<Self> {
        let bytes: u64 = changes.iter().map(|file| file.size).sum();
        if bytes > MAX_CHANGES_BYTES {
            let first = changes.first().map_or("", |file| file.name.as_str());
            return Err(invalid(
                first,
                "is the first of more than 16 MB of changes; send a file of everybody",
            ));
        }
        let mut overlay = Self::default();
        for (at, file) in changes.iter().enumerate() {
            let records = overlay.take(files, setup, at, &file.name)?;
            manifest::check(files, file, records)?;
        }
        Ok(overlay)
    }

    fn take(&mut self, files: &Files, setup: &Setup<'_>, at: usize, file: &str) -> Result<u64> {
        let facts = facts(files, setup, file)?;
        let mut people = People::open(files, setup, &facts, None)?;
        let mut flaws = Flaws::default();
        while let Some(record) = people.next(setup)? {
            flaws.note(&record, file, setup);
            // What is not yet in force is told again by the next file of
            // everybody.
            if record.day("effective_from").is_some_and(|from| from > setup.today) {
                continue;
            }
            let gone = is_deletion(&record)
                .map_err(|what| invalid(file, format!("line {}: {what}", record.line)))?;
            let change = self.0.entry(record.key.clone()).or_default();
            change.last = at;
            change.gone = gone && record.day("end_date").is_none();
            if change.gone {
                change.records.clear();
            }
            change.records.push(record);
        }
        flaws.judge(file, facts.records)?;
        Ok(facts.records)
    }

    /// A person with their changes. `None`: they are gone.
    pub fn laid_over(&self, mut record: Record, setup: &Setup<'_>) -> Option<Record> {
        let Some(change) = self.0.get(&record.key) else { return Some(record) };
        if change.gone {
            return None;
        }
        change.records.iter().for_each(|by| record.change(by, setup.clear));
        Some(record)
    }

    /// Somebody of whom there are only changes.
    pub fn alone(&self, key: &str, setup: &Setup<'_>) -> Option<Record> {
        self.laid_over(Record { key: key.to_owned(), ..Record::default() }, setup)
    }

    /// Those whom a file behind this place tells of.
    pub fn since(&self, at: usize) -> BTreeSet<&str> {
        self.0.iter().filter(|(_, change)| change.last >= at).map(|(key, _)| key.as_str()).collect()
    }
}

fn is_deletion(record: &Record) -> Result<bool, &'static str> {
    match record.get("action").unwrap_or("change").to_lowercase().as_str() {
        "a" | "add" | "new" | "c" | "change" | "update" | "u" => Ok(false),
        "d" | "delete" | "remove" | "terminate" => Ok(true),
        _ => Err("the action is none of add, change and delete"),
    }
}
