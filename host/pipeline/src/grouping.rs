//! Grouping: what a group is, and who belongs to which (R85..R92, C8, C9).

mod alike;
mod change;

pub use alike::alike;
pub use change::{GroupTally, Listed};

use std::collections::BTreeMap;
use std::fmt;

use rollcall_model::{Attribute, Value, index_fold};
use serde::{Deserialize, Serialize};

use crate::admission::{Admission, Use};
use crate::membrane::{Record, Slot};
use crate::problem::Problem;

/// As written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GroupingConfig {
    pub source: GroupSource,
    /// Whether groups are objects of the application. If not, they serve the
    /// filter alone (R92).
    pub provision: bool,
    pub nested: Nested,
    /// Of a directory's groups these, by id or name. Empty: all that somebody in
    /// scope belongs to.
    pub only: Vec<String>,
}

impl Default for GroupingConfig {
    fn default() -> Self {
        Self { source: GroupSource::ByProvider, provision: true, nested: Nested::Flatten, only: Vec::new() }
    }
}

/// `directory`, `none`, `by-provider` or `attribute:NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum GroupSource {
    /// A directory's groups, and elsewhere departments.
    ByProvider,
    Directory,
    /// Everybody with the same value of this attribute.
    Attribute(String),
    None,
}

impl TryFrom<String> for GroupSource {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "by-provider" => Ok(Self::ByProvider),
            "directory" => Ok(Self::Directory),
            "none" => Ok(Self::None),
            _ => match text.strip_prefix("attribute:") {
                Some(name) if !name.is_empty() => Ok(Self::Attribute(name.to_owned())),
                _ => Err(format!(
                    "`{text}` is no source of groups; use directory, attribute:NAME, none or by-provider"
                )),
            },
        }
    }
}

impl From<GroupSource> for String {
    fn from(source: GroupSource) -> Self {
        source.to_string()
    }
}

impl fmt::Display for GroupSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByProvider => f.write_str("by-provider"),
            Self::Directory => f.write_str("directory"),
            Self::Attribute(name) => write!(f, "attribute:{name}"),
            Self::None => f.write_str("none"),
        }
    }
}

/// C9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nested {
    /// Whoever is in a group within a group is in both.
    Flatten,
    Direct,
}

/// Compiled.
#[derive(Debug, Clone)]
pub(crate) enum Grouping {
    None,
    /// Groups of the directory; empty: all.
    Directory(Vec<String>),
    Attribute {
        kind: String,
        name: Slot,
        id: Option<Slot>,
    },
}

impl Grouping {
    pub fn compile(
        config: &GroupingConfig,
        is_directory: bool,
        admission: &mut Admission<'_>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let source = match &config.source {
            GroupSource::ByProvider if is_directory => GroupSource::Directory,
            // As far as departments may be known at all.
            GroupSource::ByProvider if admission.allows(&Attribute::Department) => {
                GroupSource::Attribute("department".to_owned())
            }
            GroupSource::ByProvider => GroupSource::None,
            source => source.clone(),
        };
        if !config.only.is_empty() && (source != GroupSource::Directory || !config.provision) {
            problems.push(Problem::new(
                "grouping.only",
                "there are no groups of a directory to choose from",
                "set `source = \"directory\"` and `provision = true`, or leave it out",
            ));
        }
        if !config.provision {
            return Self::None;
        }
        match source {
            GroupSource::Directory => Self::Directory(config.only.clone()),
            GroupSource::Attribute(name) => Self::attribute(&name, admission, problems),
            GroupSource::None | GroupSource::ByProvider => Self::None,
        }
    }

    fn attribute(name: &str, admission: &mut Admission<'_>, problems: &mut Vec<Problem>) -> Self {
        let slot = match admission.admit(name, Use::Mapping) {
            Ok((slot, _)) => slot,
            Err(fault) => {
                problems.push(fault.at("grouping.source"));
                return Self::None;
            }
        };
        // A unit has an id as well, which stays when its name changes.
        let id = match name {
            "teams" => "team_ids".to_owned(),
            _ => format!("{name}_id"),
        };
        let id = admission.admit(&id, Use::Mapping).ok().map(|(slot, _)| slot);
        Self::Attribute { kind: name.to_owned(), name: slot, id }
    }

    /// The groups that a record names, by key, with their names.
    pub fn of(&self, record: &Record) -> BTreeMap<String, String> {
        let Self::Attribute { name, id, .. } = self else { return BTreeMap::new() };
        let names = texts(record.get(*name));
        let ids = id.map(|id| texts(record.get(id))).unwrap_or_default();
        // Ids and names come in pairs or not at all.
        let paired = ids.len() == names.len();
        let key = |at: usize, name: &str| match ids.get(at) {
            Some(id) if paired => id.clone(),
            _ => index_fold(name),
        };
        let each = names.iter().enumerate().filter(|(_, name)| !name.trim().is_empty());
        each.map(|(at, name)| (key(at, name), name.trim().to_owned())).collect()
    }

    /// Whether groups are made from the value that lies here.
    pub fn uses(&self, slot: Slot) -> bool {
        matches!(self, Self::Attribute { name, id, .. } if *name == slot || *id == Some(slot))
    }

    /// What kind of group this makes.
    pub fn kind(&self) -> &str {
        match self {
            Self::Attribute { kind, .. } => kind,
            Self::None | Self::Directory(_) => "group",
        }
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        None => Vec::new(),
        Some(Value::Texts(texts)) => texts.clone(),
        Some(value) => vec![value.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{Unit, Worker, WorkerStatus};

    use super::*;
    use crate::config::PipelineConfig;
    use crate::offer::Offer;

    fn granting() -> PipelineConfig {
        PipelineConfig { classes: vec![rollcall_model::Sensitivity::Work], ..PipelineConfig::default() }
    }

    fn groups(source: &str, change: impl FnOnce(&mut Worker)) -> BTreeMap<String, String> {
        let source = GroupSource::try_from(source.to_owned()).expect("a source");
        let config = GroupingConfig { source, ..GroupingConfig::default() };
        let (granting, offer) = (granting(), Offer::unknown());
        let (mut admission, mut problems) = (Admission::new(&granting, &offer), Vec::new());
        let grouping = Grouping::compile(&config, false, &mut admission, &mut problems);
        let membrane = admission.membrane;
        assert_eq!(problems, []);
        let mut worker = crate::mapping::tests::worker("7", WorkerStatus::Active);
        change(&mut worker);
        grouping.of(&membrane.pass(worker))
    }

    fn unit(id: Option<&str>, name: &str) -> Unit {
        Unit { id: id.map(str::to_owned), name: Some(name.to_owned()) }
    }

    #[test]
    fn r85_groups_are_departments_teams_or_any_attribute() {
        let department = |unit| move |worker: &mut Worker| worker.organization.department = Some(unit);
        let named = |key: &str, name: &str| BTreeMap::from([(key.to_owned(), name.to_owned())]);
        assert_eq!(groups("by-provider", department(unit(None, " Sales "))), named("sales", "Sales"));
        assert_eq!(groups("by-provider", department(unit(Some("d7"), "Sales"))), named("d7", "Sales"));
        assert_eq!(groups("attribute:department", |_| {}), BTreeMap::new());
        assert_eq!(groups("none", department(unit(None, "Sales"))), BTreeMap::new());
        let teams = |worker: &mut Worker| {
            worker.organization.teams = vec![unit(Some("1"), "North"), unit(Some("2"), "South")];
        };
        assert_eq!(groups("attribute:teams", teams).len(), 2);
        let country = |worker: &mut Worker| {
            let country = Some("DE".to_owned());
            worker.address = Some(rollcall_model::Address { country, ..Default::default() });
        };
        assert_eq!(groups("attribute:work_address.country", country), named("de", "DE"));
    }

    #[test]
    fn c8_a_source_of_groups_is_one_of_four() {
        for source in ["directory", "none", "by-provider", "attribute:custom.squad"] {
            let parsed = GroupSource::try_from(source.to_owned()).expect("a source");
            assert_eq!(parsed.to_string(), source);
        }
        assert!(GroupSource::try_from("attribute:".to_owned()).is_err());
        assert!(GroupSource::try_from("teams".to_owned()).is_err());
    }

    #[test]
    fn wrong_grouping_names_its_place() {
        let check = |config: GroupingConfig, is_directory| {
            let mut problems = Vec::new();
            let (granting, offer) = (granting(), Offer::unknown());
            let mut admission = Admission::new(&granting, &offer);
            Grouping::compile(&config, is_directory, &mut admission, &mut problems);
            problems.into_iter().map(|problem| problem.place).collect::<Vec<_>>()
        };
        let base = GroupingConfig::default;
        let only = || GroupingConfig { only: vec!["Sales".into()], ..base() };
        assert_eq!(check(only(), true), Vec::<String>::new());
        assert_eq!(check(only(), false), ["grouping.only"]);
        assert_eq!(check(GroupingConfig { provision: false, ..only() }, true), ["grouping.only"]);
        let source = GroupSource::Attribute("squad".into());
        assert_eq!(check(GroupingConfig { source, ..base() }, false), ["grouping.source"]);
    }
}
