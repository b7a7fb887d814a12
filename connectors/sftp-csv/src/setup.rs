//! The settings, read once.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;
use rollcall_sdk::status::lookup;

use crate::charset::{self, Charset};
use crate::dates::{self, Format};
use crate::header::{self, normalized};

/// What says that a file is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready<'a> {
    /// The host, which has looked twice.
    Stable,
    /// An empty file of its name with this ending.
    Marker(&'a str),
    /// A file of this name with sizes and checksums.
    Manifest(&'a str),
}

pub struct Setup<'a> {
    pub people: &'a str,
    pub units: Option<&'a str>,
    pub groups: Option<&'a str>,
    pub memberships: Option<&'a str>,
    /// Files with the word `delta` in the name have changes; else all have
    /// everybody.
    pub by_name: bool,
    pub ready: Ready<'a>,
    /// `None`: told from the bytes.
    pub charset: Option<Charset>,
    /// `None`: told from the records.
    pub delimiter: Option<u8>,
    pub backslash: bool,
    /// Of an Excel file; `None`: the first that is shown.
    pub sheet: Option<&'a str>,
    /// Fields by normalized title, as the admin has them.
    pub titles: BTreeMap<String, &'static str>,
    pub key: String,
    pub manager_by: ManagerBy,
    /// `None`: told from the column.
    pub dates: Option<Format>,
    pub ends_before: bool,
    pub statuses: BTreeMap<String, WorkerStatus>,
    pub clear: Option<&'a str>,
    pub repeats: Repeats,
    pub header_record: Option<&'a str>,
    pub trailer_record: Option<&'a str>,
    pub today: Date,
    /// Hours in which a new file is due; 0: it is not watched.
    pub expect_every: u64,
}

/// Which record of a person counts, where they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    Refuse,
    Last,
    /// Each is a contract: the one that is under way, and of several the one that
    /// is marked as primary, or else the newest, or else that of the most hours.
    Contract,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagerBy {
    Auto,
    Id,
    EmployeeNumber,
    WorkEmail,
}

const STATUS_NAMES: status::StatusTable = &[
    ("active", WorkerStatus::Active),
    ("pending", WorkerStatus::Pending),
    ("on-leave", WorkerStatus::OnLeave),
    ("inactive", WorkerStatus::Inactive),
    ("terminated", WorkerStatus::Terminated),
];

impl<'a> Setup<'a> {
    pub fn read(cx: &'a Asked) -> Result<Self> {
        Ok(Self {
            people: cx.setting("people_pattern").required()?,
            units: cx.setting("units_pattern").optional(),
            groups: cx.setting("groups_pattern").optional(),
            memberships: cx.setting("memberships_pattern").optional(),
            by_name: cx.setting("mode").choice(&[("full", false), ("by-name", true)])?,
            ready: match cx.setting("ready").one_of(&["stable", "marker", "manifest"])? {
                "marker" => Ready::Marker(cx.setting("marker").required()?),
                "manifest" => Ready::Manifest(cx.setting("manifest_pattern").required()?),
                _ => Ready::Stable,
            },
            charset: cx.setting("encoding").choice(&charset::NAMES)?,
            delimiter: cx.setting("delimiter").choice(&[
                ("auto", None),
                ("comma", Some(b',')),
                ("semicolon", Some(b';')),
                ("tab", Some(b'\t')),
                ("pipe", Some(b'|')),
            ])?,
            backslash: cx.setting("quote_escape").choice(&[("double", false), ("backslash", true)])?,
            sheet: cx.setting("sheet").optional(),
            titles: titles(cx)?,
            key: normalized(cx.setting("key_column").or("employee_number")),
            manager_by: cx.setting("manager_by").choice(&[
                ("auto", ManagerBy::Auto),
                ("id", ManagerBy::Id),
                ("employee_number", ManagerBy::EmployeeNumber),
                ("work_email", ManagerBy::WorkEmail),
            ])?,
            dates: cx.setting("date_format").choice(&dates::NAMES)?,
            ends_before: cx.setting("end_date").choice(&[("last-day", false), ("first-day-gone", true)])?,
            statuses: statuses(cx)?,
            clear: cx.setting("clear_word").optional(),
            repeats: cx.setting("duplicates").choice(&[
                ("refuse", Repeats::Refuse),
                ("last", Repeats::Last),
                ("contract", Repeats::Contract),
            ])?,
            header_record: cx.setting("header_record").optional(),
            trailer_record: cx.setting("trailer_record").optional(),
            today: today(cx)?,
            expect_every: cx.setting("expect_every_hours").parse("a number of hours, or 0")?.unwrap_or(26),
        })
    }

    /// Whether what ends on this day is over.
    pub fn is_over(&self, end: Date) -> bool {
        if self.ends_before { end <= self.today } else { end < self.today }
    }
}

/// `employee_number=Pers.nr., title=Rolle`.
fn titles(cx: &Asked) -> Result<BTreeMap<String, &'static str>> {
    let mut titles = BTreeMap::new();
    for (name, title) in pairs(cx, "header_map")? {
        let field = header::field(name).ok_or_else(|| {
            let names = header::fields().collect::<Vec<_>>().join(", ");
            cx.setting("header_map").wrong(&format!("`{name}` is not a field; there are {names}"))
        })?;
        titles.insert(normalized(title), field);
    }
    Ok(titles)
}

/// `beurlaubt=on-leave`.
fn statuses(cx: &Asked) -> Result<BTreeMap<String, WorkerStatus>> {
    let pairs = pairs(cx, "status_words")?.into_iter();
    pairs
        .map(|(word, name)| {
            let status = lookup(STATUS_NAMES, name).ok_or_else(|| {
                let names: Vec<_> = STATUS_NAMES.iter().map(|(name, _)| *name).collect();
                cx.setting("status_words").wrong(&format!("`{name}` is not one of {}", names.join(", ")))
            })?;
            Ok((normalized(word), status))
        })
        .collect()
}

fn pairs<'a>(cx: &'a Asked, key: &'static str) -> Result<Vec<(&'a str, &'a str)>> {
    let split = |pair: &'a str| {
        let (one, other) = pair.split_once('=').ok_or_else(|| {
            cx.setting(key).wrong("is not a list of `one=other`, separated by commas or lines")
        })?;
        Ok((one.trim(), other.trim()))
    };
    cx.setting(key).list().map(split).collect()
}

/// The day at the company: days begin with its clock, not with that of UTC.
fn today(cx: &Asked) -> Result<Date> {
    let minutes = match cx.setting("utc_offset").optional() {
        None => 0,
        Some(text) => offset(text)
            .ok_or_else(|| cx.setting("utc_offset").wrong("has to be an offset such as `+01:00`"))?,
    };
    let millis = cx.now().millis().saturating_add(minutes * 60_000);
    Ok(Instant::from_millis(millis).utc_date())
}

fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes))
}
