//! Units and groups: from files of their own, and from the columns of people.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::prelude::*;

use crate::choice::{Choice, Chosen, beside};
use crate::columns::Subject;
use crate::header::normalized;
use crate::invalid;
use crate::limits::MAX_UNITS;
use crate::manifest;
use crate::record::Record;
use crate::setup::Setup;
use crate::survey::{Facts, Records, facts};
use crate::values;

/// Columns of people that put them into a unit: the code, the name, and the kind.
const COLUMNS: [(&str, &str, GroupKind); 8] = [
    ("company_id", "company", GroupKind::LegalEntity),
    ("", "business_unit", GroupKind::BusinessUnit),
    ("division_id", "division", GroupKind::Division),
    ("department_id", "department", GroupKind::Department),
    ("cost_center", "", GroupKind::CostCenter),
    ("location_id", "location", GroupKind::Location),
    ("", "teams", GroupKind::Team),
    ("", "groups", GroupKind::SecurityGroup),
];

/// What the files of units and groups have.
#[derive(Default)]
pub struct Units {
    pub groups: Vec<Group>,
    /// Their ids.
    known: BTreeSet<String>,
    /// Their ids, by those of the files: units of two kinds may have one number.
    ids: BTreeMap<String, Vec<String>>,
}

fn id_of(kind: GroupKind, plain: &str) -> String {
    match kind {
        GroupKind::SecurityGroup => format!("group:{plain}"),
        kind => kind.id_of(plain),
    }
}

/// What the column `kind` says.
fn kind_of(word: &str) -> Result<GroupKind, String> {
    let kinds = GroupKind::ALL.into_iter().filter(|kind| *kind != GroupKind::SecurityGroup);
    kinds.clone().find(|kind| kind.word() == word).ok_or_else(|| {
        format!("the kind is none of {}", kinds.map(GroupKind::word).collect::<Vec<_>>().join(", "))
    })
}

impl Units {
    pub fn read(files: &Files, setup: &Setup<'_>, choice: &Choice) -> Result<Self> {
        let mut units = Self::default();
        let each = [
            (setup.units, "units_pattern", Subject::Units),
            (setup.groups, "groups_pattern", Subject::Groups),
        ];
        for (pattern, setting, subject) in each {
            let Some(pattern) = pattern else { continue };
            for file in beside(files, setup, setting, pattern, &choice.days)? {
                units.take(files, setup, &file, subject)?;
            }
        }
        let parents = units.groups.iter().map(|group| units.parent_of(group)).collect::<Vec<_>>();
        units.groups.iter_mut().zip(parents).for_each(|(group, parent)| group.parent_id = parent);
        Ok(units)
    }

    fn take(&mut self, files: &Files, setup: &Setup<'_>, chosen: &Chosen, subject: Subject) -> Result<()> {
        let file = chosen.name.as_str();
        let facts = surveyed(files, setup, chosen, subject)?;
        let mut records = Records::open(files, setup, &facts, None)?;
        while let Some(record) = records.next(setup)? {
            let word = record.get("kind").map(normalized).map(|word| word.replace(' ', "-"));
            let kind = match word {
                _ if subject == Subject::Groups => GroupKind::SecurityGroup,
                None => GroupKind::OrgUnit,
                Some(word) => {
                    kind_of(&word).map_err(|what| invalid(file, format!("line {}: {what}", record.line)))?
                }
            };
            let id = id_of(kind, &record.key);
            let name = record.get("display_name").unwrap_or(&record.key);
            let parent_id = record.get("parent_id").map(str::to_owned);
            let description = record.get("description").map(str::to_owned);
            self.groups.push(Group { parent_id, description, ..Group::new(kind, id.clone(), name) });
            self.known.insert(id.clone());
            self.ids.entry(record.key).or_default().push(id);
            if self.groups.len() > MAX_UNITS {
                return Err(invalid(file, format!("has more than {MAX_UNITS} units")));
            }
        }
        Ok(())
    }

    /// The id of a group by that of the files, or by itself. `None`: no file has it,
    /// or units of two kinds do.
    pub fn id<'s>(&'s self, plain: &str) -> Option<&'s str> {
        match self.ids.get(plain).map(Vec::as_slice) {
            Some([id]) => Some(id),
            _ => self.known.get(plain).map(String::as_str),
        }
    }

    /// One of its own kind first. One that no file has stays as it is.
    fn parent_of(&self, group: &Group) -> Option<String> {
        let plain = group.parent_id.as_deref()?;
        let own = id_of(group.kind, plain);
        Some(if self.known.contains(&own) { own } else { self.id(plain).unwrap_or(plain).to_owned() })
    }

    /// Groups that the columns of a person name and no file has.
    pub fn of_record(&self, record: &Record) -> Vec<Group> {
        self.named(record).into_iter().filter(|group| !self.known.contains(&group.id)).collect()
    }

    /// Ids of the groups that a person is in by their columns.
    pub fn ids_of_record(&self, record: &Record) -> Vec<String> {
        self.named(record).into_iter().map(|group| group.id).collect()
    }

    /// The units of a record: by the code where it has one, else by the name.
    fn named(&self, record: &Record) -> Vec<Group> {
        let mut groups = Vec::new();
        for (code, name, kind) in COLUMNS {
            if matches!(kind, GroupKind::Team | GroupKind::SecurityGroup) {
                let each = record.get(name).into_iter().flat_map(values::list);
                groups.extend(each.map(|one| self.by_name(kind, one)));
                continue;
            }
            match (record.get(code), record.get(name)) {
                (Some(code), name) => groups.push(Group::new(kind, id_of(kind, code), name.unwrap_or(code))),
                (None, Some(name)) => groups.push(self.by_name(kind, name)),
                (None, None) => {}
            }
        }
        groups
    }

    /// The name may be the id of a file.
    fn by_name(&self, kind: GroupKind, name: &str) -> Group {
        let id = Some(id_of(kind, name)).filter(|id| self.known.contains(id));
        Group::new(kind, id.unwrap_or_else(|| id_of(kind, &normalized(name))), name)
    }
}

/// A file that was looked through, and is what its manifest says.
pub fn surveyed(files: &Files, setup: &Setup<'_>, chosen: &Chosen, subject: Subject) -> Result<Facts> {
    let facts = facts(files, setup, &chosen.name, subject)?;
    manifest::check(files, chosen, facts.records)?;
    Ok(facts)
}
