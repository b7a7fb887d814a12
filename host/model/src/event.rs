//! What happened to an account, for whoever listens.

use serde::{Deserialize, Serialize};

use crate::{AccountId, RunId};

/// Written in the transaction that changed the account, delivered after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub kind: EventKind,
    pub account: AccountId,
    pub run: RunId,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// Names of the attributes that changed; a listener asks for the values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changed: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    Created,
    Linked,
    Updated,
    Reactivated,
    Deactivated,
    Removed,
    Flagged,
}
