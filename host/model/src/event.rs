//! What happened to an account or a group, for whoever listens.

use serde::{Deserialize, Serialize};

use crate::{AccountId, IntegrationId, RunId};

/// Written in the transaction that changed the account, delivered after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub kind: EventKind,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AccountId>,
    /// Integration and key of the group that it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub group: Option<(IntegrationId, String)>,
    /// None: somebody did it by hand; the audit says who.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<RunId>,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// Names of the attributes that changed; a listener asks for the values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changed: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// Its manager may be known only at the end of the run.
    Created,
    Linked,
    Updated,
    Reactivated,
    Deactivated,
    Removed,
    Flagged,
    /// A source lets go of it; the account stays.
    Unlinked,
    GroupCreated,
    GroupChanged,
    GroupRemoved,
}
