//! What each column of a file stands for.

use csv::StringRecord;
use rollcall_sdk::prelude::*;

use crate::header::{field_named, field_of, is_sensitive, normalized};
use crate::invalid;
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

/// Fields that people are called by.
const NAMES: [&str; 4] = ["display_name", "family_name", "given_name", "work_email"];

impl Columns {
    /// Of a file of people.
    pub fn of_people(titles: &[String], setup: &Setup<'_>, file: &str) -> Result<Self> {
        let columns = Self::new(titles, setup, file, &setup.key)?;
        let has = |field: &str| columns.has(field);
        let is_named = NAMES.into_iter().chain(["action"]).any(has);
        if !is_named {
            return Err(invalid(
                file,
                "has no column for a name and none for an e-mail address; name them under `header_map`",
            ));
        }
        if let Some(field) = setup.titles.values().find(|field| !has(field)) {
            let what = format!(
                "the column that `header_map` has for `{field}` is missing; nobody is read, so that it is not emptied for everybody"
            );
            return Err(invalid(file, what));
        }
        Ok(columns)
    }

    /// Of a file whose records are known by the field `key`.
    pub fn new(titles: &[String], setup: &Setup<'_>, file: &str, key: &str) -> Result<Self> {
        let mut all: Vec<Column> = Vec::new();
        let mut sensitive = Vec::new();
        let mut keys = Vec::new();
        for (at, title) in titles.iter().enumerate() {
            let plain = normalized(title);
            let mapped = setup.titles.get(&plain).and_then(|field| field_named(&normalized(field)));
            let field = mapped.or_else(|| field_of(&plain)).or_else(|| field_named(&plain));
            if plain == key || field.is_some_and(|field| normalized(field) == key) {
                keys.push(at);
            }
            let taken = |column: &Column| all.contains(column);
            all.push(match field {
                _ if plain.is_empty() => Column::Ignored,
                Some(field) if mapped.is_some() && taken(&Column::Field(field)) => {
                    return Err(invalid(
                        file,
                        format!("has two columns for `{field}`; name one under `header_map`"),
                    ));
                }
                Some(field) if !taken(&Column::Field(field)) => Column::Field(field),
                _ if is_sensitive(&plain) => {
                    sensitive.push(title.clone());
                    Column::Ignored
                }
                _ => {
                    let own = Column::Custom(plain.replace(' ', "_"));
                    if taken(&own) { Column::Ignored } else { own }
                }
            });
        }
        match keys.as_slice() {
            [key] => Ok(Self { all, key: *key, sensitive }),
            [] => Err(invalid(file, format!("has no column `{key}`; name it under `key_column`"))),
            _ => Err(invalid(file, format!("has several columns `{key}`; name one under `key_column`"))),
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
