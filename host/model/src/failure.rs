//! Why a sync failed, and whose it is to mend.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The connector's author.
    Connector,
    /// The provider, or the network to it.
    Provider,
    /// The tenant's admin: settings, credentials, permissions.
    Settings,
    /// Whoever runs this host.
    Host,
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connector => "connector",
            Self::Provider => "provider",
            Self::Settings => "settings",
            Self::Host => "host",
        })
    }
}

/// A failure of a connector's call, in the words of the contract, completed by
/// what only the host can see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Failure {
    #[error("the provider refused the credential: {detail}")]
    AuthFailed { detail: String },
    #[error("the credential lacks a permission: {scope}")]
    PermissionMissing { scope: String },
    #[error("the provider limits the rate of requests{}", .seconds.map(|s| format!("; it asks to wait {s} s")).unwrap_or_default())]
    RateLimited { seconds: Option<u32> },
    #[error("the provider answered with HTTP status {status}")]
    Upstream { status: u16 },
    #[error("the provider's answer is not what its interface promises: {detail}")]
    InvalidResponse { detail: String },
    #[error("setting `{key}`: {why}")]
    BadSetting { key: String, why: String },
    #[error("the provider could not be reached: {detail}")]
    Transport { detail: String },
    #[error("the provider did not answer in time")]
    Timeout,
    #[error("the checkpoint of the last run is no longer valid")]
    CheckpointExpired,
    #[error("the connector asked for something it has no grant for: {detail}")]
    Denied { detail: String },
    #[error("the connector used up a limit: {detail}")]
    Budget { detail: String },
    #[error("the connector broke the contract: {detail}")]
    Contract { detail: String },
    #[error("the connector was stopped: {detail}")]
    Stopped { detail: String },
    #[error("the connector crashed: {detail}")]
    Crashed { detail: String },
    #[error("the read is not complete: {detail}")]
    Incomplete { detail: String },
    #[error("the host failed: {detail}")]
    Host { detail: String },
}

impl Failure {
    /// Whose it is to mend.
    pub fn blame(&self) -> Blame {
        match self {
            Self::AuthFailed { .. } | Self::PermissionMissing { .. } | Self::BadSetting { .. } => {
                Blame::Settings
            }
            Self::RateLimited { .. }
            | Self::Upstream { .. }
            | Self::InvalidResponse { .. }
            | Self::Transport { .. }
            | Self::Timeout
            | Self::CheckpointExpired
            | Self::Incomplete { .. } => Blame::Provider,
            Self::Denied { .. }
            | Self::Budget { .. }
            | Self::Contract { .. }
            | Self::Stopped { .. }
            | Self::Crashed { .. } => Blame::Connector,
            Self::Host { .. } => Blame::Host,
        }
    }

    /// As it may be kept: without the words of a connector or a provider, which
    /// may name somebody who is outside the filter.
    #[must_use]
    pub fn for_the_record(&self) -> Self {
        let gone = || "not kept; it was told when it happened".to_owned();
        match self {
            Self::AuthFailed { .. } => Self::AuthFailed { detail: gone() },
            Self::PermissionMissing { .. } => Self::PermissionMissing { scope: gone() },
            Self::InvalidResponse { .. } => Self::InvalidResponse { detail: gone() },
            Self::BadSetting { .. } => Self::BadSetting { key: gone(), why: gone() },
            Self::Transport { .. } => Self::Transport { detail: gone() },
            Self::Denied { .. } => Self::Denied { detail: gone() },
            Self::Contract { .. } => Self::Contract { detail: gone() },
            Self::Crashed { .. } => Self::Crashed { detail: gone() },
            Self::RateLimited { .. }
            | Self::Upstream { .. }
            | Self::Timeout
            | Self::CheckpointExpired
            | Self::Budget { .. }
            | Self::Stopped { .. }
            | Self::Incomplete { .. }
            | Self::Host { .. } => self.clone(),
        }
    }

    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::AuthFailed { .. } => {
                "enter the credential again; the connector's guide says where it is made"
            }
            Self::PermissionMissing { .. } => "grant the permission at the provider, then sync again",
            Self::BadSetting { .. } => "correct the setting",
            Self::RateLimited { .. } => "sync again later; nothing was changed",
            Self::Upstream { .. } | Self::Transport { .. } | Self::Timeout => {
                "look at the provider's status page, then sync again; nothing was changed"
            }
            Self::InvalidResponse { .. } | Self::Incomplete { .. } => {
                "sync again; if it comes back, send the run's number to the connector's author"
            }
            Self::CheckpointExpired => "sync again; everything is read once",
            Self::Denied { .. } => "the connector's author has to declare it, and a reviewer to approve it",
            Self::Budget { .. } | Self::Contract { .. } | Self::Stopped { .. } | Self::Crashed { .. } => {
                "send the run's number to the connector's author"
            }
            Self::Host { .. } => "look at the host's log for the run's number",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_5_a_connectors_words_are_not_kept() {
        let told = Failure::InvalidResponse { detail: "no id for ada@example.com".to_owned() };
        assert!(!format!("{:?}", told.for_the_record()).contains("ada"));
        assert_eq!(told.for_the_record().blame(), told.blame());
        let counted = Failure::Upstream { status: 500 };
        assert_eq!(counted.for_the_record(), counted);
    }
}
