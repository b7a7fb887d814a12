//! One run of one integration, from the first page to the last account.

use serde::{Deserialize, Serialize};

use crate::{Failure, IntegrationId, Receipt, RunId};

/// A kind of record that is read page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entity {
    Workers,
    Groups,
    Memberships,
}

impl Entity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workers => "workers",
            Self::Groups => "groups",
            Self::Memberships => "memberships",
        }
    }
}

/// How much is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullMode {
    /// Everything.
    Full,
    /// What changed since this checkpoint.
    Changes(#[serde(with = "serde_bytes")] Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub integration: IntegrationId,
    #[serde(default)]
    pub act: Act,
    pub state: RunState,
    pub mode: PullMode,
    /// Milliseconds since 1970. The run's "now", also after it was resumed.
    pub started_ms: i64,
    /// SHA-256 of the component.
    pub connector: String,
    /// SHA-256 of everything that decides about people: settings without
    /// secrets, filter, mapping, policies. A run resumes only under the same.
    pub configuration: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<Receipt>,
}

/// What a run is there for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    #[default]
    Sync,
    /// Takes over the accounts of another integration (C18).
    Migrate { from: IntegrationId },
    /// Lets go of the source (C6).
    Disconnect,
}

/// Where a run stands. What a killed process left says what comes next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum RunState {
    /// Pages are being staged.
    Reading,
    /// The plan is there, and its chunks up to here are applied.
    Applying {
        applied: u32,
    },
    /// The plan waits for a person.
    Held {
        reason: String,
    },
    Done,
    Failed {
        failure: Failure,
    },
    /// Given up for a newer run.
    Superseded,
}

impl RunState {
    /// Whether the run is under way, or waits for a person.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Reading | Self::Applying { .. } | Self::Held { .. })
    }
}
