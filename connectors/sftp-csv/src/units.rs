//! Units and groups: from files of their own, and from the columns of people.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::choice::{Choice, Chosen, beside};
use crate::columns::Columns;
use crate::header::normalized;
use crate::invalid;
use crate::limits::MAX_UNITS;
use crate::manifest;
use crate::record::Record;
use crate::setup::Setup;
use crate::table::{Grammar, Table};
use crate::values;

/// Columns of people that put them into a unit: the code, the name, the kind, and
/// the prefix of its id.
const COLUMNS: [(&str, &str, GroupKind, &str); 8] = [
    ("company_id", "company", GroupKind::LegalEntity, "legal-entity"),
    ("business_unit", "business_unit", GroupKind::BusinessUnit, "business-unit"),
    ("division_id", "division", GroupKind::Division, "division"),
    ("department_id", "department", GroupKind::Department, "department"),
    ("cost_center", "cost_center", GroupKind::CostCenter, "cost-center"),
    ("location_id", "location", GroupKind::Location, "location"),
    ("teams", "teams", GroupKind::Team, "team"),
    ("groups", "groups", GroupKind::SecurityGroup, "group"),
];

/// Words of the column `kind`.
const KINDS: [(&str, GroupKind); 8] = [
    ("legal-entity", GroupKind::LegalEntity),
    ("business-unit", GroupKind::BusinessUnit),
    ("division", GroupKind::Division),
    ("department", GroupKind::Department),
    ("cost-center", GroupKind::CostCenter),
    ("location", GroupKind::Location),
    ("team", GroupKind::Team),
    ("org-unit", GroupKind::OrgUnit),
];

/// What the files of units and groups have.
#[derive(Default)]
pub struct Units {
    pub groups: Vec<Group>,
    /// Their ids, by those of the files: units of two kinds may have one number.
    ids: BTreeMap<String, String>,
}

impl Units {
    pub fn read(files: &Files, setup: &Setup<'_>, choice: &Choice) -> Result<Self> {
        let mut units = Self::default();
        let each = [(setup.units, "units_pattern", "unit_id"), (setup.groups, "groups_pattern", "group_id")];
        for (pattern, setting, key) in each {
            let Some(pattern) = pattern else { continue };
            for file in beside(files, setup, setting, pattern, &choice.days)? {
                units.take(files, setup, &file, key)?;
            }
        }
        let ids = &units.ids;
        for group in &mut units.groups {
            group.parent_id = group.parent_id.take().map(|plain| ids.get(&plain).cloned().unwrap_or(plain));
        }
        Ok(units)
    }

    fn take(&mut self, files: &Files, setup: &Setup<'_>, chosen: &Chosen, key: &str) -> Result<()> {
        let file = chosen.name.as_str();
        for record in records(files, setup, chosen, key)? {
            let word = record.get("kind").map(normalized).map(|word| word.replace(' ', "-"));
            let (prefix, kind) = match (key, word) {
                ("group_id", _) => ("group", GroupKind::SecurityGroup),
                (_, None) => ("org-unit", GroupKind::OrgUnit),
                (_, Some(word)) => *KINDS.iter().find(|(name, _)| *name == word).ok_or_else(|| {
                    let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
                    invalid(file, format!("line {}: the kind is none of {}", record.line, names.join(", ")))
                })?,
            };
            let id = format!("{prefix}:{}", record.key);
            let name = record.get("display_name").unwrap_or(&record.key);
            let parent_id = record.get("parent_id").map(str::to_owned);
            let description = record.get("description").map(str::to_owned);
            self.groups.push(Group { parent_id, description, ..Group::new(kind, id.clone(), name) });
            self.ids.insert(record.key, id);
            if self.groups.len() > MAX_UNITS {
                return Err(invalid(file, format!("has more than {MAX_UNITS} units")));
            }
        }
        Ok(())
    }

    /// The id of a group by that of the files.
    pub fn id(&self, plain: &str) -> Option<&str> {
        self.ids.get(plain).map(String::as_str)
    }

    /// Groups that the columns of a person name and no file has.
    pub fn of_record(&self, record: &Record) -> Vec<Group> {
        let named = named(record).into_iter();
        named.filter(|group| !self.groups.iter().any(|known| known.id == group.id)).collect()
    }

    /// Ids of the groups that a person is in by their columns.
    pub fn ids_of_record(&self, record: &Record) -> Vec<String> {
        named(record).into_iter().map(|group| group.id).collect()
    }
}

/// The units of a record: by the code where it has one, else by the name.
fn named(record: &Record) -> Vec<Group> {
    let mut groups = Vec::new();
    for (code, name, kind, prefix) in COLUMNS {
        let several = matches!(kind, GroupKind::Team | GroupKind::SecurityGroup);
        if several {
            for one in record.get(name).into_iter().flat_map(values::list) {
                groups.push(Group::new(kind, format!("{prefix}:{}", normalized(one)), one));
            }
            continue;
        }
        let (code, name) = (record.get(code).filter(|_| code != name), record.get(name));
        let Some(shown) = name.or(code) else { continue };
        let id = match code {
            Some(code) => format!("{prefix}:{code}"),
            None => format!("{prefix}:{}", normalized(shown)),
        };
        groups.push(Group::new(kind, id, shown));
    }
    groups
}

/// All records of a file that is small by its nature.
pub fn records(files: &Files, setup: &Setup<'_>, chosen: &Chosen, key: &str) -> Result<Vec<Record>> {
    let file = chosen.name.as_str();
    let grammar = Grammar::tell(files, setup, file)?;
    let key = normalized(key);
    let mut table = Table::open(files, setup, &grammar, file, &key)?;
    let columns = Columns::new(&table.titles, setup, file, &key)?;
    let mut all = Vec::new();
    while let Some(row) = table.next()? {
        if setup.trailer_record.is_some_and(|word| row.cells.get(0) == Some(word)) {
            break;
        }
        all.push(Record::read(&row, &columns, &[], setup, file)?);
    }
    manifest::check(files, chosen, all.len() as u64)?;
    Ok(all)
}
