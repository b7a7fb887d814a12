//! What a sync is going to do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{AccountId, Candidate, IntegrationId, PlanHash, Reaction, RunId, Situation, SourceId, Value};

/// The whole of it. The items lie beside it, in chunks: a plan may be larger
/// than memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub run: RunId,
    pub hash: PlanHash,
    pub counts: PlanCounts,
    /// What each clause of the filter keeps.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub filter: Vec<Kept>,
    /// What becomes of groups.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub groups: Vec<GroupChange>,
    /// Accounts that report to somebody else from now on, or to nobody.
    #[serde(default)]
    pub lines: u64,
    /// People who lead each other in a circle: none of them gets a manager.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub circles: Vec<Vec<String>>,
    /// People who have an account of another source already, by that source
    /// (C1: each person in one system only).
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub overlaps: BTreeMap<IntegrationId, u64>,
    /// Names of groups that may mean the same (R90).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub alike: Vec<(String, String)>,
    /// What an admin ought to know, and that stops nothing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    /// Chunks of items, numbered from 0.
    pub chunks: u32,
    /// Why it waits for a person. None: it may be applied.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub held: Option<String>,
}

/// A clause of a filter, and how many of the people that came it holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// `filter.include.any[0]`
    pub place: String,
    /// `department equals "Sales"`
    pub says: String,
    pub kept: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCounts {
    /// People by reaction.
    pub reactions: BTreeMap<Reaction, u64>,
    /// People by situation.
    pub situations: BTreeMap<Situation, u64>,
    /// Whether everybody was read, or only what changed.
    pub full: bool,
    /// People that came: all that the source has, or those who changed.
    pub read: u64,
    /// People among them that pass the filter.
    pub in_scope: u64,
    /// Accounts linked to this integration before the plan.
    pub linked: u64,
}

impl PlanCounts {
    pub fn add(&mut self, situation: Situation, reaction: Reaction) {
        *self.situations.entry(situation).or_default() += 1;
        *self.reactions.entry(reaction).or_default() += 1;
    }

    pub fn of(&self, reaction: Reaction) -> u64 {
        self.reactions.get(&reaction).copied().unwrap_or_default()
    }

    /// People who lose access.
    pub fn taken_away(&self) -> u64 {
        self.reactions.iter().filter(|(reaction, _)| reaction.takes_away()).map(|(_, count)| count).sum()
    }
}

/// What is done about one person, with everything an admin needs to judge it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanItem {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source_id: Option<SourceId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AccountId>,
    /// Who it is, for a person to read.
    pub label: String,
    pub situation: Situation,
    pub reaction: Reaction,
    pub reason: String,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Change>,
    /// Accounts that may be theirs, where a person has to decide.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub candidates: Vec<Candidate>,
}

/// Whom somebody reports to, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineChange {
    /// None for somebody who gets one by this plan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AccountId>,
    /// Who it is, for a person to read; as the managers are.
    pub label: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What becomes of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupChange {
    pub key: String,
    pub reaction: GroupReaction,
    pub name: String,
    /// Its name before, where it is called otherwise from now on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub was: Option<String>,
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<String>,
    /// Accounts that join and leave it.
    pub joins: u64,
    pub leaves: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupReaction {
    Create,
    /// Called otherwise, or within another group.
    Change,
    /// People join or leave it, and that is all.
    Members,
    /// Nobody is in it any more.
    Remove,
}

impl GroupReaction {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Members => "members",
            Self::Remove => "remove",
        }
    }
}

/// One attribute of an account, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub attribute: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}
