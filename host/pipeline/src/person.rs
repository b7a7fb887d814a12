//! A person in scope, mapped: what is staged between reading and planning.

use std::collections::BTreeMap;

use rollcall_model::{Fingerprint, SourceId};
use serde::{Deserialize, Serialize};

/// Where somebody stands on the day of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Ought to have an account now.
    Due,
    /// Not yet: the start lies ahead (C16).
    Waiting,
    /// The source says that the employment has ended (C5).
    Ended,
    /// On leave, where that ends access.
    OnLeave,
}

impl Standing {
    /// Whether access ends.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Ended | Self::OnLeave)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub source_id: SourceId,
    pub standing: Standing,
    /// The required attribute that is empty.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lacking: Option<String>,
    /// Folded values that may find an existing account, first rank first, each
    /// with the name of its attribute.
    pub keys: Vec<(String, String)>,
    /// Groups by key, with their names where the person's record has them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub groups: BTreeMap<String, String>,
    /// Who it is, for a person to read.
    pub label: String,
    pub fingerprint: Fingerprint,
    /// Whom they report to, by the id at the source. It may be that of somebody
    /// outside the filter, so it is never written down.
    #[serde(skip)]
    pub manager: Option<SourceId>,
    /// The account's values, encoded; [`crate::Pipeline::values`] reads them.
    /// Most people are planned without looking into it.
    #[serde(with = "serde_bytes")]
    pub values: Vec<u8>,
}

impl Person {
    /// For an admin, where the standing says that access ends.
    pub(crate) fn why_ended(&self) -> &'static str {
        match self.standing {
            Standing::OnLeave => "is on leave",
            Standing::Due | Standing::Waiting | Standing::Ended => "the employment has ended at the source",
        }
    }
}
