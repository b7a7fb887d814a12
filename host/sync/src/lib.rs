//! The run: read, stage, plan, gate, apply.
//!
//! ```text
//! read --pages--> stage --batches--> plan --chunks--> gate --> apply
//! ```
//! Each arrow is durable: a process killed anywhere goes on from the last batch
//! or the last chunk. A preview is the same run, staged in memory and ended
//! before the gate.

mod ahead;
mod apply;
mod approve;
mod audit;
mod batch;
mod begin;
mod error;
mod explain;
mod file;
mod gate;
#[cfg(test)]
mod histories;
mod index;
mod law;
mod members;
mod plan;
mod progress;
mod provider;
mod read;
mod run;
mod show;
mod source;
mod stage;
mod workers;

pub use approve::{ApproveError, Consent, MAX_HOURS, MAX_WORDS, approve, waiting};
pub use audit::AuditBuffer;
pub use error::SyncError;
pub use explain::{Explained, Watch};
pub use file::{ConnectorRef, FileError, IntegrationFile, SecretRef};
pub use law::PageLaw;
pub use progress::{NoProgress, Phase, Progress};
pub use provider::{ConnectedProvider, Provider, Pulling};
pub use read::{Page, Reader, SoFar};
pub use run::{Job, Outcome, ReadMode, Ready, sync};
pub use show::{each_item, summary};
pub use source::Source;
