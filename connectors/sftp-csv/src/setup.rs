//! The settings, read once.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;
use rollcall_sdk::status::lookup;

use crate::dates::Format;
use crate::header::{self, normalized};

/// Which files have everybody, and which only what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Full,
    Delta,
    /// The word `full` or `delta` in the name says so.
    ByName,
}

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
    pub mode: Mode,
    pub ready: Ready<'a>,
    /// `None`: told from the bytes.
    pub charset: Option<&'a str>,
    /// `None`: told from the records.
    pub delimiter: Option<u8>,
    pub backslash: bool,
    /// Of an Excel file; `None`: the first that is shown.
    pub sheet: Option<&'a str>,
    /// Fields by normalized title, as the admin has them.
    pub titles: BTreeMap<String, String>,
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
}

/// Which record of a person counts, where they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    Refuse,
    Last,
    /// Each is a contract: the one that is under way, and of several the one that
    /// is marked as primary, or else the newest.
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
        let one_of = |key: &'a str, options: &[&'static str]| cx.setting(key).one_of(options);
        let charsets =
            ["auto", "utf-8", "windows-1252", "iso-8859-15", "windows-1250", "utf-16le", "utf-16be"];
        Ok(Self {
            people: cx.setting("people_pattern").required()?,
            units: cx.setting("units_pattern").optional(),
            groups: cx.setting("groups_pattern").optional(),
            memberships: cx.setting("memberships_pattern").optional(),
            mode: match one_of("mode", &["full", "delta", "by-name"])? {
                "delta" => Mode::Delta,
                "by-name" => Mode::ByName,
                _ => Mode::Full,
            },
            ready: match one_of("ready", &["stable", "marker", "manifest"])? {
                "marker" => Ready::Marker(cx.setting("marker").required()?),
                "manifest" => Ready::Manifest(cx.setting("manifest_pattern").required()?),
                _ => Ready::Stable,
            },
            charset: Some(one_of("encoding", &charsets)?).filter(|charset| *charset != "auto"),
            delimiter: match one_of("delimiter", &["auto", "comma", "semicolon", "tab", "pipe"])? {
                "comma" => Some(b','),
                "semicolon" => Some(b';'),
                "tab" => Some(b'\t'),
                "pipe" => Some(b'|'),
                _ => None,
            },
            backslash: one_of("quote_escape", &["double", "backslash"])? == "backslash",
            sheet: cx.setting("sheet").optional(),
            titles: titles(cx)?,
            key: normalized(cx.setting("key_column").or("employee_number")),
            manager_by: match one_of("manager_by", &["auto", "id", "employee_number", "work_email"])? {
                "id" => ManagerBy::Id,
                "employee_number" => ManagerBy::EmployeeNumber,
                "work_email" => ManagerBy::WorkEmail,
                _ => ManagerBy::Auto,
            },
            dates: Format::of_setting(cx.setting("date_format"))?,
            ends_before: one_of("end_date", &["last-day", "first-day-gone"])? == "first-day-gone",
            statuses: statuses(cx)?,
            clear: cx.setting("clear_word").optional(),
            repeats: match one_of("duplicates", &["refuse", "last", "contract"])? {
                "last" => Repeats::Last,
                "contract" => Repeats::Contract,
                _ => Repeats::Refuse,
            },
            header_record: cx.setting("header_record").optional(),
            trailer_record: cx.setting("trailer_record").optional(),
            today: today(cx)?,
        })
    }
}

/// `employee_number=Pers.nr., title=Rolle`.
fn titles(cx: &Asked) -> Result<BTreeMap<String, String>> {
    let mut titles = BTreeMap::new();
    for (field, title) in pairs(cx, "header_map")? {
        if !header::is_field(field) {
            let why = format!(
                "`{field}` is not a field; there are {}",
                header::fields().collect::<Vec<_>>().join(", ")
            );
            return Err(cx.setting("header_map").wrong(&why));
        }
        titles.insert(normalized(title), field.to_owned());
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
