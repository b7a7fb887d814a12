//! What files of changes say about people since the file of everybody.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::prelude::*;

use crate::choice::Chosen;
use crate::columns::Subject;
use crate::invalid;
use crate::limits::MAX_CHANGES_BYTES;
use crate::manifest;
use crate::record::Record;
use crate::setup::{Repeats, Setup};
use crate::survey::{Flaws, Records, facts, two_records};

/// Changes, by id, in the order in which they are laid over the record.
#[derive(Default)]
pub struct Overlay(pub BTreeMap<String, Vec<Change>>);

pub struct Change {
    action: Action,
    /// From when on it counts: as it says, or else from the day of its file on.
    from: Date,
    record: Record,
    /// The file that tells of it, as its place among the files.
    file: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Change,
    Delete,
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
        let mut modified_ms = 0;
        for (at, file) in changes.iter().enumerate() {
            modified_ms = file.modified_ms.max(modified_ms);
            let day = Instant::from_millis(i64::try_from(modified_ms).unwrap_or_default()).utc_date();
            let day = day.min(setup.today);
            let records = overlay.take(files, setup, at, day, &file.name)?;
            manifest::check(files, file, records)?;
        }
        // Of one day the later record is laid over the earlier one.
        overlay.0.values_mut().for_each(|changes| changes.sort_by_key(|change| change.from));
        Ok(overlay)
    }

    fn take(&mut self, files: &Files, setup: &Setup<'_>, at: usize, day: Date, file: &str) -> Result<u64> {
        let facts = facts(files, setup, file, Subject::Changes)?;
        let mut people = Records::open(files, setup, &facts, None)?;
        let mut flaws = Flaws::default();
        while let Some(record) = people.next(setup)? {
            flaws.note_person(file, &record, setup);
            let action =
                action(&record).map_err(|what| invalid(file, format!("line {}: {what}", record.line)))?;
            let from = record.day("effective_from").unwrap_or(day);
            // Who is yet to come is pending; what is to become of others is told
            // when its day is there.
            if from > setup.today && action != Action::Add {
                continue;
            }
            let changes = self.0.entry(record.key.clone()).or_default();
            let change = Change { action, from, record, file: at };
            let other = changes.iter().find(|other| other.contradicts(&change));
            if let Some(other) = other.filter(|_| setup.repeats == Repeats::Refuse) {
                return Err(two_records(file, other.record.line, change.record.line));
            }
            changes.push(change);
        }
        flaws.judge(file, facts.records)?;
        Ok(facts.records)
    }

    /// A person of the base with their changes. `None`: they are gone.
    pub fn laid_over(&self, record: Record, setup: &Setup<'_>) -> Option<Record> {
        match self.0.get(&record.key) {
            Some(changes) => laid_over(Some(record), changes, setup),
            None => Some(record),
        }
    }

    /// Somebody of whom there are only changes.
    pub fn alone(&self, key: &str, setup: &Setup<'_>) -> Option<Record> {
        laid_over(None, self.0.get(key)?, setup)
    }

    /// Those whom a file behind this place tells of.
    pub fn since(&self, at: usize) -> BTreeSet<&str> {
        let tells = |changes: &[Change]| changes.iter().any(|change| change.file >= at);
        self.0.iter().filter(|(_, changes)| tells(changes)).map(|(key, _)| key.as_str()).collect()
    }
}

impl Change {
    /// Whether the same file says two things about one day, and not one after the
    /// other.
    fn contradicts(&self, other: &Self) -> bool {
        let is_another =
            |(field, value): (&&str, &String)| other.record.get(field).is_some_and(|told| told != value);
        self.file == other.file
            && self.action == other.action
            && ["effective_from", "updated_at"].iter().all(|at| self.record.get(at) == other.record.get(at))
            && self.record.fields.iter().any(is_another)
    }
}

fn laid_over(base: Option<Record>, changes: &[Change], setup: &Setup<'_>) -> Option<Record> {
    let mut has_left =
        base.as_ref().is_some_and(|record| record.day("end_date").is_some_and(|end| setup.is_over(end)));
    let is_new = base.is_none();
    let mut now = base;
    let in_force = changes.iter().take_while(|change| change.from <= setup.today);
    for Change { action, record, .. } in in_force {
        // Whoever comes back has nothing of what they were.
        if (*action, has_left) == (Action::Add, true) {
            now = None;
        }
        has_left = *action == Action::Delete || has_left && *action == Action::Change;
        match action {
            Action::Delete if record.day("end_date").is_none() => now = None,
            _ => now
                .get_or_insert_with(|| Record { key: record.key.clone(), ..Record::default() })
                .change(record, setup.clear),
        }
    }
    let to_come = changes.first().filter(|change| is_new && change.from > setup.today);
    now.or_else(|| to_come.map(|change| change.record.clone().settled(setup.clear)))
}

fn action(record: &Record) -> Result<Action, &'static str> {
    match record.get("action").unwrap_or("change").to_lowercase().as_str() {
        "a" | "add" | "new" => Ok(Action::Add),
        "c" | "change" | "update" | "u" => Ok(Action::Change),
        "d" | "delete" | "remove" | "terminate" => Ok(Action::Delete),
        _ => Err("the action is none of add, change and delete"),
    }
}
