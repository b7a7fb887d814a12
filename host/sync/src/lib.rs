//! The run: read, stage, plan, gate, apply.
//!
//! ```text
//! read --pages--> stage --batches--> plan --chunks--> gate --> apply
//! ```
//! Each arrow is durable: a process killed anywhere goes on from the last batch
//! or the last chunk. A preview is the same run, staged in memory and ended
//! before the gate.

mod act;
mod ahead;
mod apply;
mod approve;
mod audit;
mod batch;
mod begin;
mod by_hand;
mod directory;
mod disconnect;
mod error;
mod events;
mod explain;
mod file;
mod gate;
#[cfg(test)]
mod histories;
mod index;
mod law;
mod lines;
mod members;
mod offer;
mod plan;
mod power;
mod preset;
mod privacy;
mod progress;
mod provider;
mod read;
mod run;
mod show;
mod source;
mod stage;
mod surroundings;
mod undo;
mod workers;

pub use approve::{ApproveError, Consent, MAX_HOURS, MAX_WORDS, approve, waiting};
pub use audit::AuditBuffer;
pub use by_hand::{
    Edit, Hand, HandError, LinkRow, add, break_link, edit, exclude, include, links, protect, repair,
};
pub use disconnect::{Prospect, disconnect, finish_removal, prospect};
pub use error::SyncError;
pub use explain::{Explained, Watch};
pub use file::{ConnectorRef, FileError, IntegrationFile, SecretRef};
pub use law::PageLaw;
pub use offer::offer;
pub use preset::Preset;
pub use privacy::{
    EraseError, Export, Retention, RetentionConfig, Subject, SubjectError, Who, Wish, erase, export, refusal,
};
pub use progress::{NoProgress, Phase, Progress};
pub use provider::{ConnectedProvider, Provider, Pulling, Session};
pub use read::{Page, Reader, SoFar};
pub use run::{Job, Outcome, ReadMode, Ready, Times, sync};
pub use show::{each_item, each_line, summary};
pub use source::Source;
pub use surroundings::{config_of, times_of};
pub use undo::{UNDO_DAYS, Undone, undo};
