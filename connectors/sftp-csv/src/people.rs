//! Pages of people, the test of the connection, and what else the file has.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::prelude::*;

use crate::choice::{self, Choice, Chosen};
use crate::columns::{Column, Subject};
use crate::invalid;
use crate::managers::Managers;
use crate::manifest::check as check_promise;
use crate::memberships;
use crate::overlay::Overlay;
use crate::person::worker;
use crate::record::Record;
use crate::setup::Setup;
use crate::survey::{Facts, Records, everybody};
use crate::table::Place;

/// Where a read of people is.
#[derive(Serialize, Deserialize)]
pub struct At {
    choice: Choice,
    base: Vec<Facts>,
    /// Of the base; all parts read: those of whom there are only changes.
    part: usize,
    place: Option<Place>,
    /// Of the people who are told of by changes.
    done: usize,
}

impl At {
    /// Where the cursor says; at the beginning where there is none, and the files
    /// are looked through.
    pub fn read(files: &Files, setup: &Setup<'_>, choice: &Choice, said: Option<Self>) -> Result<Self> {
        match said {
            Some(at) if at.choice != *choice => {
                let name = choice.base.last().map_or("", |file| file.name.as_str());
                Err(invalid(name, "there are other files than when this read began"))
            }
            Some(at) => Ok(at),
            None => {
                let base = survey(files, setup, choice)?;
                Ok(Self::beginning(choice.clone(), base))
            }
        }
    }

    pub fn beginning(choice: Choice, base: Vec<Facts>) -> Self {
        Self { choice, base, part: 0, place: None, done: 0 }
    }

    pub fn is_of(&self, choice: &[Chosen]) -> bool {
        self.choice.base == choice
    }
}

impl Shape for At {
    const SHAPE: &'static str = "sftp-csv-people/1";
}

/// Where a read of changes begins: behind these files.
#[derive(Serialize, Deserialize)]
struct Read {
    choice: Choice,
}

impl Shape for Read {
    const SHAPE: &'static str = "sftp-csv-read/1";
}

/// Records a page at most, whatever the host would take.
const PAGE: u32 = 5_000;

pub fn check(files: &Files) -> Result<AccountInfo> {
    let setup = Setup::read(files)?;
    let choice = choice::people(files, &setup)?;
    let base = survey(files, &setup, &choice)?;
    let mut warnings: Vec<_> = choice.overdue(files, &setup).into_iter().collect();
    for facts in base.iter().take(1) {
        let columns = Records::open(files, &setup, facts, None)?.columns;
        if !columns.sensitive.is_empty() {
            warnings.push(format!("Left out as sensitive: {}.", columns.sensitive.join(", ")));
        }
    }
    Overlay::read(files, &setup, &choice.changes)?;
    memberships::check(files, &setup, &choice)?;
    let newest = choice.changes.last().or(choice.base.last()).map(|file| file.name.clone());
    Ok(AccountInfo { name: newest, warnings, ..AccountInfo::default() })
}

pub fn discover(files: &Files) -> Result<Vec<AttributeDefinition>> {
    let setup = Setup::read(files)?;
    let choice = choice::people(files, &setup)?;
    let Some(newest) = choice.base.last() else { return Ok(Vec::new()) };
    let facts = crate::survey::facts(files, &setup, &newest.name, Subject::Everybody)?;
    let Records { columns, table, .. } = Records::open(files, &setup, &facts, None)?;
    let own = columns.all.into_iter().zip(table.titles);
    Ok(own
        .filter_map(|(column, label)| match column {
            Column::Custom(name) => {
                Some(AttributeDefinition { name, label, kind: AttributeKind::Text, options: Vec::new() })
            }
            Column::Field(_) | Column::Ignored => None,
        })
        .collect())
}

/// Looks through all parts of the base.
pub fn survey(files: &Files, setup: &Setup<'_>, choice: &Choice) -> Result<Vec<Facts>> {
    let names: Vec<_> = choice.base.iter().map(|file| file.name.clone()).collect();
    let all = if names.is_empty() { Vec::new() } else { everybody(files, setup, &names)? };
    for (file, facts) in choice.base.iter().zip(&all) {
        check_promise(files, file, facts.records)?;
    }
    Ok(all)
}

pub fn workers(files: &Files, cursor: &Cursor) -> Result<WorkerPage> {
    let setup = Setup::read(files)?;
    let choice = choice::people(files, &setup)?;
    let since = files.changes_since::<Read>()?;
    if let Some(overdue) = choice.overdue(files, &setup).filter(|_| cursor.is_start()) {
        warn!("{overdue}");
    }
    let at = At::read(files, &setup, &choice, cursor.get()?)?;
    let overlay = Overlay::read(files, &setup, &choice.changes)?;
    let mut page = match since {
        Some(read) => changed(files, &setup, &overlay, at, &read.choice)?,
        None => {
            let base = at.base.clone();
            let (records, next) =
                page_of(files, &setup, &overlay, at, files.page_size(PAGE), &|record| vec![record])?;
            WorkerPage::of(told(files, &setup, &overlay, &base, records)?).next(next)
        }
    };
    if page.next.is_none() {
        page = page.checkpoint(&Read { choice });
    }
    Ok(page)
}

/// A page of what `make` makes of everybody, and where the next one begins: of as
/// many records as there is `room` for, and at least of one. A record of which
/// nothing is made takes room too.
pub fn page_of<T>(
    files: &Files,
    setup: &Setup<'_>,
    overlay: &Overlay,
    mut at: At,
    room: u32,
    make: &dyn Fn(Record) -> Vec<T>,
) -> Result<(Vec<T>, Option<At>)> {
    let (room, mut used) = (room as usize, 0);
    let mut all = Vec::new();
    let mut fits = |record: Record| {
        let made = make(record);
        let weight = made.len().max(1);
        let fits = used == 0 || used + weight <= room;
        if fits {
            used += weight;
            all.extend(made);
        }
        fits
    };
    'page: while let Some(facts) = at.base.get(at.part) {
        let mut people = Records::open(files, setup, facts, at.place)?;
        loop {
            let place = people.place();
            let Some(record) = people.next(setup)? else {
                (at.part, at.place) = (at.part + 1, None);
                break;
            };
            let Some(record) = overlay.laid_over(record, setup) else { continue };
            if !fits(record) {
                at.place = Some(place);
                break 'page;
            }
        }
    }
    let mut more = at.part < at.base.len();
    if !more && !overlay.0.is_empty() {
        // Those whom the base does not have come behind everybody else.
        let known = found(files, setup, &at.base, &overlay.since(0))?;
        let new: Vec<_> = overlay.0.keys().filter(|key| !known.contains_key(key.as_str())).collect();
        for key in new.iter().skip(at.done) {
            if overlay.alone(key, setup).is_some_and(|record| !fits(record)) {
                more = true;
                break;
            }
            at.done += 1;
        }
    }
    Ok((all, more.then_some(at)))
}

/// A page of those whom newer files of changes tell of.
fn changed(
    files: &Files,
    setup: &Setup<'_>,
    overlay: &Overlay,
    mut at: At,
    read: &Choice,
) -> Result<WorkerPage> {
    // Another file of everybody, or a file of changes that is gone or another:
    // who is missing can only be told from all of it.
    if at.choice.age(setup.people) < read.age(setup.people) {
        let name = at.choice.base.last().map_or("", |file| file.name.as_str());
        let what = "is older than what was read last; put the newer file back, or send a new one";
        return Err(invalid(name, what));
    }
    if read.base != at.choice.base || at.choice.changes.get(..read.changes.len()) != Some(&read.changes) {
        return Err(Failure::CheckpointExpired);
    }
    let keys = overlay.since(read.changes.len());
    let some: BTreeSet<&str> =
        keys.iter().copied().skip(at.done).take(files.page_size(PAGE) as usize).collect();
    at.done += some.len();
    let more = at.done < keys.len();
    let mut known = found(files, setup, &at.base, &some)?;
    let (mut records, mut deleted) = (Vec::new(), Vec::new());
    for key in some {
        let record = match known.remove(key) {
            Some(record) => overlay.laid_over(record, setup),
            None => overlay.alone(key, setup),
        };
        match record {
            Some(record) => records.push(record),
            None => deleted.push(key.to_owned()),
        }
    }
    let workers = told(files, setup, overlay, &at.base, records)?;
    Ok(WorkerPage { deleted, ..WorkerPage::of(workers).next(more.then_some(at)) })
}

/// Records of the base, by their ids.
fn found(
    files: &Files,
    setup: &Setup<'_>,
    base: &[Facts],
    keys: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Record>> {
    let mut found = BTreeMap::new();
    for facts in base {
        let mut people = Records::open(files, setup, facts, None)?;
        while let Some(record) = people.next(setup)? {
            if keys.contains(record.key.as_str()) {
                found.insert(record.key.clone(), record);
            }
        }
    }
    Ok(found)
}

fn told(
    files: &Files,
    setup: &Setup<'_>,
    overlay: &Overlay,
    base: &[Facts],
    records: Vec<Record>,
) -> Result<Vec<Worker>> {
    let managers = Managers::of(files, setup, overlay, base, &records)?;
    Ok(records.iter().map(|record| worker(files, record, managers.of_record(record, setup), setup)).collect())
}
