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
