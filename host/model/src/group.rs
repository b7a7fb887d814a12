//! Groups and who belongs to them, as a provider has them.

use serde::{Deserialize, Serialize};

use crate::SourceId;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub kind: GroupKind,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupKind {
    SecurityGroup,
    Team,
    Department,
    Division,
    BusinessUnit,
    LegalEntity,
    CostCenter,
    Location,
    OrgUnit,
}

impl GroupKind {
    /// As output spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SecurityGroup => "security-group",
            Self::Team => "team",
            Self::Department => "department",
            Self::Division => "division",
            Self::BusinessUnit => "business-unit",
            Self::LegalEntity => "legal-entity",
            Self::CostCenter => "cost-center",
            Self::Location => "location",
            Self::OrgUnit => "org-unit",
        }
    }
}

/// That somebody, or a whole group, belongs to a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Membership {
    pub group_id: String,
    #[serde(flatten)]
    pub member: Member,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Member {
    #[serde(rename = "worker_id")]
    Worker(SourceId),
    #[serde(rename = "member_group_id")]
    Group(String),
}

/// A group as the application has it: an object of its own, which came from an
/// integration. Who belongs to it is said by the accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRecord {
    pub name: String,
    /// A [`GroupKind`], or the attribute that the group stands for.
    pub kind: String,
    /// Key of the group that it is in, where that one is here as well.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<String>,
    /// Accounts that belong to it.
    pub members: u64,
}
