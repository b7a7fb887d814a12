//! Why a sync did not come to its end.

use rollcall_model::{Blame, Failure};
use rollcall_pipeline::Problem;
use rollcall_store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The read failed. Nothing was changed.
    #[error("{0}")]
    Failed(#[from] Failure),
    /// The configuration is wrong, or refuses what was met. Nothing was changed.
    #[error("the configuration has {} problem(s)", .0.len())]
    Configuration(Vec<Problem>),
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A task of the host's own ended before its time.
    #[error("the host stopped: {0}")]
    Host(String),
}

impl SyncError {
    /// The name of its kind, for a record that keeps no words.
    pub fn code(&self) -> String {
        match self {
            // As it is serialised, so that there is one list of names.
            Self::Failed(failure) => {
                let tagged = serde_json::to_value(failure).unwrap_or_default();
                tagged["code"].as_str().unwrap_or_default().to_owned()
            }
            Self::Configuration(_) => "configuration".to_owned(),
            Self::Store(_) => "store".to_owned(),
            Self::Host(_) => "host".to_owned(),
        }
    }

    pub fn blame(&self) -> Blame {
        match self {
            Self::Failed(failure) => failure.blame(),
            Self::Configuration(_) => Blame::Settings,
            Self::Store(_) | Self::Host(_) => Blame::Host,
        }
    }
}
