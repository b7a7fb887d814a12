//! Who leads whom: a record names the manager by id, by number or by e-mail
//! address, and the host wants the id.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::prelude::*;

use crate::overlay::Overlay;
use crate::record::Record;
use crate::setup::{ManagerBy, Setup};
use crate::survey::{Facts, Records};
use crate::values;

/// Ids by what the records of one page name managers by.
pub struct Managers(BTreeMap<String, BTreeSet<String>>);

/// What a record names its manager by. A name is no reference: two people may
/// have it.
enum By {
    Id(String),
    Number(String),
    Email(String),
    Nothing,
}

fn by(record: &Record, setup: &Setup<'_>) -> By {
    let Some(cell) = record.get("manager_id") else { return By::Nothing };
    let email = || values::email(cell).map_or(By::Nothing, |address| By::Email(address.to_lowercase()));
    match setup.manager_by {
        ManagerBy::Id => By::Id(cell.to_owned()),
        ManagerBy::EmployeeNumber => By::Number(cell.to_owned()),
        ManagerBy::WorkEmail => email(),
        ManagerBy::Auto if cell.contains('@') => email(),
        ManagerBy::Auto if cell.contains(char::is_whitespace) => By::Nothing,
        ManagerBy::Auto => By::Id(cell.to_owned()),
    }
}

impl Managers {
    /// Looks through the people only for those whom the page names by something
    /// else than the id.
    pub fn of(
        files: &Files,
        setup: &Setup<'_>,
        overlay: &Overlay,
        base: &[Facts],
        page: &[Record],
    ) -> Result<Self> {
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut nameless = 0_u32;
        for record in page {
            match by(record, setup) {
                By::Number(key) | By::Email(key) => drop(ids.insert(key, BTreeSet::new())),
                By::Nothing if record.get("manager_id").is_some() => nameless += 1,
                By::Id(_) | By::Nothing => {}
            }
        }
        if nameless > 0 {
            warn!("{nameless} people name their manager by a name, which is no reference; they get none");
        }
        if ids.is_empty() {
            return Ok(Self(ids));
        }
        let mut note = |record: &Record| {
            let email = record.get("work_email").and_then(values::email).map(str::to_lowercase);
            let number = record.get("employee_number").map(str::to_owned);
            for name in [email, number].into_iter().flatten() {
                if let Some(id) = ids.get_mut(&name) {
                    id.insert(record.key.clone());
                }
            }
        };
        for facts in base {
            let mut people = Records::open(files, setup, facts, None)?;
            while let Some(record) = people.next(setup)? {
                if let Some(record) = overlay.laid_over(record, setup) {
                    note(&record);
                }
            }
        }
        overlay.0.keys().filter_map(|key| overlay.alone(key, setup)).for_each(|record| note(&record));
        Ok(Self(ids))
    }

    /// The id of whoever leads them.
    pub fn of_record(&self, record: &Record, setup: &Setup<'_>) -> Option<String> {
        match by(record, setup) {
            By::Id(id) => Some(id),
            // What two people have is no reference.
            By::Number(key) | By::Email(key) => {
                self.0.get(&key).filter(|ids| ids.len() == 1)?.first().cloned()
            }
            By::Nothing => None,
        }
    }
}
