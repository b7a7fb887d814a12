//! What each column of a file stands for.

use csv::StringRecord;
use rollcall_sdk::prelude::*;

use crate::header::{field_of, is_sensitive, normalized};
use crate::invalid;
use crate::record::DAYS;
use crate::setup::Setup;
use crate::values::trimmed;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    Field(&'static str),
    /// The customer's own, by its name.
    Custom(String),
    /// No title, or one that is not for applications.
    Ignored,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    pub all: Vec<Column>,
    /// Whose cells say who somebody is.
    pub key: usize,
    /// Titles that were left out, as the file has them.
    pub sensitive: Vec<String>,
}

/// What the records of a file are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    Everybody,
    Changes,
    Units,
    Groups,
    Memberships,
}

/// Fields that people are called by.
pub const NAMES: [&str; 4] = ["display_name", "family_name", "given_name", "work_email"];
/// Fields that people do not have.
const OF_OTHERS: [&str; 7] =
    ["unit_id", "group_id", "kind", "parent_id", "description", "member_id", "member_type"];

impl Subject {
    /// What records are known by: a field or a title, normalized.
    fn key<'s>(self, setup: &'s Setup<'_>) -> &'s str {
        match self {
            Self::Everybody | Self::Changes => &setup.key,
            Self::Units => "unit id",
            Self::Groups | Self::Memberships => "group id",
        }
    }

    fn is_people(self) -> bool {
        matches!(self, Self::Everybody | Self::Changes)
    }

    /// Fields whose days count.
    pub fn days(self) -> &'static [&'static str] {
        match self {
            Self::Everybody | Self::Changes => &DAYS,
            Self::Memberships => &["start_date", "end_date"],
            Self::Units | Self::Groups => &[],
        }
    }

    /// That a file has no column of the key, or several.
    pub fn keyless(self, setup: &Setup<'_>, has: &str, behind: &str) -> String {
        let setting = if self.is_people() { "key_column" } else { "header_map" };
        format!("{has} `{}`{behind}; name one under `{setting}`", self.key(setup))
    }
}

/// A title, and what it may stand for.
struct Title {
    normalized: String,
    is_mapped: bool,
    /// Its field, and how good a title for it it is: the less, the better.
    field: Option<(&'static str, usize)>,
}

/// What `header_map` names has no other column.
fn told(titles: &[String], setup: &Setup<'_>) -> Vec<Title> {
    let normal: Vec<_> = titles.iter().map(|title| normalized(title)).collect();
    let mapped: Vec<_> = normal.iter().map(|title| setup.titles.get(title).copied()).collect();
    let of_list = |title: &str| field_of(title).filter(|(field, _)| !mapped.contains(&Some(field)));
    let each = normal.into_iter().zip(&mapped).map(|(normalized, mapped)| {
        let field = mapped.map(|field| (field, 0)).or_else(|| of_list(&normalized));
        Title { normalized, is_mapped: mapped.is_some(), field }
    });
    each.collect()
}

/// Columns of the key: by the field, or else by the title.
fn keys(titles: &[Title], key: &str) -> Vec<usize> {
    let find = |is_key: &dyn Fn(&Title) -> bool| {
        titles.iter().enumerate().filter(|(_, title)| is_key(title)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let by_field = find(&|title| title.field.is_some_and(|(field, _)| field.replace('_', " ") == key));
    if by_field.is_empty() { find(&|title| title.normalized == key) } else { by_field }
}

/// Whether a record may be that of the titles.
pub fn has_key(titles: &[String], setup: &Setup<'_>, subject: Subject) -> bool {
    !keys(&told(titles, setup), subject.key(setup)).is_empty()
}

impl Columns {
    pub fn new(titles: &[String], setup: &Setup<'_>, file: &str, subject: Subject) -> Result<Self> {
        let columns = Self::read(titles, setup, file, subject)?;
        let has = |field: &str| columns.has(field);
        if subject.is_people() && !NAMES.into_iter().chain(["action"]).any(has) {
            return Err(invalid(
                file,
                "has no column for a name and none for an e-mail address; name them under `header_map`",
            ));
        }
        let mut wanted = setup.titles.values().filter(|field| !OF_OTHERS.contains(field));
        if let Some(field) = wanted.find(|field| subject == Subject::Everybody && !has(field)) {
            let what = format!(
                "the column that `header_map` has for `{field}` is missing; nobody is read, so that it is not emptied for everybody"
            );
            return Err(invalid(file, what));
        }
        Ok(columns)
    }

    fn read(titles: &[String], setup: &Setup<'_>, file: &str, subject: Subject) -> Result<Self> {
        let told = told(titles, setup);
        let mut all: Vec<Column> = Vec::new();
        let mut sensitive = Vec::new();
        for (at, title) in told.iter().enumerate() {
            // Of several titles of a field the earliest of the list, and of one
            // title the first.
            let best = title.field.filter(|(field, _)| {
                let fields = told.iter().map(|title| title.field).enumerate();
                let same =
                    fields.filter_map(|(at, other)| Some((other.filter(|(one, _)| one == field)?.1, at)));
                same.min().is_some_and(|(_, best)| best == at)
            });
            all.push(match best {
                _ if title.normalized.is_empty() => Column::Ignored,
                Some((field, _)) => Column::Field(field),
                None if title.is_mapped => {
                    let field = title.field.map_or("", |(field, _)| field);
                    return Err(invalid(
                        file,
                        format!("has two columns for `{field}`; name one under `header_map`"),
                    ));
                }
                None if is_sensitive(&title.normalized) => {
                    sensitive.extend(titles.get(at).cloned());
                    Column::Ignored
                }
                None => {
                    let own = Column::Custom(title.normalized.replace(' ', "_"));
                    if all.contains(&own) { Column::Ignored } else { own }
                }
            });
        }
        match keys(&told, subject.key(setup)).as_slice() {
            [key] => Ok(Self { all, key: *key, sensitive }),
            [] => Err(invalid(file, subject.keyless(setup, "has no column", ""))),
            _ => Err(invalid(file, subject.keyless(setup, "has several columns", ""))),
        }
    }

    /// Whether a record is about nobody: it has neither an id nor a name, as lines
    /// of totals at the end.
    pub fn is_nobody(&self, cells: &StringRecord) -> bool {
        let is_empty = |at: usize| trimmed(cells.get(at).unwrap_or_default()).is_empty();
        let is_name = |column: &Column| matches!(column, Column::Field(field) if NAMES.contains(field));
        let mut names = self.all.iter().enumerate().filter(|(_, column)| is_name(column)).peekable();
        is_empty(self.key) && names.peek().is_some() && names.all(|(at, _)| is_empty(at))
    }

    pub fn has(&self, field: &str) -> bool {
        self.all.iter().any(|column| matches!(column, Column::Field(one) if *one == field))
    }
}
